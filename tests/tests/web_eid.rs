//! A page written for Web eID, and not for us, logs in where the policy lets it (contract §2).
//!
//! Its library is not to be had from a registry; this page says word for word what the library
//! says, and keeps the library's clocks.

use std::process::ExitCode;

use end_to_end::{
    Outcome,
    chain::Chain,
    other_machine,
    people::LUCA_BIANCHI,
    portal::Portal,
    suite,
    waiting::{wait_for, wait_until},
};
use serde_json::{Value, json};

const EXTENSION_ID: &str = "hhmoghcllhpdkcbbmnigdadijiiniccn";

/// The library's part and the page's: two buttons, and in `window.outcome` what came of them.
const PAGE: &str = r#"
    const waiting = new Map();
    window.heard = [];
    window.addEventListener("message", ({ data }) => {
      const [, action, kind] = /^(web-eid:[a-z]+)-(ack|success|failure)$/.exec(data?.action ?? "") ?? [];
      if (/^web-eid:[a-z]+-/.test(data?.action ?? "")) window.heard.push(data);
      const asked = waiting.get(action);
      if (!asked) return;
      clearTimeout(asked.ack);
      if (kind === "ack") return;
      clearTimeout(asked.reply);
      waiting.delete(action);
      if (kind === "success") asked.resolve(data);
      else asked.reject(data.error);
    });
    const send = (message, time) => new Promise((resolve, reject) => {
      const late = (code) => () => reject({ code });
      waiting.set(message.action, {
        resolve, reject,
        ack: setTimeout(late("ERR_WEBEID_EXTENSION_UNAVAILABLE"), 1000),
        reply: setTimeout(late("ERR_WEBEID_ACTION_TIMEOUT"), time),
      });
      window.postMessage(message, "*");
    });
    const webEid = {
      status: () => send({ action: "web-eid:status", libraryVersion: "2.0.2" }, 6_000),
      async authenticate(challengeNonce, options) {
        const message = { action: "web-eid:authenticate", libraryVersion: "2.0.2", challengeNonce, options };
        const { unverifiedCertificate, algorithm, signature, format, appVersion } = await send(message, 126_000);
        return { unverifiedCertificate, algorithm, signature, format, appVersion };
      },
    };
    const post = (path, body) => fetch(path, {
      method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(body),
    });
    const enter = (path) => async () => {
      window.outcome = null;
      try {
        const { nonce } = await (await post("/api/challenges")).json();
        const token = await webEid.authenticate(nonce, { lang: "de" });
        window.outcome = { status: (await post(path, { token })).status, format: token.format };
      } catch (failure) {
        window.outcome = { code: failure.code ?? String(failure) };
      }
    };
    const offer = (name, act) => {
      const button = document.createElement("button");
      button.textContent = name;
      button.addEventListener("click", act);
      document.body.prepend(button);
    };
    document.addEventListener("DOMContentLoaded", () => {
      if (location.pathname !== "/nulla") return;
      offer("Register with Web eID", enter("/api/registrations"));
      offer("Enter with Web eID", enter("/api/session"));
      offer("Web eID's status", () => webEid.status().then(
        ({ library, extension, nativeApp }) => { window.outcome = { library, extension, nativeApp }; },
        ({ code }) => { window.outcome = { code }; }));
    });
"#;

fn main() -> ExitCode {
    suite::run(&[
        (
            "where_the_policy_lets_it_a_page_written_for_web_eid_logs_in",
            where_the_policy_lets_it_a_page_written_for_web_eid_logs_in,
        ),
        (
            "without_the_policy_nobody_answers_it",
            without_the_policy_nobody_answers_it,
        ),
    ])
}

/// The page, which is none of the portal's, on the portal's origin.
fn open(chain: &Chain, portal: &Portal) -> Outcome<()> {
    chain.browser.run_in_every_page(&format!("{{{PAGE}}}"))?;
    chain.browser.open(&portal.address("/nulla"))
}

fn outcome(chain: &Chain) -> Outcome<Value> {
    Ok(wait_for("what came of it", || {
        let outcome = chain.browser.script("return window.outcome ?? null");
        outcome.ok().filter(|outcome| !outcome.is_null())
    })?)
}

fn where_the_policy_lets_it_a_page_written_for_web_eid_logs_in(chain: &mut Chain) -> Outcome<()> {
    let settings = json!({"web_eid_prefix": true});
    let policy = json!({"3rdparty": {"extensions": {EXTENSION_ID: settings}}});
    let library =
        other_machine::policy_of_chromium(chain.workstation.folder(), &policy.to_string())?;
    chain.browser.kill();
    chain.browser = chain.workstation.browser_preloading(&library)?;
    let done = log_in(chain);
    chain.restart_browser()?;
    done
}

fn log_in(chain: &mut Chain) -> Outcome<()> {
    let portal = chain.portal(&[LUCA_BIANCHI])?;
    let card = chain.insert_card_of(&LUCA_BIANCHI)?;
    open(chain, &portal)?;
    // A policy comes to the extension some moments after the browser's start.
    let told = wait_for("answer under Web eID's prefix", || {
        chain.browser.script("window.outcome = null").ok()?;
        chain.browser.click("Web eID's status").ok()?;
        let told = outcome(chain).ok()?;
        told["nativeApp"].is_string().then_some(told)
    })?;
    assert_eq!(told["library"], "2.0.2");

    for (act, status) in [("Register with Web eID", 201), ("Enter with Web eID", 201)] {
        chain.browser.click(act)?;
        chain.enter_pin()?;
        let came = outcome(chain)?;
        assert_eq!(
            came,
            json!({"status": status, "format": "web-eid:1.0"}),
            "{act}"
        );
    }
    let session = "return fetch('/api/session').then(answer => answer.json())";
    let session = chain.browser.script(session)?;
    assert_eq!(session["operator"]["cognome"], LUCA_BIANCHI.cognome);

    // What went wrong is told in Web eID's own words.
    chain.browser.click("Enter with Web eID")?;
    chain.window()?.cancel()?;
    assert_eq!(
        outcome(chain)?,
        json!({"code": "ERR_WEBEID_USER_CANCELLED"})
    );
    // And its library heard nothing it does not know.
    let heard = chain
        .browser
        .script("return window.heard.map(({ action }) => action)")?;
    let known = ["-ack", "-success", "-failure"];
    for action in heard.as_array().into_iter().flatten() {
        let action = action.as_str().unwrap_or_default();
        assert!(known.iter().any(|end| action.ends_with(end)), "{action}");
    }
    chain.expect_all_let_go(Some(&card))
}

fn without_the_policy_nobody_answers_it(chain: &mut Chain) -> Outcome<()> {
    let portal = chain.portal(&[LUCA_BIANCHI])?;
    open(chain, &portal)?;
    for act in ["Web eID's status", "Enter with Web eID"] {
        chain.browser.script("window.outcome = null")?;
        chain.browser.click(act)?;
        assert_eq!(
            outcome(chain)?,
            json!({"code": "ERR_WEBEID_EXTENSION_UNAVAILABLE"}),
            "{act}"
        );
    }
    assert_eq!(chain.browser.script("return window.heard.length")?, 0);
    wait_until("end of every host", || {
        chain.expect_all_let_go(None).is_ok()
    })?;
    Ok(())
}
