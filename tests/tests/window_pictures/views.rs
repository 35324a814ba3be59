//! Every stage of the window, with the most there is to say in it.

use protocol::{
    Language,
    window::{
        CertificateRefusal, CertificateView, FailedReason, PinProblem, Stage, Tries, WindowView,
    },
};

/// A picture's name, and what is shown in it.
pub type Named = (&'static str, WindowView);

/// Every stage in a language.
pub fn every_stage(lang: Language) -> Vec<Named> {
    let pin = |problem, tries| Stage::WaitingForPin { problem, tries };
    let before_pin_pad = |problem, tries| Stage::BeforePinPad { problem, tries };
    let failed = |reason| Stage::Failed { reason };
    let (incorrect, length) = (Some(PinProblem::Incorrect), Some(PinProblem::Length));
    let stages = [
        ("waiting-for-reader", Stage::WaitingForReader),
        ("waiting-for-service", Stage::WaitingForService),
        ("waiting-for-card", Stage::WaitingForCard),
        ("reading-card", Stage::ReadingCard),
        ("choosing-certificate", Stage::ChoosingCertificate),
        ("pin", pin(None, Tries::Unknown)),
        ("pin-last-try", pin(None, Tries::Told(1))),
        ("pin-perhaps-last-try", pin(None, Tries::PerhapsLast)),
        ("pin-incorrect", pin(incorrect, Tries::Unknown)),
        ("pin-incorrect-tries-left", pin(incorrect, Tries::Told(2))),
        ("pin-incorrect-last-try", pin(incorrect, Tries::Told(1))),
        (
            "pin-incorrect-perhaps-last-try",
            pin(incorrect, Tries::PerhapsLast),
        ),
        ("pin-length", pin(length, Tries::Unknown)),
        (
            "pin-length-perhaps-last-try",
            pin(length, Tries::PerhapsLast),
        ),
        (
            "pin-pad",
            Stage::WaitingForPinPad {
                tries: Tries::Unknown,
            },
        ),
        (
            "pin-pad-perhaps-last-try",
            Stage::WaitingForPinPad {
                tries: Tries::PerhapsLast,
            },
        ),
        ("before-pin-pad", before_pin_pad(None, Tries::PerhapsLast)),
        (
            "before-pin-pad-incorrect",
            before_pin_pad(incorrect, Tries::Told(2)),
        ),
        (
            "before-pin-pad-length",
            before_pin_pad(length, Tries::Unknown),
        ),
        ("signing", Stage::Signing),
        ("failed-pin-locked", failed(FailedReason::PinLocked)),
        (
            "failed-pin-not-initialised",
            failed(FailedReason::PinNotInitialised),
        ),
        ("failed-pin-expired", failed(FailedReason::PinExpired)),
        ("failed-card-unknown", failed(FailedReason::CardUnknown)),
        ("failed-no-middleware", failed(FailedReason::NoMiddleware)),
        ("failed-card-removed", failed(FailedReason::CardRemoved)),
        ("failed-module-failed", failed(FailedReason::ModuleFailed)),
        ("failed-timed-out", failed(FailedReason::TimedOut)),
    ];
    let mut views: Vec<Named> = stages
        .into_iter()
        .map(|(name, stage)| (name, view(lang, stage, usable())))
        .collect();
    let mut one_usable = refused();
    one_usable.insert(0, certificate("NICOLÒ DALL’ARMELLINA", None));
    views.push((
        "pin-beside-refused",
        view(lang, pin(None, Tries::Unknown), one_usable),
    ));
    let no_certificate = failed(FailedReason::NoCertificate);
    views.push((
        "failed-blank-card",
        view(lang, no_certificate.clone(), vec![]),
    ));
    views.push((
        "failed-no-certificate",
        view(lang, no_certificate, refused()),
    ));
    // The last: with it the window closes by itself.
    views.push(("done", view(lang, Stage::Done, usable())));
    views
}

fn view(lang: Language, stage: Stage, certificates: Vec<CertificateView>) -> WindowView {
    WindowView {
        lang,
        origin: "https://sistemats.it".into(),
        chosen: (stage != Stage::ChoosingCertificate).then_some(0),
        stage,
        certificates,
    }
}

/// Two to choose from, and one that is no choice.
fn usable() -> Vec<CertificateView> {
    vec![
        certificate("NICOLÒ DALL’ARMELLINA", None),
        certificate("JOSEF ÖTTL-NIEDERKOFLER", None),
        certificate("NICOLÒ DALL’ARMELLINA", Some(CertificateRefusal::Expired)),
    ]
}

/// One of each that cannot be used.
fn refused() -> Vec<CertificateView> {
    use CertificateRefusal::{Expired, NotCns, NotYetValid, Purpose, WeakKey};
    [Expired, NotYetValid, Purpose, NotCns, WeakKey]
        .map(|refusal| certificate("NICOLÒ DALL’ARMELLINA", Some(refusal)))
        .into()
}

fn certificate(name: &str, refusal: Option<CertificateRefusal>) -> CertificateView {
    CertificateView {
        name: name.into(),
        codice_fiscale: "DLLNCL80A01H501U".into(),
        issuer: "Regione Trentino-Alto Adige/Südtirol - CA Cittadini".into(),
        expires: "2029-03-14".into(),
        refusal,
    }
}
