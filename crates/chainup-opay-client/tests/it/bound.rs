//! Which fields of each call's answer are compared with the request.

use chainup_opay_client::{Call, OrderType};
use payments_core::{Effect, Error, Kind, Outcome};
use serde_json::{Value, json};

use crate::support;

/// The answer fits `call`, and does not with the value at one of the paths changed. Returns the number of paths.
fn check<C: Call>(call: &C, answer: &Value, fields: &[(&str, Value)]) -> usize {
    let error = |answer: &Value| {
        let parsed = support::parse(call, support::sealed(&answer.to_string()));
        let fault = parsed.map(drop).err()?;
        Some(Error::from_fault("test", C::NAME, C::EFFECT, fault, None))
    };
    assert_eq!(
        error(answer).map(|error| error.to_string()),
        None,
        "{}",
        C::NAME
    );
    for (path, other) in fields {
        let mut changed = answer.clone();
        *changed.pointer_mut(path).unwrap() = other.clone();
        let error = error(&changed).unwrap_or_else(|| panic!("{} takes another {path}", C::NAME));
        let outcome = match C::EFFECT {
            Effect::Read => Outcome::NotApplied,
            Effect::Keyed | Effect::Unkeyed => Outcome::Unknown,
        };
        assert_eq!(
            (error.kind(), error.outcome()),
            (Kind::Integrity, outcome),
            "{} {path}",
            C::NAME
        );
    }
    fields.len()
}

#[test]
fn what_an_answer_repeats_of_its_request_is_compared() {
    let inside = |name: &str| support::json(&format!("wire/chainup_opay/{name}.inside.json"));
    let other = || json!("f".repeat(32));
    let mut fields = 0;
    // The platform answers with a new number and nothing of the request.
    fields += check(&support::order(), &inside("create-order"), &[]);
    fields += check(
        &support::query(),
        &inside("order-detail"),
        &[("/orderNum", other())],
    );
    fields += check(
        &support::cancel(),
        &json!({"orderNum": support::NUMBER, "orderStatus": "0"}),
        &[("/orderNum", other())],
    );
    let mut payments = inside("statement");
    let rows = payments["list"].as_array_mut().unwrap();
    rows.retain(|row| row["orderType"] == 1 || row["orderType"] == "1");
    payments["count"] = json!(rows.len());
    let query = support::statement().order_type(OrderType::Payment);
    fields += check(&query, &payments, &[("/list/0/orderType", json!(11))]);
    println!("chainup-opay: 4 calls, {fields} fields compared with the request");
}
