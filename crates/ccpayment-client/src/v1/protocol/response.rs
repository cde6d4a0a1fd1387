//! The JSON envelope of every answer, and lists in its data.

use payments_core::wire::{Code, Json, Lenient};
use payments_core::{Answer, Fault};
use serde::Deserialize;

use crate::v1::codes;

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
        self.code.as_str() == codes::SUCCESS
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

/// Most calls wrap a list in an object.
#[derive(Deserialize)]
struct ListObject<'a> {
    #[serde(borrow)]
    list: Json<'a>,
}

/// The rows of an answer: an array, or the `list` of an object. Missing or `null` means empty, as servers in Go write an
/// empty list (`assumed`).
pub(crate) fn rows<'a, T: Deserialize<'a>>(answer: &Answer<'a>) -> Result<Vec<T>, Fault> {
    let mut rows = answer.json();
    if let Some(data) = rows.filter(|data| data.as_str().starts_with('{')) {
        rows = Some(data.read::<ListObject<'a>>()?.list);
    }
    let Some(rows) = rows.filter(|rows| !rows.is_blank()) else {
        return Ok(Vec::new());
    };
    let rows: Vec<Json<'a>> = rows.read()?;
    let rows: Result<_, _> = rows.into_iter().map(Json::read_object).collect();
    Ok(rows?)
}
