// Who may ask, and when: what the background lets through to a host.

import assert from "node:assert/strict";
import { test } from "node:test";
import { failureCode, manifest, startBackground, TOKEN } from "./fake_browser.js";

const HELLO = { version: manifest.version };

/** Asks, and expects a refusal before any host is started. */
async function refused(code, request, sender, settings) {
  const browser = await startBackground(settings);
  const page = await browser.request(request, sender);
  assert.equal(failureCode(page), code);
  assert.equal(browser.hosts.length, 0);
  assert.ok(page.closed);
}

test("the host is told the origin the browser says, not one the page says", async () => {
  const browser = await startBackground();
  await browser.request(
    { origin: "https://evil.example", options: { origin: "https://evil.example" } },
    { origin: "https://www.sistemats.it" },
  );
  await browser.hostSays(HELLO);
  assert.equal(browser.host().sent[0].arguments.origin, "https://www.sistemats.it");
});

test("an origin keeps its port and has no path", async () => {
  const browser = await startBackground();
  await browser.request({}, { origin: "http://localhost:8080", url: "http://localhost:8080/a?b" });
  await browser.hostSays(HELLO);
  assert.equal(browser.host().sent[0].arguments.origin, "http://localhost:8080");
});

test("a frame may not ask, even one of an allowed origin", () =>
  refused("ERR_TESSERA_ORIGIN_NOT_ALLOWED", {}, { frameId: 3 }));

test("another extension may not ask", () =>
  refused("ERR_TESSERA_ORIGIN_NOT_ALLOWED", {}, { id: "aaaabbbbccccddddeeeeffffgggghhhh" }));

test("a sender without a tab may not ask", () =>
  refused("ERR_TESSERA_ORIGIN_NOT_ALLOWED", {}, { tab: undefined }));

for (const origin of [
  undefined,
  "null",
  "http://sistemats.it",
  "https://localhost:8080",
  "https://sistemats.it.evil.example",
  "https://evil-sistemats.it",
  "https://a.sistemats.it",
  "http://localhost.evil.example",
  "file://",
  `chrome-extension://hhmoghcllhpdkcbbmnigdadijiiniccn`,
]) {
  test(`the origin ${origin} may not ask, whatever its url says`, () =>
    refused("ERR_TESSERA_ORIGIN_NOT_ALLOWED", {}, { origin, url: "https://sistemats.it/" }));
}

test("authenticate needs an act of the person on that page", () =>
  refused("ERR_TESSERA_USER_ACTION_REQUIRED", { acted: false }));

test("status needs no act of the person", async () => {
  const browser = await startBackground();
  const page = await browser.request({ command: "status", acted: false });
  await browser.hostSays(HELLO);
  assert.deepEqual(page.sent, [
    { kind: "success", library: "0.1.0", extension: manifest.version, nativeApp: manifest.version },
  ]);
});

test("a page outside a secure context may not ask", async () => {
  await refused("ERR_TESSERA_CONTEXT_INSECURE", { secure: false });
  await refused("ERR_TESSERA_CONTEXT_INSECURE", { secure: false, command: "status" });
});

for (const request of [
  { challengeNonce: undefined },
  { challengeNonce: "" },
  { challengeNonce: "A".repeat(43) },
  { challengeNonce: "A".repeat(129) },
  { challengeNonce: 12345678901234567890123456789012345678901234 },
  { challengeNonce: Array(44).fill("A") },
  { lang: "" },
  { lang: "i" },
  { lang: "it\n" },
  { lang: "../../it" },
]) {
  test(`a request with ${JSON.stringify(request)} lacks a parameter`, () =>
    refused("ERR_TESSERA_MISSING_PARAMETER", request));
}

test("a nonce of 44 and one of 128 characters pass", async () => {
  for (const length of [44, 128]) {
    const browser = await startBackground();
    await browser.request({ challengeNonce: "A".repeat(length) });
    await browser.hostSays(HELLO);
    assert.equal(browser.host().sent[0].arguments.challengeNonce.length, length);
  }
});

test("without a language the browser's own is meant", async () => {
  const browser = await startBackground();
  await browser.request({ lang: undefined });
  await browser.hostSays(HELLO);
  assert.equal(browser.host().sent[0].arguments.lang, "de");
});

