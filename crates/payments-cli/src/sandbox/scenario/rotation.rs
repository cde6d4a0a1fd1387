//! Gives an account another secret, as its owner does who rotates it.

use std::time::Duration;

use toml_edit::{DocumentMut, Item, Table, Value, value};

use super::at::At;
use crate::access::now;

/// The accounts file after the provider's account got another secret. The old one stays valid for the time `accepted`.
pub(super) fn rotated(accounts: &str, at: At, accepted: Duration) -> Result<String, String> {
    let key = at
        .secret()
        .ok_or("rotate_secret is for gateways with a secret")?;
    let id = at.account().map_err(|error| error.to_string())?;
    let until = i64::try_from(now().as_millis()).ok();
    let until = until.and_then(|ms| jiff::Timestamp::from_millisecond(ms).ok());
    let until = until.and_then(|now| now.checked_add(accepted).ok());
    let until = until.ok_or("the time cannot be used")?;
    let until: toml_edit::Datetime = until
        .to_string()
        .parse()
        .map_err(|_| "the time cannot be written")?;
    let mut document: DocumentMut = accounts
        .parse()
        .map_err(|error: toml_edit::TomlError| error.message().to_owned())?;
    let tables = document
        .get_mut("gateway")
        .and_then(Item::as_array_of_tables_mut);
    let account = tables.and_then(|tables| {
        tables.iter_mut().find(|table| {
            is(table, "provider", id.provider()) && is(table, "account", id.account())
        })
    });
    let account = account.ok_or("there is no such account")?;
    let old = account.insert(key, value("another-public-test-secret"));
    let old = old.and_then(|old| old.into_value().ok());
    let mut previous = toml_edit::InlineTable::new();
    previous.insert("inline", old.ok_or("there is no secret")?);
    previous.insert("until", Value::from(until));
    account.insert(&format!("previous_{key}"), value(previous));
    Ok(document.to_string())
}

fn is(table: &Table, key: &str, value: &str) -> bool {
    table.get(key).and_then(Item::as_str) == Some(value)
}
