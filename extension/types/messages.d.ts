// What travels between the extension's own parts, and between it and its neighbours.

/** `tessera` always; `web-eid` where the workstation's policy turned it on (contract §2). */
type Prefix = "tessera" | "web-eid";

/** What the content script passes on: the request's known members, and what it saw of the page. */
interface PageRequest {
  prefix: Prefix;
  command: "status" | "authenticate";
  challengeNonce?: string;
  libraryVersion?: string;
  lang?: string;
  /** Milliseconds the person may take. */
  userInteractionTimeout?: number;
  /** A `status` also wants to know what the workstation has and lacks. */
  checks?: boolean;
  /** The page is a secure context. */
  secure: boolean;
  /** The person has acted on this page since it was loaded. */
  acted: boolean;
}

/** A failure as the page receives it (contract §2). */
interface PageFailure extends Partial<Mismatch> {
  code: string;
  message: string;
  name: string;
}

/** What web-eid.js tells of versions that do not go together, and which of the two is to be updated. */
interface Mismatch {
  versions: { extension: string; nativeApp: string };
  requiresUpdate: { extension: boolean; nativeApp: boolean };
}

/** What the background answers: `kind` ends the action's name, the rest are the answer's members. */
type BackgroundAnswer = { kind: "ack" | "progress" | "success" | "failure" } & Record<string, unknown>;

/** What the workstation's administrator may set (managed_schema.json). */
interface Policy {
  restrict_to_origins?: unknown;
  web_eid_prefix?: unknown;
}

/** The command for the host (contract §3). */
type HostCommand =
  | { command: "authenticate"; arguments: { challengeNonce: string; origin: string; lang: string; progress: boolean } }
  | { command: "status"; arguments: { checks: true; origin: string } };

/** One kind of thing that the host looked at, and how it was found. */
interface Check {
  id: string;
  state: string;
}

/** The authentication token (contract §1). */
type Token = Record<"unverifiedCertificate" | "algorithm" | "signature" | "format" | "appVersion", string>;
