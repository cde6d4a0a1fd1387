//! What an answer is that is not the API's: a page, a redirect, compressed bytes.
//!
//! The texts are bounded. What they repeat of an answer is untrusted: it is kept as a quotation, which clients mask and errors
//! escape.

use crate::redact;
use crate::wire::{Json, ReadError, read};
use crate::{Fault, Kind};
use bytes::Bytes;
use http::HeaderMap;
use http::header::{CONTENT_ENCODING, LOCATION};
use serde::Deserialize;
use serde::de::IgnoredAny;

/// How much of a page is searched for its title, and of a text is kept, in bytes.
const SEARCHED: usize = 16 * 1024;
const KEPT: usize = 400;

const HTML: &str = "an HTML page";

/// The fault of an answer that is not the documented JSON.
pub(crate) fn unreadable(answer: &http::Response<Bytes>, error: &ReadError) -> Fault {
    let body = body_of(answer);
    let page = Page::of(body);
    let status = answer.status();
    let is_unavailable = status.is_server_error()
        || status.is_redirection()
        || error.is_incomplete()
        || body.starts_with(b"<");
    let fault = if is_unavailable {
        Fault::unavailable()
    } else {
        Fault::undecodable(error.to_string())
    };
    if status.is_redirection() {
        return match location(answer.headers()) {
            Some(address) => fault.about("a redirect to".into()).quote(Some(address)),
            None => fault.about("a redirect".into()),
        };
    }
    if let Some(Page { name, title }) = page {
        // Under other statuses the status suggests the reason.
        let name = match name.strip_prefix(HTML) {
            Some(rest) if status.is_success() => {
                format!("{HTML} (maintenance, or a wrong base_url){rest}").into()
            }
            _ => name.into(),
        };
        return fault.about(name).quote(title);
    }
    if body.is_empty() {
        return fault.about("an empty body".into());
    }
    // A text such as "404 page not found" begins as JSON does.
    let is_json = serde_json::from_slice::<IgnoredAny>(body).is_ok();
    if !is_json && !body.starts_with(b"{") && !body.starts_with(b"[") {
        return match text(body) {
            Some(text) => fault
                .about("not JSON, starts with".into())
                .quote(Some(text)),
            None => fault.about("binary data".into()),
        };
    }
    match words(body) {
        Some(words) => fault
            .about(format!("{error}, its message is").into())
            .quote(Some(words)),
        None => fault.about(error.to_string().into()),
    }
}

/// Names the compression of a body that could not be read or verified. No client requests one.
pub(crate) fn name_compression(fault: Fault, answer: &http::Response<Bytes>) -> Fault {
    let (Kind::Unavailable | Kind::Undecodable | Kind::Unverified) = fault.kind() else {
        return fault;
    };
    let Some(name) = compression(answer) else {
        return fault;
    };
    let event = fault.event();
    let about = format!("it is compressed with {name}, which was not requested");
    fault
        .with_meaning(Kind::Undecodable, event)
        .about(about.into())
        .quote(None)
}

fn compression(answer: &http::Response<Bytes>) -> Option<&'static str> {
    const MARKS: [(&[u8], &str); 2] = [(b"\x1f\x8b", "gzip"), (b"\x28\xb5\x2f\xfd", "zstd")];
    let body = answer.body();
    if let Some((_, name)) = MARKS.iter().find(|(mark, _)| body.starts_with(mark)) {
        return Some(name);
    }
    // Some HTTP stacks decompress and keep the header. Text is not compressed.
    if body.is_empty() || std::str::from_utf8(body).is_ok() {
        return None;
    }
    let value = answer.headers().get(CONTENT_ENCODING)?.to_str().ok()?;
    let value = value.trim().to_ascii_lowercase();
    Some(match value.as_str() {
        "identity" => return None,
        "gzip" | "x-gzip" => "gzip",
        "deflate" => "deflate",
        "br" => "br",
        "zstd" => "zstd",
        _ => "another method",
    })
}

/// Without the byte-order mark and blanks before it.
fn body_of(answer: &http::Response<Bytes>) -> &[u8] {
    let body = answer.body().trim_ascii_start();
    let body = body.strip_prefix(b"\xef\xbb\xbf").unwrap_or(body);
    body.trim_ascii_start()
}

