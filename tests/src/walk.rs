//! Walking the portal: what is looked at in every state, and what must hold for all of them.
//!
//! Each state is photographed into `target/pictures/portal/` and held to this: one heading,
//! its own title, its language, nothing that scrolls sideways on a phone, nothing asked of
//! strangers, no error, and nothing axe-core objects to.

pub mod states;
pub mod words;

use protocol::Language;

use crate::{
    Failure, Outcome,
    axe::Axe,
    browser::Browser,
    chain::{CARD_PAGE, Chain},
    isolated_world::IsolatedWorld,
    page_log::PageLog,
    people::{Issuer, Person},
    portal::Portal,
    product, refusal,
    suite::Stage,
    waiting::wait_until,
    workstation::Workstation,
};
use states::{STATES, State, Story};
use words::Words;

/// The screens: a desk's, a tablet's, a phone's.
const SCREENS: [(u32, u32); 3] = [(1280, 900), (768, 1024), PHONE];
const PHONE: (u32, u32) = (360, 740);
/// The narrowest screen a page must fit (WCAG 2.1, 1.4.10).
const NARROWEST: (u32, u32) = (320, 640);
/// Where axe-core looks: Italian at a desk and on a phone, the others at one screen each.
const CHECKED: [(Language, u32); 4] = [
    (Language::It, 1280),
    (Language::It, 360),
    (Language::De, 768),
    (Language::En, 1280),
];

/// The shortest page still says as much below its heading, in bytes.
const LEAST_TEXT: usize = 40;

/// A workstation whose browser is watched, and what was seen there.
pub struct Walk {
    /// The workstation with its browser.
    pub chain: Chain,
    axe: Axe,
    language: Language,
    seen: Vec<(&'static str, Language)>,
    faults: Vec<String>,
}

impl Stage for Walk {
    fn start() -> Outcome<Walk> {
        let workstation = Workstation::start()?;
        workstation.install_host()?;
        Ok(Walk {
            chain: Chain {
                browser: workstation.watched_browser()?,
                workstation,
                issuer: Issuer::new(),
            },
            axe: Axe::new()?,
            language: Language::It,
            seen: Vec::new(),
            faults: Vec::new(),
        })
    }

    fn expect_at_rest(&mut self) -> Outcome<()> {
        self.chain.expect_all_let_go(None)
    }
}

impl Walk {
    /// Starts a portal for a walk in this language.
    pub fn portal(&mut self, operators: &[Person], language: Language) -> Outcome<Portal> {
        let portal = self.chain.portal(operators)?;
        self.language = language;
        self.pass_over(&portal)?;
        Ok(portal)
    }

    /// What the pages asked for and complained of until now belongs to no state.
    pub fn pass_over(&self, portal: &Portal) -> Outcome<()> {
        PageLog::read(&self.chain.browser, portal.origin())?;
        Ok(())
    }

    /// The language of this walk.
    pub fn language(&self) -> Language {
        self.language
    }

    /// Opens a page in the language of this walk.
    pub fn open(&self, portal: &Portal, path: &str) -> Outcome<()> {
        let mark = if path.contains('?') { '&' } else { '?' };
        let address = format!("{path}{mark}lang={}", self.language.code());
        self.chain.browser.open(&portal.address(&address))?;
        self.chain.browser.wait_for_program()?;
        self.wait_for_heading()
    }

    /// Clicks the control of this name.
    pub fn click(&self, name: Words) -> Outcome<()> {
        self.chain
            .browser
            .click(words::in_language(name, self.language))
    }

    /// Types into the field of this name.
    pub fn fill(&self, name: Words, text: &str) -> Outcome<()> {
        let name = words::in_language(name, self.language);
        self.chain.browser.fill(name, text)
    }

    /// Opens the card page and clicks one of its doors.
    pub fn begin(&self, portal: &Portal, act: Words) -> Outcome<()> {
        self.open(portal, CARD_PAGE)?;
        self.click(act)
    }

