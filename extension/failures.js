// The table of failure codes, each beside the Web eID code that says the same to a page
// written for Web eID. The names are those of protocol/src/failure.rs, whose tests compare them.

export const WEB_EID_CODES = Object.freeze({
  "ERR_TESSERA_ACTION_TIMEOUT": "ERR_WEBEID_ACTION_TIMEOUT",
  "ERR_TESSERA_USER_TIMEOUT": "ERR_WEBEID_USER_TIMEOUT",
  "ERR_TESSERA_VERSION_MISMATCH": "ERR_WEBEID_VERSION_MISMATCH",
  "ERR_TESSERA_VERSION_INVALID": "ERR_WEBEID_VERSION_INVALID",
  "ERR_TESSERA_EXTENSION_UNAVAILABLE": "ERR_WEBEID_EXTENSION_UNAVAILABLE",
  "ERR_TESSERA_NATIVE_UNAVAILABLE": "ERR_WEBEID_NATIVE_UNAVAILABLE",
  "ERR_TESSERA_UNKNOWN_ERROR": "ERR_WEBEID_UNKNOWN_ERROR",
  "ERR_TESSERA_CONTEXT_INSECURE": "ERR_WEBEID_CONTEXT_INSECURE",
  "ERR_TESSERA_USER_CANCELLED": "ERR_WEBEID_USER_CANCELLED",
  "ERR_TESSERA_NATIVE_INVALID_ARGUMENT": "ERR_WEBEID_NATIVE_INVALID_ARGUMENT",
  "ERR_TESSERA_NATIVE_FATAL": "ERR_WEBEID_NATIVE_FATAL",
  "ERR_TESSERA_ACTION_PENDING": "ERR_WEBEID_ACTION_PENDING",
  "ERR_TESSERA_MISSING_PARAMETER": "ERR_WEBEID_MISSING_PARAMETER",
  "ERR_TESSERA_USER_ACTION_REQUIRED": "ERR_WEBEID_UNKNOWN_ERROR",
  "ERR_TESSERA_READER_ABSENT": "ERR_WEBEID_USER_TIMEOUT",
  "ERR_TESSERA_CARD_ABSENT": "ERR_WEBEID_USER_TIMEOUT",
  "ERR_TESSERA_PIN_INCORRECT": "ERR_WEBEID_USER_CANCELLED",
  "ERR_TESSERA_PIN_LOCKED": "ERR_WEBEID_NATIVE_FATAL",
  "ERR_TESSERA_CARD_REMOVED": "ERR_WEBEID_USER_CANCELLED",
  "ERR_TESSERA_NO_CERTIFICATE": "ERR_WEBEID_NATIVE_FATAL",
  "ERR_TESSERA_MODULE_FAILED": "ERR_WEBEID_NATIVE_FATAL",
  "ERR_TESSERA_WINDOW_UNAVAILABLE": "ERR_WEBEID_NATIVE_FATAL",
  "ERR_TESSERA_ORIGIN_NOT_ALLOWED": "ERR_WEBEID_NATIVE_INVALID_ARGUMENT",
});

/** @typedef {keyof typeof WEB_EID_CODES} FailureCode */

/** Why a request ended without success. The message is for developers, in English. */
export class Failure extends Error {
  /**
   * @param {FailureCode} code
   * @param {string} message
   * @param {Mismatch} [mismatch]
   */
  constructor(code, message, mismatch) {
    super(message);
    this.code = code;
    this.mismatch = mismatch;
  }
}

/**
 * Reads the error a host answered with; a code that is not in the table says nothing we know.
 * @param {{ code?: unknown, message?: unknown }} error
 */
export function readHostError({ code, message }) {
  const known = typeof code === "string" && Object.hasOwn(WEB_EID_CODES, code);
  const text = typeof message === "string" ? message.slice(0, 1000) : "";
  return new Failure(/** @type {FailureCode} */ (known ? code : "ERR_TESSERA_UNKNOWN_ERROR"), text);
}

/**
 * A failure as the page receives it, in the words of the prefix it asked with.
 * @param {unknown} error
 * @param {Prefix} prefix
 * @returns {PageFailure}
 */
export function describe(error, prefix) {
  const failure = error instanceof Failure ? error : new Failure("ERR_TESSERA_UNKNOWN_ERROR", String(error));
  const code = prefix === "web-eid" ? WEB_EID_CODES[failure.code] : failure.code;
  // web-eid.js names its classes after the codes: ERR_WEBEID_USER_TIMEOUT is a UserTimeoutError.
  const words = code.split("_").slice(2).filter((word) => word !== "ERROR");
  const name = words.map((word) => word[0] + word.slice(1).toLowerCase()).join("") + "Error";
  return { code, message: failure.message, name, ...failure.mismatch };
}
