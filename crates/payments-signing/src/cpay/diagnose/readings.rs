//! Other readings of a message, one for each usual mistake: what its sender may have signed.

use std::borrow::Cow;

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, percent_decode_str, utf8_percent_encode};

use crate::cpay::fields;
use crate::cpay::rules::{EmptyValues, Rules, ZeroValues};
use crate::diagnosis::{Cause, quoted};

/// JavaScript's `encodeURIComponent`, but for `!'()*`.
const COMPONENT: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'_')
    .remove(b'.')
    .remove(b'~');

/// The most fields times bytes for which single fields or pieces are searched: that takes several readings per field. A
/// usual message has 15 fields and 600 bytes.
const MAX_SEARCH: usize = 64 * 1024;

/// How many pieces an unencoded value may have been split into.
const MAX_PIECES: usize = 5;

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

type Pairs = Vec<(String, String)>;

/// A message as it came.
pub(super) struct Message<'a> {
    /// All fields but the signature, in their order.
    params: Pairs,
    /// The body, if it is a form.
    form: Option<&'a str>,
}

impl<'a> Message<'a> {
    pub(super) fn of_params(mut params: Pairs) -> Self {
        params.retain(|(name, _)| name != "sign");
        Self { params, form: None }
    }

    /// A body that can be read.
    pub(super) fn of_body(body: &'a [u8]) -> Self {
        let pairs = fields::pairs(body).unwrap_or_default();
        let is_form = !body.trim_ascii_start().starts_with(b"{");
        let form = core::str::from_utf8(body).ok().filter(|_| is_form);
        let pairs = pairs.into_iter();
        Self {
            form,
            ..Self::of_params(
                pairs
                    .map(|(name, value)| (name.into(), value.into()))
                    .collect(),
            )
        }
    }

    /// Whether a piece of a form has no `=`, as behind an unencoded `&`.
    pub(super) fn has_loose_piece(&self) -> bool {
        self.form
            .is_some_and(|form| pieces(form).any(|piece| !piece.contains('=')))
    }

    /// Whether it is short enough for readings of single fields or pieces.
    fn is_searched(&self) -> bool {
        let lens = self.params.iter();
        let len: usize = lens.map(|(name, value)| name.len() + value.len() + 2).sum();
        let len = self.form.map_or(len, str::len);
        len * self.params.len() <= MAX_SEARCH
    }
}

/// What a sender may have signed, and the mistake that it would be.
pub(super) struct Reading {
    pub(super) cause: Cause,
    pub(super) what: Cow<'static, str>,
    pairs: Pairs,
    rules: Rules,
}

impl Reading {
    /// As documented: sorted by the bytes of the names.
    pub(super) fn documented(message: &Message<'_>, rules: Rules) -> Self {
        let mut pairs = message.params.clone();
        pairs.sort();
        Self {
            cause: Cause::WrongSecretOrAltered,
            what: Cow::Borrowed(""),
            pairs,
            rules,
        }
    }

    /// The canonical text without its end.
    pub(super) fn text(&self) -> String {
        let mut text = String::new();
        let signed = self
            .pairs
            .iter()
            .filter(|(_, value)| self.rules.signs(value));
        for (name, value) in signed {
            text.extend([name, "=", value, "&"]);
        }
        text
    }
}

/// All readings but the documented one. Their number depends on the number of fields only.
pub(super) fn others<'m>(
    message: &'m Message<'_>,
    rules: Rules,
) -> impl Iterator<Item = Reading> + 'm {
    // The text of a cut URL or JSON value is also that of the fields in another order, which is less likely.
    other_rules(message, rules)
        .chain(rejoined(message, rules, is_structured))
        .chain(other_orders(message, rules))
        .chain(undecoded(message, rules))
        .chain(other_values(message, rules))
        .chain(other_numbers(message, rules))
        .chain(without_one(message, rules))
        .chain(rejoined(message, rules, |piece| !is_structured(piece)))
}

/// Whether a piece may be the beginning of a cut URL or JSON value.
fn is_structured(piece: &str) -> bool {
    piece.contains(['?', '{'])
}

