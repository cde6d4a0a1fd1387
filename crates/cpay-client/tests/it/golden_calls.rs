//! The exact bytes of every call beside `createOrder` and `getOrderDetail`, against fixtures that share no code with
//! this crate.

use crate::calls;
use crate::calls::{FAIL, SUCCESS, amount};
use crate::support;
use cpay_client::{
    BalanceQuery, Call, CardRateQuery, Conversion, FullName, Gender, PixKey, RateQuery, SubmitKyc,
    WalletAddressQuery,
};
use payments_core::scripted::ScriptedTransport;
use serde_json::Value;

fn sealed(call: &impl Call) -> Value {
    let client = support::scripted(&ScriptedTransport::new());
    support::shown(&client.prepare(call, support::now()).unwrap())
}

fn is_recorded(name: &str, call: &impl Call) {
    let recorded = support::json(&format!("wire/cpay/{name}.request.json"));
    assert_eq!(sealed(call), recorded, "{name}");
}

#[test]
fn reads_are_the_recorded_requests() {
    is_recorded("wallet-address", &WalletAddressQuery::new("用户 7/+"));
    is_recorded("balance", &BalanceQuery::new());
    let spend = Conversion::spending(amount("100"), "USD", "ETH");
    is_recorded("exchange-rate-by-source", &RateQuery::new(spend));
    let get = Conversion::getting(amount("0.00000001"), "USD", "BTC");
    is_recorded("exchange-rate-by-target", &RateQuery::new(get));
    is_recorded("card-exchange-rate", &CardRateQuery::new(calls::spending()));
}

#[test]
fn payouts_are_the_recorded_requests() {
    is_recorded(
        "withdraw",
        &calls::withdraw().callback_url("https://shop.example/cb?a=1&b=2"),
    );
    is_recorded("withdraw-required-only", &calls::withdraw());
    let full = calls::payout(calls::pix())
        .callback_url("https://shop.example/cb?a=1")
        .success_url(SUCCESS)
        .fail_url(FAIL)
        .remark("remark ü")
        .ext_info(r#"{"a":[1]}"#);
    is_recorded("fiat-payout", &full);
    for (name, key) in [
        ("fiat-payout-cnpj", PixKey::cnpj("11222333000181")),
        (
            "fiat-payout-email",
            PixKey::email("ana+pix@cliente.example"),
        ),
        ("fiat-payout-mobile", PixKey::mobile("+5511912345678")),
        (
            "fiat-payout-random",
            PixKey::random("123e4567-e89b-12d3-a456-426614174000"),
        ),
    ] {
        is_recorded(name, &calls::payout(key.unwrap()));
    }
}

#[test]
fn an_exchange_is_the_recorded_request() {
    is_recorded("exchange", &calls::exchange());
}

#[test]
fn kyc_data_is_written_as_in_the_specifications_sample() {
    let name = FullName::new("Мария", "O'Neil").middle("Zoë \"Z\"");
    let other = calls::person("u2", name, Gender::Female, calls::document());
    is_recorded("kyc", &SubmitKyc::new(vec![calls::hart_lee(), other]));
}

#[test]
fn card_calls_are_the_recorded_requests() {
    is_recorded("card-payment", &calls::full_card_payment());
    is_recorded("card-payment-required-only", &calls::card_payment());
    is_recorded(
        "card-payment-stored",
        &calls::stored_card_payment("cc-4711"),
    );
    is_recorded("card-order-required-only", &calls::card_order());
    let full = calls::card_order_from("2001:db8::7")
        .language("ru-RU")
        .callback_url("https://shop.example/cb?a=1")
        .success_url(SUCCESS)
        .fail_url(FAIL)
        .ext_info(r#"{"a":1}"#);
    is_recorded("card-order", &full);
}
