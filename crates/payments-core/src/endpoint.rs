//! Where a gateway is reached: the one rule for base URLs, and for what stays on this machine.

use std::net::IpAddr;

/// Why a text is no base URL.
///
/// A client's own error names the setting and shows an example.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BaseUrlError {
    /// It is not absolute, of another scheme, or has a user name, a query, a fragment, or a port that does not exist.
    #[error("the base URL must be https, with a host and without query or user name")]
    Malformed,
    /// It is plain `http://`, and leaves this machine.
    #[error("the base URL must be https: plain http goes to loopback addresses only")]
    PlainHttp,
}

/// A base URL without slashes at its end: `https://` and a host, with a port and a path if they like. Plain `http://` is
/// for this machine's loopback alone: no gateway's signature covers all of a request and of its answer, and TLS keeps
/// people's data unread.
///
/// Nothing is looked up: `localhost` counts as loopback by its name, every other name does not.
///
/// ```
/// use payments_core::endpoint::{BaseUrlError, base_url};
///
/// assert_eq!(base_url("https://api.example/v1/")?, "https://api.example/v1");
/// assert_eq!(base_url("http://127.0.0.1:9075")?, "http://127.0.0.1:9075");
/// assert_eq!(base_url("http://api.example"), Err(BaseUrlError::PlainHttp));
/// # Ok::<(), BaseUrlError>(())
/// ```
///
/// # Errors
/// [`BaseUrlError`]; it never shows the text.
pub fn base_url(text: impl Into<String>) -> Result<String, BaseUrlError> {
    let mut text = text.into();
    let uri: http::Uri = text.parse().map_err(|_| BaseUrlError::Malformed)?;
    let host = uri.host().filter(|host| !host.is_empty());
    let host = host.ok_or(BaseUrlError::Malformed)?;
    let named = uri
        .authority()
        .is_some_and(|authority| authority.as_str().contains('@'));
    // http's `Uri` drops a fragment, so that one is looked for in the text.
    if named || uri.query().is_some() || text.contains('#') || !has_usable_port(&uri) {
        return Err(BaseUrlError::Malformed);
    }
    match uri.scheme_str() {
        Some("https") => {}
        Some("http") if is_loopback(host) => {}
        Some("http") => return Err(BaseUrlError::PlainHttp),
        _ => return Err(BaseUrlError::Malformed),
    }
    text.truncate(text.trim_end_matches('/').len());
    Ok(text)
}

/// Whether a URL has no port, or one from 1 to 65535. `http::Uri` accepts every number, and has no port for a larger one: the request
/// would go to the standard port.
pub(crate) fn has_usable_port(uri: &http::Uri) -> bool {
    uri.authority().is_none_or(|authority| {
        authority.as_str().ends_with(authority.host())
            || authority.port_u16().is_some_and(|port| port != 0)
    })
}

/// Whether a URL's host is this machine's loopback: `localhost`, an address in `127.0.0.0/8` or `[::1]`. The host is as
/// [`http::Uri::host`] gives it, and no name is looked up.
///
/// ```
/// use payments_core::endpoint::is_loopback;
///
/// assert!(is_loopback("localhost") && is_loopback("127.0.0.2") && is_loopback("[::1]"));
/// assert!(!is_loopback("api.example") && !is_loopback("10.0.0.1"));
/// ```
pub fn is_loopback(host: &str) -> bool {
    let address = host
        .strip_prefix('[')
        .and_then(|rest| rest.strip_suffix(']'))
        .unwrap_or(host);
    match address.parse::<IpAddr>() {
        Ok(ip) => ip.is_loopback(),
        Err(_) => host.eq_ignore_ascii_case("localhost"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn plain_http_is_limited_to_loopback() {
        for good in [
            "https://api.example",
            "HTTPS://api.example",
            "https://api.example:8443/proxy",
            "https://10.0.0.1",
            "http://127.0.0.1:9075",
            "http://127.9.9.9",
            "http://LocalHost:9075",
            "http://[::1]:9075/v1",
        ] {
            assert_eq!(base_url(good).as_deref(), Ok(good));
            assert_eq!(base_url(format!("{good}//")).as_deref(), Ok(good));
        }
        for far in [
            "http://api.example",
            "http://10.0.0.1",
            "http://192.0.2.1/",
            "http://0.0.0.0",
            "http://[::2]/",
            "http://127.1",
            "http://localhost.example",
            "http://127.0.0.1.example",
        ] {
            assert_eq!(base_url(far), Err(BaseUrlError::PlainHttp), "{far}");
        }
    }

    #[test]
    fn refuses_malformed_base_urls() {
        for bad in [
            "",
            "/",
            "api.example",
            "/only/a/path",
            "ftp://api.example",
            "javascript:x",
            "https://",
            "https://:443",
            "https://api.example:",
            "https://api.example:0",
            "https://api.example:65536/v1",
            "http://127.0.0.1:99999",
            "http://[::1]:99999",
            "https://a b/",
            "https://api.example/?a=1",
            "https://api.example/?",
            "https://api.example/#x",
            "https://me:pw@api.example",
            "https://me@api.example",
            "http://127.0.0.1@api.example",
            "http://me@127.0.0.1",
        ] {
            assert_eq!(base_url(bad), Err(BaseUrlError::Malformed), "{bad}");
        }
    }

    /// Characters of hosts, and characters that could disguise a host.
    const PIECES: [&str; 14] = [
        "localhost",
        "127.0.0.1",
        "[::1]",
        "evil.example",
        "@",
        ":",
        ".",
        "/",
        "\\",
        "#",
        "?",
        "%",
        "8",
        "[::ffff:",
    ];

    proptest! {
        #[test]
        fn plain_http_never_leaves_this_machine(
            pieces in proptest::collection::vec(proptest::sample::select(&PIECES), 1..6),
        ) {
            if let Ok(kept) = base_url(format!("http://{}", pieces.concat())) {
                let uri: http::Uri = kept.parse().unwrap();
                let host = uri.host().unwrap();
                // All of 127.0.0.0/8 is this machine, so `127.0.0.18` is too.
                let is_127 = host.parse().is_ok_and(|it: std::net::Ipv4Addr| it.octets()[0] == 127);
                prop_assert!(is_127 || ["localhost", "[::1]"].contains(&host), "{}", kept);
                prop_assert!(kept.starts_with(&format!("http://{host}")), "{}", kept);
            }
        }
    }
}
