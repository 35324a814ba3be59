// The content script beside a page: whom it hears, what it passes on, what it says.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import vm from "node:vm";
import { NONCE, Port, TOKEN } from "./fake_browser.js";

const script = readFileSync(new URL("../content.js", import.meta.url), "utf8");
const ORIGIN = "https://sistemats.it";
const AUTHENTICATE = {
  action: "tessera:authenticate",
  challengeNonce: NONCE,
  libraryVersion: "0.1.0",
  options: { lang: "it", userInteractionTimeout: 60_000 },
};

/** A document with the content script in it. */
function open({ acted = true, secure = true, framed = false } = {}) {
  const listeners = { message: [], pagehide: [], pageshow: [] };
  const page = { ports: [], heard: [], removed: false };
  const window = {
    isSecureContext: secure,
    addEventListener: (name, listener) => listeners[name].push(listener),
    removeEventListener: (name, listener) =>
      (listeners[name] = listeners[name].filter((other) => other !== listener)),
    postMessage: (message, target) => page.heard.push({ message: structuredClone(message), target }),
  };
  window.top = framed ? {} : window;
  vm.runInNewContext(script, {
    window,
    location: { origin: ORIGIN },
    navigator: { userActivation: { hasBeenActive: acted } },
    chrome: {
      runtime: {
        connect() {
          if (page.removed) throw new Error("Extension context invalidated.");
          const port = new Port();
          page.ports.push(port);
          return port;
        },
      },
    },
  });
  page.emit = (name, event) => listeners[name].forEach((listener) => listener(event));
  page.post = (data, event = {}) => page.emit("message", { source: window, origin: ORIGIN, data, ...event });
  page.messages = () => page.heard.map(({ message }) => message);
  return page;
}

test("a request is acknowledged at once and passed on with its known members only", () => {
  const page = open();
  page.post({ ...AUTHENTICATE, origin: "https://evil.example", secure: false, acted: false, prefix: "x" });
  assert.deepEqual(page.messages(), [{ action: "tessera:authenticate-ack" }]);
  assert.deepEqual(page.ports[0].sent, [{
    prefix: "tessera",
    command: "authenticate",
    challengeNonce: NONCE,
    libraryVersion: "0.1.0",
    lang: "it",
    userInteractionTimeout: 60_000,
    checks: false,
    secure: true,
    acted: true,
  }]);
});

test("what the browser knows of the page is passed on as it is", () => {
  const page = open({ acted: false, secure: false });
  page.post({ ...AUTHENTICATE, acted: true, secure: true });
  assert.equal(page.ports[0].sent[0].acted, false);
  assert.equal(page.ports[0].sent[0].secure, false);
});

test("answers go to this origin alone, in their order", () => {
  const page = open();
  page.post(AUTHENTICATE);
  page.ports[0].say({ kind: "progress", state: "waiting-for-pin" });
  page.ports[0].say({ kind: "success", ...TOKEN });
  page.ports[0].leave();
  assert.deepEqual(page.messages(), [
    { action: "tessera:authenticate-ack" },
    { action: "tessera:authenticate-progress", state: "waiting-for-pin" },
    { action: "tessera:authenticate-success", ...TOKEN },
  ]);
  assert.ok(page.heard.every(({ target }) => target === ORIGIN));
});

test("each answer belongs to its own request", () => {
  const page = open();
  page.post({ action: "tessera:status" });
  page.post(AUTHENTICATE);
  page.ports[0].say({ kind: "success", nativeApp: "0.1.0" });
  page.ports[1].say({ kind: "failure", error: { code: "c", message: "m", name: "n" } });
  assert.deepEqual(page.messages().slice(2), [
    { action: "tessera:status-success", nativeApp: "0.1.0" },
    { action: "tessera:authenticate-failure", error: { code: "c", message: "m", name: "n" } },
  ]);
});

test("a message of another window or origin is not heard", () => {
  const page = open();
  page.post(AUTHENTICATE, { source: {} });
  page.post(AUTHENTICATE, { source: null });
  page.post(AUTHENTICATE, { origin: "https://evil.example" });
  page.post(AUTHENTICATE, { origin: "null" });
  page.post(AUTHENTICATE, { origin: "https://sistemats.it.evil.example" });
  assert.deepEqual([page.heard, page.ports], [[], []]);
});

test("in a frame nothing is heard", () => {
  const page = open({ framed: true });
  page.post(AUTHENTICATE);
  assert.deepEqual([page.heard, page.ports], [[], []]);
});

