// The conversation with the native host, and what becomes of it for the page.

import assert from "node:assert/strict";
import { test } from "node:test";
import { failureCode, manifest, startBackground, TOKEN } from "./fake_browser.js";

const HELLO = { version: manifest.version };

/** An `authenticate` whose host has greeted. */
async function greeted(request) {
  const browser = await startBackground();
  const page = await browser.request(request);
  await browser.hostSays(HELLO);
  return { browser, page };
}

/** A page's answer to an `authenticate` whose host says these messages. */
async function answerTo(...messages) {
  const browser = await startBackground();
  const page = await browser.request();
  for (const message of messages) await browser.hostSays(message);
  browser.host().leave(); // where it was not ended: one that has given its token ends by itself
  assert.ok(browser.host().ended, "the host's port is closed");
  assert.ok(page.closed, "the page's port is closed");
  return page;
}

test("one host is started, by its name, and hears the command after its greeting", async () => {
  const browser = await startBackground();
  await browser.request();
  assert.deepEqual(browser.hostNames, ["it.tessera.cns"]);
  assert.deepEqual(browser.host().sent, []);
  await browser.hostSays(HELLO);
  assert.deepEqual(browser.host().sent, [{
    command: "authenticate",
    arguments: { challengeNonce: "A".repeat(43) + "=", origin: "https://sistemats.it", lang: "it", progress: true },
  }]);
});

test("the token reaches the page, and the host ends by itself", async () => {
  const page = await answerTo(HELLO, TOKEN);
  assert.deepEqual(page.sent, [{ kind: "success", ...TOKEN }]);
});

test("members the token has not are not handed on", async () => {
  const page = await answerTo(HELLO, { ...TOKEN, pin: "12345", action: "x", kind: "ack" });
  assert.deepEqual(page.sent, [{ kind: "success", ...TOKEN }]);
});

test("progress is handed on in its order", async () => {
  const { browser, page } = await greeted();
  const states = ["waiting-for-reader", "waiting-for-card", "choosing-certificate", "waiting-for-pin", "signing"];
  for (const state of states) await browser.hostSays({ progress: { state, pin: "12345" } });
  await browser.hostSays(TOKEN);
  assert.deepEqual(page.sent, [...states.map((state) => ({ kind: "progress", state })), { kind: "success", ...TOKEN }]);
});

test("progress of an unknown state is not handed on", async () => {
  const { browser, page } = await greeted();
  for (const state of ["dancing", 7, null, "__proto__", { state: "signing" }])
    await browser.hostSays({ progress: { state } });
  assert.deepEqual(page.sent, []);
  assert.ok(!browser.host().closed);
});

test("the host's failure reaches the page", async () => {
  const page = await answerTo(HELLO, { error: { code: "ERR_TESSERA_PIN_LOCKED", message: "locked", pin: "12345" } });
  assert.deepEqual(page.sent, [
    { kind: "failure", error: { code: "ERR_TESSERA_PIN_LOCKED", message: "locked", name: "PinLockedError" } },
  ]);
});

test("a failure in place of the greeting reaches the page too", async () => {
  const page = await answerTo({ error: { code: "ERR_TESSERA_MODULE_FAILED", message: "m" } });
  assert.equal(failureCode(page), "ERR_TESSERA_MODULE_FAILED");
});

for (const code of ["ERR_TESSERA_NEW", "ERR_WEBEID_USER_CANCELLED", "constructor", "__proto__", "", 7, null, {}, undefined]) {
  test(`a host's code ${JSON.stringify(code)} is an unknown error, its message kept`, async () => {
    const page = await answerTo(HELLO, { error: { code, message: "what it says" } });
    assert.deepEqual(page.sent[0].error,
      { code: "ERR_TESSERA_UNKNOWN_ERROR", message: "what it says", name: "UnknownError" });
  });
}

