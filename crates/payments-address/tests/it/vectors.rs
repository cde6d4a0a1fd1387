//! Published addresses, from `fixtures/addresses`.

use payments_address::{Strength, check};
use serde_json::Value;

/// One published address, or one that its source publishes as invalid.
pub(crate) struct Case {
    pub(crate) network: String,
    pub(crate) address: String,
    /// The name of the expected reason. `None` for a valid address.
    pub(crate) refused: Option<String>,
    pub(crate) strength: Strength,
    pub(crate) memo: Option<u64>,
}

pub(crate) fn cases() -> Vec<Case> {
    let dir = concat!(env!("CARGO_MANIFEST_DIR"), "/../../fixtures/addresses");
    let mut cases = Vec::new();
    for file in std::fs::read_dir(dir).unwrap() {
        let path = file.unwrap().path();
        if path.extension().is_some_and(|end| end == "json") {
            let text = std::fs::read_to_string(&path).unwrap();
            let file: Value = serde_json::from_str(&text).unwrap();
            cases.extend(file["cases"].as_array().unwrap().iter().map(case));
        }
    }
    assert!(cases.len() > 100, "{} cases", cases.len());
    cases
}

fn case(case: &Value) -> Case {
    let text = |name: &str| case[name].as_str().map(str::to_owned);
    let is_valid = case["valid"].as_bool().unwrap();
    let reason = text("reason");
    assert_eq!(reason.is_none(), is_valid, "{case}");
    Case {
        network: text("network").unwrap(),
        address: text("address").unwrap(),
        refused: reason,
        strength: match text("strength").as_deref() {
            None => Strength::Checksum,
            Some("Form") => Strength::Form,
            other => panic!("{other:?}"),
        },
        memo: case["memo"].as_u64(),
    }
}

#[test]
fn accepts_and_refuses_what_the_sources_do() {
    for case in cases() {
        let Case {
            network, address, ..
        } = &case;
        match (check(network, address), &case.refused) {
            (Ok(checked), None) => assert_eq!(
                (checked.strength(), checked.memo_in_address()),
                (case.strength, case.memo),
                "{network} {address}"
            ),
            (Err(error), Some(reason)) => {
                assert_eq!(
                    &format!("{:?}", error.reason()),
                    reason,
                    "{network} {address}: {error}"
                );
            }
            (found, expected) => panic!("{network} {address}: {found:?}, expected {expected:?}"),
        }
    }
}
