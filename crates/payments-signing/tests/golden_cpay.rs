//! C-Pay against the vectors, stage by stage, so that the first wrong one is named.
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing)]

mod support;

use payments_signing::cpay::{EmptyValues, Key, Rules, ZeroValues};
use payments_signing::{Secret, SignError};
use support::{Case, cases};

fn key(case: &Case) -> Key {
    Key::new(Secret::new(case.text("key")).unwrap()).with_rules(rules(case))
}

fn rules(case: &Case) -> Rules {
    let mut rules = Rules::default();
    if case.has("rules") {
        for (rule, value) in case.pairs("rules") {
            match (rule, value) {
                ("empty_values", "sign") => rules.empty_values = EmptyValues::Sign,
                ("zero_values", "drop") => rules.zero_values = ZeroValues::Drop,
                other => panic!("{}: unknown rule {other:?}", case.name()),
            }
        }
    }
    rules
}

fn check(case: &Case) {
    let (name, key, mut params) = (case.name(), key(case), case.pairs("params"));

    #[cfg(feature = "explain")]
    {
        let stages = key.explain(params.iter().copied()).unwrap();
        let secret = case.text("key");
        let masked = format!(
            "{}***",
            case.text("canonical").strip_suffix(secret).unwrap()
        );
        assert_eq!(stages.get("canonical text"), Some(&*masked), "{name}");
        assert_eq!(stages.get("sign"), Some(case.text("sign")), "{name}");
    }

    assert_eq!(
        key.sign(params.iter().copied()).unwrap().as_str(),
        case.text("sign"),
        "{name}"
    );
    assert_eq!(
        key.sign(params.iter().rev().copied()).unwrap().as_str(),
        case.text("sign"),
        "{name}, reversed"
    );
    params.sort_unstable();
    assert_eq!(
        key.sign_sorted(params.iter().copied()).unwrap().as_str(),
        case.text("sign"),
        "{name}, sorted"
    );
    assert_eq!(
        key.verify(params.iter().copied(), case.text("sign")),
        Ok(()),
        "{name}"
    );
}

#[test]
fn every_positive_case_is_reproduced() {
    cases("cpay/positive.json").iter().for_each(check);
}

#[test]
fn every_reading_of_the_rules_is_reproduced() {
    cases("cpay/rules.json").iter().for_each(check);
}

#[test]
fn every_negative_case_is_refused() {
    for case in cases("cpay/negative.json") {
        assert!(!case.accepts());
        assert!(
            key(&case)
                .verify(case.pairs("params"), case.text("sign"))
                .is_err(),
            "{}",
            case.name()
        );
    }
}

#[test]
fn every_webhook_is_judged_as_recorded() {
    for case in cases("cpay/webhook.json")
        .into_iter()
        .chain(cases("cpay/webhook_rules.json"))
    {
        let fields = key(&case).verify_webhook(case.text("body").as_bytes());
        assert_eq!(fields.is_ok(), case.accepts(), "{}", case.name());
        if let Ok(fields) = fields {
            let mut expected = case.pairs("fields");
            expected.sort_unstable();
            assert_eq!(
                fields.iter().collect::<Vec<_>>(),
                expected,
                "{}",
                case.name()
            );
        }
    }
}

#[test]
fn doubled_and_unordered_names_are_named() {
    let key = Key::new(Secret::new("k").unwrap());
    let doubled = SignError::DoubledName { name: "b".into() };
    assert_eq!(
        key.sign([("b", "1"), ("a", "2"), ("b", "")]).unwrap_err(),
        doubled
    );
    assert_eq!(
        key.sign_sorted([("a", "1"), ("b", "2"), ("b", "2")])
            .unwrap_err(),
        doubled
    );
    assert_eq!(
        key.sign_sorted([("merchantTradeNo", "1"), ("merchantId", "2")])
            .unwrap_err(),
        SignError::OutOfOrder {
            name: "merchantId".into()
        }
    );
    let sign = key.sign([("a", "1")]).unwrap();
    assert!(key.verify([("a", "1")], sign.as_str()).is_ok());
    assert!(key.verify([("a", "1"), ("a", "1")], sign.as_str()).is_err());
}

