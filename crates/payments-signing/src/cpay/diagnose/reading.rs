//! A message as it came, and what its sender may have signed.

use std::borrow::Cow;

use crate::cpay::fields;
use crate::cpay::rules::Rules;
use crate::diagnosis::Cause;

/// The most fields times bytes for which single fields or pieces are searched: that takes several readings per field. A
/// usual message has 15 fields and 600 bytes.
const MAX_SEARCH: usize = 64 * 1024;

pub(super) type Pairs = Vec<(String, String)>;

/// A message as it came.
pub(super) struct Message<'a> {
    /// All fields but the signature, in their order.
    pub(super) params: Pairs,
    /// The body, if it is a form.
    pub(super) form: Option<&'a str>,
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
    pub(super) fn is_searched(&self) -> bool {
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
    pub(super) pairs: Pairs,
    pub(super) rules: Rules,
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

pub(super) fn sorted(
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

pub(super) fn pieces(form: &str) -> impl Iterator<Item = &str> {
    form.split('&').filter(|piece| !piece.is_empty())
}
