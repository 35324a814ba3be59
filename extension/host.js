// One conversation with the native host: its greeting, one command, progress, one answer.

import { Failure, readHostError } from "./failures.js";

const HOST = "it.tessera.cns";
const GREETING_TIME = 5_000;
/** How long the host's window may show that it is done; the host ends by itself before. */
const CLOSING_TIME = 2_000;
const STATES = ["waiting-for-reader", "waiting-for-card", "choosing-certificate", "waiting-for-pin", "signing"];
const TOKEN_MEMBERS = /** @type {const} */ (
  ["unverifiedCertificate", "algorithm", "signature", "format", "appVersion"]);

/** What both browsers say of a host that is not installed, not for us, or switched off by policy. */
const NOT_INSTALLED = /not found|forbidden|disabled by|no such native application|unexpected error/i;

/**
 * Starts a host, and ends it when it has answered. Without a command its version is all that is asked.
 *
 * Closing the port is the host's end of input, whereupon it closes its window and releases the card; one
 * that has given its token is left to do so by itself.
 * @param {object} conversation
 * @param {HostCommand} [conversation.command]
 * @param {number} [conversation.userTime] milliseconds from the command to the answer
 * @param {(state: string) => void} [conversation.progress]
 * @param {AbortSignal} conversation.gone aborted when nobody waits for the answer any more
 * @returns {Promise<{ version: string, token?: Token }>}
 */
export function converse({ command, userTime, progress, gone }) {
  return new Promise((resolve, reject) => {
    gone.throwIfAborted();
    const port = chrome.runtime.connectNative(HOST);
    /** @type {string | undefined} */
    let version;
    let timer = setTimeout(() => fail("ERR_TESSERA_NATIVE_UNAVAILABLE", "the host did not greet"), GREETING_TIME);

    /** @type {(settle: () => void, closingTime?: number) => void} */
    const end = (settle, closingTime = 0) => {
      clearTimeout(timer);
      gone.removeEventListener("abort", leave);
      if (closingTime) timer = setTimeout(() => port.disconnect(), closingTime);
      else port.disconnect();
      settle();
    };
    /** @type {(code: import("./failures.js").FailureCode, message: string) => void} */
    const fail = (code, message) => end(() => reject(new Failure(code, message)));
    const leave = () => fail("ERR_TESSERA_USER_CANCELLED", "the page was left");

    /** @param {any} message */
    const hear = (message) => {
      if (message?.error) return end(() => reject(readHostError(message.error)));
      if (version === undefined) {
        version = readVersion(message);
        if (!command) return end(() => resolve({ version: /** @type {string} */ (version) }));
        clearTimeout(timer);
        timer = setTimeout(() => fail("ERR_TESSERA_USER_TIMEOUT", "the person's time is over"), userTime);
        return port.postMessage(command);
      }
      if (message?.progress) {
        if (STATES.includes(message.progress.state)) progress?.(message.progress.state);
        return;
      }
      const answer = { version, token: readToken(message) };
      end(() => resolve(answer), CLOSING_TIME);
    };
    port.onMessage.addListener((message) => {
      try {
        hear(message);
      } catch (error) {
        end(() => reject(error));
      }
    });
    port.onDisconnect.addListener((ended) => {
      // Chromium tells why in lastError, Firefox in the port.
      const why = chrome.runtime.lastError?.message ?? /** @type {any} */ (ended)?.error?.message ?? "";
      const absent = version === undefined && NOT_INSTALLED.test(why);
      fail(absent ? "ERR_TESSERA_NATIVE_UNAVAILABLE" : "ERR_TESSERA_NATIVE_FATAL", why || "the host ended");
    });
    gone.addEventListener("abort", leave);
  });
}

/**
 * The version a host greets with. Ours and its agree in major and minor, or they do not work together.
 * @param {any} greeting
 * @returns {string}
 */
function readVersion(greeting) {
  const version = greeting?.version;
  if (version === undefined) throw new Failure("ERR_TESSERA_NATIVE_FATAL", "the host's greeting is unreadable");
  const release = /^(\d{1,9}\.\d{1,9})\.\d{1,9}(?:[-+][\w.+-]{1,64})?$/;
  const [, theirs] = (typeof version === "string" && release.exec(version)) || [];
  if (!theirs) throw new Failure("ERR_TESSERA_VERSION_INVALID", "the host's version is unreadable");
  const ours = chrome.runtime.getManifest().version;
  if (theirs !== release.exec(ours)?.[1])
    throw new Failure("ERR_TESSERA_VERSION_MISMATCH", `extension ${ours}, host ${version}`);
  return version;
}

/**
 * The members of the token, all text; others do not reach the page.
 * @param {any} answer
 * @returns {Token}
 */
function readToken(answer) {
  const token = /** @type {Token} */ ({});
  for (const member of TOKEN_MEMBERS) {
    if (typeof answer?.[member] !== "string")
      throw new Failure("ERR_TESSERA_NATIVE_FATAL", `the host's answer has no ${member}`);
    token[member] = answer[member];
  }
  return token;
}
