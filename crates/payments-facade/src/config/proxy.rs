//! The URL of a proxy.

use http::Uri;

const WANTED: &str =
    "must be like http://proxy.example:3128: http or https, a host and a port, no path";

/// Checks it without repeating it: it may contain a password.
pub(super) fn check(url: &str) -> Result<(), &'static str> {
    let uri: Uri = url.parse().map_err(|_| WANTED)?;
    let is_http = matches!(uri.scheme_str(), Some("http" | "https"));
    let has_host = uri.host().is_some_and(|host| !host.is_empty());
    let has_path = !matches!(uri.path(), "" | "/") || uri.query().is_some();
    if !is_http || !has_host || uri.port_u16().is_none() || has_path || url.contains('#') {
        return Err(WANTED);
    }
    Ok(())
}