test("a host's message is text of bounded length", async () => {
  const long = await answerTo(HELLO, { error: { code: "ERR_TESSERA_MODULE_FAILED", message: "m".repeat(100_000) } });
  assert.equal(long.sent[0].error.message.length, 1000);
  const none = await answerTo(HELLO, { error: { code: "ERR_TESSERA_MODULE_FAILED", message: { a: 1 } } });
  assert.equal(none.sent[0].error.message, "");
  assert.equal(failureCode(await answerTo(HELLO, { error: true })), "ERR_TESSERA_UNKNOWN_ERROR");
});

for (const garbage of [null, 7, "text", [], {}, { progress: null }, HELLO,
  { ...TOKEN, signature: 7 }, { ...TOKEN, unverifiedCertificate: undefined }, { ...TOKEN, format: { a: 1 } }]) {
  test(`the answer ${JSON.stringify(garbage)} is a fatal host`, async () => {
    assert.equal(failureCode(await answerTo(HELLO, garbage)), "ERR_TESSERA_NATIVE_FATAL");
  });
}

for (const garbage of [null, 7, "text", [], {}, { progress: { state: "signing" } }, TOKEN]) {
  test(`the greeting ${JSON.stringify(garbage)} is a fatal host, and it hears no command`, async () => {
    const browser = await startBackground();
    const page = await browser.request();
    await browser.hostSays(garbage);
    assert.equal(failureCode(page), "ERR_TESSERA_NATIVE_FATAL");
    assert.deepEqual(browser.host().sent, []);
    assert.ok(browser.host().closed);
  });
}

for (const version of ["", "1", "x.y.z", 1, null, {}, "0.1", "0.1.0 ", "0.1.0\nx", "-0.1.0"]) {
  test(`the version ${JSON.stringify(version)} is invalid`, async () => {
    assert.equal(failureCode(await answerTo({ version })), "ERR_TESSERA_VERSION_INVALID");
  });
}

const [major, minor] = manifest.version.split(".").map(Number);

for (const [extension, version, older] of [
  ["0.1.0", "0.3.0", "extension"], ["0.3.9", "0.1.0", "nativeApp"], ["0.9.0", "1.0.0", "extension"],
  ["1.0.0", "0.9.0", "nativeApp"], ["1.0.0", "2.0.0", "extension"], ["0.1.0", "1.1.0", "extension"],
  ["2.1.0", "1.999999999.0", "nativeApp"], ["0.1.0", "0.10.0", "extension"],
]) {
  test(`the host ${version} and the extension ${extension} do not work together`, async () => {
    const packed = manifest.version;
    manifest.version = extension;
    const page = await answerTo({ version });
    manifest.version = packed;
    assert.equal(failureCode(page), "ERR_TESSERA_VERSION_MISMATCH");
    const { message, versions, requiresUpdate } = page.sent[0].error;
    assert.match(message, new RegExp(version));
    assert.deepEqual(versions, { extension, nativeApp: version });
    assert.deepEqual(requiresUpdate, { extension: older === "extension", nativeApp: older === "nativeApp" });
  });
}

for (const version of [
  `${major}.${minor}.9`, `${major}.${minor}.0-rc.1`, `${major}.${minor}.0+610`,
  `${major}.${minor + 1}.0`, `${major}.${Math.max(minor - 1, 0)}.7`,
]) {
  test(`the version ${version} goes with ${manifest.version}`, async () => {
    const browser = await startBackground();
    const page = await browser.request({ command: "status" });
    await browser.hostSays({ version });
    assert.equal(page.sent[0].nativeApp, version);
    assert.ok(browser.host().closed);
  });
}

test("a host that does not greet within five seconds is unavailable", async () => {
  const browser = await startBackground();
  const page = await browser.request();
  await browser.wait(4_999);
  assert.deepEqual(page.sent, []);
  await browser.wait(1);
  assert.equal(failureCode(page), "ERR_TESSERA_NATIVE_UNAVAILABLE");
  assert.ok(browser.host().closed);
});

