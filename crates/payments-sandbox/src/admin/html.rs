//! How every page is sent.

use askama::Template;
use axum::http::{HeaderName, StatusCode, header};
use axum::response::{IntoResponse as _, Response};

/// No scripts, no frames, no foreign content; forms go to the sandbox itself.
const POLICY: &str = "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

pub(crate) fn page(status: StatusCode, template: &impl Template) -> Response {
    let headers: [(HeaderName, &str); 5] = [
        (header::CONTENT_TYPE, "text/html; charset=utf-8"),
        (header::CACHE_CONTROL, "no-store"),
        (header::CONTENT_SECURITY_POLICY, POLICY),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        // `no-referrer` would turn the Origin of the pages' own forms into `null`.
        (header::REFERRER_POLICY, "same-origin"),
    ];
    match template.render() {
        Ok(text) => (status, headers, text).into_response(),
        Err(_) => StatusCode::INTERNAL_SERVER_ERROR.into_response(),
    }
}

#[derive(Template)]
#[template(path = "notice.html")]
struct Notice<'a> {
    title: &'a str,
    sentence: &'a str,
}

/// A page with one sentence.
pub(crate) fn notice(status: StatusCode, title: &str, sentence: &str) -> Response {
    page(status, &Notice { title, sentence })
}

pub(super) async fn style() -> Response {
    asset(
        "text/css; charset=utf-8",
        include_str!("../../templates/style.css"),
    )
}

pub(super) async fn icon() -> Response {
    asset("image/svg+xml", include_str!("../../templates/icon.svg"))
}

fn asset(kind: &'static str, text: &'static str) -> Response {
    let headers = [
        (header::CONTENT_TYPE, kind),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
    ];
    (headers, text).into_response()
}
