//! The fixtures, as the tests read them.
#![allow(dead_code, clippy::unwrap_used, clippy::panic, unreachable_pub)]

use std::fs;

use serde_json::Value;

/// Reads a file of the fixtures folder.
pub fn read(path: &str) -> String {
    let file = format!(
        "{}/../../fixtures/signatures/{path}",
        env!("CARGO_MANIFEST_DIR")
    );
    fs::read_to_string(&file).unwrap_or_else(|error| panic!("{file}: {error}"))
}

/// The cases of a file, of which there must be some.
pub fn cases(path: &str) -> Vec<Case> {
    let cases: Vec<Value> = serde_json::from_str(&read(path)).unwrap();
    assert!(!cases.is_empty(), "{path} holds no case");
    cases
        .into_iter()
        .map(|value| Case {
            path: path.to_owned(),
            value,
        })
        .collect()
}

/// One case; its texts by name.
pub struct Case {
    path: String,
    value: Value,
}

impl Case {
    /// Where to look when it fails.
    pub fn name(&self) -> String {
        format!("{} / {}", self.path, self.text("name"))
    }

    pub fn has(&self, field: &str) -> bool {
        self.value.get(field).is_some()
    }

    pub fn get(&self, field: &str) -> &Value {
        self.value
            .get(field)
            .unwrap_or_else(|| panic!("{}: no `{field}`", self.path))
    }

    pub fn text(&self, field: &str) -> &str {
        self.get(field)
            .as_str()
            .unwrap_or_else(|| panic!("{}: `{field}` is no text", self.path))
    }

    /// The members of an object of texts, in the order of the JSON library and so of no meaning.
    pub fn pairs(&self, field: &str) -> Vec<(&str, &str)> {
        self.get(field)
            .as_object()
            .unwrap()
            .iter()
            .map(|(name, value)| (&**name, value.as_str().unwrap()))
            .collect()
    }

    /// What the case expects: to be accepted, or refused.
    pub fn accepts(&self) -> bool {
        match self.text("expect").split([' ', ':', ';']).next() {
            Some("accept") => true,
            // `decrypts …; signature must fail` is the provider's own wording of one case.
            Some("reject" | "decrypts") => false,
            other => panic!("{}: expects {other:?}", self.name()),
        }
    }
}