for (const [asked, given] of [[undefined, 120_000], [60_000, 60_000], [1, 10_000], [-5, 10_000], [1e12, 600_000]]) {
  test(`a person given ${asked} ms has ${given}`, async () => {
      const { browser, page } = await greeted({ userInteractionTimeout: asked });
    await browser.wait(given - 1);
    await browser.hostSays({ progress: { state: "waiting-for-pin" } });
    assert.ok(!browser.host().closed);
    await browser.wait(1);
    assert.equal(failureCode(page), "ERR_TESSERA_USER_TIMEOUT");
    assert.ok(browser.host().closed);
  });
}

test("a host that has given its token and does not end is ended after two seconds", async () => {
  const { browser, page } = await greeted();
  await browser.hostSays(TOKEN);
  assert.ok(page.closed);
  await browser.wait(1_999);
  assert.ok(!browser.host().closed);
  await browser.wait(1);
  assert.ok(browser.host().ended);
  assert.deepEqual(page.sent, [{ kind: "success", ...TOKEN }]);
});

test("after an answer no clock runs on", async () => {
  const { browser, page } = await greeted();
  await browser.hostSays(TOKEN);
  await browser.wait(1_000_000);
  assert.equal(page.sent.length, 1);
});

for (const reason of [
  "Specified native messaging host not found.",
  "Access to the specified native messaging host is forbidden.",
  "Access to the native messaging host was disabled by the system administrator.",
]) {
  test(`a host is unavailable when Chromium says: ${reason}`, async () => {
    const browser = await startBackground();
    const page = await browser.request();
    await browser.endHost(reason);
    assert.equal(failureCode(page), "ERR_TESSERA_NATIVE_UNAVAILABLE");
  });
}

for (const reason of ["No such native application it.tessera.cns", "An unexpected error occurred"]) {
  test(`a host is unavailable when Firefox says: ${reason}`, async () => {
    const browser = await startBackground();
    const page = await browser.request();
    browser.host().error = { message: reason };
    await browser.endHost();
    assert.equal(failureCode(page), "ERR_TESSERA_NATIVE_UNAVAILABLE");
  });
}

test("a host that was there and ends in some unexpected way is fatal, not missing", async () => {
  const { browser, page } = await greeted();
  browser.host().error = { message: "An unexpected error occurred" };
  await browser.endHost();
  assert.equal(failureCode(page), "ERR_TESSERA_NATIVE_FATAL");
});

test("a host that ends without an answer is fatal, before its greeting and after", async () => {
  for (const messages of [[], [HELLO]])
    for (const reason of ["Native host has exited.", "Error when communicating with the native messaging host.", undefined]) {
      const browser = await startBackground();
      const page = await browser.request();
      for (const message of messages) await browser.hostSays(message);
      await browser.endHost(reason);
      assert.equal(failureCode(page), "ERR_TESSERA_NATIVE_FATAL");
    }
});

test("leaving the page ends the host, and nothing more is said to the page", async () => {
  for (const messages of [[], [HELLO], [HELLO, { progress: { state: "waiting-for-pin" } }]]) {
    const browser = await startBackground();
    const page = await browser.request();
    for (const message of messages) await browser.hostSays(message);
    const said = page.sent.length;
    page.leave();
    await browser.wait(0);
    assert.ok(browser.host().closed);
    assert.equal(page.sent.length, said);
    await browser.request();
    assert.equal(browser.hosts.length, 2, "the next document may ask");
  }
});

test("a page that left before the policy was read starts no host", async () => {
  const browser = await startBackground();
  const asked = browser.request({}, {}, (page) => page.leave());
  assert.deepEqual((await asked).sent, []);
  assert.equal(browser.hosts.length, 0);
  await browser.request();
  assert.equal(browser.hosts.length, 1);
});
