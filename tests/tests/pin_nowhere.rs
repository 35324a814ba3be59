//! The PIN is typed in the host's window and exists nowhere else (contract §3).

use std::{
    fs,
    io::{Read, Write},
    net::TcpStream,
    process::{Command, ExitCode},
};

use end_to_end::{
    Outcome,
    chain::Chain,
    people::LUCA_BIANCHI,
    pin_window::wait_until_no_window,
    portal::{Portal, PortalSetup},
    secrecy::{Finding, NativeMessages, ProcessWatch, RecordingProxy, Secret},
    suite,
    waiting::wait_until,
};

/// Eight digits in no order that a time, a port or a number of ours could have.
const PIN: &str = "70294618";

/// What the person types first, by mistake: as telling as the PIN.
const MISTYPED: &str = "70294681";

/// Keeps what extension and page say to each other.
const KEEP_MESSAGES: &str = "window.heard = [];
    window.addEventListener('message', event => window.heard.push(JSON.stringify(event.data)));
    for (const kind of ['keydown', 'input', 'paste'])
      window.addEventListener(kind, event => window.heard.push(kind + (event.key ?? '')), true);";

fn main() -> ExitCode {
    suite::run(&[
        ("a_planted_secret_is_found", a_planted_secret_is_found),
        ("the_pin_is_found_nowhere", the_pin_is_found_nowhere),
    ])
}

/// Everything that listens.
struct Ears {
    proxy: RecordingProxy,
    portal: Portal,
    native_messages: NativeMessages,
    processes: ProcessWatch,
}

impl Ears {
    fn open(chain: &Chain) -> Outcome<Ears> {
        let proxy = RecordingProxy::new()?;
        let portal = Portal::set_up(&PortalSetup {
            issuer: &chain.issuer,
            operators: &[LUCA_BIANCHI],
            challenge_seconds: 300,
            public_port: Some(proxy.port()?),
        })?;
        proxy.pass_on_to(portal.port())?;
        chain.welcome(&portal)?;
        chain.browser.run_in_every_page(KEEP_MESSAGES)?;
        Ok(Ears {
            native_messages: NativeMessages::record(&chain.workstation)?,
            processes: ProcessWatch::begin(secret()),
            proxy,
            portal,
        })
    }

    /// What was found in all that was heard; that something was is made sure of.
    fn close(self, secret: &Secret) -> Outcome<Vec<Finding>> {
        let http = self.proxy.record();
        expect_words(
            "HTTP",
            &http,
            &[
                "POST /api/registrations",
                "POST /api/session",
                "unverifiedCertificate",
                "gestione-ts",
            ],
        )?;
        let lower_case = String::from_utf8_lossy(&http).to_lowercase();
        assert!(
            !lower_case.contains("content-encoding"),
            "an answer was compressed"
        );
        let to_host = self.native_messages.to_host()?;
        expect_words("to the host", &to_host, &["challengeNonce"])?;
        let from_host = self.native_messages.from_host()?;
        expect_words(
            "from the host",
            &from_host,
            &["waiting-for-pin", "unverifiedCertificate"],
        )?;
        let seen = self.processes.end();
        for program in [
            "tessera-host",
            "tessera-window",
            "server-stub",
            "chromium",
            "pcscd",
        ] {
            assert!(seen.programs.contains(program), "{program} was not seen");
            assert!(
                seen.environments.contains(program),
                "{program} was not seen"
            );
        }

        let mut findings = seen.findings;
        for (place, bytes) in [
            ("HTTP", &http),
            ("the messages to the host", &to_host),
            ("the messages from the host", &from_host),
        ] {
            findings.extend(secret.look_in(place, bytes));
        }
        Ok(findings)
    }
}

fn secret() -> Secret {
    Secret::new(PIN).or(MISTYPED)
}

