//! Other readings of a form: undecoded, or with a value that was split at an `&`.

use percent_encoding::percent_decode_str;

use super::super::reading::{Message, Reading, pieces, sorted};
use crate::cpay::rules::Rules;
use crate::diagnosis::Cause;

/// How many pieces an unencoded value may have been split into.
const MAX_PIECES: usize = 5;

/// The values of a form as they stand in the body.
pub(super) fn undecoded<'m>(
    message: &'m Message<'_>,
    rules: Rules,
) -> impl Iterator<Item = Reading> + 'm {
    let form = message.form.into_iter();
    form.map(move |form| {
        let pairs = pieces(form)
            .map(|piece| piece.split_once('=').unwrap_or((piece, "")))
            .filter(|(name, _)| *name != "sign")
            .map(|(name, value)| (name.to_owned(), value.to_owned()))
            .collect();
        let (cause, what) = if form.contains('%') {
            (
                Cause::EncodedValues,
                "the signature holds over the values as they stand in the body, undecoded: sign the plain values, then encode them",
            )
        } else {
            (
                Cause::PlusAsBlank,
                "the signature holds over the undecoded values: a `+` in a form stands for a blank and must be sent as %2B",
            )
        };
        sorted(cause, what, pairs, rules)
    })
}

/// Forms with a value that was split at its own `&`: pieces joined to the piece before them, undecoded and decoded.
///
/// - `begins`: whether the cut value may begin in a piece.
pub(super) fn rejoined<'m>(
    message: &'m Message<'_>,
    rules: Rules,
    begins: fn(&str) -> bool,
) -> impl Iterator<Item = Reading> + 'm {
    const WHAT: &str = "a value contains an unencoded `&`, which cut it: the signature holds if the pieces behind it, such as one without `=`, belong to it; send `&` as %26";
    const UNDECODED: &str = "a value contains an unencoded `&`, which cut it: the signature holds over the undecoded values if the pieces behind it, such as one without `=`, belong to it; send `&` as %26, `+` as %2B and `%` as %25";
    let form = message.form.filter(|_| message.is_searched());
    let pieces: Vec<&str> = form.map(pieces).into_iter().flatten().collect();
    let count = pieces.len();
    let starts = (0..count).filter({
        let pieces = pieces.clone();
        move |start| pieces.get(*start).is_some_and(|piece| begins(piece))
    });
    let ranges = starts.flat_map(move |start| {
        (start + 2..=count.min(start + MAX_PIECES)).map(move |end| (start, end))
    });
    ranges.flat_map(move |(start, end)| {
        let mut joined: Vec<String> = Vec::new();
        for (at, piece) in pieces.iter().enumerate() {
            // A piece without `=` belongs to the one before it in any case.
            let is_joined = !piece.contains('=') || (start + 1..end).contains(&at);
            match joined.last_mut() {
                Some(last) if is_joined => last.extend(["&", piece]),
                _ => joined.push((*piece).to_owned()),
            }
        }
        [false, true].map(|decode| {
            let pairs = joined.iter().map(|piece| {
                let (name, value) = piece.split_once('=').unwrap_or((piece, ""));
                let value = if decode {
                    let value = value.replace('+', " ");
                    percent_decode_str(&value).decode_utf8_lossy().into_owned()
                } else {
                    value.to_owned()
                };
                (name.to_owned(), value)
            });
            let pairs = pairs.filter(|(name, _)| name != "sign").collect();
            let what = if decode { WHAT } else { UNDECODED };
            sorted(Cause::UnencodedAmpersand, what, pairs, rules)
        })
    })
}
