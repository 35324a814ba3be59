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
  /** The page is a secure context. */
  secure: boolean;
  /** The person has acted on this page since it was loaded. */
  acted: boolean;
}

/** A failure as the page receives it (contract §2). */
interface PageFailure {
  code: string;
  message: string;
  name: string;
}

/** What the background answers: `kind` ends the action's name, the rest are the answer's members. */
type BackgroundAnswer = { kind: "ack" | "progress" | "success" | "failure" } & Record<string, unknown>;

/** What the workstation's administrator may set (managed_schema.json). */
interface Policy {
  restrict_to_origins?: unknown;
  web_eid_prefix?: unknown;
}

/** The command for the host (contract §3). */
interface HostCommand {
  command: "authenticate";
  arguments: { challengeNonce: string; origin: string; lang: string; progress: boolean };
}

/** The authentication token (contract §1). */
type Token = Record<"unverifiedCertificate" | "algorithm" | "signature" | "format" | "appVersion", string>;
