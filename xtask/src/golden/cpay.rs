//! C-Pay: `{key, params, canonical, sign}` and webhooks `{key, body, fields}`.

use std::path::Path;

use payments_signing::Secret;
use payments_signing::cpay::{EmptyValues, Key, Rules, ZeroValues};
use serde_json::Value;

use super::{Outcome, genuine, judged, needed, same, text_of};

pub(super) fn signature(case: &Value, _dir: &Path) -> Outcome {
    let key = key(case)?;
    let params = texts(case, "params")?;
    let params = || {
        params
            .iter()
            .map(|(name, value)| (name.as_str(), value.as_str()))
    };
    let sign = needed(case, "sign")?;
    if genuine(case)? {
        let stages = key.explain(params()).map_err(|error| error.to_string())?;
        if let Some(canonical) = text_of(case, "canonical") {
            let ending = format!("key={}", needed(case, "key")?);
            let before = canonical
                .strip_suffix(&ending)
                .ok_or("canonical text: it does not end with the key")?;
            same(
                "canonical text",
                &format!("{before}key=***"),
                stages.get("canonical text").unwrap_or_default(),
            )?;
        }
        same(
            "sign",
            sign,
            key.sign(params())
                .map_err(|error| error.to_string())?
                .as_str(),
        )?;
    }
    judged(case, "verify", key.verify(params(), sign))
}

pub(super) fn webhook(case: &Value, _dir: &Path) -> Outcome {
    let verdict = key(case)?.verify_webhook(needed(case, "body")?.as_bytes());
    if let (Ok(fields), Some(_)) = (&verdict, case.get("fields")) {
        for (name, value) in texts(case, "fields")? {
            same(
                &format!("field {name}"),
                &value,
                fields.get(&name).unwrap_or_default(),
            )?;
        }
    }
    judged(case, "verify webhook", verdict)
}

fn key(case: &Value) -> Result<Key, String> {
    let secret = Secret::new(needed(case, "key")?).map_err(|error| error.to_string())?;
    let rule = |name: &str| {
        case.pointer(&format!("/rules/{name}"))
            .and_then(Value::as_str)
    };
    let empty_values = match rule("empty_values") {
        None | Some("skip") => EmptyValues::Skip,
        Some("sign") => EmptyValues::Sign,
        Some(other) => return Err(format!("rules: empty_values cannot be {other:?}")),
    };
    let zero_values = match rule("zero_values") {
        None | Some("sign") => ZeroValues::Sign,
        Some("drop") => ZeroValues::Drop,
        Some(other) => return Err(format!("rules: zero_values cannot be {other:?}")),
    };
    Ok(Key::new(secret).with_rules(Rules {
        empty_values,
        zero_values,
    }))
}

/// The members of an object as texts; integers as their digits.
fn texts(case: &Value, member: &str) -> Result<Vec<(String, String)>, String> {
    let object = case.get(member).and_then(Value::as_object);
    let object = object.ok_or_else(|| format!("the case has no object \"{member}\""))?;
    let text = |(name, value): (&String, &Value)| match value {
        Value::String(text) => Ok((name.clone(), text.clone())),
        Value::Number(number) if !number.is_f64() => Ok((name.clone(), number.to_string())),
        _ => Err(format!("{member}: {name} is neither a text nor an integer")),
    };
    object.iter().map(text).collect()
}
