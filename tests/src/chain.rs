//! The whole chain, standing: card authority, workstation and browser, and a portal a test.

use std::time::Duration;

use crate::{
    Outcome,
    browser::Browser,
    card::{Card, Script},
    people::{Issuer, Person},
    pin_window::{PinWindow, wait_until_no_window},
    portal::Portal,
    processes::running,
    reader::InsertedCard,
    suite::Stage,
    waiting::{holds_within, wait_until},
    workstation::Workstation,
};

/// The address of the page where a card is registered and used.
pub const CARD_PAGE: &str = "/area-riservata/smart-card";

/// The PIN of every card in the tests.
pub const PIN: &str = "62951";

/// What a page asks to learn whether the extension is there; a promise.
pub const EXTENSION_ANSWERS: &str = "new Promise(resolve => {
    addEventListener('message', ({data}) => {
        if (data?.action === 'tessera:status-ack') resolve(true);
    });
    setTimeout(() => resolve(false), 500);
    postMessage({action: 'tessera:status', libraryVersion: '0'}, location.origin);
})";

/// The programs that must not outlive a request.
const PROGRAMS: [&str; 2] = ["tessera-host", "tessera-window"];

/// How long a request that is over may take to let go of everything.
const LETTING_GO: Duration = Duration::from_secs(5);

/// A workstation with browser, extension and host, and the authority whose cards it reads.
#[allow(missing_docs)] // each named by its type
pub struct Chain {
    pub browser: Browser,
    pub workstation: Workstation,
    pub issuer: Issuer,
}

impl Stage for Chain {
    /// Starts it; no portal is allowed to ask yet.
    fn start() -> Outcome<Chain> {
        let workstation = Workstation::start()?;
        workstation.install_host()?;
        Ok(Chain {
            browser: workstation.browser()?,
            workstation,
            issuer: Issuer::new(),
        })
    }

    /// No window, no process of ours, whatever the test did.
    fn expect_at_rest(&mut self) -> Outcome<()> {
        self.expect_all_let_go(None)
    }
}

impl Chain {
    /// Starts a portal that knows these people and may ask; the browser remembers nothing.
    pub fn portal(&self, operators: &[Person]) -> Outcome<Portal> {
        let portal = Portal::start(&self.issuer, operators)?;
        self.welcome(&portal)?;
        Ok(portal)
    }

    /// Whether the extension answers the page that is open.
    pub fn extension_answers(&self) -> Outcome<bool> {
        Ok(self
            .browser
            .script(&format!("return {EXTENSION_ANSWERS}"))?
            == true)
    }

    /// Lets a portal ask, as the first this browser ever sees.
    pub fn welcome(&self, portal: &Portal) -> Outcome<()> {
        self.workstation.allow_origins(&[portal.origin()])?;
        self.browser.forget_everything()
    }

    /// Starts the person's browser again, after it went away.
    pub fn restart_browser(&mut self) -> Outcome<()> {
        self.browser.kill();
        self.browser = self.workstation.browser()?;
        Ok(())
    }

    /// Gives a person a card and puts it into the reader.
    pub fn insert_card_of(&self, person: &Person) -> Outcome<InsertedCard> {
        self.insert(self.issuer.issue(person, PIN)?)
    }

    /// Puts a card into the reader.
    pub fn insert(&self, card: Card) -> Outcome<InsertedCard> {
        self.insert_with(card, &[])
    }

    /// Puts a card that plays a script into the reader.
    pub fn insert_with(&self, card: Card, script: Script) -> Outcome<InsertedCard> {
        let reader = self.workstation.middleware().first_reader();
        Ok(reader.insert_noticed(card, script)?)
    }

    /// Opens the card page and clicks one of its two doors.
    pub fn begin(&self, portal: &Portal, act: &str) -> Outcome<()> {
        self.browser.open(&portal.address(CARD_PAGE))?;
        self.browser.click(act)
    }

