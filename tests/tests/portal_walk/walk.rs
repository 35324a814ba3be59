//! Walking: what is looked at in every state, and what must hold for all of them.

use end_to_end::{
    Failure, Outcome,
    axe::Axe,
    chain::Chain,
    page_log::PageLog,
    people::{Issuer, LUCA_BIANCHI, Person},
    portal::Portal,
    product,
    suite::Stage,
    waiting::wait_until,
    workstation::Workstation,
};
use protocol::Language;

use crate::{
    states::{self, STATES, Story},
    words::{self, Words},
};

/// The screens: a desk's, a tablet's, a phone's.
const SCREENS: [(u32, u32); 3] = [(1280, 900), (768, 1024), (360, 740)];
/// The narrowest screen a page must fit (WCAG 2.1, 1.4.10).
const NARROWEST: (u32, u32) = (320, 640);
/// Where axe-core looks: Italian at a desk and on a phone, the others at one of both.
const CHECKED: [(Language, u32); 4] = [
    (Language::It, 1280),
    (Language::It, 360),
    (Language::De, 360),
    (Language::En, 1280),
];

/// A workstation whose browser is watched, and what was seen there.
pub struct Walk {
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
        // What the browser did before is another's.
        PageLog::read(&self.chain.browser, portal.origin())?;
        Ok(portal)
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
        self.open(portal, end_to_end::chain::CARD_PAGE)?;
        self.click(act)
    }

    /// The same, up to the PIN.
    pub fn present_card(&mut self, portal: &Portal, act: Words) -> Outcome<()> {
        self.begin(portal, act)?;
        let mut window = self.chain.window()?;
        window.enter_pin(end_to_end::chain::PIN)?;
        window.wait_until_gone()
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
        let log = PageLog::read(browser, portal.origin())?;
        let refused = |fault: &str| state.refused.is_some_and(|part| fault.contains(part));
        faults.extend(log.faults(refused));

        let place = format!("{name} in {}", language.code());
        let faults = faults.into_iter().map(|fault| format!("{place}: {fault}"));
        self.faults.extend(faults);
        self.seen.push((name, language));
        Ok(())
    }

    /// Ends a story: every state of it was seen in every language, and nothing was wrong.
    pub fn finish(&mut self, story: Story) -> Outcome<()> {
        let seen = std::mem::take(&mut self.seen);
        let mut faults = std::mem::take(&mut self.faults);
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

    /// Waits until the page shows this refusal.
    pub fn expect_refusal(&self, code: &str) -> Outcome<()> {
        self.chain.expect_refusal(code)
    }
}

/// A fault of each kind, made on purpose, must be told: else a clean walk says nothing.
pub fn a_planted_fault_is_found(walk: &mut Walk) -> Outcome<()> {
    let portal = walk.portal(&[LUCA_BIANCHI], Language::It)?;
    walk.open(&portal, "/faq")?;
    walk.chain.browser.script(
        "const main = document.querySelector('main');
         const plant = (name, attributes) => {
           const element = main.appendChild(document.createElement(name));
           for (const [key, value] of Object.entries(attributes)) {
             element.setAttribute(key, value);
           }
         };
         plant('img', {src: '/assets/nowhere.png'});
         plant('h1', {});
         plant('input', {type: 'text', width: 1, size: 300});
         document.documentElement.lang = 'de';
         return fetch('http://127.0.0.1:9/strange').catch(() => null);",
    )?;
    walk.look(&portal, "faq")?;
    walk.seen.clear();
    let told = std::mem::take(&mut walk.faults).join("\n");
    for fault in [
        "image-alt",
        "label",
        "px sideways",
        "headings [",
        "its language is \"de\"",
        "404 http://localhost",
        "http://127.0.0.1:9/strange",
        "SEVERE",
    ] {
        assert!(told.contains(fault), "{fault} is not told in:\n{told}");
    }
    Ok(())
}
