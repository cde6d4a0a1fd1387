//! Changes JSON text without touching the rest of it: order, spelling and numbers stay.

use std::fmt;

use serde::de::{Deserialize, Deserializer, MapAccess, Visitor};
use serde_json::value::RawValue;

/// A change of one member.
pub(super) enum Change {
    Remove,
    Set(String),
}

/// The members of an object in their order, also those whose name occurs twice.
struct Members<'a>(Vec<(String, &'a RawValue)>);

impl<'de: 'a, 'a> Deserialize<'de> for Members<'a> {
    fn deserialize<D: Deserializer<'de>>(input: D) -> Result<Self, D::Error> {
        struct Reader;
        impl<'de> Visitor<'de> for Reader {
            type Value = Members<'de>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
                let mut members = Vec::new();
                while let Some(member) = map.next_entry()? {
                    members.push(member);
                }
                Ok(Members(members))
            }
        }
        input.deserialize_map(Reader)
    }
}

fn object<'a>(members: impl Iterator<Item = (&'a str, &'a str)>) -> String {
    // A name is always writable.
    let name = |name: &str| serde_json::to_string(name).unwrap_or_default();
    let members: Vec<_> = members
        .map(|(key, value)| format!("{}:{value}", name(key)))
        .collect();
    format!("{{{}}}", members.join(","))
}

/// Changes the first member for which `change` returns something: members of an object come before those inside them. `None` if
/// nothing was changed.
pub(super) fn change_first(
    text: &str,
    change: &mut dyn FnMut(&str, &str) -> Option<Change>,
) -> Option<String> {
    if let Ok(Members(members)) = serde_json::from_str(text) {
        let own = |at: usize, value: Option<&str>| {
            let all = members.iter().enumerate();
            object(all.filter_map(|(place, (name, old))| match value {
                _ if place != at => Some((name.as_str(), old.get())),
                value => Some((name.as_str(), value?)),
            }))
        };
        for (at, (name, value)) in members.iter().enumerate() {
            match change(name, value.get()) {
                Some(Change::Remove) => return Some(own(at, None)),
                Some(Change::Set(new)) => return Some(own(at, Some(&new))),
                None => {}
            }
        }
        let mut inner = members.iter().enumerate();
        return inner.find_map(|(at, (_, value))| {
            let new = change_first(value.get(), change)?;
            Some(own(at, Some(&new)))
        });
    }
    let items: Vec<&RawValue> = serde_json::from_str(text).ok()?;
    let (at, new) = items
        .iter()
        .enumerate()
        .find_map(|(at, item)| Some((at, change_first(item.get(), change)?)))?;
    let items: Vec<&str> = items
        .iter()
        .enumerate()
        .map(|(place, item)| {
            if place == at {
                new.as_str()
            } else {
                item.get()
            }
        })
        .collect();
    Some(format!("[{}]", items.join(",")))
}

/// Adds a member at the end of the first object. `None` without one.
pub(super) fn add(text: &str, name: &str, value: &str) -> Option<String> {
    if let Ok(Members(members)) = serde_json::from_str(text) {
        let all = members
            .iter()
            .map(|(name, value)| (name.as_str(), value.get()));
        return Some(object(all.chain([(name, value)])));
    }
    let items: Vec<&RawValue> = serde_json::from_str(text).ok()?;
    let (first, rest) = items.split_first()?;
    let items: Vec<String> = [add(first.get(), name, value)?]
        .into_iter()
        .chain(rest.iter().map(|item| item.get().to_owned()))
        .collect();
    Some(format!("[{}]", items.join(",")))
}

/// The name of the first member.
pub(super) fn first_name(text: &str) -> Option<String> {
    let Members(members) = serde_json::from_str(text).ok()?;
    members.into_iter().next().map(|(name, _)| name)
}

/// The content of a JSON string.
pub(super) fn text_of(value: &str) -> Option<String> {
    serde_json::from_str(value).ok()
}

pub(super) fn is_number(value: &str) -> bool {
    value.starts_with(|first: char| first.is_ascii_digit() || first == '-')
        && serde_json::from_str::<serde_json::Number>(value).is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn changes_one_member_and_keeps_the_spelling_of_the_rest() {
        let text = r#"{"a":{"b":1.50,"c":[{"b":2}]},"d":"é"}"#;
        let set = |name: &'static str| {
            change_first(text, &mut |found, _| {
                (found == name).then(|| Change::Set("null".into()))
            })
        };
        assert_eq!(
            set("b").unwrap(),
            r#"{"a":{"b":null,"c":[{"b":2}]},"d":"é"}"#
        );
        assert_eq!(
            set("d").unwrap(),
            r#"{"a":{"b":1.50,"c":[{"b":2}]},"d":null}"#
        );
        assert_eq!(set("x"), None);
        let removed = change_first(r#"[1,{"a":1,"b":2}]"#, &mut |name, _| {
            (name == "a").then_some(Change::Remove)
        });
        assert_eq!(removed.unwrap(), r#"[1,{"b":2}]"#);
    }

    #[test]
    fn adds_a_member_also_under_a_name_that_is_there() {
        assert_eq!(add(r#"{"a":1}"#, "a", "2").unwrap(), r#"{"a":1,"a":2}"#);
        assert_eq!(
            add(r#"[{},{"a":1}]"#, "b", "2").unwrap(),
            r#"[{"b":2},{"a":1}]"#
        );
        assert_eq!(add("[]", "b", "2"), None);
        assert_eq!(first_name(r#"{"z":1,"a":2}"#).unwrap(), "z");
    }
}
