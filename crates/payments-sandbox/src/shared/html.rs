//! Sends pages, among them the page with one sentence.

use std::collections::BTreeSet;

use askama::Template;
use axum::http::{HeaderMap, HeaderName, StatusCode, Uri, header};
use axum::response::{IntoResponse as _, Response};

/// A page that sends its forms to the sandbox only.
pub(crate) fn page(status: StatusCode, template: &impl Template) -> Response {
    page_with_forms_to(status, template, &[])
}

/// A page of the dashboard, which has a script of the sandbox that updates it.
pub(crate) fn dashboard(status: StatusCode, template: &impl Template) -> Response {
    page_with(
        status,
        template,
        "; script-src 'self'; connect-src 'self'",
        "",
    )
}

/// A page whose forms may lead on to the sites of these URLs: browsers hold redirects after a form against the policy.
pub(crate) fn page_with_forms_to(
    status: StatusCode,
    template: &impl Template,
    urls: &[&str],
) -> Response {
    let sites: BTreeSet<String> = urls.iter().filter_map(|url| site(url)).collect();
    let sites: String = sites.iter().map(|site| format!(" {site}")).collect();
    page_with(status, template, "", &sites)
}

/// No frames and no foreign content; no scripts unless `more` permits them.
fn page_with(status: StatusCode, template: &impl Template, more: &str, sites: &str) -> Response {
    let policy = format!(
        "default-src 'none'{more}; style-src 'self'; img-src 'self'; form-action 'self'{sites}; base-uri 'none'; frame-ancestors 'none'"
    );
    let headers: [(HeaderName, &str); 5] = [
        (header::CONTENT_TYPE, "text/html; charset=utf-8"),
        (header::CACHE_CONTROL, "no-store"),
        (header::CONTENT_SECURITY_POLICY, &policy),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        // `no-referrer` would turn the Origin of the pages' own forms into `null`.
        (header::REFERRER_POLICY, "same-origin"),
    ];
    match template.render() {
        Ok(text) => (status, headers, text).into_response(),
        Err(_) => StatusCode::INTERNAL_SERVER_ERROR.into_response(),
    }
}

/// `http://host:port` of a URL. `None` if it could add anything else to the policy.
fn site(url: &str) -> Option<String> {
    let uri: Uri = url.parse().ok()?;
    let scheme = uri
        .scheme_str()
        .filter(|name| ["http", "https"].contains(name))?;
    let authority = uri.authority()?.as_str();
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b".-_:[]".contains(&byte);
    authority
        .bytes()
        .all(plain)
        .then(|| format!("{scheme}://{authority}"))
}

#[derive(Template)]
#[template(path = "notice.html")]
struct Notice<'a> {
    title: &'a str,
    sentence: &'a str,
}

/// Whether the request comes from a browser that shows pages.
pub(crate) fn is_wanted(headers: &HeaderMap) -> bool {
    let accept = headers.get(header::ACCEPT);
    accept
        .and_then(|value| value.to_str().ok())
        .is_some_and(|value| value.contains("text/html"))
}

/// A page with one sentence.
pub(crate) fn notice(status: StatusCode, title: &str, sentence: &str) -> Response {
    page(status, &Notice { title, sentence })
}

/// Whether a path is a part of the pages that is always the same.
#[cfg(feature = "state-file")]
pub(crate) fn is_asset(path: &str) -> bool {
    const ASSETS: [&str; 4] = [
        "/_sandbox/style.css",
        "/_sandbox/dashboard.js",
        "/_sandbox/icon.svg",
        "/favicon.ico",
    ];
    ASSETS.contains(&path)
}

pub(crate) async fn style() -> Response {
    asset(
        "text/css; charset=utf-8",
        include_str!("../../templates/style.css"),
    )
}

pub(crate) async fn script() -> Response {
    asset(
        "text/javascript; charset=utf-8",
        include_str!("../../templates/dashboard.js"),
    )
}

pub(crate) async fn icon() -> Response {
    asset("image/svg+xml", include_str!("../../templates/icon.svg"))
}

fn asset(kind: &'static str, text: &'static str) -> Response {
    let headers = [
        (header::CONTENT_TYPE, kind),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
    ];
    (headers, text).into_response()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_plain_hosts_reach_the_policy() {
        assert_eq!(
            site("https://a.example:8/b?c").as_deref(),
            Some("https://a.example:8")
        );
        assert_eq!(site("http://[::1]:80/").as_deref(), Some("http://[::1]:80"));
        assert_eq!(
            site("http://pay_front:80/").as_deref(),
            Some("http://pay_front:80")
        );
        for url in [
            "javascript:alert(1)",
            "https://a;script-src/",
            "https://u@a/",
            "/x",
            "",
        ] {
            assert_eq!(site(url), None, "{url}");
        }
    }
}
