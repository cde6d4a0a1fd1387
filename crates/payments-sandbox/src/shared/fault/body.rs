//! Faults in the body of an answer: they happen before a signature that covers the body.

use super::json;
use super::kind::FaultKind;

/// The size of the largest answer.
pub(super) const HUGE: usize = 10 * 1024 * 1024;
/// More levels than any reader follows.
const LEVELS: usize = 10_000;

/// The body with the fault in it. `bytes` is how much a truncated one keeps, which is never all.
pub(super) fn spoil(mut body: Vec<u8>, kind: FaultKind, bytes: Option<usize>) -> Vec<u8> {
    match kind {
        FaultKind::EmptyBody => body.clear(),
        FaultKind::NotJson => {
            return b"The service is being updated. Please come back later.".to_vec();
        }
        FaultKind::JsonArray => {
            body.insert(0, b'[');
            body.push(b']');
        }
        FaultKind::TruncatedJson => {
            let most = body.len().saturating_sub(1);
            body.truncate(bytes.unwrap_or(body.len() / 2).min(most));
        }
        FaultKind::TrailingText => body.extend_from_slice(b"\n<!-- served by cache -->"),
        FaultKind::InvalidUtf8 => {
            // Inside the first string.
            let at = body
                .iter()
                .position(|byte| *byte == b'"')
                .map_or(0, |at| at + 1);
            body.splice(at..at, [0xff, 0xfe]);
        }
        FaultKind::DuplicateKey => return with_member(body, None, "\"again\""),
        FaultKind::DeepNesting => {
            let nested = ["[".repeat(LEVELS), "]".repeat(LEVELS)].concat();
            return with_member(body, Some("sandboxFault"), &nested);
        }
        FaultKind::Huge => body.resize(HUGE.max(body.len()), b' '),
        _ => {}
    }
    body
}

/// Adds a member with this name, or with that of the first one.
fn with_member(body: Vec<u8>, name: Option<&str>, value: &str) -> Vec<u8> {
    let text = String::from_utf8_lossy(&body);
    let added = name
        .map(str::to_owned)
        .or_else(|| json::first_name(&text))
        .and_then(|name| json::add(&text, &name, value));
    added.map_or(body, String::into_bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn spoiled(kind: FaultKind) -> Vec<u8> {
        spoil(br#"{"code":0,"data":{"a":"b"}}"#.to_vec(), kind, None)
    }

    #[test]
    fn bodies_are_broken_as_named() {
        for (kind, body) in [
            (FaultKind::EmptyBody, ""),
            (FaultKind::JsonArray, r#"[{"code":0,"data":{"a":"b"}}]"#),
            (FaultKind::TruncatedJson, r#"{"code":0,"da"#),
            (
                FaultKind::DuplicateKey,
                r#"{"code":0,"data":{"a":"b"},"code":"again"}"#,
            ),
            (FaultKind::Cut, r#"{"code":0,"data":{"a":"b"}}"#),
        ] {
            assert_eq!(spoiled(kind), body.as_bytes(), "{kind:?}");
        }
        let kept = |bytes| spoil(b"{}".to_vec(), FaultKind::TruncatedJson, Some(bytes));
        assert_eq!((kept(0), kept(9)), (vec![], b"{".to_vec()));
        assert!(std::str::from_utf8(&spoiled(FaultKind::InvalidUtf8)).is_err());
        assert!(
            serde_json::from_slice::<serde_json::Value>(&spoiled(FaultKind::DeepNesting)).is_err()
        );
        let huge = spoiled(FaultKind::Huge);
        assert!(huge.len() == HUGE && serde_json::from_slice::<serde_json::Value>(&huge).is_ok());
    }
}