/// Where a redirect leads, without user, query and fragment.
fn location(headers: &HeaderMap) -> Option<String> {
    let target: http::Uri = headers.get(LOCATION)?.to_str().ok()?.parse().ok()?;
    Some(redact::uri(&target).to_string())
}

/// A text that starts with `<`.
struct Page {
    name: &'static str,
    title: Option<String>,
}

impl Page {
    fn of(body: &[u8]) -> Option<Self> {
        if !body.starts_with(b"<") {
            return None;
        }
        let start = String::from_utf8_lossy(body.get(..SEARCHED).unwrap_or(body));
        let lower = start.to_ascii_lowercase();
        let has = |marks: &[&str]| marks.iter().any(|mark| lower.contains(mark));
        if has(&["<!doctype html", "<html", "<head", "<body", "<title"]) {
            let title = inside(&start, &lower, "title").map(|title| ("an HTML page, title", title));
            let title = title.or_else(|| {
                inside(&start, &lower, "h1").map(|heading| ("an HTML page, heading", heading))
            });
            return Some(match title {
                Some((name, title)) => Self {
                    name,
                    title: Some(title),
                },
                None => Self {
                    name: HTML,
                    title: None,
                },
            });
        }
        // PHP prints its messages before the answer.
        let name = if has(&[
            "<b>notice</b>",
            "<b>warning</b>",
            "<b>deprecated</b>",
            "<b>fatal error</b>",
        ]) {
            "a PHP message before or instead of JSON, starts with"
        } else if lower.starts_with("<?xml") {
            "XML, starts with"
        } else {
            "not JSON, starts with"
        };
        Some(Self {
            name,
            title: text(body),
        })
    }
}

/// The text of the first element with this name. `lower` is `html` in lower case, of the same length.
fn inside(html: &str, lower: &str, name: &str) -> Option<String> {
    let open = lower
        .match_indices(&format!("<{name}"))
        .map(|(at, mark)| at + mark.len())
        .find(|end| {
            lower
                .get(*end..)
                .is_some_and(|rest| rest.starts_with(['>', ' ', '\n']))
        })?;
    let start = open + lower.get(open..)?.find('>')? + 1;
    let end = start + lower.get(start..)?.find("</")?;
    let words: Vec<&str> = html.get(start..end)?.split_whitespace().collect();
    let title = unescaped(&words.join(" "));
    (!title.is_empty()).then(|| shortened(&title).to_owned())
}

/// The few entities that titles contain.
fn unescaped(text: &str) -> String {
    text.replace("&#39;", "'")
        .replace("&quot;", "\"")
        .replace("&lt;", "<")
        .replace("&gt;", ">")
        .replace("&amp;", "&")
}

/// The beginning of a body that is text.
fn text(body: &[u8]) -> Option<String> {
    let start = body.get(..KEPT).unwrap_or(body);
    let text = match std::str::from_utf8(start) {
        Ok(text) => text,
        // A character that the limit cut.
        Err(error) if error.error_len().is_none() => {
            std::str::from_utf8(start.get(..error.valid_up_to())?).ok()?
        }
        Err(_) => return None,
    };
    let is_binary = text.contains('\0');
    (!is_binary && !text.is_empty()).then(|| text.to_owned())
}

/// What JSON that is not the API's says: its message.
fn words(body: &[u8]) -> Option<String> {
    #[derive(Deserialize)]
    struct Words<'a> {
        #[serde(borrow)]
        message: Option<Json<'a>>,
        #[serde(borrow)]
        msg: Option<Json<'a>>,
        #[serde(borrow)]
        error: Option<Json<'a>>,
        #[serde(borrow)]
        detail: Option<Json<'a>>,
    }
    if !body.starts_with(b"{") {
        return None;
    }
    let found: Words<'_> = read(body).ok()?;
    let found = [found.message, found.msg, found.error, found.detail];
    let text = found
        .into_iter()
        .flatten()
        .find_map(|json| json.read::<String>().ok())?;
    Some(shortened(&text).to_owned())
}

fn shortened(text: &str) -> &str {
    let end = (0..=KEPT.min(text.len())).rev();
    let end = end.into_iter().find(|at| text.is_char_boundary(*at));
    text.get(..end.unwrap_or(0)).unwrap_or_default()
}
