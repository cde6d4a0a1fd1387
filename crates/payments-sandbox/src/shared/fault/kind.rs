//! The kinds of faults: one table of names, groups and rules.

use serde::Serialize;

/// When a fault happens.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum FaultWhen {
    /// Instead of carrying out the request.
    Instead,
    /// After the request was carried out.
    After,
    /// When a webhook is sent.
    Webhook,
}

impl FaultWhen {
    /// The name in JSON.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Instead => "instead",
            Self::After => "after",
            Self::Webhook => "webhook",
        }
    }
}

const BOTH: &[FaultWhen] = &[FaultWhen::Instead, FaultWhen::After];
const INSTEAD: &[FaultWhen] = &[FaultWhen::Instead];
const AFTER: &[FaultWhen] = &[FaultWhen::After];
const WEBHOOK: &[FaultWhen] = &[FaultWhen::Webhook];

/// A row of the table.
struct Row {
    name: &'static str,
    group: &'static str,
    when: &'static [FaultWhen],
    takes: &'static [&'static str],
    what: &'static str,
}

macro_rules! kinds {
    ($($group:literal: { $($kind:ident, $name:literal, $when:expr, $takes:expr, $what:literal;)* })*) => {
        /// What a fault does. The table of the guide's page about the sandbox and `GET /_sandbox/faults/kinds` list all.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        #[non_exhaustive]
        pub enum FaultKind {
            $($(#[doc = $what] $kind,)*)*
        }

        impl FaultKind {
            /// All kinds, by group.
            pub const ALL: &'static [Self] = &[$($(Self::$kind,)*)*];

            fn row(self) -> Row {
                match self {
                    $($(Self::$kind => Row {
                        name: $name,
                        group: $group,
                        when: $when,
                        takes: $takes,
                        what: $what,
                    },)*)*
                }
            }
        }
    };
}

// One line per kind keeps the variant, its name in JSON, its rules and its sentence together.
kinds! {
    "connection": {
        Cut, "cut", BOTH, &[], "The connection closes without an answer.";
        Lost, "lost", BOTH, &[], "Nothing is answered, and the connection stays open.";
        Reset, "reset", BOTH, &["bytes"], "The connection is reset after this many bytes of the answer.";
        Half, "half", BOTH, &[], "The answer breaks off in the middle of its body.";
        LengthTooLong, "length_too_long", BOTH, &[], "Content-Length is 100 more than the body has.";
        LengthTooShort, "length_too_short", BOTH, &[], "Content-Length is half of what the body has.";
        BrokenChunk, "broken_chunk", BOTH, &[], "The answer comes in chunks, and the last one is missing.";
        NotHttp, "not_http", BOTH, &[], "The answer is the greeting of a mail server.";
        Trickle, "trickle", BOTH, &["bytes"], "The answer comes in pieces of this many bytes, with the delay between them.";
    }
    "time": {
        Late, "late", BOTH, &[], "The request, or with `after` its answer, arrives late by the delay.";
        AfterWebhook, "after_webhook", AFTER, &[], "The answer comes after the gateway's next webhook was sent, at the latest after the delay.";
        UnknownOrder, "unknown_order", INSTEAD, &[], "The gateway answers that it does not know the order.";
        Lagging, "lagging", AFTER, &[], "A repeated request gets the answer it got the first time.";
    }
    "http": {
        Page, "page", BOTH, &["http_status", "retry_after_s", "retry_after_date_s"], "The answer is the HTML page of a proxy.";
        Redirect, "redirect", BOTH, &["http_status"], "The answer is a redirect to the call's own URL.";
        Gzip, "gzip", BOTH, &[], "The body is compressed, although the request does not ask for it.";
        WrongContentType, "wrong_content_type", BOTH, &[], "The Content-Type is text/html.";
        NoContentType, "no_content_type", BOTH, &[], "The Content-Type is missing.";
        StaleDate, "stale_date", BOTH, &[], "The Date is an hour ago.";
    }
    "body": {
        EmptyBody, "empty_body", BOTH, &[], "The body is empty.";
        NotJson, "not_json", BOTH, &[], "The body is a sentence.";
        JsonArray, "json_array", BOTH, &[], "The body is inside an array.";
        TruncatedJson, "truncated_json", BOTH, &["bytes"], "The body is the first half of the JSON, or this many bytes of it.";
        TrailingText, "trailing_text", BOTH, &[], "A comment follows the JSON.";
        InvalidUtf8, "invalid_utf8", BOTH, &[], "The body has bytes that are not UTF-8.";
        DuplicateKey, "duplicate_key", BOTH, &[], "The first key comes twice, with different values.";
        DeepNesting, "deep_nesting", BOTH, &[], "The body has an additional field of 10,000 nested arrays.";
        Huge, "huge", BOTH, &[], "The body is padded to 10 MiB.";
    }
    "data": {
        ExtraField, "extra_field", AFTER, &["field"], "The data has an additional field.";
        MissingField, "missing_field", AFTER, &["field"], "A field of the data is missing.";
        NullField, "null_field", AFTER, &["field"], "A field of the data is null.";
        EmptyText, "empty_text", AFTER, &["field"], "A text of the data is empty.";
        NumberForText, "number_for_text", AFTER, &["field"], "A text of digits is a number.";
        TextForNumber, "text_for_number", AFTER, &["field"], "A number is a text of digits.";
        ArrayForValue, "array_for_value", AFTER, &["field"], "A value of the data is an empty array.";
        UnknownStatus, "unknown_status", AFTER, &["field"], "The status is one that no document has.";
        OtherAmount, "other_amount", AFTER, &["field"], "The amount is another one.";
        OtherCoin, "other_coin", AFTER, &["field"], "The coin is another one.";
        OtherReference, "other_reference", AFTER, &["field"], "The reference or id is another one.";
        NoData, "no_data", AFTER, &[], "The data is null.";
        OtherOrder, "other_order", AFTER, &[], "The data is that of the call's previous answer.";
    }
    "signature": {
        WrongSignature, "wrong_signature", AFTER, &["bytes"], "The signature of the answer has another letter, at this place.";
        NoSignature, "no_signature", AFTER, &[], "The answer has no signature.";
        StaleTimestamp, "stale_timestamp", AFTER, &[], "The answer's signed timestamp is an hour ago.";
    }
    "code": {
        Code, "code", BOTH, &["code", "http_status", "retry_after_s", "retry_after_date_s"], "The answer is the gateway's error with this code.";
    }
    "webhook": {
        WebhookDrop, "webhook_drop", WEBHOOK, &[], "The webhook is never sent.";
        WebhookDelay, "webhook_delay", WEBHOOK, &[], "The webhook is sent later by the delay.";
        WebhookDuplicate, "webhook_duplicate", WEBHOOK, &[], "The webhook is sent twice.";
        WebhookReorder, "webhook_reorder", WEBHOOK, &[], "The webhook is sent after the gateway's next one, at the latest after an hour.";
        WebhookWrongSignature, "webhook_wrong_signature", WEBHOOK, &[], "The signature is wrong.";
        WebhookNoSignature, "webhook_no_signature", WEBHOOK, &[], "The signature is missing.";
        WebhookStaleTimestamp, "webhook_stale_timestamp", WEBHOOK, &[], "The timestamp is an hour ago, and the signature is right.";
        WebhookContentType, "webhook_content_type", WEBHOOK, &[], "The Content-Type is text/plain.";
        WebhookAltered, "webhook_altered", WEBHOOK, &[], "A digit of the body was changed after signing.";
        WebhookTruncated, "webhook_truncated", WEBHOOK, &[], "The body is its first half.";
        WebhookEmpty, "webhook_empty", WEBHOOK, &[], "The body is empty.";
    }
}

impl FaultKind {
    /// The name in JSON, e.g. `length_too_long`.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        self.row().name
    }

    /// The group: `connection`, `time`, `http`, `body`, `data`, `signature`, `code` or `webhook`.
    #[must_use]
    pub fn group(self) -> &'static str {
        self.row().group
    }

    /// When it can happen.
    #[must_use]
    pub fn when(self) -> &'static [FaultWhen] {
        self.row().when
    }

    /// The settings it reads besides those that every fault has.
    #[must_use]
    pub fn takes(self) -> &'static [&'static str] {
        self.row().takes
    }

    /// What happens, as a sentence.
    #[must_use]
    pub fn what(self) -> &'static str {
        self.row().what
    }

    /// The kind with this name in JSON.
    #[must_use]
    pub fn by_name(name: &str) -> Option<Self> {
        let mut all = Self::ALL.iter().copied();
        all.find(|kind| kind.as_str() == name)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_kind_is_found_by_its_name() {
        for kind in FaultKind::ALL {
            assert_eq!(FaultKind::by_name(kind.as_str()), Some(*kind));
            assert!(!kind.when().is_empty());
        }
    }
}