fn the_pin_is_found_nowhere(chain: &mut Chain) -> Outcome<()> {
    let ears = Ears::open(chain)?;
    let card = chain.insert(chain.issuer.issue(&LUCA_BIANCHI, PIN)?)?;
    let secret = secret();
    let mut findings = Vec::new();
    let mut heard_in_pages = String::new();

    for (act, page) in [
        ("Registra CNS", "/area-riservata/registrazione"),
        ("Effettua la login", "/servizi"),
    ] {
        chain.begin(&ears.portal, act)?;
        for typed in [MISTYPED, PIN] {
            let mut window = chain.window()?;
            window.type_pin(typed)?;
            let shown = window.text()?;
            assert!(
                shown.contains("●●●●●●●●"),
                "the window is not read: {shown}"
            );
            findings.extend(secret.look_in("the window's accessibility tree", shown.as_bytes()));
            window.press("Return")?;
            if typed == MISTYPED {
                window.wait_for_text("Il PIN non è corretto")?;
            }
        }
        chain.browser.wait_for_page(page)?;
        // It still says that it is done.
        wait_until_no_window(&chain.workstation)?;
        let heard = chain.browser.script("return window.heard.join('\\n')")?;
        heard_in_pages.push_str(heard.as_str().unwrap_or_default());
    }
    chain.expect_all_let_go(Some(&card))?;
    assert_eq!((card.verifications(), card.signatures()), (4, 2));

    findings.extend(secret.look_in("the page", chain.browser.text()?.as_bytes()));
    findings.extend(secret.look_in("the page's messages", heard_in_pages.as_bytes()));
    expect_words(
        "the page",
        heard_in_pages.as_bytes(),
        &["tessera:authenticate-success"],
    )?;
    findings.extend(secret.look_below(chain.workstation.folder())?);
    findings.extend(secret.look_below(ears.portal.folder())?);
    findings.extend(ears.close(&secret)?);
    assert!(findings.is_empty(), "the PIN was seen: {findings:?}");
    Ok(())
}

/// An ear that heard nothing proves nothing.
fn expect_words(ear: &str, heard: &[u8], words: &[&str]) -> Outcome<()> {
    let heard = String::from_utf8_lossy(heard);
    match words.iter().find(|word| !heard.contains(**word)) {
        Some(word) => Err(format!("{ear}: did not hear {word}").into()),
        None => Ok(()),
    }
}

fn a_planted_secret_is_found(chain: &mut Chain) -> Outcome<()> {
    let secret = secret();
    let ears = Ears::open(chain)?;

    let planted = chain.workstation.folder().join("home/planted.log");
    fs::write(&planted, format!("PIN {PIN} accepted"))?;
    let below = secret.look_below(chain.workstation.folder())?;
    assert_eq!(below.len(), 1, "{below:?}");
    fs::remove_file(&planted)?;

    let mut connection = TcpStream::connect(("127.0.0.1", ears.proxy.port()?))?;
    let request = format!("GET /api/session?pin={PIN} HTTP/1.0\r\n\r\n");
    connection.write_all(request.as_bytes())?;
    connection.read_to_end(&mut Vec::new())?;
    assert!(secret.look_in("HTTP", &ears.proxy.record()).is_some());

    chain.browser.open(&ears.portal.address("/"))?;
    chain.browser.script(&format!(
        "window.postMessage({{pin: '{PIN}'}}, location.origin)"
    ))?;
    wait_until("planted message", || {
        let heard = chain.browser.script("return window.heard.join('\\n')");
        heard.is_ok_and(|heard| {
            secret
                .look_in("page", heard.to_string().as_bytes())
                .is_some()
        })
    })?;

    let sleep = ["sleep 0.3", "true"].join("; ");
    Command::new("sh").args(["-c", &sleep, PIN]).status()?;
    Command::new("sleep")
        .arg("0.3")
        .env("TYPED", PIN)
        .status()?;
    let places: Vec<String> = ears
        .processes
        .end()
        .findings
        .into_iter()
        .map(|finding| finding.place)
        .collect();
    for place in ["the arguments of sh", "the environment of sleep"] {
        assert!(
            places.iter().any(|found| found == place),
            "{place} in {places:?}"
        );
    }
    Ok(())
}
