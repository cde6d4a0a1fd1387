//! Raw calls: signed, sent and checked like typed ones, with fields that the client has no type for.

use std::collections::BTreeMap;

use cpay_client::{BalanceQuery, FiatPayout, RawCall};
use payments_core::scripted::{ScriptedTransport, block_on};
use payments_core::{Kind, Outcome, Reach, TransportError};
use serde::Serialize;
use serde_json::json;

use crate::{calls, support};

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct BankCardPayout {
    user_id: &'static str,
    merchant_trade_no: &'static str,
    create_time: u64,
    payout_channel: u8,
    account_type: &'static str,
    account_name: &'static str,
    bank_code: &'static str,
    to_account: &'static str,
    amount: &'static str,
    currency: &'static str,
    country: &'static str,
    remark: Option<&'static str>,
}

const BANK_CARD_PAYOUT: BankCardPayout = BankCardPayout {
    user_id: "1001",
    merchant_trade_no: "test07",
    create_time: 1_663_674_686_509,
    payout_channel: 2,
    account_type: "5",
    account_name: "Ana & Lima",
    bank_code: "001",
    to_account: "000123456789",
    amount: "5.00",
    currency: "BRL",
    country: "BRA",
    remark: None,
};

fn client() -> cpay_client::Client {
    support::scripted(&ScriptedTransport::new())
}

#[test]
fn a_payout_by_bank_card_is_the_recorded_request() {
    let call = RawCall::write("createFiatPayoutOrder").with_fields(&BANK_CARD_PAYOUT);
    let request = client().prepare(&call, support::now()).unwrap();
    let recorded = support::json("wire/cpay/raw-bank-card-payout.request.json");
    assert_eq!(support::shown(&request), recorded);
}

#[test]
fn a_raw_call_sends_the_bytes_of_the_typed_call() {
    let typed = client()
        .prepare(&BalanceQuery::new(), support::now())
        .unwrap();
    let raw = client()
        .prepare(&RawCall::read("getMerchantBalance"), support::now())
        .unwrap();
    assert_eq!(support::shown(&raw), support::shown(&typed));

    let typed = FiatPayout::pix(
        calls::reference("test07"),
        "1001",
        calls::amount("5"),
        calls::pix(),
    );
    let typed = client().prepare(&typed, support::now()).unwrap();
    let mut fields: BTreeMap<String, String> =
        form_urlencoded::parse(typed.body()).into_owned().collect();
    fields.retain(|name, _| name != "sign" && name != "merchantId");
    let raw = RawCall::write("createFiatPayoutOrder").with_fields(&fields);
    let raw = client().prepare(&raw, support::now()).unwrap();
    assert_eq!(support::shown(&raw), support::shown(&typed));
}

#[test]
fn the_checked_json_is_returned_with_the_raw_answer() {
    let body = support::fixture("wire/cpay/order-detail.answer.json");
    let transport = ScriptedTransport::new().answer(200, body.clone());
    let fields = BTreeMap::from([("merchantTradeNo", "7b785240e426694635bb09fb101ae241")]);
    let call = RawCall::read("getOrderDetail");
    let answer = block_on(support::scripted(&transport).call_raw(call, &fields)).unwrap();

    #[derive(serde::Deserialize)]
    #[serde(rename_all = "camelCase")]
    struct Detail<'a> {
        order_id: &'a str,
    }
    let detail: Detail<'_> = answer.parse().unwrap();
    assert_eq!(detail.order_id, "2209141130105863014");
    assert!(answer.json().starts_with('{'));
    assert_eq!(answer.raw().body().as_ref(), body);
}

#[test]
fn a_raw_write_is_never_sent_again_and_a_raw_read_is() {
    let broken = || {
        ScriptedTransport::new()
            .fail(TransportError::timeout(Reach::MaybeSent))
            .fail(TransportError::timeout(Reach::MaybeSent))
            .fail(TransportError::timeout(Reach::MaybeSent))
    };
    let transport = broken();
    let write = RawCall::write("createFiatPayoutOrder");
    let error = block_on(support::scripted(&transport).call_raw(write, &BANK_CARD_PAYOUT));
    let error = error.unwrap_err();
    assert_eq!(error.outcome(), Outcome::Unknown);
    assert_eq!(transport.requests().len(), 1);

    let transport = broken();
    let read = RawCall::read("getMerchantBalance");
    let error = block_on(support::scripted(&transport).call_raw(read, &json!({})));
    assert_eq!(error.unwrap_err().outcome(), Outcome::NotApplied);
    assert_eq!(transport.requests().len(), 3);
}

