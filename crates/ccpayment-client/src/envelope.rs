//! The JSON envelope of every answer, of both versions.

use payments_core::wire::{Code, Json, Lenient};
use serde::Deserialize;

/// The success code of both versions.
pub(crate) const SUCCESS: &str = "10000";

/// `{"code": …, "msg": …, "data": …}`. `data` is read only once the code is known.
#[serde_with::apply(Option<String> => #[serde(default)] #[serde_as(as = "Lenient")])]
#[serde_with::serde_as]
#[derive(Deserialize)]
pub(crate) struct Envelope<'a> {
    pub(crate) code: Code,
    msg: Option<String>,
    /// In addition to `msg`, in some failures: `ToUserNotFound`.
    reason: Option<String>,
    #[serde(borrow, default)]
    pub(crate) data: Option<Json<'a>>,
}

impl Envelope<'_> {
    pub(crate) fn is_success(&self) -> bool {
        self.code.as_str() == SUCCESS
    }

    /// The gateway's message of a failure, with `reason` after `msg`.
    pub(crate) fn message(&self) -> String {
        match (self.msg.as_deref(), self.reason.as_deref()) {
            (Some(msg), Some(reason)) => format!("{msg} ({reason})"),
            (Some(one), None) | (None, Some(one)) => one.to_owned(),
            (None, None) => String::new(),
        }
    }
}
