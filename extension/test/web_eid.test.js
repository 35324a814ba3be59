// Pages written for Web eID, on workstations whose policy lets us answer them.

import assert from "node:assert/strict";
import { test } from "node:test";
import { describe, Failure, WEB_EID_CODES } from "../failures.js";
import { failureCode, manifest, startBackground, TOKEN } from "./fake_browser.js";

const HELLO = { version: manifest.version };
const ON = { policy: { web_eid_prefix: true } };

/** Every code and class of web-eid.js that an extension answers with. */
const WEB_EID_CLASSES = {
  ERR_WEBEID_ACTION_TIMEOUT: "ActionTimeoutError",
  ERR_WEBEID_USER_TIMEOUT: "UserTimeoutError",
  ERR_WEBEID_VERSION_MISMATCH: "VersionMismatchError",
  ERR_WEBEID_VERSION_INVALID: "VersionInvalidError",
  ERR_WEBEID_EXTENSION_UNAVAILABLE: "ExtensionUnavailableError",
  ERR_WEBEID_NATIVE_UNAVAILABLE: "NativeUnavailableError",
  ERR_WEBEID_UNKNOWN_ERROR: "UnknownError",
  ERR_WEBEID_CONTEXT_INSECURE: "ContextInsecureError",
  ERR_WEBEID_USER_CANCELLED: "UserCancelledError",
  ERR_WEBEID_NATIVE_INVALID_ARGUMENT: "NativeInvalidArgumentError",
  ERR_WEBEID_NATIVE_FATAL: "NativeFatalError",
  ERR_WEBEID_ACTION_PENDING: "ActionPendingError",
  ERR_WEBEID_MISSING_PARAMETER: "MissingParameterError",
};

for (const policy of [{}, { web_eid_prefix: false }, { web_eid_prefix: "true" }, { web_eid_prefix: 1 }]) {
  test(`with the policy ${JSON.stringify(policy)} nothing is answered`, async () => {
    const browser = await startBackground({ policy });
    const page = await browser.request({ prefix: "web-eid" });
    assert.deepEqual(page.sent, []);
    assert.ok(page.closed);
    assert.equal(browser.hosts.length, 0);
  });
}

test("where it is on, a page gets acknowledgement and token, but no progress", async () => {
  const browser = await startBackground(ON);
  const page = await browser.request({ prefix: "web-eid" });
  assert.deepEqual(page.sent, [{ kind: "ack" }]);
  await browser.hostSays(HELLO);
  assert.equal(browser.host().sent[0].arguments.progress, false);
  await browser.hostSays({ progress: { state: "signing" } });
  await browser.hostSays(TOKEN);
  assert.deepEqual(page.sent, [{ kind: "ack" }, { kind: "success", ...TOKEN }]);
});

test("the same rules hold for it", async () => {
  for (const [request, sender, code] of [
    [{ acted: false }, {}, "ERR_WEBEID_UNKNOWN_ERROR"],
    [{ secure: false }, {}, "ERR_WEBEID_CONTEXT_INSECURE"],
    [{ challengeNonce: "short" }, {}, "ERR_WEBEID_MISSING_PARAMETER"],
    [{}, { frameId: 1 }, "ERR_WEBEID_NATIVE_INVALID_ARGUMENT"],
    [{}, { origin: "https://evil.example" }, "ERR_WEBEID_NATIVE_INVALID_ARGUMENT"],
  ]) {
    const browser = await startBackground(ON);
    assert.equal(failureCode(await browser.request({ prefix: "web-eid", ...request }, sender)), code);
    assert.equal(browser.hosts.length, 0);
  }
});

test("the two prefixes share one person: the second request waits for none", async () => {
  const browser = await startBackground(ON);
  await browser.request();
  const second = await browser.request({ prefix: "web-eid" });
  assert.equal(failureCode(second), "ERR_WEBEID_ACTION_PENDING");
});

test("every failure is one that web-eid.js knows, under the name of its class", () => {
  for (const [code, theirs] of Object.entries(WEB_EID_CODES)) {
    const failure = describe(new Failure(code, "m"), "web-eid");
    assert.deepEqual(failure, { code: theirs, message: "m", name: WEB_EID_CLASSES[theirs] });
  }
});

test("a code that both have keeps its meaning", () => {
  for (const theirs of Object.keys(WEB_EID_CLASSES))
    assert.equal(WEB_EID_CODES[theirs.replace("ERR_WEBEID_", "ERR_TESSERA_")], theirs);
});
