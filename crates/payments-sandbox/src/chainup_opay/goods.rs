//! `goods`: a text that holds JSON, an array of names and descriptions.

use serde::Deserialize;

/// More than any shop sends (assumed).
const MOST: usize = 100;

/// One kind of goods. Both texts are required and nothing else is allowed (assumed: the document names these two).
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Item {
    pub(super) name: String,
    pub(super) desc: String,
}

/// Reads the text, or returns what is wrong with it.
pub(super) fn read(text: &str) -> Result<Vec<Item>, String> {
    let items: Vec<Item> = serde_json::from_str(text).map_err(|error| {
        format!(
            "is not the JSON text of an array of {{\"name\":…,\"desc\":…}}: {}",
            crate::shared::text::shorten(&error.to_string(), 120)
        )
    })?;
    if items.len() > MOST {
        return Err(format!("lists more than {MOST} goods"));
    }
    Ok(items)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_only_an_array_of_names_and_descriptions() {
        let read_one = read(r#"[{"name":"Tea","desc":"green"}]"#).unwrap();
        assert_eq!(read_one[0].name, "Tea");
        assert_eq!(read("[]").unwrap(), []);
        for bad in [
            "",
            "Tea",
            "{}",
            "[1]",
            r#"{"name":"Tea","desc":"green"}"#,
            r#"[{"name":"Tea"}]"#,
            r#"[{"name":"Tea","desc":1}]"#,
            r#"[{"name":"Tea","desc":"green","price":"1"}]"#,
            r#"[{"name":"Tea","desc":"green"}]x"#,
        ] {
            assert!(read(bad).is_err(), "{bad}");
        }
        let many = format!("[{}]", vec![r#"{"name":"","desc":""}"#; 101].join(","));
        assert!(read(&many).is_err());
    }
}