fn sorted(
    cause: Cause,
    what: impl Into<Cow<'static, str>>,
    mut pairs: Pairs,
    rules: Rules,
) -> Reading {
    pairs.sort();
    Reading {
        cause,
        what: what.into(),
        pairs,
        rules,
    }
}

fn other_rules<'m>(message: &'m Message<'_>, rules: Rules) -> impl Iterator<Item = Reading> + 'm {
    let empty_values = match rules.empty_values {
        EmptyValues::Skip => EmptyValues::Sign,
        EmptyValues::Sign => EmptyValues::Skip,
    };
    let zero_values = match rules.zero_values {
        ZeroValues::Sign => ZeroValues::Drop,
        ZeroValues::Drop => ZeroValues::Sign,
    };
    let empty = match empty_values {
        EmptyValues::Sign => {
            "empty values are signed as `name=&`; C-Pay's text leaves them out (Rules::empty_values)"
        }
        EmptyValues::Skip => {
            "empty values are left out of the signature, but the rules of this key sign them (Rules::empty_values)"
        }
    };
    let zero = match zero_values {
        ZeroValues::Drop => {
            "values of 0 are left out of the signature, as by the PHP SDK; C-Pay's text signs them (Rules::zero_values)"
        }
        ZeroValues::Sign => {
            "values of 0 are signed, but the rules of this key leave them out (Rules::zero_values)"
        }
    };
    [
        (
            Cause::EmptyValues,
            empty,
            Rules {
                empty_values,
                ..rules
            },
        ),
        (
            Cause::ZeroValues,
            zero,
            Rules {
                zero_values,
                ..rules
            },
        ),
        (
            Cause::EmptyValues,
            empty,
            Rules {
                empty_values,
                zero_values,
            },
        ),
    ]
    .into_iter()
    .map(|(cause, what, rules)| sorted(cause, what, message.params.clone(), rules))
}

fn other_orders<'m>(message: &'m Message<'_>, rules: Rules) -> impl Iterator<Item = Reading> + 'm {
    const WHAT: &str = "the signature holds over the fields in another order: they must be sorted by the bytes of their names, upper case before lower case";
    let in_order = message.params.clone();
    let mut no_case = message.params.clone();
    no_case.sort_by_key(|(name, _)| name.to_ascii_lowercase());
    let mut descending = message.params.clone();
    descending.sort_by(|(a, _), (b, _)| b.cmp(a));
    [in_order, no_case, descending]
        .into_iter()
        .map(move |pairs| Reading {
            cause: Cause::Unsorted,
            what: WHAT.into(),
            pairs,
            rules,
        })
}

