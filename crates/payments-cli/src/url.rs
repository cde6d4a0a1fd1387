//! URLs that somebody gives on the command line: where they may lead, checked before anything starts.

use std::net::IpAddr;

use http::Uri;

/// A URL for people and scripts: without a user name and password that may be in it.
pub(crate) fn shown(url: &Uri) -> String {
    let text = url.to_string();
    let authority = url.authority().map_or("", |authority| authority.as_str());
    match authority.rsplit_once('@') {
        Some((_, host)) => text.replacen(authority, host, 1),
        None => text,
    }
}

/// Why nothing is sent to a URL: it takes https, or http that stays on this machine.
pub(crate) fn check(url: &Uri) -> Result<(), &'static str> {
    match (url.scheme_str(), url.host()) {
        (Some("https"), Some(host)) if !host.is_empty() => Ok(()),
        (Some("http"), Some(host)) if is_this_machine(host) => Ok(()),
        (Some("http"), Some(host)) if !host.is_empty() => Err(
            "http:// goes to this machine alone, as http://127.0.0.1:3000/webhooks; elsewhere, give an https:// URL",
        ),
        _ => Err("that is no URL to send to; write it as http://127.0.0.1:3000/webhooks"),
    }
}

/// Why the sandbox sends no webhook to a URL: it speaks plain http, to this machine.
pub(crate) fn check_for_sandbox(text: &str) -> Result<(), &'static str> {
    let wrong =
        "the sandbox sends webhooks to this machine alone, as http://127.0.0.1:3000/webhooks";
    let url: Uri = text.parse().map_err(|_| wrong)?;
    let names_somebody = url
        .authority()
        .is_some_and(|authority| authority.as_str().contains('@'));
    match (url.scheme_str(), url.host()) {
        (Some("http"), Some(host)) if is_this_machine(host) && !names_somebody => Ok(()),
        _ => Err(wrong),
    }
}

/// A loopback address or `localhost`. Other names are not looked up: what they lead to can change.
fn is_this_machine(host: &str) -> bool {
    let inside = host
        .strip_prefix('[')
        .and_then(|rest| rest.strip_suffix(']'));
    let address: Result<IpAddr, _> = inside.unwrap_or(host).parse();
    address.map_or_else(
        |_| host.eq_ignore_ascii_case("localhost"),
        |address| address.is_loopback(),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_password_in_a_url_is_not_shown() {
        for (url, expected) in [
            (
                "http://u:p@127.0.0.1:3000/a?b=@",
                "http://127.0.0.1:3000/a?b=@",
            ),
            ("https://u@shop.example/", "https://shop.example/"),
            ("https://shop.example/a@b", "https://shop.example/a@b"),
            ("/a@b", "/a@b"),
        ] {
            assert_eq!(shown(&url.parse().unwrap()), expected);
        }
    }

    #[test]
    fn plain_http_stays_on_this_machine() {
        for good in [
            "http://127.0.0.1:3000/webhooks",
            "http://127.9.9.9/",
            "http://[::1]:3000/",
            "http://LocalHost/x",
            "https://shop.example/hook",
        ] {
            assert_eq!(check(&good.parse().unwrap()), Ok(()), "{good}");
        }
        for wrong in [
            "http://shop.example/",
            "http://127.0.0.1.example/",
            "http://10.0.0.1/",
            "ftp://127.0.0.1/",
            "/hooks",
            "127.0.0.1:3000",
        ] {
            assert!(check(&wrong.parse().unwrap()).is_err(), "{wrong}");
        }
    }

    #[test]
    fn the_sandbox_sends_plain_http_to_this_machine() {
        for good in ["http://127.0.0.1:8430/cpay/sandbox", "http://localhost/"] {
            assert_eq!(check_for_sandbox(good), Ok(()), "{good}");
        }
        for wrong in [
            "",
            "hooks",
            "http://",
            "https://127.0.0.1/",
            "http://shop.example/",
            "http://u:p@127.0.0.1/",
        ] {
            assert!(check_for_sandbox(wrong).is_err(), "{wrong}");
        }
    }
}