test("a second authenticate, of this tab or another, is refused and leaves the first alone", async () => {
  const browser = await startBackground();
  const first = await browser.request();
  await browser.hostSays(HELLO);
  for (const tab of [1, 2]) {
    const second = await browser.request({}, { tab: { id: tab } });
    assert.equal(failureCode(second), "ERR_TESSERA_ACTION_PENDING");
  }
  assert.equal(browser.hosts.length, 1);
  assert.ok(!browser.host().closed);
  await browser.hostSays(TOKEN);
  assert.deepEqual(first.sent, [{ kind: "success", ...TOKEN }]);
});

test("two requests at the very same moment start one host", async () => {
  const browser = await startBackground();
  const [first, second] = await Promise.all([browser.request(), browser.request()]);
  assert.equal(browser.hosts.length, 1);
  assert.deepEqual([failureCode(first), failureCode(second)], [undefined, "ERR_TESSERA_ACTION_PENDING"]);
});

test("a second status of a tab is refused, one of another tab is not", async () => {
  const browser = await startBackground();
  const status = { command: "status" };
  await browser.request(status);
  assert.equal(failureCode(await browser.request(status)), "ERR_TESSERA_ACTION_PENDING");
  const other = await browser.request(status, { tab: { id: 2 } });
  await browser.hostSays(HELLO);
  assert.equal(other.sent[0].kind, "success");
});

test("status is answered while an authenticate is under way", async () => {
  const browser = await startBackground();
  await browser.request();
  const status = await browser.request({ command: "status" });
  await browser.hostSays(HELLO);
  assert.equal(status.sent[0].kind, "success");
});

test("after an answer, good or bad, the next may ask", async () => {
  const browser = await startBackground();
  for (const last of [TOKEN, { error: { code: "ERR_TESSERA_USER_CANCELLED", message: "" } }, "garbage"]) {
    const page = await browser.request();
    await browser.hostSays(HELLO);
    await browser.hostSays(last);
    assert.notEqual(failureCode(page), "ERR_TESSERA_ACTION_PENDING");
    assert.equal(browser.host().closed, last !== TOKEN);
  }
  assert.equal(browser.hosts.length, 3);
});

test("a port carries one request: what it says later starts nothing", async () => {
  const browser = await startBackground();
  const page = await browser.request();
  page.say({ prefix: "tessera", command: "status", secure: true, acted: true });
  await browser.wait(0);
  assert.equal(browser.hosts.length, 1);
});

test("a policy narrows the origins", async () => {
  const policy = { restrict_to_origins: ["https://www.sistemats.it"] };
  await refused("ERR_TESSERA_ORIGIN_NOT_ALLOWED", {}, {}, { policy });
  const browser = await startBackground({ policy });
  await browser.request({}, { origin: "https://www.sistemats.it" });
  assert.equal(browser.hosts.length, 1);
});

test("a policy cannot widen the origins", () =>
  refused("ERR_TESSERA_ORIGIN_NOT_ALLOWED", {}, { origin: "https://evil.example" },
    { policy: { restrict_to_origins: ["https://evil.example"] } }));

test("a narrowing that cannot be read lets nobody ask", async () => {
  for (const restrict_to_origins of ["https://sistemats.it", null, {}, []])
    await refused("ERR_TESSERA_ORIGIN_NOT_ALLOWED", {}, {}, { policy: { restrict_to_origins } });
});

test("a policy that arrives or changes later holds from the next request", async () => {
  const browser = await startBackground();
  await browser.request({ command: "status" });
  assert.equal(browser.hosts.length, 1);
  browser.policy = { restrict_to_origins: [] };
  assert.equal(failureCode(await browser.request()), "ERR_TESSERA_ORIGIN_NOT_ALLOWED");
  assert.equal(browser.hosts.length, 1);
});

test("a browser without managed storage has no policy", async () => {
  const browser = await startBackground({ managedFault: new Error("Managed storage manifest not found") });
  await browser.request();
  assert.equal(browser.hosts.length, 1);
});

for (const managedFault of [
  new Error("An unexpected error occurred"),
  new Error("Managed storage manifest not found: access denied"),
  new Error(""),
  null,
  "Managed storage manifest not found",
]) {
  test(`where reading the policy fails with ${managedFault} nobody may ask`, async () => {
    await refused("ERR_TESSERA_ORIGIN_NOT_ALLOWED", {}, {}, { managedFault });
    await refused("ERR_TESSERA_ORIGIN_NOT_ALLOWED", { command: "status" }, {}, { managedFault });
    const browser = await startBackground({ managedFault });
    const page = await browser.request({ prefix: "web-eid" });
    assert.deepEqual(page.sent, []);
    assert.ok(page.closed);
  });
}