/// The values of a form as they stand in the body.
fn undecoded<'m>(message: &'m Message<'_>, rules: Rules) -> impl Iterator<Item = Reading> + 'm {
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

fn other_values<'m>(message: &'m Message<'_>, rules: Rules) -> impl Iterator<Item = Reading> + 'm {
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
fn other_numbers<'m>(message: &'m Message<'_>, rules: Rules) -> impl Iterator<Item = Reading> + 'm {
    const MORE: &str = "the signature holds over numbers with more zeros at their ends: the body was parsed and written again; verify the bytes as they were received";
    const FEWER: &str = "the signature holds over numbers with fewer zeros at their ends: the body was parsed and written again; verify the bytes as they were received";
    let is_number = |value: &str| {
        let (whole, decimals) = value.split_once('.').unwrap_or((value, "0"));
        let digits =
            |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
        // Longer ones are ids and times.
        whole.len() <= 9 && digits(whole) && digits(decimals)
    };
    let padded = move |value: &str, decimals: usize, integers: bool| {
        let is_integer = !value.contains('.');
        if !is_number(value) || (is_integer && !integers) {
            return value.to_owned();
        }
        let (whole, given) = value.split_once('.').unwrap_or((value, ""));
        format!("{whole}.{given:0<decimals$}")
    };
    let shortened = move |value: &str, decimals: usize| {
        let Some((whole, given)) = value.split_once('.').filter(|_| is_number(value)) else {
            return value.to_owned();
        };
        let given = given.trim_end_matches('0');
        if given.is_empty() && decimals == 0 {
            return whole.to_owned();
        }
        format!("{whole}.{given:0<decimals$}")
    };
    let changed = move |what, change: &dyn Fn(&str) -> String| {
        let pairs = message.params.iter();
        let pairs = pairs.map(|(name, value)| (name.clone(), change(value)));
        sorted(Cause::NumberFormat, what, pairs.collect(), rules)
    };
    let more = [false, true].into_iter().flat_map(move |integers| {
        (1..=MAX_DECIMALS)
            .map(move |decimals| changed(MORE, &|value| padded(value, decimals, integers)))
    });
    let fewer = (0..=MAX_SIGNED_DECIMALS)
        .map(move |decimals| changed(FEWER, &|value| shortened(value, decimals)));
    more.chain(fewer)
}

/// All fields but one, which a program on the way may have added.
fn without_one<'m>(message: &'m Message<'_>, rules: Rules) -> impl Iterator<Item = Reading> + 'm {
    let fields = message.params.iter().filter(|_| message.is_searched());
    fields.map(move |(added, _)| {
        let pairs = message.params.iter();
        let pairs = pairs.filter(|(name, _)| name != added).cloned();
        let what = format!(
            "altered body: the signature holds without the field {}, which was added after signing; verify the bytes as they were received",
            quoted(added)
        );
        sorted(Cause::AddedField, what, pairs.collect(), rules)
    })
}

/// Forms with a value that was split at its own `&`: pieces joined to the piece before them, undecoded and decoded.
///
/// - `begins`: whether the cut value may begin in a piece.
fn rejoined<'m>(
    message: &'m Message<'_>,
    rules: Rules,
    begins: fn(&str) -> bool,
) -> impl Iterator<Item = Reading> + 'm {
    const WHAT: &str = "a value contains an unencoded `&`, which cut it: the signature holds if the pieces behind it, such as one without `=`, belong to it; send `&` as %26";
    const UNDECODED: &str = "a value contains an unencoded `&`, which cut it: the signature holds over the undecoded values if the pieces behind it, such as one without `=`, belong to it; send `&` as %26, `+` as %2B and `%` as %25";
    let form = message.form.filter(|_| message.is_searched());
    let pieces: Vec<&str> = form.map(pieces).into_iter().flatten().collect();
    let count = pieces.len();
    // A piece without `=` belongs to the one before it in any case.
    let loose = |pieces: &[&str]| {
        let mut joined: Vec<String> = Vec::new();
        for piece in pieces {
            match joined.last_mut() {
                Some(last) if !piece.contains('=') => last.extend(["&", piece]),
                _ => joined.push((*piece).to_owned()),
            }
        }
        joined
    };
    let starts = (0..count).filter({
        let pieces = pieces.clone();
        move |start| pieces.get(*start).is_some_and(|piece| begins(piece))
    });
    let ranges = starts.flat_map(move |start| {
        (start + 2..=count.min(start + MAX_PIECES)).map(move |end| (start, end))
    });
    ranges.flat_map(move |(start, end)| {
        let before = pieces.get(..start).unwrap_or_default();
        let middle = pieces.get(start..end).unwrap_or_default().join("&");
        let after = pieces.get(end..).unwrap_or_default();
        let mut joined = loose(before);
        match joined.last_mut() {
            Some(last) if !middle.contains('=') => last.extend(["&", &middle]),
            _ => joined.push(middle),
        }
        let rest = loose(after);
        if let (Some(last), Some(first)) = (joined.last_mut(), rest.first())
            && !first.contains('=')
        {
            last.extend(["&", first]);
        }
        joined.extend(rest.into_iter().filter(|piece| piece.contains('=')));
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

fn pieces(form: &str) -> impl Iterator<Item = &str> {
    form.split('&').filter(|piece| !piece.is_empty())
}
