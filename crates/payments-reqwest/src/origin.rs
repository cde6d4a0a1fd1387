//! Converts the URI of a request to reqwest's URL without parsing the host each time.

use std::sync::OnceLock;

use http::Uri;
use http::uri::{Authority, Scheme};
use reqwest::Url;

/// The origin of the first request. A transport usually has one gateway, and parsing scheme, host and port is far more
/// expensive than parsing the path. URLs of other origins are parsed completely.
#[derive(Default)]
pub(crate) struct Origin(OnceLock<(Scheme, Authority, Url)>);

impl Origin {
    /// The URL that `Url::parse` reads from the text of `uri`; `None` where that fails.
    pub(crate) fn url(&self, uri: &Uri) -> Option<Url> {
        if let Some((scheme, authority, origin)) = self.0.get()
            && uri.scheme() == Some(scheme)
            // As text: the comparison of authorities ignores case, but user names are case-sensitive.
            && uri.authority().map(Authority::as_str) == Some(authority.as_str())
        {
            let mut url = origin.clone();
            url.set_path(uri.path());
            url.set_query(uri.query());
            return Some(url);
        }
        let url = Url::parse(&uri.to_string()).ok()?;
        if let (Some(scheme), Some(authority)) = (uri.scheme(), uri.authority()) {
            self.0.get_or_init(|| {
                let mut origin = url.clone();
                origin.set_path("");
                origin.set_query(None);
                (scheme.clone(), authority.clone(), origin)
            });
        }
        Some(url)
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)] // a failed unwrap is a failed test
mod tests {
    use super::*;

    fn uri(text: &str) -> Uri {
        text.parse().unwrap()
    }

    #[test]
    fn the_cached_origin_gives_the_same_url_as_parsing() {
        let paths = [
            "",
            "/",
            "?",
            "/?",
            "/?a=1&b=%26",
            "//",
            "//evil.example/",
            "/\\evil.example/",
            "/a//b/",
            "/a/../b/./c",
            "/..",
            "/../..",
            "/%2e%2e/a",
            "/a;b=c",
            "/a'b\"c?'d\"e",
            "/a?b?c/../d",
            "/a|b^c`d{e}?f|g^h`i{j}",
            "/é?ü",
            "/%zz?%zz",
            "/C:/../a",
            "/a%0ab",
            "/openapi/v1/createOrder?sign=0a&userId=a+b",
        ];
        for start in [
            "https://api.example",
            "https://API.example:443",
            "http://127.0.0.1:8080",
            "http://[::1]:80",
            "https://user:Pass@api.example",
            "http://0x7f.1",
        ] {
            let origin = Origin::default();
            assert!(origin.url(&uri(&format!("{start}/first?x=1"))).is_some());
            for path in paths {
                let text = format!("{start}{path}");
                let Ok(uri) = text.parse::<Uri>() else {
                    continue;
                };
                let whole = Url::parse(&uri.to_string()).unwrap();
                assert_eq!(origin.url(&uri), Some(whole), "{text}");
            }
        }
    }

    #[test]
    fn only_its_own_origin_is_remembered() {
        let origin = Origin::default();
        for text in [
            "https://user@api.example/a",
            "https://USER@api.example/a",
            "https://api.example/a",
            "http://user@api.example/a",
            "https://user@api.example:8443/a",
            "https://user@api.example/b?c",
        ] {
            assert_eq!(origin.url(&uri(text)).unwrap().as_str(), text);
        }
    }

    #[test]
    fn an_invalid_url_is_not_remembered() {
        let origin = Origin::default();
        assert_eq!(origin.url(&uri("/a")), None);
        assert_eq!(origin.url(&uri("http://1.2.3.256/")), None);
        assert!(origin.url(&uri("http://1.2.3.4/")).is_some());
    }
}
