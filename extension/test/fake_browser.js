// A browser's extension API as far as the extension uses it, played by the test.

import { readFileSync } from "node:fs";
import { mock } from "node:test";

export const manifest = JSON.parse(readFileSync(new URL("../manifest.json", import.meta.url), "utf8"));

export const EXTENSION_ID = "hhmoghcllhpdkcbbmnigdadijiiniccn";
export const NONCE = "A".repeat(43) + "=";
export const TOKEN = {
  unverifiedCertificate: "MII=",
  algorithm: "RS256",
  signature: "c2ln",
  format: "web-eid:1.0",
  appVersion: "https://sistemats.it/tessera/0.1.0",
};

class Event {
  listeners = [];
  addListener(listener) {
    this.listeners.push(listener);
  }
  emit(...values) {
    for (const listener of [...this.listeners]) listener(...values);
  }
}

/** One end of a channel: the code under test holds it, the test plays the other end. */
export class Port {
  onMessage = new Event();
  onDisconnect = new Event();
  sent = [];
  closed = false;
  ended = false;
  postMessage(message) {
    if (this.closed) throw new Error("Attempting to use a disconnected port object");
    this.sent.push(structuredClone(message));
  }
  disconnect() {
    if (this.ended) throw new Error("A port is disconnected once");
    this.closed = this.ended = true;
  }
  /** The other end speaks. */
  say(message) {
    if (!this.closed) this.onMessage.emit(message);
  }
  /** The other end goes. */
  leave() {
    if (this.closed) return;
    this.closed = true;
    this.onDisconnect.emit(this);
  }
}

/** Lets the promises of the code under test run. */
async function settled() {
  for (let i = 0; i < 20; i += 1) await Promise.resolve();
}

let instances = 0;

/**
 * The background of a browser that was just started, with the pages and hosts around it. Where there is a
 * fault, it is what reading the policy comes to.
 */
export async function startBackground({ policy = {}, managedFault = undefined } = {}) {
  mock.timers.reset();
  mock.timers.enable({ apis: ["setTimeout"] });
  const browser = { hosts: [], hostNames: [], policy };
  const onConnect = new Event();
  globalThis.chrome = {
    runtime: {
      id: EXTENSION_ID,
      lastError: undefined,
      onConnect,
      getManifest: () => manifest,
      connectNative(name) {
        const host = new Port();
        browser.hostNames.push(name);
        browser.hosts.push(host);
        return host;
      },
    },
    i18n: { getUILanguage: () => "de" },
    storage: {
      managed: {
        async get() {
          if (managedFault !== undefined) throw managedFault;
          return browser.policy;
        },
      },
    },
  };
  await import(`../background.js?${(instances += 1)}`);

  /** A document's port with its first message: what the content script does for a request. */
  browser.request = async (request = {}, sender = {}, meanwhile = (_page) => {}) => {
    const page = new Port();
    page.sender = {
      id: EXTENSION_ID,
      frameId: 0,
      origin: "https://sistemats.it",
      url: "https://sistemats.it/area-riservata",
      tab: { id: 1 },
      ...sender,
    };
    onConnect.emit(page);
    page.say({
      prefix: "tessera",
      command: "authenticate",
      challengeNonce: NONCE,
      libraryVersion: "0.1.0",
      lang: "it",
      secure: true,
      acted: true,
      ...request,
    });
    meanwhile(page);
    await settled();
    return page;
  };
  /** The host that was started last. */
  browser.host = () => browser.hosts.at(-1);
  /** A host that ends, with what Chromium says of it. */
  browser.endHost = async (reason) => {
    globalThis.chrome.runtime.lastError = reason && { message: reason };
    browser.host().leave();
    globalThis.chrome.runtime.lastError = undefined;
    await settled();
  };
  /** Time goes by. */
  browser.wait = async (milliseconds) => {
    mock.timers.tick(milliseconds);
    await settled();
  };
  /** A host says something. */
  browser.hostSays = async (message, host = browser.host()) => {
    host.say(message);
    await settled();
  };
  return browser;
}

/** The code of the failure a page was answered with last, if it was one. */
export function failureCode(page) {
  const last = page.sent.at(-1);
  return last?.kind === "failure" ? last.error.code : undefined;
}
