//! Bodies that are no message at all.

use serde_core::de::IgnoredAny;

use super::{Cause, Diagnosis, quoted};

/// Why a body cannot be a message, by its bytes alone.
pub(crate) fn check(body: &[u8], limit: usize) -> Option<Diagnosis> {
    if body.trim_ascii().is_empty() {
        return Some(Diagnosis::new(
            Cause::EmptyBody,
            "the body is empty: pass the bytes of the request before another reader takes them",
        ));
    }
    if body.len() > limit {
        return Some(Diagnosis::new(
            Cause::TooLarge,
            format!(
                "the body has {} bytes; at most {limit} are read",
                body.len()
            ),
        ));
    }
    if let Some(coding) = compression(body) {
        return Some(Diagnosis::new(
            Cause::Compressed,
            format!(
                "the body is compressed ({coding}): the signature covers the text, so decompress it first"
            ),
        ));
    }
    if body.starts_with(b"\xef\xbb\xbf") {
        return Some(Diagnosis::new(
            Cause::ByteOrderMark,
            "a byte order mark stands before the body: a program on the way added it; pass the bytes as the provider sent them",
        ));
    }
    let Ok(text) = core::str::from_utf8(body) else {
        return Some(not_utf8(body));
    };
    let text = text.trim();
    // A warning in HTML can stand before the message.
    let has_object = text
        .find('{')
        .and_then(|start| text.get(start..))
        .is_some_and(|rest| serde_json::from_str::<IgnoredAny>(rest).is_ok());
    if text.starts_with('<') && !has_object {
        let title = title(text).map(|title| format!(" with the title {}", quoted(title)));
        return Some(Diagnosis::new(
            Cause::WebPage,
            format!(
                "the body is a page of HTML or XML{}, not a message: something other than the provider's application wrote it",
                title.unwrap_or_default()
            ),
        ));
    }
    None
}

/// By the first bytes. Text in UTF-8 begins with none of them.
fn compression(body: &[u8]) -> Option<&'static str> {
    match body {
        [0x1f, 0x8b, ..] => Some("gzip"),
        [0x28, 0xb5, 0x2f, 0xfd, ..] => Some("zstd"),
        [0x78, flags, ..]
            if (0x7800 + u16::from(*flags)) % 31 == 0 && core::str::from_utf8(body).is_err() =>
        {
            Some("deflate")
        }
        _ => None,
    }
}

fn not_utf8(body: &[u8]) -> Diagnosis {
    let zeros = body.iter().filter(|byte| **byte == 0).count();
    let looks_like =
        if zeros * 3 > body.len() || matches!(body, [0xff, 0xfe, ..] | [0xfe, 0xff, ..]) {
            "it looks like UTF-16"
        } else {
            "perhaps it is Latin-1, or compressed"
        };
    let at = core::str::from_utf8(body).map_or_else(|error| error.valid_up_to(), str::len) + 1;
    Diagnosis::new(
        Cause::NotUtf8,
        format!(
            "the body is not UTF-8 text from its byte {at} on ({looks_like}): pass the bytes as the provider sent them"
        ),
    )
}

/// The title of a page, or else its first heading.
fn title(page: &str) -> Option<&str> {
    // Lower-case ASCII has the same positions.
    let lower = page.to_ascii_lowercase();
    ["title", "h1"].into_iter().find_map(|tag| {
        let open = lower.find(&format!("<{tag}"))?;
        let start = open + lower.get(open..)?.find('>')? + 1;
        let end = start + lower.get(start..)?.find("</")?;
        page.get(start..end)
            .map(str::trim)
            .filter(|text| !text.is_empty())
    })
}

/// Why a text is not exactly one JSON object. `None` if it is one, as far as its syntax goes.
pub(crate) fn not_one_object(body: &[u8]) -> Option<Diagnosis> {
    let text = String::from_utf8_lossy(body);
    let text = text.trim();
    if text.starts_with("%7B") || text.starts_with("%7b") || text.starts_with("%22") {
        return Some(Diagnosis::new(
            Cause::EncodedTwice,
            "the body is JSON in URL encoding: decode it once more, or pass it on as it came",
        ));
    }
    let mut values = serde_json::Deserializer::from_str(text).into_iter::<IgnoredAny>();
    let first = values.next();
    let rest = text
        .get(values.byte_offset()..)
        .unwrap_or_default()
        .trim_start();
    match first {
        Some(Ok(_)) if !rest.is_empty() => Some(text_around(rest, "behind")),
        Some(Ok(_)) if text.starts_with('{') => None,
        Some(Ok(_)) if text.starts_with('"') => Some(Diagnosis::new(
            Cause::EncodedTwice,
            "the body is a JSON text instead of a JSON object: it was encoded as JSON twice",
        )),
        Some(Ok(_)) => Some(Diagnosis::new(
            Cause::NotAMessage,
            "the body is JSON, but not one JSON object",
        )),
        Some(Err(error)) if error.is_eof() && text.starts_with('{') => Some(Diagnosis::new(
            Cause::CutBody,
            format!(
                "the JSON breaks off after {} bytes: read the request to its end",
                body.len()
            ),
        )),
        Some(Err(_)) if !text.starts_with('{') && text.contains('{') => {
            let before = text.split('{').next().unwrap_or_default();
            Some(text_around(before.trim_end(), "before"))
        }
        Some(Err(error)) if text.starts_with('{') => Some(Diagnosis::new(
            Cause::NotAMessage,
            format!(
                "the body is not valid JSON from line {} column {} on",
                error.line(),
                error.column()
            ),
        )),
        Some(Err(_)) | None => Some(Diagnosis::new(
            Cause::NotAMessage,
            "the body is not a JSON object",
        )),
    }
}

fn text_around(text: &str, place: &str) -> Diagnosis {
    Diagnosis::new(
        Cause::TextAround,
        format!(
            "{} stands {place} the JSON object: verify the object exactly as it was sent, and nothing else",
            quoted(text)
        ),
    )
}
