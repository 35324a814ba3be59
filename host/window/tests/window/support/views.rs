//! Views as the host would send them.

use protocol::Language;
use protocol::window::{
    CertificateRefusal, CertificateView, FailedReason, PinProblem, Stage, Tries, WindowView,
};

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

/// A PIN to be typed on the reader's keys, when the person says so.
pub fn before_pin_pad() -> WindowView {
    WindowView {
        chosen: Some(1),
        ..view(Stage::BeforePinPad {
            problem: Some(PinProblem::Incorrect),
            tries: Tries::PerhapsLast,
        })
    }
}

/// Every stage, with the most there is to say in it.
pub fn every_stage() -> Vec<WindowView> {
    let tries = Tries::PerhapsLast;
    let mut views: Vec<WindowView> = [
        Stage::WaitingForReader,
        Stage::WaitingForCard,
        Stage::ReadingCard,
        Stage::ChoosingCertificate,
        Stage::WaitingForPin {
            problem: Some(PinProblem::Incorrect),
            tries,
        },
        Stage::WaitingForPinPad { tries },
        Stage::Signing,
    ]
    .map(view)
    .into();
    views.push(before_pin_pad());
    views.extend(FailedReason::ALL.map(|reason| view(Stage::Failed { reason })));
    for view in &mut views {
        view.chosen = Some(1);
    }
    views
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
