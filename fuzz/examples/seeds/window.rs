//! What host and window say to each other.

use protocol::Language;
use protocol::window::{
    CertificateRefusal, CertificateView, FailedReason, PinProblem, Stage, Tries, WindowView,
};

use crate::Seed;

/// The first byte is the length of the pipe's pieces.
pub fn lines() -> Vec<Seed> {
    let page = [&b"\xffpin "[..], &[b'7'; 4096 - 5], b"\ncancel\n"].concat();
    let past_page = [&b"\xffready\npin "[..], &[b'7'; 4096 - 4], b"\ncancel\n"].concat();
    vec![
        ("pin", b"\xffready\npin 62951\n".to_vec()),
        ("in-single-bytes", b"\x01ready\npin 62951\n".to_vec()),
        ("choose", b"\x07ready\nchoose 1\npin 12345678\n".to_vec()),
        ("again", b"\x03ready\nagain\n".to_vec()),
        ("cancel", b"\x05ready\ncancel\n".to_vec()),
        ("nonsense", b"\xffchoose -1\nPIN 1\n\npin\n".to_vec()),
        ("without-end", b"\xffready\npin 629".to_vec()),
        ("a-page", page),
        ("past-the-page", past_page),
    ]
}

pub fn views() -> Vec<Seed> {
    let pin = Stage::WaitingForPin {
        problem: Some(PinProblem::Incorrect),
        tries: Tries::Told(2),
    };
    let reader = Stage::BeforePinPad {
        problem: None,
        tries: Tries::PerhapsLast,
    };
    let failed = Stage::Failed {
        reason: FailedReason::PinLocked,
    };
    let card = vec![
        certificate("MARIO ROSSI", None),
        certificate("Größe \"è\"", Some(CertificateRefusal::NotCns)),
    ];
    let signing = view(Stage::Signing, Vec::new());
    let mut cut = signing.clone();
    cut.truncate(cut.len() - 10);
    vec![
        ("waiting-for-card", view(Stage::WaitingForCard, Vec::new())),
        ("choosing", view(Stage::ChoosingCertificate, card.clone())),
        ("pin", view(pin, card.clone())),
        ("before-pin-pad", view(reader, card)),
        ("failed", view(failed, Vec::new())),
        ("junk-then-view", [&b"null\n"[..], &signing].concat()),
        ("cut", cut),
    ]
}

fn view(stage: Stage, certificates: Vec<CertificateView>) -> Vec<u8> {
    let view = WindowView {
        lang: Language::It,
        origin: "https://sistemats.it".to_owned(),
        stage,
        chosen: certificates.first().map(|_| 0),
        certificates,
    };
    let mut line = serde_json::to_vec(&view).expect("a view is plain data");
    line.push(b'\n');
    line
}

fn certificate(name: &str, refusal: Option<CertificateRefusal>) -> CertificateView {
    CertificateView {
        name: name.to_owned(),
        codice_fiscale: "RSSMRA80A01H501U".to_owned(),
        issuer: "Regione Lazio".to_owned(),
        expires: "2028-12-31".to_owned(),
        refusal,
    }
}
