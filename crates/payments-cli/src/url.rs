//! Which URLs of the command line requests and webhooks are sent to, checked before anything starts.

use url::{Host, Url};

/// The URL without the user name and password that may be in it.
pub(crate) fn shown(url: &Url) -> String {
    let mut url = url.clone();
    // They fail only for URLs without a host, which contain neither.
    let _ = url.set_username("");
    let _ = url.set_password(None);
    url.into()
}

pub(crate) fn absolute(text: &str) -> Result<Url, String> {
    let example = "write a complete URL, as in http://127.0.0.1:3000/webhooks";
    text.parse()
        .map_err(|error: url::ParseError| format!("{error}; {example}"))
}

/// `http://HOST:PORT` of a URL on this machine, where a sandbox may listen.
pub(crate) fn local(text: &str) -> Option<String> {
    let url: Url = text.parse().ok()?;
    let is_local = url.scheme() == "http" && is_this_machine(&url);
    is_local.then(|| url.origin().ascii_serialization())
}

/// Requests go to `https` URLs, and to `http` URLs on this machine.
pub(crate) fn check(url: &Url) -> Result<(), &'static str> {
    match url.scheme() {
        "https" => Ok(()),
        "http" if is_this_machine(url) => Ok(()),
        "http" => Err("http:// is allowed for this machine only; for other hosts use https://"),
        _ => Err("not an http:// or https:// URL"),
    }
}

/// The sandbox sends webhooks to `http` URLs, on this machine unless `remote` allows others.
pub(crate) fn check_for_sandbox(text: &str, remote: bool) -> Result<(), &'static str> {
    let wrong = if remote {
        "the sandbox sends webhooks over plain http, as http://shop:3000/webhooks"
    } else {
        "the sandbox sends webhooks to this machine only, as http://127.0.0.1:3000/webhooks; --allow-remote-webhooks allows others"
    };
    let url: Url = text.parse().map_err(|_| wrong)?;
    let has_login = !url.username().is_empty() || url.password().is_some();
    match url.scheme() {
        "http" if (remote || is_this_machine(&url)) && !has_login => Ok(()),
        _ => Err(wrong),
    }
}

/// A loopback address or `localhost`. Other names are not looked up, because what they resolve to can change.
pub(crate) fn is_this_machine(url: &Url) -> bool {
    match url.host() {
        Some(Host::Domain(name)) => name == "localhost",
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => address.is_loopback(),
        None => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hides_user_name_and_password() {
        for (url, expected) in [
            (
                "http://u:p@127.0.0.1:3000/a?b=@",
                "http://127.0.0.1:3000/a?b=@",
            ),
            ("https://u@shop.example/", "https://shop.example/"),
            ("https://shop.example/a@b", "https://shop.example/a@b"),
        ] {
            assert_eq!(shown(&url.parse().unwrap()), expected);
        }
    }

    #[test]
    fn sends_plain_http_to_this_machine_only() {
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
        ] {
            assert!(check(&wrong.parse().unwrap()).is_err(), "{wrong}");
        }
    }

    #[test]
    fn the_sandbox_sends_plain_http_to_this_machine() {
        for good in ["http://127.0.0.1:8430/cpay/sandbox", "http://localhost/"] {
            assert_eq!(check_for_sandbox(good, false), Ok(()), "{good}");
        }
        for wrong in [
            "",
            "hooks",
            "http://",
            "https://127.0.0.1/",
            "http://shop.example/",
            "http://u:p@127.0.0.1/",
        ] {
            assert!(check_for_sandbox(wrong, false).is_err(), "{wrong}");
        }
    }
}
