// A `status` that also asks what the workstation has and lacks.

import assert from "node:assert/strict";
import { test } from "node:test";
import { failureCode, manifest, startBackground, TOKEN } from "./fake_browser.js";

const HELLO = { version: manifest.version };
const ASKED = { command: "status", checks: true, challengeNonce: undefined };
const CHECKS = [{ id: "pcsc-service", state: "wrong" }, { id: "clock", state: "ok" }];

/** A page that asked, and its browser, whose host has greeted. */
async function asked(sender) {
  const browser = await startBackground();
  const page = await browser.request(ASKED, sender);
  await browser.hostSays(HELLO);
  return { browser, page };
}

test("the host hears whose page asks, in the browser's words, and the page what was found", async () => {
  const { browser, page } = await asked({ origin: "https://www.sistemats.it" });
  assert.deepEqual(browser.host().sent, [
    { command: "status", arguments: { checks: true, origin: "https://www.sistemats.it" } },
  ]);
  await browser.hostSays({ ...HELLO, checks: CHECKS });
  const { version } = manifest;
  assert.deepEqual(page.sent, [
    { kind: "success", library: "0.1.0", extension: version, nativeApp: version, checks: CHECKS },
  ]);
  assert.ok(browser.host().closed);
});

test("a status that wants no checks tells the host nothing", async () => {
  const browser = await startBackground();
  await browser.request({ command: "status", checks: false });
  await browser.hostSays(HELLO);
  assert.deepEqual(browser.host().sent, []);
});

test("a host that knows no checks says its version again, and the page hears of no checks", async () => {
  const { browser, page } = await asked();
  await browser.hostSays(HELLO);
  assert.equal(page.sent[0].kind, "success");
  assert.equal("checks" in page.sent[0], false);
});

test("of a check nothing but kind and state reaches the page", async () => {
  const { browser, page } = await asked();
  const found = { found: "/home/anna/module.so", subject: "Reader 00", remedy: "…" };
  await browser.hostSays({ ...HELLO, checks: CHECKS.map((check) => ({ ...check, ...found })), holder: "ANNA" });
  assert.deepEqual(page.sent[0].checks, CHECKS);
  assert.equal("holder" in page.sent[0], false);
});

for (const checks of [
  "all is well", null, {}, [null], [7], [{ id: "clock" }], [{ id: "clock", state: "fine" }],
  [{ id: "/home/anna", state: "ok" }], [{ id: "", state: "ok" }], [{ id: "a".repeat(41), state: "ok" }],
  Array(65).fill({ id: "clock", state: "ok" }),
]) {
  test(`the checks ${JSON.stringify(checks)?.slice(0, 60)} are a fatal host`, async () => {
    const { browser, page } = await asked();
    await browser.hostSays({ ...HELLO, checks });
    assert.equal(failureCode(page), "ERR_TESSERA_NATIVE_FATAL");
  });
}

test("a host that does not look in time is ended", async () => {
  const { browser, page } = await asked();
  await browser.wait(29_999);
  assert.deepEqual(page.sent, []);
  await browser.wait(1);
  assert.equal(failureCode(page), "ERR_TESSERA_ACTION_TIMEOUT");
  assert.ok(browser.host().closed);
});

test("a page nobody has acted on may not ask for checks", async () => {
  const browser = await startBackground();
  const page = await browser.request({ ...ASKED, acted: false });
  assert.equal(failureCode(page), "ERR_TESSERA_USER_ACTION_REQUIRED");
  assert.equal(browser.hosts.length, 0);
});

test("in the whole browser one request looks at the card, whichever it is", async () => {
  const { browser } = await asked();
  for (const request of [ASKED, {}])
    assert.equal(failureCode(await browser.request(request, { tab: { id: 2 } })), "ERR_TESSERA_ACTION_PENDING");
  await browser.hostSays({ ...HELLO, checks: [] });
  const login = await browser.request();
  await browser.hostSays(HELLO);
  assert.equal(failureCode(await browser.request(ASKED, { tab: { id: 2 } })), "ERR_TESSERA_ACTION_PENDING");
  await browser.hostSays(TOKEN);
  assert.equal(login.sent[0].kind, "success");
});