test("messages that are no requests are not answered", () => {
  const page = open();
  for (const data of [undefined, null, 7, "tessera:status", [], {}, { action: 7 }, { action: ["tessera:status"] },
    { action: "tessera:sign" }, { action: "tessera:status-ack" }, { action: " tessera:status" },
    { action: "tessera:status\n" }, { action: "other:status" }, { action: "tessera:authenticate-success", ...TOKEN }])
    page.post(data);
  assert.deepEqual([page.heard, page.ports], [[], []]);
});

test("its own answers do not make it answer again", () => {
  const page = open();
  page.post(AUTHENTICATE);
  page.ports[0].say({ kind: "success", ...TOKEN });
  for (const message of page.messages()) page.post(message);
  assert.equal(page.heard.length, 2);
});

test("members of the wrong kind are left out, and long text is cut", () => {
  const page = open();
  page.post({ action: "tessera:authenticate", challengeNonce: { a: 1 }, libraryVersion: 7n,
    options: { lang: [], userInteractionTimeout: "60000" } });
  page.post({ action: "tessera:authenticate", challengeNonce: "A".repeat(5_000_000), options: null });
  page.post({ action: "tessera:authenticate", options: { userInteractionTimeout: NaN } });
  const rest = { prefix: "tessera", command: "authenticate", checks: false, secure: true, acted: true };
  const without = { challengeNonce: undefined, libraryVersion: undefined, lang: undefined, userInteractionTimeout: undefined };
  assert.deepEqual(page.ports.map(({ sent }) => sent[0]), [
    { ...rest, ...without },
    { ...rest, ...without, challengeNonce: "A".repeat(256) },
    { ...rest, ...without },
  ]);
});

test("checks are passed on where they are wished for, and never for Web eID", () => {
  const page = open();
  for (const checks of [true, "true", 1, undefined])
    page.post({ action: "tessera:status", libraryVersion: "0.1.0", checks });
  page.post({ action: "web-eid:status", libraryVersion: "0.1.0", checks: true });
  assert.deepEqual(page.ports.map(({ sent }) => sent[0].checks), [true, false, false, false, false]);
});

test("leaving the page closes the ports of its open requests", () => {
  const page = open();
  page.post(AUTHENTICATE);
  page.emit("pagehide", { persisted: true });
  assert.ok(page.ports[0].closed);
  assert.equal(page.heard.length, 1);
});

test("a page that comes back is told that its request ended", () => {
  const page = open();
  page.post(AUTHENTICATE);
  page.emit("pagehide", { persisted: true });
  page.emit("pageshow", { persisted: true });
  page.emit("pageshow", { persisted: true });
  assert.deepEqual(page.messages().slice(1).map(({ action, error }) => [action, error.code]),
    [["tessera:authenticate-failure", "ERR_TESSERA_USER_CANCELLED"]]);
});

test("a page that is shown for the first time keeps its open request", () => {
  const page = open();
  page.post({ action: "tessera:status" });
  page.emit("pageshow", { persisted: false });
  assert.equal(page.heard.length, 1);
});

test("a request whose background goes is a failure", () => {
  const page = open();
  page.post(AUTHENTICATE);
  page.ports[0].leave();
  assert.deepEqual(page.messages()[1], {
    action: "tessera:authenticate-failure",
    error: { code: "ERR_TESSERA_EXTENSION_UNAVAILABLE", message: "the extension ended", name: "ExtensionUnavailableError" },
  });
});

test("under a removed or updated extension the old script falls silent", () => {
  const page = open();
  page.removed = true;
  page.post(AUTHENTICATE);
  page.removed = false;
  page.post(AUTHENTICATE);
  assert.deepEqual([page.heard, page.ports], [[], []]);
});

test("Web eID's prefix is acknowledged by the background alone", () => {
  const page = open();
  page.post({ ...AUTHENTICATE, action: "web-eid:authenticate" });
  assert.equal(page.ports[0].sent[0].prefix, "web-eid");
  assert.deepEqual(page.heard, []);
  page.ports[0].say({ kind: "ack" });
  page.ports[0].say({ kind: "success", ...TOKEN });
  assert.deepEqual(page.messages(), [
    { action: "web-eid:authenticate-ack" },
    { action: "web-eid:authenticate-success", ...TOKEN },
  ]);
});

test("where Web eID's prefix is off, the page hears nothing", () => {
  const page = open();
  page.post({ ...AUTHENTICATE, action: "web-eid:authenticate" });
  page.ports[0].leave();
  assert.deepEqual(page.heard, []);
});