    /// The same, up to the PIN.
    pub fn present_card(&mut self, portal: &Portal, act: Words) -> Outcome<()> {
        self.begin(portal, act)?;
        self.chain.enter_pin()
    }

    /// Opens a page on a phone, where its scripts do not run, and reads what stands there.
    pub fn read_without_scripts(
        &mut self,
        portal: &Portal,
        name: &'static str,
        path: &str,
    ) -> Outcome<()> {
        let state = states::named(name).ok_or_else(|| format!("no state is called {name}"))?;
        let language = self.language;
        let browser = &self.chain.browser;
        let address = format!("{path}?lang={}", language.code());
        let (width, height) = PHONE;
        browser.let_scripts_run(false)?;
        browser.set_screen(width, height)?;
        browser.open(&portal.address(&address))?;
        self.wait_for_heading()?;
        let file = format!("{name}.without-scripts.{}.{width}.png", language.code());
        browser.photograph_whole(&product::pictures_of_the_portal().join(file))?;
        let mut faults = faults_of_frame(browser, state, language)?;
        faults.extend(faults_without_scripts(browser, name)?);
        // The page's own were passed over for good; axe-core's need a clock.
        browser.let_scripts_run(true)?;
        if CHECKED.contains(&(language, width)) {
            faults.extend(self.axe.violations(browser)?);
        }
        let (width, height) = SCREENS[0];
        browser.set_screen(width, height)?;
        faults.extend(faults_of_log(browser, portal, state)?);
        self.tell(&format!("{name} without scripts"), faults);
        Ok(())
    }

    /// Looks at the page as it is now, which is this state.
    pub fn look(&mut self, portal: &Portal, name: &'static str) -> Outcome<()> {
        let state = states::named(name).ok_or_else(|| format!("no state is called {name}"))?;
        let language = self.language;
        let browser = &self.chain.browser;
        let mut faults = Vec::new();
        for (width, height) in SCREENS {
            browser.set_screen(width, height)?;
            let file = format!("{name}.{}.{width}.png", language.code());
            browser.photograph_whole(&product::pictures_of_the_portal().join(file))?;
            if CHECKED.contains(&(language, width)) {
                let found = self.axe.violations(browser)?;
                faults.extend(
                    found
                        .into_iter()
                        .map(|fault| format!("{width} px: {fault}")),
                );
            }
        }
        let (width, height) = NARROWEST;
        browser.set_screen(width, height)?;
        let sideways = browser.sideways_scroll()?;
        if sideways > 0 {
            faults.push(format!("{width} px: scrolls {sideways} px sideways"));
        }
        let (width, height) = SCREENS[0];
        browser.set_screen(width, height)?;

        faults.extend(faults_of_frame(browser, state, language)?);
        faults.extend(faults_of_log(browser, portal, state)?);
        self.tell(name, faults);
        self.seen.push((name, language));
        Ok(())
    }

    fn tell(&mut self, name: &str, faults: impl IntoIterator<Item = String>) {
        let place = format!("{name} in {}", self.language.code());
        let faults = faults.into_iter().map(|fault| format!("{place}: {fault}"));
        self.faults.extend(faults);
    }

    /// The faults found so far; they and what was seen are forgotten.
    pub fn take_faults(&mut self) -> Vec<String> {
        self.seen.clear();
        std::mem::take(&mut self.faults)
    }

    /// Ends a story: every state of it was seen in every language, and nothing was wrong.
    pub fn finish(&mut self, story: Story) -> Outcome<()> {
        let seen = self.seen.clone();
        let mut faults = self.take_faults();
        for state in STATES.iter().filter(|state| state.story == story) {
            for language in Language::ALL {
                if !seen.contains(&(state.name, language)) {
                    faults.push(format!(
                        "{} was not seen in {}",
                        state.name,
                        language.code()
                    ));
                }
            }
        }
        match faults.is_empty() {
            true => Ok(()),
            false => Err(Failure::from(format!("\n{}", faults.join("\n")))),
        }
    }

