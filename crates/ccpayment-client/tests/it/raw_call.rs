//! Calls that the crate has no type for: signed, sent and verified as the typed calls.

use ccpayment_client::v1::{Client, Withdraw};
use payments_core::scripted::{ScriptedTransport, block_on};
use payments_core::{Effect, Kind, NextStep, Operation, Outcome, RawCall, Reach, TransportError};
use serde::Serialize;
use serde_json::{Value, json};

use crate::support::{
    self, ADDRESS, APP_ID, Transcript, amount, recorded, signed, signed_at, unsigned,
};

/// A known call with a further field.
#[derive(Serialize)]
struct Extended {
    #[serde(flatten)]
    known: Withdraw,
    note: &'static str,
}

fn extended() -> Extended {
    Extended {
        known: support::payout(),
        note: "PLANTEDnote7",
    }
}

#[test]
fn signs_and_sends_the_fields_as_the_typed_call_does() {
    let transport = support::answering(recorded("token-rate"));
    let client = support::scripted(&transport);
    let response = block_on(client.call_raw(RawCall::read("token/rate"), &support::rate()));
    let typed = client.prepare(&support::rate(), support::now()).unwrap();
    let sent = &transport.requests()[0];
    assert_eq!(
        (sent.uri(), sent.headers(), sent.body()),
        (typed.uri(), typed.headers(), typed.body())
    );

    let response = response.unwrap();
    let data: Value = response.parse().unwrap();
    assert_eq!(data["price"], "16944.3");
    assert_eq!(response.raw().body(), &recorded("token-rate")[..]);
}

#[test]
fn sends_a_known_call_with_further_fields() {
    let transport = support::answering(recorded("withdraw"));
    let client = support::scripted(&transport);
    let response = block_on(client.call_raw(RawCall::write("withdraw"), &extended())).unwrap();
    let body: Value = serde_json::from_slice(transport.requests()[0].body()).unwrap();
    assert_eq!(
        (&body["value"], &body["note"]),
        (&json!("4"), &json!("PLANTEDnote7"))
    );
    let data: Value = response.parse().unwrap();
    assert_eq!(data["order_id"], "202303130821441654321098765432111");
}

#[test]
fn a_success_without_data_is_null() {
    for body in [
        r#"{"code":10000,"msg":"success"}"#,
        r#"{"code":10000,"data":null}"#,
    ] {
        let client = support::scripted(&support::answering(body));
        let response = block_on(client.call_raw(RawCall::read("new/call"), &json!({})));
        assert_eq!(response.unwrap().json(), "null");
    }
}

#[test]
fn a_write_is_never_resent_and_a_read_is_repeated() {
    let failing = || {
        (0..5).fold(ScriptedTransport::new(), |script, _| {
            script.fail(TransportError::timeout(Reach::MaybeSent))
        })
    };
    let transport = failing();
    let client = support::scripted(&transport);
    let error = block_on(client.call_raw(RawCall::write("withdraw"), &extended())).unwrap_err();
    assert_eq!(
        (error.outcome(), error.next_step(), error.operation()),
        (Outcome::Unknown, NextStep::Query, "call_raw")
    );
    assert_eq!(transport.requests().len(), 1);

    let transport = failing();
    let client = support::scripted(&transport);
    let error = block_on(client.call_raw(RawCall::read("assets"), &json!({}))).unwrap_err();
    assert_eq!(error.outcome(), Outcome::NotApplied);
    assert!(transport.requests().len() > 1);
    assert_eq!(<RawCall<true> as Operation>::EFFECT, Effect::Unkeyed);
}

#[test]
fn refuses_to_read_a_known_write_before_sending() {
    let transport = ScriptedTransport::new();
    let client = support::scripted(&transport);
    for name in [
        "bill/create",
        "concise/url/get",
        "payment/address/get",
        "webhook/resend",
        "withdraw",
        "/Withdraw",
    ] {
        let error = block_on(client.call_raw(RawCall::read(name), &json!({}))).unwrap_err();
        assert_eq!(
            (error.kind(), error.outcome()),
            (Kind::Invalid, Outcome::NotApplied),
            "{name}"
        );
    }
    assert!(transport.requests().is_empty());
}

#[test]
fn refuses_answers_that_do_not_verify() {
    let good = recorded("token-rate");
    let mut forged = signed(good.clone());
    forged
        .headers_mut()
        .insert("Sign", "00".repeat(32).parse().unwrap());
    for (name, answer) in [
        ("unsigned", unsigned(good.clone())),
        ("a wrong signature", forged),
        ("too old", signed_at(good, support::STAMP - 200_000)),
    ] {
        let call = RawCall::read("token/rate").with_fields(&support::rate());
        let fault = support::client().parse(&call, &answer, support::now());
        assert_eq!(fault.unwrap_err().kind(), Kind::Unverified, "{name}");
    }
}

