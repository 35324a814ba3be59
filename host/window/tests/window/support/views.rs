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

/// What a PIN is asked for with the most to be said before: the longest warning.
pub fn pin_of_wrong_length() -> WindowView {
    let problem = Some(PinProblem::Length);
    let tries = Tries::PerhapsLast;
    WindowView {
        stage: Stage::WaitingForPin { problem, tries },
        ..pin()
    }
}

/// A PIN for the one certificate that can be used, beside one of each that cannot.
pub fn pin_beside_refused() -> WindowView {
    let mut asked = pin();
    asked.certificates = refused();
    asked
        .certificates
        .insert(1, certificate("Maria Rossi", None));
    asked
}

/// A card on which nothing can be used.
pub fn no_certificate() -> WindowView {
    let reason = FailedReason::NoCertificate;
    WindowView {
        certificates: refused(),
        ..view(Stage::Failed { reason })
    }
}

/// One of each that cannot be used.
fn refused() -> Vec<CertificateView> {
    use CertificateRefusal::{Expired, NotCns, NotYetValid, Purpose, WeakKey};
    [Expired, NotYetValid, Purpose, NotCns, WeakKey]
        .map(|refusal| certificate("Mario Rossi", Some(refusal)))
        .into()
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
        Stage::WaitingForService,
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
