//! Whatever a gateway repeats of a request, no error shows what is confidential in it. Walks through every call of the crate.

use crate::calls;
use crate::support;
use cpay_client::{
    BalanceQuery, Call, CardRateQuery, OrderQuery, RateQuery, RawCall, StoredCardId,
    WalletAddressQuery,
};
use payments_core::ProviderRef;
use payments_core::scripted::{Repeats, ScriptedTransport};
use serde_json::json;

/// The parameters that an error may show. Everything else that is sent must be masked.
const PUBLIC: &[&str] = &[
    "accountType",
    "amount",
    "cpayOrderId",
    "createTime",
    "cryptoCurrency",
    "currency",
    "hash",
    "lang",
    "lanuage",
    "merchantId",
    "merchantTradeNo",
    "network",
    "payChannel",
    "payoutChannel",
    "purchaseType",
    "receivedAmount",
    "sourceAmount",
    "sourceCurrency",
    "storeCc",
    "targetCurrency",
    "totalAmount",
];

/// Every confidential value of the request, repeated by the gateway in every spelling.
fn through<C: Call>(repeats: &mut Repeats, call: &C) {
    let client = support::scripted(&ScriptedTransport::new());
    let request = client.prepare(call, support::now()).unwrap();
    let sent = request
        .uri()
        .query()
        .map_or(&**request.body(), str::as_bytes);
    let sent = form_urlencoded::parse(sent).into_owned();
    let parse = |page: &_| {
        client
            .parse(call, page, support::now())
            .map(drop)
            .unwrap_err()
    };
    repeats.through::<C>(sent, parse, |message| {
        let answer = json!({"code": 1, "msg": message, "traceid": message}).to_string();
        calls::parse(call, answer).map(drop).unwrap_err()
    });
}

#[test]
fn no_error_shows_a_confidential_value_in_any_spelling() {
    let mut repeats = Repeats::new(PUBLIC);
    let walk = &mut repeats;
    through(
        walk,
        &support::order()
            .ext_info(r#"{"note":"für Ana's flat"}"#)
            .callback_url("https://shop.example/cb?u=ana"),
    );
    through(
        walk,
        &calls::card_order_from("2001:db8::7")
            .ext_info(r#"{"seat":"12 B"}"#)
            .success_url(calls::SUCCESS),
    );
    through(
        walk,
        &calls::full_card_payment().stored_card(StoredCardId::new("st0red-card-4711")),
    );
    through(
        walk,
        &calls::withdraw().callback_url("https://shop.example/cb?u=ana"),
    );
    through(
        walk,
        &calls::payout(cpay_client::PixKey::mobile("+5511912345678").unwrap())
            .remark("for Ana's flat"),
    );
    through(
        walk,
        &calls::payout(cpay_client::PixKey::email("ana@cliente.example").unwrap())
            .fail_url(calls::FAIL),
    );
    through(walk, &calls::exchange());
    through(walk, &calls::kyc(2));
    through(walk, &WalletAddressQuery::new("ana@cliente.example"));
    through(
        walk,
        &OrderQuery::by_order_id(ProviderRef::new("71").unwrap()),
    );
    through(walk, &RateQuery::new(calls::spending()));
    through(walk, &CardRateQuery::new(calls::spending()));
    through(walk, &BalanceQuery::new());
    let fields = [("email", "ana@cliente.example"), ("street", "Rua Ávila 7")];
    let fields = std::collections::BTreeMap::from(fields);
    through(walk, &RawCall::write("newCall").with_fields(&fields));

    // Every file of `src/op` has one call.
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/src/op");
    assert_eq!(
        repeats.calls(),
        std::fs::read_dir(folder).unwrap().count(),
        "{repeats:?}"
    );
    println!("cpay: {repeats}");
}

/// The parts of a value that is JSON text count, too.
#[test]
fn no_error_shows_a_part_of_the_products() {
    let message = json!({"code": 1, "msg": "no IPHONE+11 left, macBook costs 1234.00"}).to_string();
    let fault = calls::parse(&calls::full_card_payment(), message)
        .map(drop)
        .unwrap_err();
    let shown = fault.provider_message().unwrap();
    assert!(
        !shown.to_lowercase().contains("iphone") && !shown.contains("macBook"),
        "{shown}"
    );
}

#[test]
fn what_is_public_and_the_providers_own_words_stay_readable() {
    let message =
        "amount 4.000000 of order 100000230 over TRON(TRC-20) is below the minimum 5 USDT";
    let answer = json!({"code": 1, "msg": message, "traceid": "221117074719X9921729"}).to_string();
    let fault = calls::parse(&calls::withdraw(), answer).unwrap_err();
    assert_eq!(fault.provider_message(), Some(message));
    assert_eq!(fault.provider_request_id(), Some("221117074719X9921729"));
    assert_eq!(fault.provider_code(), Some("1"));
}
