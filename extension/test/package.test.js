// What is packed: the rights asked for, the pinned id, the files, the size.

import assert from "node:assert/strict";
import { createHash, createPublicKey } from "node:crypto";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { test } from "node:test";
import { EXTENSION_ID, manifest } from "./fake_browser.js";

const root = new URL("../", import.meta.url);
const read = (path) => readFileSync(new URL(path, root), "utf8");
const scripts = readdirSync(root).filter((name) => name.endsWith(".js"));

test("the content script is in our pages' top frames and nowhere else", () => {
  assert.deepEqual(manifest.content_scripts, [{
    matches: ["https://sistemats.it/*", "https://www.sistemats.it/*", "http://localhost/*"],
    js: ["content.js"],
    all_frames: false,
    run_at: "document_start",
  }]);
});

test("no right is asked for beyond the host and the policy", () => {
  assert.deepEqual(manifest.permissions, ["nativeMessaging", "storage"]);
  for (const member of ["host_permissions", "optional_permissions", "optional_host_permissions",
    "externally_connectable", "web_accessible_resources", "content_security_policy", "update_url", "action"])
    assert.equal(manifest[member], undefined, member);
});

test("the storage is the administrator's alone", () => {
  for (const name of scripts) assert.doesNotMatch(read(name), /storage\.(?!managed)/, name);
});

test("the pinned key is an RSA public key of 2048 bits that gives the id", () => {
  const der = Buffer.from(manifest.key, "base64");
  const key = createPublicKey({ key: der, format: "der", type: "spki" });
  assert.equal(key.asymmetricKeyDetails.modulusLength, 2048);
  const hex = createHash("sha256").update(der).digest("hex").slice(0, 32);
  const id = hex.replace(/./g, (digit) => String.fromCharCode(97 + parseInt(digit, 16)));
  assert.equal(id, EXTENSION_ID);
});

test("Firefox knows it under its own id", () => {
  assert.equal(manifest.browser_specific_settings.gecko.id, "tessera@sistemats.it");
  assert.match(manifest.browser_specific_settings.gecko.strict_min_version, /^\d+\.0$/);
});

test("one background script serves both kinds of browser", () => {
  assert.deepEqual(manifest.background,
    { service_worker: "background.js", scripts: ["background.js"], type: "module" });
});

test("every file the manifest names is there", () => {
  const named = ["background.js", "content.js", manifest.storage.managed_schema, ...Object.values(manifest.icons)];
  for (const name of named) assert.ok(existsSync(new URL(name, root)), name);
});

test("an icon has the size it is named for", () => {
  for (const [size, path] of Object.entries(manifest.icons)) {
    const png = readFileSync(new URL(path, root));
    assert.deepEqual([png.readUInt32BE(16), png.readUInt32BE(20)], [Number(size), Number(size)]);
  }
});

test("name and description are there in three languages, short enough for the browsers", () => {
  for (const language of ["it", "de", "en"]) {
    const { name, description } = JSON.parse(read(`_locales/${language}/messages.json`));
    assert.ok(name.message.length > 0 && name.message.length <= 75);
    assert.ok(description.message.length > 0 && description.message.length <= 132);
  }
  assert.equal(manifest.default_locale, "it");
});

test("the policy's schema names the two settings there are", () => {
  const { properties } = JSON.parse(read(manifest.storage.managed_schema));
  assert.deepEqual(Object.keys(properties), ["restrict_to_origins", "web_eid_prefix"]);
  for (const name of Object.keys(properties)) assert.ok(read("background.js").includes(`policy.${name}`));
});

test("the scripts stay under 460 lines, import nothing from outside and evaluate nothing", () => {
  const source = scripts.map(read).join("");
  assert.ok(source.split("\n").length < 460, `${source.split("\n").length} lines`);
  for (const [, from] of source.matchAll(/from "([^"]+)"/g)) assert.match(from, /^\.\/\w+\.js$/);
  assert.doesNotMatch(source, /\b(eval|Function|fetch|XMLHttpRequest|WebSocket|innerHTML|console|importScripts)\b\s*[(.]/);
  assert.doesNotMatch(source, /https?:(?!\/\/\$)/);
});

test("the content script is a classic script", () => {
  assert.doesNotMatch(read("content.js"), /^\s*(import|export)\b/m);
});
