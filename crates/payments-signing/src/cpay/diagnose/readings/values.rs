//! Other readings of the values: encoded, decoded, escaped, or numbers that were written again.

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, percent_decode_str, utf8_percent_encode};

use super::super::reading::{Message, Reading, sorted};
use crate::cpay::rules::Rules;
use crate::diagnosis::Cause;

/// JavaScript's `encodeURIComponent`, but for `!'()*`.
const COMPONENT: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'_')
    .remove(b'.')
    .remove(b'~');

/// The most decimals of a number that was written again.
const MAX_DECIMALS: usize = 18;

/// The most decimals of a number before a program, such as a database, added zeros to it.
const MAX_SIGNED_DECIMALS: usize = 8;

/// As PHP's `htmlspecialchars` writes them.
const HTML: [(&str, &str); 5] = [
    ("&", "&amp;"),
    ("<", "&lt;"),
    (">", "&gt;"),
    ("\"", "&quot;"),
    ("'", "&#039;"),
];

pub(super) fn other_values<'m>(
    message: &'m Message<'_>,
    rules: Rules,
) -> impl Iterator<Item = Reading> + 'm {
    type Change = fn(&str) -> String;
    const ENCODED: &str = "the signature holds over values that are encoded for URLs: sign the plain values, then encode them";
    const DECODED: &str = "the signature holds over values that are decoded once more: they are still encoded for URLs";
    const PLUS: &str = "the signature holds if blanks are read as `+`: a `+` was turned into a blank, by decoding once too often or by not sending it as %2B";
    const BLANK: &str =
        "the signature holds if `+` is read as a blank: a blank was sent or stored as `+`";
    const TRIMMED: &str = "the signature holds over the values without the blanks at their ends";
    const DECODED_TWICE: &str = "the signature holds over values with escapes: they were decoded once more than they were signed";
    const ESCAPED: &str = "the signature holds over the values without HTML escapes such as &amp;: a program on the way escaped them";
    const UNESCAPED: &str =
        "the signature holds over values with HTML escapes such as &amp;: sign the plain values";
    let changes: [(Cause, &'static str, Change); 11] = [
        (Cause::PlusAsBlank, PLUS, |value| value.replace(' ', "+")),
        (Cause::PlusAsBlank, BLANK, |value| value.replace('+', " ")),
        (Cause::EncodedValues, ENCODED, |value| {
            form_urlencoded::byte_serialize(value.as_bytes()).collect()
        }),
        (Cause::EncodedValues, ENCODED, |value| {
            utf8_percent_encode(value, COMPONENT).to_string()
        }),
        (Cause::EncodedValues, DECODED, |value| {
            percent_decode_str(value).decode_utf8_lossy().into_owned()
        }),
        (Cause::EncodedValues, DECODED, |value| {
            let value = value.replace('+', " ");
            percent_decode_str(&value).decode_utf8_lossy().into_owned()
        }),
        (Cause::DecodedTwice, DECODED_TWICE, |value| {
            value.replace('%', "%25")
        }),
        (Cause::DecodedTwice, DECODED_TWICE, |value| {
            value.replace('%', "%25").replace(' ', "%20")
        }),
        (Cause::EncodedValues, TRIMMED, |value| {
            value.trim().to_owned()
        }),
        (Cause::EncodedValues, ESCAPED, |value| {
            HTML.iter()
                .rev()
                .fold(value.to_owned(), |value, (plain, escape)| {
                    value.replace(escape, plain)
                })
                .replace("&#39;", "'")
        }),
        (Cause::EncodedValues, UNESCAPED, |value| {
            HTML.iter()
                .fold(value.to_owned(), |value, (plain, escape)| {
                    value.replace(plain, escape)
                })
        }),
    ];
    let everywhere = changes.into_iter().map(move |(cause, what, change)| {
        let pairs = message.params.iter();
        let pairs = pairs.map(|(name, value)| (name.clone(), change(value)));
        sorted(cause, what, pairs.collect(), rules)
    });
    // Other values may have blanks that were signed as such.
    let in_one = (0..message.params.len())
        .filter(|_| message.is_searched())
        .filter(|at| {
            message
                .params
                .get(*at)
                .is_some_and(|(_, value)| value.contains(' '))
        })
        .map(move |changed| {
            let pairs = message.params.iter().enumerate();
            let pairs = pairs.map(|(at, (name, value))| {
                let value = if at == changed {
                    value.replace(' ', "+")
                } else {
                    value.clone()
                };
                (name.clone(), value)
            });
            sorted(Cause::PlusAsBlank, PLUS, pairs.collect(), rules)
        });
    everywhere.chain(in_one)
}

/// Numbers that lost zeros at their ends, or got some, when a program parsed and wrote them.
pub(super) fn other_numbers<'m>(
    message: &'m Message<'_>,
    rules: Rules,
) -> impl Iterator<Item = Reading> + 'm {
    const MORE: &str = "the signature holds over numbers with more zeros at their ends: the body was parsed and written again; verify the bytes as they were received";
    const FEWER: &str = "the signature holds over numbers with fewer zeros at their ends: the body was parsed and written again; verify the bytes as they were received";
    let changed = move |what, is_changed: fn(&str) -> bool, change: &dyn Fn(&str) -> String| {
        let pairs = message.params.iter().map(|(name, value)| {
            let value = if is_changed(value) {
                change(value)
            } else {
                value.clone()
            };
            (name.clone(), value)
        });
        sorted(Cause::NumberFormat, what, pairs.collect(), rules)
    };
    let more = [is_decimal, is_number]
        .into_iter()
        .flat_map(move |is_changed| {
            (1..=MAX_DECIMALS)
                .map(move |decimals| changed(MORE, is_changed, &|value| padded(value, decimals)))
        });
    let fewer = (0..=MAX_SIGNED_DECIMALS)
        .map(move |decimals| changed(FEWER, is_decimal, &|value| shortened(value, decimals)));
    more.chain(fewer)
}

/// Whether a value is digits with or without a point between them.
fn is_number(value: &str) -> bool {
    let (whole, decimals) = value.split_once('.').unwrap_or((value, "0"));
    let is_digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    // Longer ones are ids and times.
    whole.len() <= 9 && is_digits(whole) && is_digits(decimals)
}

fn is_decimal(value: &str) -> bool {
    value.contains('.') && is_number(value)
}

/// With zeros at its end, up to a number of decimals that is not 0.
fn padded(number: &str, decimals: usize) -> String {
    let (whole, given) = number.split_once('.').unwrap_or((number, ""));
    format!("{whole}.{given:0<decimals$}")
}

/// Without the zeros at its end but those that a number of decimals needs.
fn shortened(decimal: &str, decimals: usize) -> String {
    let shortest = decimal.trim_end_matches('0').trim_end_matches('.');
    match decimals {
        0 => shortest.to_owned(),
        _ => padded(shortest, decimals),
    }
}
