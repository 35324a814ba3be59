// Carries a page's requests to the background, and the answers back to this document alone.
// Where the request comes from is for the browser to say: nothing the page says of itself is passed on.

/** @typedef {{ prefix: Prefix, action: string, port: chrome.runtime.Port }} OpenRequest */

/** The requests of this document that were not answered yet. @type {Set<OpenRequest>} */
const open = new Set();

const EXTENSION_ENDED = {
  code: "ERR_TESSERA_EXTENSION_UNAVAILABLE",
  message: "the extension ended",
  name: "ExtensionUnavailableError",
};
const PAGE_LEFT = { code: "ERR_TESSERA_USER_CANCELLED", message: "the page was left", name: "UserCancelledError" };

window.addEventListener("message", hear);

/** @param {MessageEvent} event */
function hear(event) {
  if (event.source !== window || event.origin !== location.origin || window.top !== window) return;
  const message = event.data;
  const action = text(message?.action) ?? "";
  const [, prefix, command] = /^(tessera|web-eid):(status|authenticate)$/.exec(action) ?? [];
  if (!command) return;
  let port;
  try {
    port = chrome.runtime.connect();
  } catch {
    // The extension was updated or removed under this page: whoever came after us answers it now.
    return window.removeEventListener("message", hear);
  }
  const time = message.options?.userInteractionTimeout;
  const request = { prefix: /** @type {Prefix} */ (prefix), action, port };
  open.add(request);
  port.onMessage.addListener((answer) => relay(request, answer));
  port.onDisconnect.addListener(() => abandon(request, EXTENSION_ENDED));
  // Only the background knows whether Web eID's prefix is ours here.
  if (prefix === "tessera") say(action, { kind: "ack" });
  /** @type {PageRequest} */
  const passed = {
    prefix: request.prefix,
    command: /** @type {PageRequest["command"]} */ (command),
    challengeNonce: text(message.challengeNonce),
    libraryVersion: text(message.libraryVersion),
    lang: text(message.options?.lang),
    userInteractionTimeout: Number.isFinite(time) ? time : undefined,
    checks: prefix === "tessera" && message.checks === true, // Web eID knows no such thing
    secure: window.isSecureContext,
    acted: navigator.userActivation.hasBeenActive,
  };
  port.postMessage(passed);
}

/**
 * @param {OpenRequest} request
 * @param {BackgroundAnswer} answer
 */
function relay(request, answer) {
  if (answer.kind === "success" || answer.kind === "failure") open.delete(request);
  say(request.action, answer);
}

/**
 * Ends a request that no answer will come to; one under Web eID's prefix may not be ours to answer.
 * @param {OpenRequest} request
 * @param {PageFailure} error
 */
function abandon(request, error) {
  if (open.delete(request) && request.prefix === "tessera") say(request.action, { kind: "failure", error });
}

/**
 * @param {string} action
 * @param {BackgroundAnswer} answer
 */
function say(action, { kind, ...members }) {
  window.postMessage({ ...members, action: `${action}-${kind}` }, location.origin);
}

/**
 * Text of bearable length: one that was too long still is after the cut.
 * @param {unknown} value
 */
function text(value) {
  return typeof value === "string" ? value.slice(0, 256) : undefined;
}

// A page that is left asks no more, even if the browser keeps it for a way back.
window.addEventListener("pagehide", () => {
  for (const { port } of open) port.disconnect();
});
window.addEventListener("pageshow", (event) => {
  if (event.persisted) for (const request of open) abandon(request, PAGE_LEFT);
});
