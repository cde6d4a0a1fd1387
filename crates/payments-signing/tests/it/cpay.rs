//! C-Pay against the golden cases, stage by stage, so that a failure names the first wrong one.

use payments_signing::cpay::{EmptyValues, Key, Rules, ZeroValues};
use payments_signing::{Secret, SignError};

use crate::support::{Case, cases, reference_sign};

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
    let (name, key, params) = (case.name(), key(case), case.pairs("params"));

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
    assert_eq!(
        key.verify(params.iter().copied(), case.text("sign")),
        Ok(()),
        "{name}"
    );
}

#[test]
fn reproduces_every_positive_case() {
    cases("cpay/positive.json").iter().for_each(check);
}

#[test]
fn reproduces_every_reading_of_the_rules() {
    cases("cpay/rules.json").iter().for_each(check);
}

#[test]
fn refuses_every_negative_case() {
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
fn judges_every_webhook_as_recorded() {
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
            for (name, value) in expected {
                assert_eq!(fields.get(name), Some(value), "{}", case.name());
            }
            assert_eq!(fields.get("no such field"), None);
        }
    }
}

#[test]
fn refuses_a_doubled_name_and_names_it() {
    let key = Key::new(Secret::new("k").unwrap());
    let doubled = SignError::DoubledName { name: "b".into() };
    assert_eq!(
        key.sign([("b", "1"), ("a", "2"), ("b", "")]).unwrap_err(),
        doubled
    );
    assert_eq!(
        key.sign([("a", "1"), ("b", "2"), ("b", "2")]).unwrap_err(),
        doubled
    );
    let sign = key.sign([("a", "1")]).unwrap();
    assert!(key.verify([("a", "1")], sign.as_str()).is_ok());
    assert!(key.verify([("a", "1"), ("a", "1")], sign.as_str()).is_err());
}

#[test]
fn refuses_an_empty_name() {
    let key = Key::new(Secret::new("k").unwrap());
    for params in [[("", "1"), ("a", "2")], [("", ""), ("a", "2")]] {
        assert_eq!(key.sign(params).unwrap_err(), SignError::EmptyName);
    }
    assert_eq!(
        key.sign([("a", "2"), ("", "1")]).unwrap_err(),
        SignError::EmptyName
    );
    assert!(key.verify_webhook(b"{\"\":\"1\",\"sign\":\"x\"}").is_err());
}

#[test]
fn leaves_the_parameter_sign_out() {
    let key = Key::new(Secret::new("k").unwrap());
    let expected = key.sign([("a", "1"), ("z", "2")]).unwrap();
    let with_sign = [("a", "1"), ("sign", "x"), ("z", "2")];
    assert_eq!(key.sign(with_sign).unwrap().as_str(), expected.as_str());
    assert_eq!(key.verify(with_sign, expected.as_str()), Ok(()));
    let twice = [("a", "1"), ("sign", "x"), ("sign", "x"), ("z", "2")];
    assert!(key.verify(twice, expected.as_str()).is_err());
    for name in ["Sign", "sign1", "sig"] {
        let other = key.sign([("a", "1"), (name, "x"), ("z", "2")]).unwrap();
        assert_ne!(other.as_str(), expected.as_str(), "{name}");
    }
}

#[test]
fn accepts_sixty_four_parameters_and_no_more() {
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
fn debug_prints_no_secret_and_no_value() {
    let key = Key::new(Secret::new("s3cr3t-of-merchant").unwrap());
    assert_eq!(
        format!("{key:?}"),
        "cpay::Key { rules: Rules { empty_values: Skip, zero_values: Sign }, .. }"
    );
    let sign = key.sign([("remark", "private")]).unwrap();
    let fields = key
        .verify_webhook(format!("remark=private&sign={sign}").as_bytes())
        .unwrap();
    assert_eq!(format!("{fields:?}"), r#"Verified({"remark"})"#);
}

#[cfg(feature = "explain")]
#[test]
fn masks_card_data_in_explanations() {
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
        "computed from the real values"
    );
}

#[test]
fn limits_fields_and_bytes_of_a_webhook() {
    let key = Key::new(Secret::new("k").unwrap());
    let names: Vec<String> = (0..65).map(|at| format!("n{at:02}")).collect();
    let bodies = |count: usize, value: &str, len: usize| {
        let params = names.iter().take(count);
        let params = params
            .map(|name| (name.clone(), value.to_owned()))
            .collect();
        let sign = reference_sign("k", &params, Rules::default());
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
        // Filled with white space and with empty pairs, which have no meaning.
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

#[test]
fn an_unsigned_body_is_read_and_a_signed_one_refused() {
    let read = |body: &str| payments_signing::cpay::Unsigned::read(body.as_bytes());
    let hint = read("cpayOrderId=7&orderStatus=14&remark=&sign=").unwrap();
    assert_eq!(hint.get("cpayOrderId"), Some("7"));
    assert_eq!(hint.get("remark"), None, "empty");
    assert_eq!(hint.get("other"), None);
    for signed in ["sign=0", "Sign=0", "SIGN=0", "%20sign=0"] {
        assert!(
            read(&format!("cpayOrderId=7&{signed}")).is_err(),
            "{signed}"
        );
    }
}

#[cfg(feature = "explain")]
#[test]
fn parameters_are_listed_with_the_text_that_is_signed() {
    let body = br#"{"amount":10.50,"merchantTradeNo":"7","remark":null,"sign":"ab"}"#;
    let params = payments_signing::cpay::Params::read(body).unwrap();
    let listed = [
        ("amount", "10.50"),
        ("merchantTradeNo", "7"),
        ("remark", ""),
        ("sign", "ab"),
    ];
    assert!(params.iter().eq(listed));
    for (name, text) in listed {
        assert_eq!(params.get(name), Some(text), "{name}");
    }
    assert_eq!(params.get("other"), None);
    assert_eq!(
        format!("{params:?}"),
        r#"{"amount", "merchantTradeNo", "remark", "sign"}"#,
        "names only"
    );
}
