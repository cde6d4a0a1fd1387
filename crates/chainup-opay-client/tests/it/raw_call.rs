//! Raw calls over a scripted transport.

use chainup_opay_client::{CancelPath, RawCall};
use payments_core::scripted::{ScriptedTransport, block_on};
use payments_core::{Error, Kind, Outcome, Reach, TransportError};
use serde_json::{Value, json};

use crate::support;

fn fields() -> Value {
    json!({"appOrderId": "order-1", "openId": "2ae04ed9"})
}

fn read(transport: &ScriptedTransport) -> Result<payments_core::RawResponse, Error> {
    let client = support::scripted(transport);
    block_on(client.call_raw(RawCall::read("getReferenceOrder"), &fields()))
}

fn write(transport: &ScriptedTransport) -> Result<payments_core::RawResponse, Error> {
    let client = support::scripted(transport);
    block_on(client.call_raw(RawCall::write("refundOrder"), &fields()))
}

#[test]
fn signs_and_encrypts_exactly_the_given_fields() {
    let transport = ScriptedTransport::new().answer(200, support::sealed(r#"{"orderNum":"7"}"#));
    let response = write(&transport).unwrap();
    assert_eq!(response.json(), r#"{"orderNum":"7"}"#);
    let sent = transport.requests();
    assert_eq!(
        sent[0].uri(),
        "https://service.exchange.example/platformapi/chainup/open/opay/refundOrder"
    );
    assert_eq!(support::decrypted_fields(&sent[0]), fields());
}

#[test]
fn a_name_with_a_slash_is_not_in_the_opay_folder() {
    let bare = support::config().cancel_path(CancelPath::Bare);
    let client = support::with(&bare, &ScriptedTransport::new());
    for (name, path) in [
        ("auth/token", "/platformapi/chainup/open/auth/token"),
        ("orderDetail", "/platformapi/chainup/open/opay/orderDetail"),
        ("cancelOrder", "/opay/cancelOrder"),
    ] {
        let request = client
            .prepare(&RawCall::write(name), support::now())
            .unwrap();
        assert_eq!(request.uri().path(), path);
    }
}

#[test]
fn refuses_bad_names_and_fields_before_sending() {
    let transport = ScriptedTransport::new();
    let client = support::scripted(&transport);
    let bad_name = block_on(client.call_raw(RawCall::write("../pay?x=1"), &fields()));
    let bad_fields = block_on(client.call_raw(RawCall::write("refundOrder"), &["no object"]));
    for error in [bad_name.unwrap_err(), bad_fields.unwrap_err()] {
        assert_eq!(
            (error.kind(), error.outcome()),
            (Kind::Invalid, Outcome::NotApplied)
        );
    }
    assert!(transport.requests().is_empty());
}

#[test]
fn refuses_to_read_a_known_write_before_sending() {
    let transport = ScriptedTransport::new();
    let client = support::scripted(&transport);
    for name in [
        "createThirdOrder",
        "cancelOrder",
        "refundOrder",
        "/CancelOrder",
        "opay/refundOrder",
    ] {
        let error = block_on(client.call_raw(RawCall::read(name), &fields())).unwrap_err();
        assert_eq!(
            (error.kind(), error.outcome()),
            (Kind::Invalid, Outcome::NotApplied),
            "{name}"
        );
    }
    assert!(transport.requests().is_empty());
}

#[test]
fn a_success_without_data_is_null_for_a_read_and_proves_nothing_for_a_write() {
    for body in [json!({"code": 0}), json!({"code": 0, "data": {}})] {
        let script = || ScriptedTransport::new().answer(200, body.to_string());
        assert_eq!(read(&script()).unwrap().json(), "null");
        let error = write(&script()).unwrap_err();
        assert_eq!(
            (error.kind(), error.outcome(), error.attempts()),
            (Kind::Unverified, Outcome::Unknown, 1)
        );
    }
}

#[test]
fn no_code_proves_that_a_write_had_no_effect() {
    for code in [
        "10020", "50005", "50012", "50013", "60004", "70002", "99999",
    ] {
        let body = json!({"code": code, "msg": "refused"}).to_string();
        let transport = ScriptedTransport::new().answer(200, body);
        let error = write(&transport).unwrap_err();
        assert_eq!(
            (error.kind(), error.outcome(), error.attempts()),
            (Kind::Ambiguous, Outcome::Unknown, 1),
            "{code}"
        );
    }
}

#[test]
fn refuses_answers_without_a_valid_signature() {
    let sign = support::merchant().sign(b"{}").unwrap();
    let sealed: Value = serde_json::from_str(&support::sealed("{}")).unwrap();
    for body in [
        json!({"code": 0, "data": sealed["data"]}),
        json!({"code": 0, "data": sealed["data"], "sign": sign}),
        json!({"code": 0, "data": {"orderNum": "7"}}),
    ] {
        let transport = ScriptedTransport::new().answer(200, body.to_string());
        let error = write(&transport).unwrap_err();
        assert_eq!(
            (error.kind(), error.outcome(), error.attempts()),
            (Kind::Unverified, Outcome::Unknown, 1)
        );
    }
}

#[test]
fn a_read_is_retried_and_a_write_that_may_have_arrived_is_not() {
    let script = || {
        ScriptedTransport::new()
            .fail(TransportError::timeout(Reach::MaybeSent))
            .answer(200, support::sealed("{}"))
    };
    assert_eq!(read(&script()).unwrap().json(), "{}");
    let transport = script();
    assert_eq!(write(&transport).unwrap_err().outcome(), Outcome::Unknown);
    assert_eq!(transport.requests().len(), 1);
}

#[test]
fn gateway_messages_are_printed_without_the_fields() {
    let body = json!({"code": "10001", "msg": "no user 2ae04ed9 of order-1"}).to_string();
    let transport = ScriptedTransport::new().answer(200, body);
    let error = write(&transport).unwrap_err();
    assert_eq!(error.message(), Some("no user *** of ***"));
}

/// The list is what `call_raw` and the command judge a call by, so it must agree with the types. There are no types for refunds
/// and debits.
#[test]
fn every_call_is_listed_with_its_effect() {
    use chainup_opay_client::{
        CALLS, CancelOrder, CreateOrder, DailyStatement, OrderQuery, known_call,
    };
    use payments_core::Operation;

    fn listed<O: Operation>(name: &str) -> (&str, bool) {
        let with_folder = known_call(&format!("opay/{name}"));
        assert_eq!(known_call(name), with_folder);
        (name, with_folder.unwrap().effect() == O::EFFECT)
    }
    let checked = [
        listed::<CreateOrder>("createThirdOrder"),
        listed::<OrderQuery>("orderDetail"),
        listed::<DailyStatement>("merchantBillingDay"),
        listed::<CancelOrder>("cancelOrder"),
    ];
    let wrong: Vec<_> = checked.iter().filter(|(_, agrees)| !agrees).collect();
    assert!(wrong.is_empty(), "{wrong:?}");
    assert_eq!(CALLS.len(), checked.len() + 2);
    for name in ["refundOrder", "transferToMerchantAuth"] {
        assert!(!known_call(name).unwrap().is_raw_read(), "{name}");
    }
}