#[test]
fn refuses_fields_that_cannot_be_signed_before_anything_is_sent() {
    let transport = ScriptedTransport::new();
    let client = support::scripted(&transport);
    for (fields, problem) in [
        (json!([1]), "fields are not a JSON object"),
        (json!({"products": [1]}), "fields are not flat"),
        (json!({"extInfo": {}}), "fields are not flat"),
        (json!({"sign": "ff"}), "fields contain merchantId or sign"),
        (
            json!({"merchantId": "1"}),
            "fields contain merchantId or sign",
        ),
    ] {
        let error = block_on(client.call_raw(RawCall::write("withdraw"), &fields)).unwrap_err();
        assert_eq!(error.kind(), Kind::Invalid);
        assert!(error.to_string().contains(problem), "{error}");
    }
    let error = block_on(client.call_raw(RawCall::read("../admin"), &json!({}))).unwrap_err();
    assert_eq!(error.kind(), Kind::Invalid);
    assert!(transport.requests().is_empty());
}

#[test]
fn refuses_to_read_a_known_write_before_sending() {
    let transport = ScriptedTransport::new();
    let client = support::scripted(&transport);
    for name in [
        "createFiatPayoutOrder",
        "createOrder",
        "createOrderByCreditCard",
        "exchange",
        "pwpp",
        "submitKYC",
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
fn masks_the_fields_in_the_gateways_message() {
    let message = "no account 000123456789 of Ana & Lima";
    let body = json!({"code": 1, "msg": message}).to_string();
    let call = RawCall::write("createFiatPayoutOrder").with_fields(&BANK_CARD_PAYOUT);
    let fault = calls::parse(&call, body).unwrap_err();
    assert_eq!(fault.provider_message(), Some("no account *** of ***"));
    assert!(!format!("{call:?}").contains("Lima"));
}

#[cfg(feature = "reqwest")]
#[tokio::test]
async fn a_raw_payout_is_made_and_found_in_the_sandbox() {
    let builder = payments_sandbox::Sandbox::builder().cpay_balance("BRL", "100");
    let (_sandbox, client) = support::sandbox::start(builder).await;

    let create_time = u64::try_from(
        std::time::SystemTime::now()
            .duration_since(std::time::UNIX_EPOCH)
            .unwrap()
            .as_millis(),
    )
    .unwrap();
    let payout = BankCardPayout {
        create_time,
        ..BANK_CARD_PAYOUT
    };
    let write = RawCall::write("createFiatPayoutOrder");
    let made = client.call_raw(write, &payout).await.unwrap();
    let made: serde_json::Value = made.parse().unwrap();

    let found = support::sandbox::detail(&client, "test07").await;
    assert_eq!(made["orderId"], found.order_id.as_str());
}

/// The list is what `call_raw` and the command judge a call by, so it must agree with the types.
#[test]
fn every_call_is_listed_with_its_effect() {
    use cpay_client::{
        CALLS, CardPayment, CardRateQuery, CreateCardOrder, CreateOrder, Exchange, OrderQuery,
        RateQuery, SubmitKyc, WalletAddressQuery, Withdraw, known_call,
    };
    use payments_core::Operation;

    fn listed<O: Operation>(name: &str) -> (&str, bool) {
        (name, known_call(name).unwrap().effect() == O::EFFECT)
    }
    let checked = [
        listed::<WalletAddressQuery>("getWalletAddress"),
        listed::<Withdraw>("withdraw"),
        listed::<FiatPayout>("createFiatPayoutOrder"),
        listed::<BalanceQuery>("getMerchantBalance"),
        listed::<RateQuery>("getExchangeRate"),
        listed::<CardRateQuery>("getExchangeRateForCreditCard"),
        listed::<OrderQuery>("getOrderDetail"),
        listed::<Exchange>("exchange"),
        listed::<SubmitKyc>("submitKYC"),
        listed::<CardPayment>("pwpp"),
        listed::<CreateOrder>("createOrder"),
        listed::<CreateCardOrder>("createOrderByCreditCard"),
    ];
    let wrong: Vec<_> = checked.iter().filter(|(_, agrees)| !agrees).collect();
    assert!(wrong.is_empty(), "{wrong:?}");
    let names: Vec<&str> = CALLS.iter().map(payments_core::KnownCall::name).collect();
    assert_eq!(names, checked.map(|(name, _)| name));
}

/// The gateway may accept them, and a read is sent again.
#[test]
fn another_name_of_a_write_is_not_sent_as_a_read() {
    for (name, usual) in [
        ("createCryptoOrder", "createOrder"),
        ("CREATECREDITCARDORDER", "createOrderByCreditCard"),
        ("openapi/v1/createFiatPayoutOrder", "createFiatPayoutOrder"),
    ] {
        assert_eq!(cpay_client::known_call(name).unwrap().name(), usual);
        let fields = json!({});
        let read = RawCall::read(name).with_fields(&fields);
        let refused = client().prepare(&read, support::now());
        assert_eq!(refused.unwrap_err().field(), "name");
    }
}
