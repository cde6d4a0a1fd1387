//! Faults in the data of an answer: they happen before the answer is signed or encrypted.

use super::Fault;
use super::json::{self, Change};
use super::kind::FaultKind;
use crate::shared::provider::FieldNames;

/// The data with the fault in it. `None` if it has no field that fits.
pub(super) fn spoil(data: &str, fault: &Fault, names: &FieldNames) -> Option<String> {
    use FaultKind as Kind;
    let asked = fault.field.as_deref();
    let first = |new: &dyn Fn(&str) -> Option<String>| replace(data, asked, &[], new);
    let known = |names: &[&str], new: &dyn Fn(&str) -> Option<String>| {
        // Without a name that was asked for, only fields with this meaning.
        replace(data, asked, names, new)
    };
    match fault.kind {
        Kind::ExtraField => json::add(data, asked.unwrap_or("sandboxFault"), "\"unexpected\""),
        Kind::MissingField => json::change_first(data, &mut |name, _| {
            asked
                .is_none_or(|asked| asked == name)
                .then_some(Change::Remove)
        }),
        Kind::NullField => first(&|value| (value != "null").then(|| "null".to_owned())),
        Kind::EmptyText => first(&|value| is_text(value).then(|| "\"\"".to_owned())),
        Kind::NumberForText => first(&|value| {
            let text = json::text_of(value)?;
            json::is_number(&text).then_some(text)
        }),
        Kind::TextForNumber => {
            first(&|value| json::is_number(value).then(|| format!("\"{value}\"")))
        }
        Kind::ArrayForValue => first(&|value| is_scalar(value).then(|| "[]".to_owned())),
        Kind::UnknownStatus => known(names.statuses, &|value| match json::text_of(value) {
            Some(text) if !json::is_number(&text) => Some("\"SandboxUnknown\"".to_owned()),
            Some(_) => Some("\"9999\"".to_owned()),
            None => json::is_number(value).then(|| "9999".to_owned()),
        }),
        // A digit in front makes the amount at least ten times as large.
        Kind::OtherAmount => known(names.amounts, &|value| with_digit(value, '9')),
        Kind::OtherCoin => known(names.coins, &|value| match json::text_of(value) {
            Some(text) if text.eq_ignore_ascii_case("USDT") => Some("\"BTC\"".to_owned()),
            Some(_) => Some("\"USDT\"".to_owned()),
            None => with_digit(value, '9'),
        }),
        Kind::OtherReference => known(names.references, &|value| match json::text_of(value) {
            Some(text) => serde_json::to_string(&format!("{text}-other")).ok(),
            None => with_digit(value, '9'),
        }),
        Kind::NoData => Some("null".to_owned()),
        _ => None,
    }
}

/// Replaces the value of the first field that has the name asked for, or else one of these names (if there are any), and for
/// which `new` returns a value.
fn replace(
    data: &str,
    asked: Option<&str>,
    names: &[&str],
    new: &dyn Fn(&str) -> Option<String>,
) -> Option<String> {
    let fits = |name: &str| match asked {
        Some(asked) => asked == name,
        None => names.is_empty() || names.contains(&name),
    };
    json::change_first(data, &mut |name, value| {
        let value = fits(name).then(|| new(value))??;
        Some(Change::Set(value))
    })
}

fn is_text(value: &str) -> bool {
    value.starts_with('"') && value != "\"\""
}

fn is_scalar(value: &str) -> bool {
    !value.starts_with(['{', '['])
}

/// A number, or a text of digits, with one more digit in front.
fn with_digit(value: &str, digit: char) -> Option<String> {
    let text = json::text_of(value);
    let number = text.as_deref().unwrap_or(value);
    if !json::is_number(number.trim_start_matches('0')) && !json::is_number(number) {
        return None;
    }
    let (sign, number) = match number.strip_prefix('-') {
        Some(rest) => ("-", rest),
        None => ("", number),
    };
    let more = format!("{sign}{digit}{number}");
    Some(if text.is_some() {
        format!("\"{more}\"")
    } else {
        more
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::shared::gateway::Gateway;

    const NAMES: FieldNames = FieldNames {
        amounts: &["amount"],
        coins: &["coin", "coinId"],
        references: &["ref"],
        statuses: &["status"],
    };

    fn spoiled(kind: FaultKind, data: &str) -> String {
        let fault = Fault::after(Gateway::CPAY).kind(kind);
        spoil(data, &fault, &NAMES).unwrap_or_default()
    }

    #[test]
    fn each_kind_changes_the_first_field_that_fits() {
        let data = r#"{"ref":"r-1","fee":"0.5","n":7,"row":{"coin":"USDT","coinId":1280,"amount":"0.25","status":"0"}}"#;
        for (kind, from, to) in [
            (FaultKind::MissingField, r#""ref":"r-1","#, ""),
            (FaultKind::NullField, r#""ref":"r-1""#, r#""ref":null"#),
            (FaultKind::EmptyText, r#""ref":"r-1""#, r#""ref":"""#),
            (FaultKind::NumberForText, r#""fee":"0.5""#, r#""fee":0.5"#),
            (FaultKind::TextForNumber, r#""n":7"#, r#""n":"7""#),
            (FaultKind::ArrayForValue, r#""ref":"r-1""#, r#""ref":[]"#),
            (
                FaultKind::UnknownStatus,
                r#""status":"0""#,
                r#""status":"9999""#,
            ),
            (FaultKind::OtherAmount, r#""0.25""#, r#""90.25""#),
            (FaultKind::OtherCoin, r#""USDT""#, r#""BTC""#),
            (FaultKind::OtherReference, r#""r-1""#, r#""r-1-other""#),
            (
                FaultKind::ExtraField,
                r#"}}"#,
                r#"},"sandboxFault":"unexpected"}"#,
            ),
        ] {
            assert_eq!(spoiled(kind, data), data.replacen(from, to, 1), "{kind:?}");
        }
        assert_eq!(spoiled(FaultKind::NoData, data), "null");
        assert_eq!(
            spoiled(FaultKind::OtherAmount, r#"{"fee":"1"}"#),
            "",
            "no such field"
        );
    }

    #[test]
    fn the_field_can_be_chosen() {
        let fault = Fault::after(Gateway::CPAY)
            .kind(FaultKind::MissingField)
            .field("fee");
        assert_eq!(
            spoil(r#"{"a":"1","b":{"fee":"2"}}"#, &fault, &NAMES).unwrap(),
            r#"{"a":"1","b":{}}"#
        );
    }
}
