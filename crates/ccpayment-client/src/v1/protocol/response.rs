//! Lists in the data of an answer.

use payments_core::wire::Json;
use payments_core::{Answer, Fault};
use serde::Deserialize;

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
