//! Views as the host would send them.

use protocol::Language;
use protocol::window::{CertificateRefusal, CertificateView, PinProblem, Stage, Tries, WindowView};

pub fn view(stage: Stage) -> WindowView {
    WindowView {
        lang: Language::It,
        origin: "https://sistemats.it".into(),
        stage,
        certificates: vec![
            certificate("Mario Rossi", Some(CertificateRefusal::Expired)),
            certificate("Maria Rossi", None),
            certificate("Anna Rossi", None),
        ],
        chosen: None,
    }
}

/// One usable certificate, its PIN asked for.
pub fn pin() -> WindowView {
    pin_after(None)
}

pub fn pin_after(problem: Option<PinProblem>) -> WindowView {
    WindowView {
        chosen: Some(1),
        ..view(Stage::WaitingForPin {
            problem,
            tries: Tries::Told(2),
        })
    }
}

fn certificate(name: &str, refusal: Option<CertificateRefusal>) -> CertificateView {
    CertificateView {
        name: name.into(),
        codice_fiscale: "RSSMRA80A01H501U".into(),
        issuer: "Regione Lazio - CA Cittadini".into(),
        expires: "2029-03-14".into(),
        refusal,
    }
}