#[test]
fn a_parameter_has_a_name() {
    let key = Key::new(Secret::new("k").unwrap());
    for params in [[("", "1"), ("a", "2")], [("", ""), ("a", "2")]] {
        assert_eq!(key.sign(params).unwrap_err(), SignError::EmptyName);
        assert_eq!(key.sign_sorted(params).unwrap_err(), SignError::EmptyName);
    }
    assert_eq!(
        key.sign_sorted([("a", "2"), ("", "1")]).unwrap_err(),
        SignError::EmptyName
    );
    assert!(key.verify_webhook(b"{\"\":\"1\",\"sign\":\"x\"}").is_err());
}

#[test]
fn sign_never_signs_itself() {
    let key = Key::new(Secret::new("k").unwrap());
    let expected = key.sign([("a", "1"), ("z", "2")]).unwrap();
    let with_sign = [("a", "1"), ("sign", "x"), ("z", "2")];
    assert_eq!(key.sign(with_sign).unwrap().as_str(), expected.as_str());
    assert_eq!(
        key.sign_sorted(with_sign).unwrap().as_str(),
        expected.as_str()
    );
    assert_eq!(key.verify(with_sign, expected.as_str()), Ok(()));
    let twice = [("a", "1"), ("sign", "x"), ("sign", "x"), ("z", "2")];
    assert!(key.verify(twice, expected.as_str()).is_err());
    for name in ["Sign", "sign1", "sig"] {
        let other = key.sign([("a", "1"), (name, "x"), ("z", "2")]).unwrap();
        assert_ne!(other.as_str(), expected.as_str(), "{name}");
    }
}

#[test]
fn sixty_four_parameters_and_no_more() {
    let key = Key::new(Secret::new("k").unwrap());
    let names: Vec<String> = (0..65).map(|at| format!("n{at:02}")).collect();
    let params = |count: usize| names.iter().take(count).rev().map(|name| (&**name, "v"));
    assert!(key.sign(params(64)).is_ok());
    assert_eq!(
        key.sign(params(65)).unwrap_err(),
        SignError::TooManyParams { limit: 64 }
    );
}

#[test]
fn debug_shows_no_secret() {
    let key = Key::new(Secret::new("s3cr3t-of-merchant").unwrap());
    assert!(!format!("{key:?}").contains("s3cr3t"));
    let sign = key.sign([("remark", "private")]).unwrap();
    let fields = key
        .verify_webhook(format!("remark=private&sign={sign}").as_bytes())
        .unwrap();
    assert_eq!(format!("{fields:?}"), r#"Verified({"remark"})"#);
}

#[cfg(feature = "explain")]
#[test]
fn explanations_mask_card_data() {
    let key = Key::new(Secret::new("k").unwrap());
    let params = [
        ("amount", "1"),
        ("cardNumber", "4111111111111111"),
        ("cvv", "737"),
        ("expDate", "0330"),
    ];
    let stages = key.explain(params).unwrap();
    assert_eq!(
        stages.get("canonical text"),
        Some("amount=1&cardNumber=***&cvv=***&expDate=***&key=***")
    );
    assert_eq!(
        stages.get("sign"),
        Some(key.sign(params).unwrap().as_str()),
        "made over the values themselves"
    );
}

#[test]
fn webhooks_are_capped_in_fields_and_bytes() {
    let key = Key::new(Secret::new("k").unwrap());
    let names: Vec<String> = (0..65).map(|at| format!("n{at:02}")).collect();
    let bodies = |count: usize, value: &str, len: usize| {
        let sign = key
            .sign_sorted(names.iter().take(count).map(|name| (&**name, value)))
            .unwrap();
        let mut json: Vec<String> = names
            .iter()
            .take(count)
            .map(|name| format!("\"{name}\":\"{value}\""))
            .collect();
        json.push(format!("\"sign\":\"{sign}\""));
        let mut form: Vec<String> = names
            .iter()
            .take(count)
            .map(|name| format!("{name}={value}"))
            .collect();
        form.push(format!("sign={sign}"));
        // Filled up with what means nothing: white space, and empty pairs.
        [
            (format!("{{{}}}", json.join(",")), " "),
            (form.join("&"), "&"),
        ]
        .map(|(body, fill)| format!("{body}{}", fill.repeat(len.saturating_sub(body.len()))))
    };
    let taken =
        |bodies: [String; 2]| bodies.map(|body| key.verify_webhook(body.as_bytes()).is_ok());
    assert_eq!(taken(bodies(64, "v", 0)), [true, true]);
    assert_eq!(taken(bodies(65, "v", 0)), [false, false]);
    assert_eq!(taken(bodies(1, "v", 64 * 1024)), [true, true]);
    assert_eq!(taken(bodies(1, "v", 64 * 1024 + 1)), [false, false]);
}
