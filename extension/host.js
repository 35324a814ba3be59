// One conversation with the native host: its greeting, one command, progress, one answer.

import { readChecks, readToken, readVersion } from "./answers.js";
import { Failure, readHostError } from "./failures.js";

const HOST = "it.tessera.cns";
const GREETING_TIME = 5_000;
/** How long the host may look at the workstation; it gives up by itself before. */
const LOOKING_TIME = 30_000;
/** How long the host's window may show that it is done; the host ends by itself before. */
const CLOSING_TIME = 2_000;
const STATES = ["waiting-for-reader", "waiting-for-card", "choosing-certificate", "waiting-for-pin", "signing"];

/** What both browsers say of a host that is not installed, not for us, or switched off by policy. */
const NOT_INSTALLED = /not found|forbidden|disabled by|no such native application|unexpected error/i;

/**
 * Starts a host, and ends it when it has answered. Without a command its version is all that is asked.
 *
 * Closing the port is the host's end of input, whereupon it closes its window and releases the card; one
 * that has given its token is left to do so by itself.
 * @param {object} conversation
 * @param {HostCommand} [conversation.command]
 * @param {number} [conversation.userTime] milliseconds the person has for an `authenticate`
 * @param {(state: string) => void} [conversation.progress]
 * @param {AbortSignal} conversation.gone aborted when nobody waits for the answer any more
 * @returns {Promise<{ version: string, answer?: object }>}
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
        timer = command.command === "authenticate"
          ? setTimeout(() => fail("ERR_TESSERA_USER_TIMEOUT", "the person's time is over"), userTime)
          : setTimeout(() => fail("ERR_TESSERA_ACTION_TIMEOUT", "the host did not look in time"), LOOKING_TIME);
        return port.postMessage(command);
      }
      if (message?.progress) {
        if (STATES.includes(message.progress.state)) progress?.(message.progress.state);
        return;
      }
      const gives = command?.command === "authenticate";
      const answer = { version, answer: gives ? readToken(message) : readChecks(message) };
      end(() => resolve(answer), gives ? CLOSING_TIME : 0);
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
