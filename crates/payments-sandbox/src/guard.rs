//! Refuses requests that other web sites make a browser send to this sandbox.

use axum::http::request::Parts;
use axum::http::{HeaderMap, Method, Uri, header, uri::Authority};

use crate::sender::target::is_this_machine;

/// Why a request is refused. `remote` allows requests for other hosts; `public` is the [origin](origin_of) of the public URL.
pub(crate) fn check(remote: bool, public: &str, request: &Parts) -> Result<(), &'static str> {
    let host = own_host(remote, public, &request.uri, &request.headers)?;
    own_site(&request.method, &request.headers, host, public)
}

/// The origin of a URL as browsers write it: without a path and without the usual port.
pub(crate) fn origin_of(url: &str) -> String {
    let uri: Uri = url.parse().unwrap_or_default();
    let scheme = uri.scheme_str().unwrap_or_default();
    let host = uri.host().unwrap_or_default();
    let origin = format!("{scheme}://{host}").to_ascii_lowercase();
    match (scheme, uri.port_u16()) {
        (_, None) | ("http", Some(80)) | ("https", Some(443)) => origin,
        (_, Some(port)) => format!("{origin}:{port}"),
    }
}

/// Prevents DNS rebinding: a page of another site can make a browser send requests to a loopback address under the
/// site's name, which is then in `Host`. The host of the public URL is the owner's choice.
fn own_host<'a>(
    remote: bool,
    public: &str,
    uri: &Uri,
    headers: &'a HeaderMap,
) -> Result<&'a str, &'static str> {
    const REASON: &str = "This sandbox answers only requests addressed to this machine (localhost or a loopback address in the Host header).";
    let mut hosts = headers.get_all(header::HOST).iter();
    let host = hosts.next().and_then(|host| host.to_str().ok());
    let (Some(host), None) = (host, hosts.next()) else {
        return Err("The request needs exactly one readable Host header.");
    };
    let public: Uri = public.parse().unwrap_or_default();
    let ours = |authority: &Authority| {
        let host = authority.host();
        let name = host.trim_start_matches('[').trim_end_matches(']');
        let is_public = public
            .host()
            .is_some_and(|it| it.eq_ignore_ascii_case(host));
        remote || is_public || is_this_machine(name)
    };
    let named: Authority = host.parse().map_err(|_| REASON)?;
    if !ours(&named) || !uri.authority().is_none_or(ours) {
        return Err(REASON);
    }
    Ok(host)
}

/// Refuses forms that a page of another site sends. Programs send neither header. Behind a proxy, the pages have the origin of the
/// public URL, which can be https.
fn own_site(
    method: &Method,
    headers: &HeaderMap,
    host: &str,
    public: &str,
) -> Result<(), &'static str> {
    if method.is_safe() {
        return Ok(());
    }
    let value = |name: &str| headers.get(name).map(|value| value.as_bytes());
    let foreign_fetch =
        value("sec-fetch-site").is_some_and(|site| site != b"same-origin" && site != b"none");
    let foreign_origin = value("origin").is_some_and(|origin| {
        let is_host = origin
            .strip_prefix(b"http://")
            .is_some_and(|origin| origin.eq_ignore_ascii_case(host.as_bytes()));
        !is_host && !origin.eq_ignore_ascii_case(public.as_bytes())
    });
    if foreign_fetch || foreign_origin {
        return Err(
            "A page of another origin sent this request; the sandbox accepts posts only from programs and from its own pages.",
        );
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn headers(pairs: &[(&'static str, &'static str)]) -> HeaderMap {
        pairs
            .iter()
            .map(|(name, value)| (name.parse().unwrap(), value.parse().unwrap()))
            .collect()
    }

    #[test]
    fn answers_only_to_hosts_of_this_machine() {
        let is_ours = |host, remote| {
            let headers = headers(&[("host", host)]);
            own_host(remote, "https://pay.test", &Uri::from_static("/"), &headers).is_ok()
        };
        let ours = ["localhost:1", "127.0.0.1:80", "[::1]:80", "LOCALHOST"];
        for host in ours.into_iter().chain(["pay.test", "Pay.test:443"]) {
            assert!(is_ours(host, false), "{host}");
        }
        for host in [
            "evil.example",
            "localhost.evil.example:1",
            "192.168.1.5",
            "a.pay.test",
            "",
        ] {
            assert!(!is_ours(host, false), "{host}");
        }
        assert!(is_ours("sandbox.team:8080", true));
        let (public, path) = ("http://127.0.0.1:5", Uri::from_static("/"));
        assert!(own_host(false, public, &path, &HeaderMap::new()).is_err());
        let absolute = Uri::from_static("http://evil.example/");
        let named = headers(&[("host", "localhost")]);
        assert!(own_host(false, public, &absolute, &named).is_err());
    }

    #[test]
    fn an_origin_has_no_path_and_no_usual_port() {
        for (url, origin) in [
            ("https://Pay.test", "https://pay.test"),
            ("https://pay.test:443/a", "https://pay.test"),
            ("http://u@pay.test:80", "http://pay.test"),
            ("http://[::1]:8420", "http://[::1]:8420"),
            ("https://pay.test:80", "https://pay.test:80"),
        ] {
            assert_eq!(origin_of(url), origin, "{url}");
        }
    }

    #[test]
    fn refuses_posts_of_other_origins() {
        let check = |method: Method, pairs: &[_]| {
            own_site(&method, &headers(pairs), "localhost:5", "http://[::1]:5")
        };
        assert!(check(Method::POST, &[]).is_ok());
        assert!(check(Method::POST, &[("origin", "http://localhost:5")]).is_ok());
        assert!(check(Method::POST, &[("sec-fetch-site", "same-origin")]).is_ok());
        for pair in [
            ("origin", "http://localhost:6"),
            ("origin", "https://localhost:5"),
            ("origin", "null"),
            ("sec-fetch-site", "cross-site"),
            ("sec-fetch-site", "same-site"),
        ] {
            assert!(check(Method::POST, &[pair]).is_err(), "{pair:?}");
            assert!(check(Method::GET, &[pair]).is_ok(), "{pair:?}");
        }
    }
}
