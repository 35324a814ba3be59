//! Who asks the host for a token: the test itself over pipes, or a page in the browser.

use protocol::{FailureCode, Language};

use crate::{
    Outcome,
    browser::Browser,
    chain::CARD_PAGE,
    desk::expect_nothing_left,
    people::Person,
    plain_host::{HostSetup, ORIGIN, PlainHost},
    portal::Portal,
    waiting::wait_until,
    workstation::Workstation,
};

const REGISTER: &str = "Registra CNS";
const REGISTERED: &str = "/area-riservata/registrazione";

/// Who asks, with all that a request leaves behind to be asked about.
pub enum Asker<'a> {
    /// The test, as a browser does; the host of the last request.
    Pipes(Option<PlainHost>),
    /// A page of this portal, in a tab of its own.
    Page {
        browser: &'a Browser,
        portal: &'a Portal,
        has_tab: bool,
    },
}

impl Asker<'_> {
    /// Asks, in a host process of its own.
    pub fn ask(
        &mut self,
        workstation: &Workstation,
        setup: &HostSetup,
        language: Language,
    ) -> Outcome<()> {
        match self {
            Asker::Pipes(_) => self.ask_as(ORIGIN, workstation, setup, language),
            Asker::Page {
                browser,
                portal,
                has_tab,
            } => {
                if !*has_tab {
                    browser.open_tab()?;
                    *has_tab = true;
                }
                // Where the page still stands, it is asked again as it stands there.
                if browser.path()? != CARD_PAGE {
                    browser.open(&portal.address(CARD_PAGE))?;
                    browser.wait_for_page(CARD_PAGE)?;
                }
                browser.click(REGISTER)
            }
        }
    }

    /// Asks as a page of this origin does.
    pub fn ask_as(
        &mut self,
        origin: &str,
        workstation: &Workstation,
        setup: &HostSetup,
        language: Language,
    ) -> Outcome<()> {
        match self {
            Asker::Pipes(host) => {
                let started = PlainHost::start(workstation, setup)?;
                host.insert(started).ask_as(origin, language)
            }
            Asker::Page { .. } => Err("a page cannot choose its origin".into()),
        }
    }

    /// Waits until whoever asked is told this state.
    pub fn wait_for_progress(&mut self, state: &str) -> Outcome<()> {
        match self {
            Asker::Page { browser, .. } => {
                let told = || browser.progress().is_ok_and(|now| now == state);
                Ok(wait_until(&format!("progress {state}"), told)?)
            }
            Asker::Pipes(_) => self.host()?.wait_for_progress(state),
        }
    }

    /// Waits for a failure and checks that it is one of these. A page offers to try again.
    pub fn expect_failure(&mut self, codes: &[FailureCode]) -> Outcome<()> {
        let is_expected = |told: &str| codes.iter().any(|code| code.name() == told);
        match self {
            Asker::Page { browser, .. } => {
                let alert = browser.wait_for_alert()?;
                if !is_expected(&alert.code) {
                    return Err(format!("expected {codes:?}, the page shows {alert:?}").into());
                }
                Ok(wait_until("page that offers to try again", || {
                    browser.offers(REGISTER).unwrap_or_default()
                })?)
            }
            Asker::Pipes(_) => {
                let answer = self.host()?.wait_for_answer()?;
                match answer["error"]["code"].as_str() {
                    Some(told) if is_expected(told) => Ok(()),
                    _ => Err(format!("expected {codes:?}, the host answers {answer}").into()),
                }
            }
        }
    }

    /// Waits for this person's token; a page has registered them with it.
    pub fn expect_token_of(&mut self, person: &Person) -> Outcome<()> {
        if let Asker::Page { browser, .. } = self {
            return browser.wait_for_page(REGISTERED);
        }
        let named = self.host()?.expect_token()?;
        match named == person.codice_fiscale {
            true => Ok(()),
            false => Err(format!("a token of {named}").into()),
        }
    }

    /// Checks that the host ended without an answer; a page is told that it did.
    pub fn expect_no_answer(&mut self) -> Outcome<()> {
        match self {
            Asker::Page { has_tab: false, .. } => Ok(()),
            Asker::Page { .. } => self.expect_failure(&[FailureCode::NativeFatal]),
            Asker::Pipes(_) => self.host()?.expect_no_answer(),
        }
    }

    /// Waits until the host of the last request has ended.
    pub fn wait_until_ended(&mut self, workstation: &Workstation) -> Outcome<()> {
        match self {
            Asker::Page { .. } => expect_nothing_left(workstation),
            Asker::Pipes(_) => self.host()?.wait_until_ended(),
        }
    }

    /// The tab, where there is one.
    pub fn browser(&self) -> Outcome<&Browser> {
        match self {
            Asker::Page { browser, .. } => Ok(browser),
            Asker::Pipes(_) => Err("there is no browser".into()),
        }
    }

    /// The person closes the tab, where it stands.
    pub fn close_tab(&mut self) -> Outcome<()> {
        match self {
            Asker::Page {
                browser,
                has_tab: has_tab @ true,
                ..
            } => {
                *has_tab = false;
                browser.close_tab()
            }
            _ => Ok(()),
        }
    }

    /// The host of the last request, where the test asks itself.
    pub fn host(&mut self) -> Outcome<&mut PlainHost> {
        match self {
            Asker::Pipes(host) => host.as_mut().ok_or_else(|| "nobody asked yet".into()),
            Asker::Page { .. } => Err("the host is the browser's".into()),
        }
    }

    /// What the last request's host has written to its log.
    pub fn log(&self) -> String {
        match self {
            Asker::Pipes(host) => host.as_ref().map(PlainHost::log).unwrap_or_default(),
            Asker::Page { browser, .. } => browser.log(),
        }
    }
}
