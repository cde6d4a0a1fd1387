//! What a value must look like.

use std::ops::Range;
use std::time::Duration;

use payments_core::endpoint::{self, BaseUrlError};
use toml::Spanned;
use toml::de::{DeTable, DeValue};

use payments_core::SensitiveString;

/// Somebody may have pasted anything as a key. All keys there are consist of small letters and `_`.
pub(super) fn shown(key: &str) -> &str {
    let plain = |c: char| c.is_ascii_lowercase() || c == '_';
    let is_named = key.len() <= 40 && key.chars().all(plain);
    if is_named { key } else { "a key" }
}

/// A variable in a problem. Somebody may have pasted the secret where its name belongs, and what looks like one is not
/// repeated.
pub(super) fn variable_shown(name: &str) -> String {
    let begins = name.starts_with(|c: char| c.is_ascii_uppercase() || c == '_');
    let plain = |c: char| c.is_ascii_uppercase() || c.is_ascii_digit() || c == '_';
    let is_hex = name.chars().all(|c| c.is_ascii_hexdigit());
    if begins && name.len() <= 64 && name.chars().all(plain) && !is_hex {
        format!("the environment variable {name}")
    } else {
        "the variable named there".to_owned()
    }
}

/// A file in a problem, by the same care.
pub(super) fn file_shown(path: &str) -> String {
    if path.contains(['/', '\\', '.']) {
        format!("the file {path}")
    } else {
        "the file named there".to_owned()
    }
}

pub(super) fn as_table<'a>(
    item: &'a Spanned<DeValue<'a>>,
) -> Option<(&'a DeTable<'a>, Range<usize>)> {
    match item.get_ref() {
        DeValue::Table(table) => Some((table, item.span())),
        _ => None,
    }
}

pub(super) fn text<'a>(value: &'a DeValue<'a>) -> Option<&'a str> {
    match value {
        DeValue::String(text) => Some(text),
        _ => None,
    }
}

pub(super) fn is_variable(name: &str) -> bool {
    let plain = |c: char| c.is_ascii_alphanumeric() || c == '_';
    (1..=128).contains(&name.len()) && name.chars().all(plain)
}

/// Editors and `echo` put one there; the providers' consoles do not.
pub(super) fn without_line_end(text: SensitiveString) -> SensitiveString {
    let whole = text.expose();
    match whole.strip_suffix("\r\n").or(whole.strip_suffix('\n')) {
        Some(line) => SensitiveString::from(line),
        None => text,
    }
}

pub(super) fn duration(text: &str) -> Option<Duration> {
    let split = text.find(|c: char| !c.is_ascii_digit())?;
    let (number, unit) = text.split_at_checked(split)?;
    let number: u64 = number.parse().ok()?;
    match unit {
        "ms" => Some(Duration::from_millis(number)),
        "s" => Some(Duration::from_secs(number)),
        "m" => number.checked_mul(60).map(Duration::from_secs),
        _ => None,
    }
}

pub(super) fn wrong_url(url: &str) -> Option<&'static str> {
    match endpoint::base_url(url) {
        Ok(_) => None,
        Err(BaseUrlError::Malformed) => {
            Some("must be like https://api.provider.example: https, a host, no query, no user name")
        }
        Err(BaseUrlError::PlainHttp) => {
            Some("must be https: plain http goes to this machine's loopback addresses only")
        }
    }
}