#[test]
fn no_code_proves_that_a_write_had_no_effect() {
    for body in [
        recorded("failed"),
        recorded("failed-with-reason"),
        br#"{"code":225213,"msg":"v2 only"}"#.to_vec(),
    ] {
        let client = support::scripted(&support::answering(body));
        let error = block_on(client.call_raw(RawCall::write("check/user"), &json!({})));
        let error = error.unwrap_err();
        assert_eq!(
            (error.kind(), error.outcome()),
            (Kind::Ambiguous, Outcome::Unknown)
        );
    }
}

#[test]
fn masks_every_value_of_the_fields_in_messages() {
    let words = format!(
        "cannot send 4 to {ADDRESS}: PLANTEDnote7, {}",
        amount("715")
    );
    let body = json!({"code": 224066, "msg": words}).to_string();
    let client = support::scripted(&support::answering(body));
    let fields = json!({"known": [extended()], "level": 715});
    let error = block_on(client.call_raw(RawCall::write("withdraw"), &fields)).unwrap_err();
    let mut transcript = Transcript::default();
    transcript.note_error(&error);
    transcript.note(&RawCall::write("withdraw").with_fields(&fields));
    assert!(transcript.0.contains("cannot send 4 to ***"));
    transcript.lacks([ADDRESS, "PLANTEDnote7", "715"]);
}

#[test]
fn refuses_names_and_fields_that_do_not_fit_before_sending() {
    let transport = ScriptedTransport::new();
    let client: Client = support::scripted(&transport);
    for (name, fields) in [
        ("", json!({})),
        ("../v2/withdraw", json!({})),
        ("withdraw?a=1", json!({})),
        ("withdraw", json!([1])),
        ("withdraw", json!("text")),
    ] {
        let error = block_on(client.call_raw(RawCall::write(name), &fields)).unwrap_err();
        assert_eq!(
            (error.kind(), error.outcome()),
            (Kind::Invalid, Outcome::NotApplied),
            "{name} {fields}"
        );
    }
    assert!(transport.requests().is_empty());
    let request = client
        .prepare(&RawCall::read("new/call"), support::now())
        .unwrap();
    assert_eq!(request.body().as_ref(), b"{}");
    assert_eq!(request.headers()["appid"], APP_ID);
}

/// The list is what `call_raw` and the command judge a call by, so it must agree with the types.
#[test]
#[allow(
    deprecated,
    reason = "calls that the documents no longer list are calls, too"
)]
fn every_call_is_listed_with_its_effect() {
    use ccpayment_client::v1::{
        AssetsQuery, AssignAddress, BlockHeightsQuery, CALLS, CoinsQuery, CreateCheckout,
        CreateOrder, DepositQuery, NetworkFeeQuery, RateQuery, ResendWebhooks,
        SupportedTokensQuery, TokenChainsQuery, UserQuery, WithdrawalQuery, known_call,
    };

    fn listed<O: Operation>(name: &str) -> (&str, bool) {
        (name, known_call(name).unwrap().effect() == O::EFFECT)
    }
    let checked = [
        listed::<CreateOrder>("bill/create"),
        listed::<CreateCheckout>("concise/url/get"),
        listed::<DepositQuery>("bill/info"),
        listed::<AssignAddress>("payment/address/get"),
        listed::<Withdraw>("withdraw"),
        listed::<CoinsQuery>("coin/all"),
        listed::<RateQuery>("token/rate"),
        listed::<AssetsQuery>("assets"),
        listed::<NetworkFeeQuery>("network/fee"),
        listed::<BlockHeightsQuery>("get/network/height/info"),
        listed::<UserQuery>("check/user"),
        listed::<ResendWebhooks>("webhook/resend"),
        listed::<SupportedTokensQuery>("support/token"),
        listed::<TokenChainsQuery>("token/chain"),
    ];
    let wrong: Vec<_> = checked.iter().filter(|(_, agrees)| !agrees).collect();
    assert!(wrong.is_empty(), "{wrong:?}");
    let names: Vec<&str> = CALLS.iter().map(payments_core::KnownCall::name).collect();
    assert_eq!(names, checked.map(|(name, _)| name));
    assert!(listed::<WithdrawalQuery>("bill/info").1);
}
