// Decides whether a page may ask now, and lets it speak with a host if so.
// A port is one request of one document: when the document goes, the port closes and the host ends.

import { Failure, describe } from "./failures.js";
import { converse } from "./host.js";

const USER_TIME = { least: 10_000, usual: 120_000, most: 600_000 };

/**
 * The requests under way: there is one person with one card, so in the whole browser one request
 * that looks at it, and one `status` that only asks for versions a tab.
 * @type {Set<string>}
 */
const pending = new Set();

chrome.runtime.onConnect.addListener((port) => {
  const gone = new AbortController();
  let asked = false;
  port.onDisconnect.addListener(() => gone.abort());
  port.onMessage.addListener((request) => {
    if (!asked) void serve(port, request, gone.signal);
    asked = true;
  });
});

/**
 * @param {chrome.runtime.Port} port
 * @param {PageRequest} request
 * @param {AbortSignal} gone
 */
async function serve(port, request, gone) {
  /** @param {BackgroundAnswer} message */
  const answer = (message) => {
    if (!gone.aborted) port.postMessage(message);
  };
  const policy = await readPolicy();
  if (request.prefix === "web-eid") {
    if (!policy || policy.web_eid_prefix !== true) return port.disconnect();
    answer({ kind: "ack" });
  }
  try {
    const { origin, tab } = admit(port.sender, request, policy);
    const key = usesCard(request) ? "card" : `status ${tab}`;
    if (pending.has(key)) throw new Failure("ERR_TESSERA_ACTION_PENDING", "another request is under way");
    pending.add(key);
    try {
      answer({ kind: "success", ...(await ask(request, origin, answer, gone)) });
    } finally {
      pending.delete(key);
    }
  } catch (error) {
    answer({ kind: "failure", error: describe(error, request.prefix) });
  }
  if (!gone.aborted) port.disconnect();
}

/**
 * Who asks, as the browser says: never a frame, another extension, or an origin we were not packed for.
 * @param {chrome.runtime.MessageSender | undefined} sender
 * @param {PageRequest} request
 * @param {Policy | undefined} policy
 * @returns {{ origin: string, tab: number }}
 */
function admit(sender, request, policy) {
  const { origin, tab } = sender ?? {};
  const matches = chrome.runtime.getManifest().content_scripts?.[0]?.matches ?? [];
  if (sender?.id !== chrome.runtime.id || sender.frameId !== 0 || tab?.id === undefined ||
      !origin || !URL.canParse(origin) || !matches.includes(pattern(new URL(origin))))
    throw new Failure("ERR_TESSERA_ORIGIN_NOT_ALLOWED", "this page may not ask");
  if (!policy) throw new Failure("ERR_TESSERA_ORIGIN_NOT_ALLOWED", "the workstation's policy cannot be read");
  const only = policy.restrict_to_origins;
  if (only !== undefined && !(Array.isArray(only) && only.includes(origin)))
    throw new Failure("ERR_TESSERA_ORIGIN_NOT_ALLOWED", "the workstation's policy does not let this origin ask");
  if (request.secure !== true)
    throw new Failure("ERR_TESSERA_CONTEXT_INSECURE", "the page is not a secure context");
  if (usesCard(request) && request.acted !== true)
    throw new Failure("ERR_TESSERA_USER_ACTION_REQUIRED", "the person has not acted on this page");
  return { origin, tab: tab.id };
}

/**
 * Whether middleware is started and the card looked at: not by a page nobody has acted on.
 * @param {PageRequest} request
 */
function usesCard({ command, checks }) {
  return command === "authenticate" || checks === true;
}

/**
 * The match pattern an origin falls under; patterns name no port.
 * @param {URL} origin
 */
function pattern(origin) {
  return `${origin.protocol}//${origin.hostname}/*`;
}

/**
 * @param {PageRequest} request
 * @param {string} origin
 * @param {(message: BackgroundAnswer) => void} answer
 * @param {AbortSignal} gone
 * @returns {Promise<object>}
 */
async function ask(request, origin, answer, gone) {
  if (request.command === "status") {
    const extension = chrome.runtime.getManifest().version;
    /** @type {HostCommand | undefined} */
    const command = request.checks === true ? { command: "status", arguments: { checks: true, origin } } : undefined;
    const { version, answer: found } = await converse({ command, gone });
    return { library: request.libraryVersion, extension, nativeApp: version, ...found };
  }
  const { challengeNonce, lang = chrome.i18n.getUILanguage(), userInteractionTimeout = USER_TIME.usual } = request;
  if (typeof challengeNonce !== "string" || challengeNonce.length < 44 || challengeNonce.length > 128)
    throw new Failure("ERR_TESSERA_MISSING_PARAMETER", "`challengeNonce` is text of 44 to 128 characters");
  if (!/^[A-Za-z]{2,3}(-[A-Za-z0-9]{1,8}){0,3}$/.test(lang))
    throw new Failure("ERR_TESSERA_MISSING_PARAMETER", "`lang` is a language tag such as it, de, en");
  const progress = request.prefix === "tessera"; // web-eid.js knows no such message
  const { answer: token } = await converse({
    command: { command: "authenticate", arguments: { challengeNonce, origin, lang, progress } },
    userTime: Math.min(Math.max(userInteractionTimeout, USER_TIME.least), USER_TIME.most),
    progress: (state) => progress && answer({ kind: "progress", state }),
    gone,
  });
  return /** @type {Token} */ (token);
}

/**
 * Read anew for each request: a policy may arrive seconds after the extension, or change any time.
 * One that cannot be read might let nobody ask: it is not taken for none.
 * @returns {Promise<Policy | undefined>}
 */
async function readPolicy() {
  try {
    return await chrome.storage.managed.get();
  } catch (error) {
    // What Firefox says where it has no policy for us; Chromium browsers then answer an empty one.
    const none = error instanceof Error && error.message === "Managed storage manifest not found";
    return none ? {} : undefined;
  }
}
