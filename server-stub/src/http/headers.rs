//! Headers every answer carries.

use axum::{
    http::{HeaderName, HeaderValue, header},
    response::Response,
};

/// Nothing but the portal's own files; no page may hold it in a frame (CSP 3).
const CONTENT_SECURITY_POLICY: &str = "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; \
    style-src 'self'; img-src 'self' data:; font-src 'self'; connect-src 'self'; \
    base-uri 'none'; form-action 'self'; frame-ancestors 'none'";

/// For a PDF, which is no page: what its tab shows is the browser's own viewer, and some
/// hold that to the document's policy. Edge's loses its toolbar without its styles
/// (MicrosoftEdge/DevTools#427), older Chromium's is not let in (crbug.com/271452).
const DOCUMENT_SECURITY_POLICY: &str = "script-src 'none'; connect-src 'none'; base-uri 'none'; \
    form-action 'none'; frame-ancestors 'none'";

/// What no page of the portal uses.
const PERMISSIONS_POLICY: &str = "camera=(), display-capture=(), geolocation=(), microphone=(), \
    payment=(), usb=()";

/// Two years (RFC 6797).
const STRICT_TRANSPORT_SECURITY: &str = "max-age=63072000";

/// How many join a handler's own: these, the request's number and the length.
const COUNT: usize = 12;

/// Adds them; under `/api` also that the answer is stored nowhere, and where the portal has TLS that
/// it is to be reached by it alone.
pub fn add(response: &mut Response, is_under_api: bool, is_https: bool) {
    let headers = response.headers_mut();
    headers.reserve(COUNT);
    let is_document = headers
        .get(header::CONTENT_TYPE)
        .is_some_and(|kind| kind == "application/pdf");
    let security_policy = if is_document {
        DOCUMENT_SECURITY_POLICY
    } else {
        CONTENT_SECURITY_POLICY
    };
    let mut set = |name: HeaderName, value: &'static str| {
        headers.insert(name, HeaderValue::from_static(value));
    };
    set(header::CONTENT_SECURITY_POLICY, security_policy);
    set(header::X_CONTENT_TYPE_OPTIONS, "nosniff");
    // For who does not know `frame-ancestors`.
    set(header::X_FRAME_OPTIONS, "DENY");
    set(
        HeaderName::from_static("x-permitted-cross-domain-policies"),
        "none",
    );
    set(header::REFERRER_POLICY, "same-origin");
    set(
        HeaderName::from_static("permissions-policy"),
        PERMISSIONS_POLICY,
    );
    set(
        HeaderName::from_static("cross-origin-opener-policy"),
        "same-origin",
    );
    set(
        HeaderName::from_static("cross-origin-resource-policy"),
        "same-origin",
    );
    if is_https {
        set(header::STRICT_TRANSPORT_SECURITY, STRICT_TRANSPORT_SECURITY);
    }
    if is_under_api {
        set(header::CACHE_CONTROL, "no-store");
    }
}