    /// The host's window, when it stands.
    pub fn window(&mut self) -> Outcome<PinWindow<'_>> {
        PinWindow::wait(&mut self.workstation)
    }

    /// Clicks one of the card page's doors and types the PIN.
    pub fn present_card(&mut self, portal: &Portal, act: &str) -> Outcome<()> {
        self.begin(portal, act)?;
        self.enter_pin()
    }

    /// Types the PIN into the host's window, and waits until that is gone.
    pub fn enter_pin(&mut self) -> Outcome<()> {
        let entered = self.window().and_then(|mut window| {
            window.enter_pin(PIN)?;
            window.wait_until_gone()
        });
        // What the host writes goes where the browser's words go.
        entered.map_err(|failure| {
            let told = [
                ("the page", self.browser.text().unwrap_or_default()),
                ("the browser and the host", self.browser.log()),
                ("pcscd", self.workstation.middleware().log()),
            ];
            let told = told.map(|(who, said)| format!("\n{who}: {said}")).concat();
            format!("{failure}{told}").into()
        })
    }

    /// Waits until the page says that the request has come to this state.
    pub fn wait_for_progress(&self, state: &str) -> Outcome<()> {
        Ok(wait_until(&format!("progress {state}"), || {
            self.browser.progress().is_ok_and(|now| now == state)
        })?)
    }

    /// Waits for a refusal and checks that it is this one.
    pub fn expect_refusal(&self, code: &str) -> Outcome<()> {
        let alert = self.browser.wait_for_alert()?;
        if alert.code != code {
            return Err(format!("expected {code}, the page shows {alert:?}").into());
        }
        Ok(())
    }

    /// Lets the page believe that its session ends in a minute and a half, and waits until it
    /// warns by offering this.
    ///
    /// It believes what another tab told it half an hour ago, and for the moment in which it
    /// asks the server whether that still holds, the server is out of reach.
    pub fn bring_end_of_session_near(&self, offer: &str) -> Outcome<()> {
        self.browser.cut_off(&["*/api/session"])?;
        self.browser.script(
            "const key = 'tessera.session';
             const [opened] = localStorage.getItem(key).split(' ');
             const now = Date.now();
             localStorage.setItem(key, [opened, now - 1800000, now + 90000].join(' '));",
        )?;
        wait_until("warning of the session's end", || {
            self.browser.offers(offer).unwrap_or_default()
        })?;
        self.browser.cut_off(&[])
    }

    /// Lets the page believe that staying makes its session no longer: as when it is as old as
    /// one may be, the server names the end that the page knows.
    pub fn let_session_be_at_its_longest(&self) -> Outcome<()> {
        self.browser.script(
            "const ask = window.fetch;
             window.fetch = async (...call) => {
               const answer = await ask(...call);
               const told = answer.status === 200 && answer.url.endsWith('/api/session');
               if (!told) return answer;
               const session = await answer.json();
               const [, , ends] = localStorage.getItem('tessera.session').split(' ');
               session.expires_at = new Date(Number(ends)).toISOString();
               return new Response(JSON.stringify(session), {headers: answer.headers});
             };",
        )?;
        Ok(())
    }

    /// Checks that a request left nothing behind: no window, no process of ours, nothing
    /// that could use the card.
    pub fn expect_all_let_go(&self, card: Option<&InsertedCard>) -> Outcome<()> {
        wait_until_no_window(&self.workstation)?;
        if !holds_within(LETTING_GO, || running(&PROGRAMS).is_empty()) {
            return Err(format!("still running: {:?}", running(&PROGRAMS)).into());
        }
        match card {
            Some(card) if card.is_logged_in() => Err("the card is still logged in".into()),
            _ => Ok(()),
        }
    }

    /// Checks that the nonce of the last request cannot be used any more.
    pub fn expect_nonce_spent(&self) -> Outcome<()> {
        let answer = self.browser.script(
            "return fetch('/api/session', {
               method: 'POST',
               headers: {'Content-Type': 'application/json'},
               body: JSON.stringify({token: {}}),
             }).then(answer => answer.json()).then(problem => problem.code);",
        )?;
        match answer.as_str() {
            Some("challenge-used" | "challenge-missing" | "challenge-expired") => Ok(()),
            _ => Err(format!("the nonce is not spent: {answer}").into()),
        }
    }

    /// Checks that this browser was given neither a session nor a document.
    pub fn expect_nothing_opened(&self) -> Outcome<()> {
        for (call, refusals) in [
            ("/api/session", &["not-authenticated"][..]),
            (
                "/api/credentials-document",
                &["not-authenticated", "not-found"],
            ),
        ] {
            let code = self.browser.script(&format!(
                "return fetch('{call}').then(answer => answer.json()).then(body => body.code ?? body);"
            ))?;
            if !refusals.iter().any(|refusal| code == *refusal) {
                return Err(format!("{call} answers {code}").into());
            }
        }
        Ok(())
    }
}
