//! From a picture to the properties of `ui/window.slint`.

use protocol::window::PIN_LENGTH_MAX;
use slint::{ModelRc, SharedString, VecModel};

use crate::picture::{CertificateText, Drawing, Picture};
use crate::pin_line::Fit;

/// What the build makes of `ui/`; generated, so that it follows its generator's rules.
#[allow(missing_docs, clippy::all, clippy::unwrap_used, clippy::todo)]
mod ui {
    slint::include_modules!();
}

pub use ui::RequestWindow;

/// Shows a picture.
pub fn picture(window: &RequestWindow, picture: &Picture) {
    window.set_window_title(picture.title.into());
    window.set_origin(picture.origin.as_str().into());
    window.set_asks(picture.asks.into());
    window.set_drawing(drawing(picture.drawing));
    window.set_heading(picture.heading.into());
    window.set_explanation(picture.explanation.as_str().into());
    window.set_warning(picture.warning.as_str().into());
    window.set_chosen_label(picture.chosen_label.into());
    window.set_has_chosen(picture.chosen.is_some());
    window.set_chosen(picture.chosen.as_ref().map(row).unwrap_or_default());
    window.set_refused_label(picture.refused_label.into());
    window.set_refused(model(picture.refused.iter().map(row).collect()));
    window.set_pin_label(picture.pin_label.into());
    window.set_pin_hint(picture.pin_hint.into());
    window.set_pin_too_long(picture.pin_too_long.into());
    window.set_asks_pin(picture.asks_pin);
    window.set_offers_reader(picture.offers_reader);
    window.set_submit_text(picture.submit.into());
    window.set_cancel_text(picture.cancel.into());
    window.set_is_over(picture.is_over);
    window.set_certificates_label(picture.certificates_label.into());
    window.set_choosing(picture.is_choosing);
    window.set_current_certificate(i32::try_from(picture.current).unwrap_or_default());
    window.set_certificates(model(picture.certificates.iter().map(row).collect()));
}

/// The most bullets the field has room for; more characters are one thing, too many.
const BULLETS_MAX: usize = 2 * PIN_LENGTH_MAX;

/// Shows how much is typed.
pub fn typed(window: &RequestWindow, length: usize, fit: Fit) {
    window.set_bullets("●".repeat(length.min(BULLETS_MAX)).into());
    window.set_submittable(fit == Fit::Right);
    window.set_too_long(fit == Fit::TooLong);
}

fn model<T: Clone + 'static>(items: Vec<T>) -> ModelRc<T> {
    ModelRc::new(VecModel::from(items))
}

fn row(certificate: &CertificateText) -> ui::CertificateRow {
    let details = certificate.details.iter().map(SharedString::from);
    ui::CertificateRow {
        name: certificate.name.as_str().into(),
        details: model(details.collect()),
        refusal: certificate.refusal.into(),
        usable: certificate.is_usable(),
        spoken: certificate.spoken.as_str().into(),
    }
}

fn drawing(drawing: Drawing) -> ui::Drawing {
    match drawing {
        Drawing::None => ui::Drawing::None,
        Drawing::Reader => ui::Drawing::Reader,
        Drawing::Card => ui::Drawing::Card,
        Drawing::Busy => ui::Drawing::Busy,
        Drawing::PinPad => ui::Drawing::PinPad,
        Drawing::Done => ui::Drawing::Done,
        Drawing::Failed => ui::Drawing::Failed,
    }
}
