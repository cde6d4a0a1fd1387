//! Checks where a webhook may be sent.

use std::net::IpAddr;
use std::time::Duration;

use axum::http::Uri;
use axum::http::uri::Scheme;

use crate::shared::setting::{Field, Setting};

/// The limits for webhooks.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Rules {
    /// Whether webhooks may go to other machines.
    pub(crate) remote: bool,
    /// The longest that one attempt may take, in milliseconds of real time.
    pub(crate) timeout_ms: u64,
}

impl Rules {
    pub(crate) fn timeout(self) -> Duration {
        Duration::from_millis(self.timeout_ms)
    }
}

/// An attempt that takes longer keeps a connection for nothing.
pub(crate) const MOST_TIMEOUT_MS: u64 = 60 * 60 * 1_000;

/// What changes while the sandbox runs.
pub(crate) const SETTINGS: &[Setting<Rules>] = &[
    Setting {
        name: "allow_remote_webhooks",
        about: "Webhooks may go to other machines",
        field: Field::Flag(|rules| &mut rules.remote),
    },
    Setting {
        name: "webhook_timeout_ms",
        about: "The longest attempt to send a webhook, in real time",
        field: Field::Time {
            at: |rules| &mut rules.timeout_ms,
            least: 1,
            most: MOST_TIMEOUT_MS,
        },
    },
];

/// A checked target.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Target {
    /// Host without brackets.
    pub(super) host: String,
    pub(super) port: u16,
    /// The `Host` header.
    pub(super) authority: String,
    /// Path and query.
    pub(super) path: String,
}

/// Reads a callback URL, or returns why nothing is sent there.
pub(super) fn parse(url: &str, remote: bool) -> Result<Target, String> {
    let uri: Uri = url
        .parse()
        .map_err(|_| "the callback URL is not a URL".to_owned())?;
    match uri.scheme() {
        Some(scheme) if *scheme == Scheme::HTTP => {}
        Some(scheme) if *scheme == Scheme::HTTPS => {
            return Err(
                "the callback URL is https: the sandbox speaks plain http only, so give it an http URL"
                    .to_owned(),
            );
        }
        _ => return Err("the callback URL does not start with http://".to_owned()),
    }
    let Some(authority) = uri.authority() else {
        return Err("the callback URL has no host".to_owned());
    };
    if authority.as_str().contains('@') {
        return Err("the callback URL contains a user name, which is not supported".to_owned());
    }
    let host = authority
        .host()
        .trim_start_matches('[')
        .trim_end_matches(']');
    if host.is_empty() {
        return Err("the callback URL has no host".to_owned());
    }
    if !remote && !is_this_machine(host) {
        return Err(format!(
            "the callback URL leads to `{}`, and only webhooks to this machine (a loopback address or localhost) are allowed; allow_remote_webhooks (--allow-remote-webhooks) switches others on",
            crate::shared::text::shorten(host, 80)
        ));
    }
    let after_host = authority.as_str().strip_prefix(authority.host());
    let port = match after_host {
        Some("") => 80,
        _ => authority
            .port_u16()
            .filter(|port| *port != 0)
            .ok_or_else(|| {
                "the callback URL has a port that is no number from 1 to 65535".to_owned()
            })?,
    };
    Ok(Target {
        host: host.to_owned(),
        port,
        authority: authority.as_str().to_owned(),
        path: path_of(&uri),
    })
}

/// Path and query for the request line, which begins with a slash even where the URL has no path.
fn path_of(uri: &Uri) -> String {
    match uri.path_and_query().map(|path| path.as_str()) {
        Some(path) if path.starts_with('/') => path.to_owned(),
        Some(query) => format!("/{query}"),
        None => "/".to_owned(),
    }
}

/// Whether a host is a loopback address or `localhost`. Other names are not looked up, because their addresses can change.
pub(crate) fn is_this_machine(host: &str) -> bool {
    host.eq_ignore_ascii_case("localhost")
        || host
            .parse::<IpAddr>()
            .is_ok_and(|address| address.to_canonical().is_loopback())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn accepts_loopback_addresses_and_localhost() {
        for url in [
            "http://127.0.0.1:8080/cb?a=1&b=2",
            "http://127.9.9.9",
            "http://[::1]:80/",
            "http://[::ffff:127.0.0.1]/",
            "http://LocalHost:1/x",
        ] {
            assert!(parse(url, false).is_ok(), "{url}");
        }
        let target = parse("http://localhost:8080/cb?a=1", false).unwrap();
        assert_eq!((target.host.as_str(), target.port), ("localhost", 8080));
        assert_eq!(target.path, "/cb?a=1");
        assert_eq!(target.authority, "localhost:8080");
        for (url, path) in [
            ("http://127.0.0.1:8080?shop=1", "/?shop=1"),
            ("http://127.0.0.1:8080", "/"),
            ("http://127.0.0.1:8080/", "/"),
        ] {
            assert_eq!(parse(url, false).unwrap().path, path, "{url}");
        }
    }

    #[test]
    fn other_machines_are_refused() {
        for url in [
            "http://example.com/",
            "http://127.0.0.1.example.com/",
            "http://0.0.0.0/",
            "http://10.0.0.1/",
            "http://169.254.169.254/latest",
            "http://[fe80::1]/",
            "http://2130706433/",
            "http://localhost.example/",
        ] {
            let reason = parse(url, false).unwrap_err();
            assert!(
                reason.contains("only webhooks to this machine"),
                "{url}: {reason}"
            );
            assert!(parse(url, true).is_ok(), "{url}");
        }
    }

    #[test]
    fn refuses_unusable_urls_even_if_remote_targets_are_allowed() {
        for (url, why) in [
            ("https://127.0.0.1/", "plain http only"),
            ("ftp://127.0.0.1/", "does not start with http://"),
            ("/relative", "does not start with http://"),
            ("http://user:pass@127.0.0.1/", "user name"),
            ("http://", "not a URL"),
            ("http://127.0.0.1/a b", "not a URL"),
            ("", "not a URL"),
            ("http://127.0.0.1:99999/hook", "a port"),
            ("http://127.0.0.1:0/hook", "a port"),
            ("http://[::1]:/hook", "a port"),
        ] {
            let reason = parse(url, true).unwrap_err();
            assert!(reason.contains(why), "{url}: {reason}");
        }
    }
}
