//! Base URLs that contain a part of the API's own paths, which the client adds to every call.

use http::Uri;

use super::shown;

/// A base URL that calls could go to.
pub(super) struct BaseUrl {
    /// Scheme, host and port.
    origin: String,
    host: String,
    /// The names in the path in lower case, without empty ones.
    path: Vec<String>,
}

impl BaseUrl {
    pub(super) fn new(url: &str) -> Self {
        let uri: Uri = url.parse().unwrap_or_default();
        let scheme = uri.scheme_str().unwrap_or("https");
        let authority = uri.authority().map(ToString::to_string).unwrap_or_default();
        let path = uri.path().split('/').filter(|name| !name.is_empty());
        Self {
            origin: format!("{scheme}://{}", authority.to_ascii_lowercase()),
            host: uri.host().unwrap_or_default().to_ascii_lowercase(),
            path: path.map(str::to_ascii_lowercase).collect(),
        }
    }

    /// Whether the host is a provider's own, which has nothing before the paths of its API.
    pub(super) fn is_at(&self, domain: &str) -> bool {
        let host = self.host.trim_end_matches('.');
        host.strip_suffix(domain)
            .is_some_and(|rest| rest.is_empty() || rest.ends_with('.'))
    }

    /// The names in its path, in lower case.
    pub(super) fn path(&self) -> Vec<&str> {
        self.path.iter().map(String::as_str).collect()
    }

    /// Whether a name in the path is one of the API's: one of these, or a version.
    pub(super) fn api_path(&self, names: &[&str]) -> Option<usize> {
        let is_version = |name: &str| {
            let number = name.strip_prefix('v').unwrap_or_default();
            !number.is_empty() && number.bytes().all(|byte| byte.is_ascii_digit())
        };
        self.path
            .iter()
            .position(|name| names.contains(&name.as_str()) || is_version(name))
    }

    /// What to write instead: everything before the name at `end`, and `path`.
    pub(super) fn corrected(&self, end: usize, path: &str) -> String {
        let before = self.path.get(..end).unwrap_or_default();
        let before: String = before.iter().map(|name| format!("/{name}")).collect();
        // A path may contain a token of a reverse proxy.
        let before = match shown::is_name(&before) {
            true => before,
            false => "/...".to_owned(),
        };
        format!("{}{before}{path}", self.origin)
    }
}
