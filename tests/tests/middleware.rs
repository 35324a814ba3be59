//! The virtual CNS under the real middleware, used with OpenSC's own tools.

use std::{
    fs,
    process::{Command, ExitCode},
};

use end_to_end::{
    Outcome,
    card::PIN_TRIES,
    middleware::Middleware,
    people::{ANNA_VERDI, Issuer},
    reader::InsertedCard,
    suite,
    waiting::wait_until,
};
use tempfile::TempDir;

const PIN: &str = "62951";

struct Stage {
    middleware: Middleware,
    issuer: Issuer,
    folder: TempDir,
}

fn main() -> ExitCode {
    suite::run(&[
        ("opensc_knows_the_card", opensc_knows_the_card),
        (
            "everything_but_the_private_key_shows_without_a_pin",
            everything_but_the_private_key_shows_without_a_pin,
        ),
        (
            "signatures_verify_against_the_certificate",
            signatures_verify_against_the_certificate,
        ),
        (
            "three_wrong_pins_lock_the_card",
            three_wrong_pins_lock_the_card,
        ),
        ("a_card_taken_out_is_gone", a_card_taken_out_is_gone),
        (
            "a_card_serves_in_the_second_reader_too",
            a_card_serves_in_the_second_reader_too,
        ),
        ("readers_come_and_go", readers_come_and_go),
    ])
}

impl suite::Stage for Stage {
    fn start() -> Outcome<Stage> {
        let folder = tempfile::tempdir()?;
        Ok(Stage {
            middleware: Middleware::start(folder.path())?,
            issuer: Issuer::new(),
            folder,
        })
    }

    fn expect_at_rest(&mut self) -> Outcome<()> {
        Ok(wait_until("empty readers", || {
            !self.finds_a_card(0) && !self.finds_a_card(1)
        })?)
    }
}

/// What a tool said, and whether it was content.
struct Told {
    content: bool,
    said: String,
}

impl Stage {
    fn insert(&self) -> Outcome<InsertedCard> {
        let card = self.issuer.issue(&ANNA_VERDI, PIN)?;
        let inserted = self.middleware.first_reader().insert(card)?;
        wait_until("card in the reader", || self.finds_a_card(0))?;
        Ok(inserted)
    }

    fn finds_a_card(&self, reader: u8) -> bool {
        let told = self.tool(&format!("opensc-tool -r {reader} -n"));
        told.is_ok_and(|told| told.content)
    }

    fn lists_readers(&self) -> bool {
        let told = self.tool("opensc-tool -l");
        told.is_ok_and(|told| told.said.contains("Virtual PCD"))
    }

    fn pkcs11(&self, arguments: &str) -> Outcome<Told> {
        self.tool(&format!(
            "pkcs11-tool --module opensc-pkcs11.so {arguments}"
        ))
    }

    /// Runs a command line in the stage's folder.
    fn tool(&self, line: &str) -> Outcome<Told> {
        let mut words = line.split_whitespace();
        let output = Command::new(words.next().unwrap_or_default())
            .args(words)
            .envs(self.middleware.client_environment())
            .env("HOME", self.folder.path())
            .current_dir(self.folder.path())
            .output()?;
        let said = [output.stdout, output.stderr].concat();
        Ok(Told {
            content: output.status.success(),
            said: String::from_utf8_lossy(&said).into_owned(),
        })
    }
}

fn opensc_knows_the_card(stage: &mut Stage) -> Outcome<()> {
    let _card = stage.insert()?;
    let name = stage.tool("opensc-tool -n")?.said;
    assert!(name.contains("CNS card"), "{name}");
    Ok(())
}

fn everything_but_the_private_key_shows_without_a_pin(stage: &mut Stage) -> Outcome<()> {
    let card = stage.insert()?;
    let public = stage.pkcs11("-O")?.said;
    assert!(public.contains("Certificate Object"), "{public}");
    assert!(!public.contains("Private Key Object"), "{public}");

    let private = stage.pkcs11(&format!("-O --login --pin {PIN}"))?.said;
    assert!(private.contains("Private Key Object"), "{private}");
    let slots = stage.pkcs11("-L")?.said;
    assert!(slots.contains("ANNA VERDI (PIN CNS0)"), "{slots}");
    assert_eq!(card.signatures(), 0);
    Ok(())
}

fn signatures_verify_against_the_certificate(stage: &mut Stage) -> Outcome<()> {
    let card = stage.insert()?;
    let carry_out = |told: Told| match told.content {
        true => Ok(told.said),
        false => Err(told.said),
    };
    carry_out(stage.pkcs11("--read-object --type cert --id 01 -o certificate")?)?;
    let public_key = "openssl x509 -inform DER -in certificate -noout -pubkey -out public-key";
    carry_out(stage.tool(public_key)?)?;
    fs::write(stage.folder.path().join("message"), "message")?;

    for (mechanism, padding) in [
        ("SHA256-RSA-PKCS", ""),
        (
            "SHA256-RSA-PKCS-PSS",
            "-sigopt rsa_padding_mode:pss -sigopt rsa_pss_saltlen:32",
        ),
    ] {
        let before = card.signatures();
        carry_out(stage.pkcs11(&format!(
            "--login --pin {PIN} --sign -m {mechanism} -i message -o signature"
        ))?)?;
        assert_eq!(card.signatures(), before + 1);
        let verified = carry_out(stage.tool(&format!(
            "openssl dgst -sha256 -verify public-key {padding} -signature signature message"
        ))?)?;
        assert!(verified.contains("Verified OK"), "{verified}");
    }
    Ok(())
}

fn three_wrong_pins_lock_the_card(stage: &mut Stage) -> Outcome<()> {
    let card = stage.insert()?;
    let login = |pin: &str| stage.pkcs11(&format!("-O --login --pin {pin}"));
    for left in (1..PIN_TRIES).rev() {
        let wrong = login("00000")?.said;
        assert!(wrong.contains("CKR_PIN_INCORRECT"), "{wrong}");
        assert_eq!(card.pin_tries_left(), left);
    }
    let third = login("00000")?.said;
    assert!(third.contains("CKR_PIN_LOCKED"), "{third}");
    let right_but_late = login(PIN)?.said;
    assert!(
        right_but_late.contains("CKR_PIN_LOCKED"),
        "{right_but_late}"
    );
    Ok(())
}

fn a_card_taken_out_is_gone(stage: &mut Stage) -> Outcome<()> {
    let card = stage.insert()?.remove();
    wait_until("reader without a card", || !stage.finds_a_card(0))?;
    assert!(!card.is_logged_in());
    Ok(())
}

fn a_card_serves_in_the_second_reader_too(stage: &mut Stage) -> Outcome<()> {
    let card = stage.issuer.issue(&ANNA_VERDI, PIN)?;
    let _inserted = stage.middleware.second_reader().insert(card)?;
    wait_until("card in the second reader", || stage.finds_a_card(1))?;
    Ok(())
}

fn readers_come_and_go(stage: &mut Stage) -> Outcome<()> {
    let card = stage.insert()?.remove();
    stage.middleware.disconnect_readers()?;
    wait_until("no reader", || !stage.lists_readers())?;
    stage.middleware.connect_readers()?;
    wait_until("reader", || stage.lists_readers())?;
    let _card = stage.middleware.first_reader().insert(card)?;
    wait_until("card in the reader", || stage.finds_a_card(0))?;
    Ok(())
}
