//! `goods`: a text that holds JSON. The document describes an array of names and descriptions, and demands only legal JSON.

use serde::{Deserialize, Serialize};

/// One kind of goods, for the payment page.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Item {
    pub(super) name: String,
    pub(super) desc: String,
}

/// Reads the text, or returns what is wrong with it. JSON without names and descriptions has no items.
pub(super) fn read(text: &str) -> Result<Vec<Item>, String> {
    let goods: serde_json::Value = serde_json::from_str(text).map_err(|error| {
        let error = crate::shared::text::shorten(&error.to_string(), 120);
        format!("is not legal JSON: {error}")
    })?;
    Ok(serde_json::from_value(goods).unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_any_json_and_finds_names_and_descriptions() {
        for one in [
            r#"[{"name":"Tea","desc":"green"}]"#,
            r#"[{"name":"Tea","desc":"green","price":"1"}]"#,
        ] {
            let read = read(one).unwrap();
            assert_eq!(
                (read[0].name.as_str(), read[0].desc.as_str()),
                ("Tea", "green")
            );
        }
        for other in [
            "[]",
            "{}",
            "[1]",
            r#"[{"name":"Tea"}]"#,
            r#"[{"name":"Tea","desc":1}]"#,
        ] {
            assert_eq!(read(other).unwrap(), [], "{other}");
        }
        for bad in ["", "Tea", "[", r#"[{"name":"Tea","desc":"green"}]x"#] {
            assert!(read(bad).is_err(), "{bad}");
        }
    }
}
