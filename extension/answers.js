// What a host says, read as from somebody who may be of another version: its greeting, a token, checks.

import { Failure } from "./failures.js";

const RELEASE = /^(\d{1,9})\.(\d{1,9})\.\d{1,9}(?:[-+][\w.+-]{1,64})?$/;
const TOKEN_MEMBERS = /** @type {const} */ (
  ["unverifiedCertificate", "algorithm", "signature", "format", "appVersion"]);
const STATES = ["ok", "warning", "wrong"];
/** More kinds of checks than this no host has. */
const CHECKS_MOST = 64;

/**
 * The version a host greets with. It and ours may be one minor version apart, so that a workstation works
 * while one is updated and the other not yet; beyond that the older one is to be updated.
 * @param {any} greeting
 * @returns {string}
 */
export function readVersion(greeting) {
  const nativeApp = greeting?.version;
  if (nativeApp === undefined) throw new Failure("ERR_TESSERA_NATIVE_FATAL", "the host's greeting is unreadable");
  const extension = chrome.runtime.getManifest().version;
  const [theirs, ours] = [nativeApp, extension].map((version) => typeof version === "string" && RELEASE.exec(version));
  if (!theirs || !ours) throw new Failure("ERR_TESSERA_VERSION_INVALID", "the host's version is unreadable");
  const [major, minor] = [1, 2].map((part) => Number(theirs[part]) - Number(ours[part]));
  if (major !== 0 || Math.abs(minor) > 1) {
    const hostIsNewer = (major || minor) > 0;
    throw new Failure("ERR_TESSERA_VERSION_MISMATCH", `extension ${extension}, host ${nativeApp}`, {
      versions: { extension, nativeApp },
      requiresUpdate: { extension: hostIsNewer, nativeApp: !hostIsNewer },
    });
  }
  return nativeApp;
}

/**
 * The members of the token, all text; others do not reach the page.
 * @param {any} answer
 * @returns {Token}
 */
export function readToken(answer) {
  const token = /** @type {Token} */ ({});
  for (const member of TOKEN_MEMBERS) {
    if (typeof answer?.[member] !== "string")
      throw new Failure("ERR_TESSERA_NATIVE_FATAL", `the host's answer has no ${member}`);
    token[member] = answer[member];
  }
  return token;
}

/**
 * What the host found, in kinds and states alone; nothing from an earlier one, which says its version again.
 * @param {any} answer
 * @returns {{ checks?: Check[] }}
 */
export function readChecks(answer) {
  const checks = answer?.checks;
  if (checks === undefined && typeof answer?.version === "string") return {};
  if (!Array.isArray(checks) || checks.length > CHECKS_MOST || !checks.every(isCheck))
    throw new Failure("ERR_TESSERA_NATIVE_FATAL", "the host's checks are unreadable");
  return { checks: checks.map(({ id, state }) => ({ id, state })) };
}

/** @param {any} check */
function isCheck(check) {
  return typeof check?.id === "string" && /^[a-z-]{1,40}$/.test(check.id) && STATES.includes(check.state);
}
