//! What a fault does to the message of a webhook.

use super::kind::FaultKind;
use crate::shared::provider::{Message, Signing};

/// The kinds that change one message, so that a resend can ask for them.
pub(crate) const IN_A_RESEND: [FaultKind; 7] = [
    FaultKind::WebhookWrongSignature,
    FaultKind::WebhookNoSignature,
    FaultKind::WebhookStaleTimestamp,
    FaultKind::WebhookContentType,
    FaultKind::WebhookAltered,
    FaultKind::WebhookTruncated,
    FaultKind::WebhookEmpty,
];

/// How the message is signed.
pub(crate) fn signing(kind: Option<FaultKind>) -> Signing {
    match kind {
        Some(FaultKind::WebhookWrongSignature) => Signing::Wrong(0),
        Some(FaultKind::WebhookNoSignature) => Signing::Missing,
        Some(FaultKind::WebhookStaleTimestamp) => Signing::Stale,
        _ => Signing::Right,
    }
}

/// Changes a signed message.
pub(crate) fn spoil(message: &mut Message, kind: FaultKind) {
    match kind {
        FaultKind::WebhookContentType => message.content_type = "text/plain",
        FaultKind::WebhookAltered => message.body = altered(&message.body),
        FaultKind::WebhookTruncated => {
            let middle = (0..=message.body.len() / 2).rev();
            let end = middle
                .into_iter()
                .find(|at| message.body.is_char_boundary(*at));
            message.body.truncate(end.unwrap_or_default());
        }
        FaultKind::WebhookEmpty => message.body.clear(),
        _ => {}
    }
}

/// The body with another digit: the first one behind the middle.
fn altered(body: &str) -> String {
    let middle = body.len() / 2;
    let mut is_done = false;
    let letters = body
        .char_indices()
        .map(|(at, letter)| match letter.to_digit(10) {
            Some(digit) if at >= middle && !is_done => {
                is_done = true;
                char::from_digit((digit + 1) % 10, 10).unwrap_or(letter)
            }
            _ => letter,
        });
    letters.collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_digit_behind_the_middle_is_another_one() {
        assert_eq!(altered(r#"{"a":"1","b":"29"}"#), r#"{"a":"1","b":"39"}"#);
        assert_eq!(altered(r#"{"a":"1","b":"99"}"#), r#"{"a":"1","b":"09"}"#);
    }
}