    /// Waits until the page has its heading in the language of this walk.
    pub fn wait_for_heading(&self) -> Outcome<()> {
        let language = self.language.code();
        Ok(wait_until("heading of the page", || {
            let frame = self.chain.browser.frame();
            frame.is_ok_and(|frame| frame.language == language && !frame.headings.is_empty())
        })?)
    }

    /// Waits until the control of this name is there.
    pub fn wait_for_control(&self, name: Words) -> Outcome<()> {
        let name = words::in_language(name, self.language);
        Ok(wait_until(&format!("control \"{name}\""), || {
            self.chain.browser.offers(name).unwrap_or_default()
        })?)
    }

    /// Waits until something on the page matches this selector.
    pub fn wait_for_element(&self, selector: &str) -> Outcome<()> {
        let look = format!("return document.querySelector('{selector}') !== null");
        Ok(wait_until(&format!("element {selector}"), || {
            let there = self.chain.browser.script(&look);
            there.is_ok_and(|there| there == true)
        })?)
    }

    /// Opens a service's page and waits until the server has answered what it asked.
    pub fn open_service(&self, portal: &Portal, path: &str) -> Outcome<()> {
        self.open(portal, path)?;
        self.wait_for_control(words::LOG_OUT)?;
        Ok(wait_until("content of the service's page", || {
            let waiting = self.chain.browser.script(
                "return [...document.querySelectorAll('main [role=status]')]
                   .some(status => status.textContent.endsWith('…'));",
            );
            waiting.is_ok_and(|waiting| waiting == false)
        })?)
    }

    /// Waits until the page shows this refusal, with all that belongs to it.
    pub fn expect_refusal(&self, code: &str) -> Outcome<()> {
        self.chain.expect_refusal(code)?;
        let alert = self.chain.browser.wait_for_alert()?;
        refusal::expect_whole(&alert, self.language)
    }
}

/// What is wrong with title, heading and language of a page in this state.
fn faults_of_frame(browser: &Browser, state: &State, language: Language) -> Outcome<Vec<String>> {
    let mut faults = Vec::new();
    let frame = browser.frame()?;
    if frame.language != language.code() {
        faults.push(format!("its language is {:?}", frame.language));
    }
    match &frame.headings[..] {
        [heading] => {
            let shown = frame.title.strip_suffix(" – Sistema Tessera Sanitaria");
            if shown.unwrap_or(&frame.title) != heading {
                faults.push(format!("{frame:?}"));
            }
            if language == Language::It && heading != state.heading {
                faults.push(format!("its heading is {heading:?}"));
            }
        }
        headings => faults.push(format!("headings {headings:?}")),
    }
    Ok(faults)
}

/// What was asked for in vain or of strangers, and what the page complained of.
fn faults_of_log(browser: &Browser, portal: &Portal, state: &State) -> Outcome<Vec<String>> {
    let log = PageLog::read(browser, portal.origin())?;
    Ok(log.faults(|fault| state.refused.iter().any(|part| fault.contains(part))))
}

/// What a reader without JavaScript misses: the text, or the word that more needs it.
fn faults_without_scripts(browser: &Browser, name: &str) -> Outcome<Vec<String>> {
    let read = IsolatedWorld::in_page_of(browser)?.evaluate(
        "(() => {
           const note = document.querySelector('main noscript');
           const texts = [...document.querySelectorAll('main :is(p, li):not(nav *, noscript *)')];
           return {
             text: texts.map(text => text.innerText).join(' '),
             note: note?.checkVisibility() ? note.innerText : '',
           };
         })()",
    )?;
    let said = |part: &str| read[part].as_str().unwrap_or_default().to_owned();
    let (text, note) = (said("text"), said("note"));
    let mut faults = Vec::new();
    let is_due = states::NEEDS_SCRIPTS.contains(&name);
    if note.contains("JavaScript") != is_due {
        faults.push(format!("that it needs JavaScript is due: {is_due}"));
    }
    if text.len() < LEAST_TEXT {
        faults.push(format!("it says next to nothing: {text:?}"));
    }
    Ok(faults)
}
