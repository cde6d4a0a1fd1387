//! Base URLs that contain a part of the API's own paths, which the client adds to every call.

use http::Uri;

use super::shown;

/// A base URL that calls could go to.
pub(super) struct BaseUrl {
    scheme: String,
    /// Host and port.
    authority: String,
    host: String,
    /// The names in the path, without empty ones.
    path: Vec<String>,
}

impl BaseUrl {
    pub(super) fn new(url: &str) -> Self {
        let uri: Uri = url.parse().unwrap_or_default();
        let authority = uri.authority().map(ToString::to_string).unwrap_or_default();
        let path = uri.path().split('/').filter(|name| !name.is_empty());
        Self {
            scheme: uri.scheme_str().unwrap_or("https").to_owned(),
            authority: authority.to_ascii_lowercase(),
            host: uri.host().unwrap_or_default().to_ascii_lowercase(),
            path: path.map(str::to_owned).collect(),
        }
    }

    /// Whether the host is a provider's own, which has nothing before the paths of its API.
    pub(super) fn is_at(&self, domain: &str) -> bool {
        let host = self.host.trim_end_matches('.');
        host.strip_suffix(domain)
            .is_some_and(|rest| rest.is_empty() || rest.ends_with('.'))
    }

    /// The names in its path, in lower case.
    pub(super) fn path(&self) -> Vec<String> {
        let path = self.path.iter();
        path.map(|name| name.to_ascii_lowercase()).collect()
    }

    /// Whether the path ends with these names, in this spelling: servers distinguish capitals.
    pub(super) fn ends_with(&self, names: &[&str]) -> bool {
        self.path
            .ends_with(&names.iter().map(ToString::to_string).collect::<Vec<_>>())
    }

    /// Where in the path a name of the API is: one of these, or a version.
    pub(super) fn api_path(&self, names: &[&str]) -> Option<usize> {
        let is_version = |name: &str| {
            let number = name.strip_prefix('v').unwrap_or_default();
            !number.is_empty() && number.bytes().all(|byte| byte.is_ascii_digit())
        };
        let is_of_api = |name: &String| names.contains(&name.as_str()) || is_version(name);
        self.path().iter().position(is_of_api)
    }

    /// What to write instead: everything before the name at `end`, and `path`.
    pub(super) fn corrected(&self, end: usize, path: &str) -> String {
        let before = self.path.get(..end).unwrap_or_default();
        let before: String = before.iter().map(|name| format!("/{name}")).collect();
        // Either may be, or contain, a token.
        let shown = |text: &str| match shown::is_part_of_url(text) {
            true => text.to_owned(),
            false => "...".to_owned(),
        };
        let separator = if before.is_empty() { "" } else { "/" };
        let before = shown(before.trim_start_matches('/'));
        let (scheme, authority) = (&self.scheme, shown(&self.authority));
        format!("{scheme}://{authority}{separator}{before}{path}")
    }
}
