//! Other readings of a message, one for each usual mistake: what its sender may have signed.

mod forms;
mod values;

use self::forms::{rejoined, undecoded};
use self::values::{other_numbers, other_values};
use super::reading::{Message, Reading, sorted};
use crate::cpay::rules::{EmptyValues, Rules, ZeroValues};
use crate::diagnosis::{Cause, quoted};

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
