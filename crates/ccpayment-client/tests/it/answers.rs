//! The recorded answers as typed values, field by field.

use std::time::Duration;

use crate::support::{self, ADDRESS, TOKEN, amount, recorded, reference, some, sum};
use bytes::Bytes;
use ccpayment_client::v1::{
    AssetsQuery, BlockHeightsQuery, Call, CoinsQuery, Fee, ResendWebhooks, TokenStatus,
};
#[allow(deprecated)]
use ccpayment_client::v1::{SupportedTokensQuery, TokenChainsQuery};
use payments_core::scripted::block_on;
use payments_core::{Fault, Kind, Refusal};
use serde_json::json;

fn parse<C: Call>(call: &C, body: impl Into<Bytes>) -> Result<C::Output, Fault> {
    support::client().parse(call, &support::signed(body), support::now())
}

fn read<C: Call>(call: &C, name: &str) -> C::Output {
    parse(call, recorded(name)).unwrap()
}

#[test]
fn reads_the_pages_example_of_create_order() {
    let got = read(&support::order(), "create-order");
    assert_eq!(got.order_id.as_str(), "202301090616511612332555323101184");
    assert_eq!(got.pay_address, "TYWnk1EGALQyYst2yFSd29QQQTEkuKMbyt");
    assert_eq!((got.memo.as_deref(), got.product_price), (None, sum("0.5")));
    assert_eq!(
        (got.crypto.as_deref(), got.network.as_deref()),
        (Some("USDT"), Some("TRC20"))
    );
    assert_eq!(got.token_id.as_deref(), Some(TOKEN));
    assert_eq!(got.valid_for, Some(Duration::from_secs(823_456)));
    assert_eq!(
        got.logo,
        some("https://resource.cwallet.com/token/icon/usdt.png")
    );
    let raw = got.raw().unwrap();
    assert_eq!(
        (raw.status().as_u16(), raw.body().as_ref()),
        (200, &recorded("create-order")[..])
    );
}

#[test]
fn reads_create_order_with_product_price_and_other_types() {
    let got = read(&support::order(), "create-order-product-price");
    assert_eq!(got.order_id.as_str(), "CP202301090616511612332555323101184");
    assert_eq!(got.product_price.unwrap().to_string(), "0.50");
    assert_eq!(got.memo, some("1234567"));
    assert_eq!(got.valid_for, Some(Duration::from_secs(86_400)));
    assert_eq!(got.logo, None);
}

#[test]
fn refuses_an_order_with_another_price_or_token() {
    let text = String::from_utf8(recorded("create-order")).unwrap();
    for (from, to, field) in [
        ("\"amount\": \"0.5\"", "\"amount\": \"5\"", "amount"),
        (
            "\"amount\": \"0.5\"",
            "\"product_price\": \"5\"",
            "product_price",
        ),
        (
            "\"amount\": \"0.5\"",
            "\"amount\": \"0.5\", \"product_price\": \"5\"",
            "product_price",
        ),
        ("0912e09a", "1912e09a", "token_id"),
    ] {
        let fault = parse(&support::order(), text.replace(from, to)).unwrap_err();
        assert_eq!(fault.kind(), Kind::Integrity, "{to}");
        assert!(fault.to_string().contains(field), "{fault}");
    }
    let longer = text.replace("0.5\"", "0.500\"");
    assert!(parse(&support::order(), longer).is_ok(), "the same price");
}

#[test]
fn reads_a_checkout_and_an_address() {
    let got = read(&support::checkout(), "create-checkout");
    assert_eq!(
        got.payment_url,
        "https://ccpayment.com/pay?key=202301090616511612332555323101184"
    );
    assert!(got.raw().is_some());
    let got = read(&support::deposit_address(), "deposit-address");
    assert_eq!((got.address.as_str(), got.memo.as_deref()), (ADDRESS, None));
    assert!(got.raw().is_some());
}

#[test]
fn reads_every_form_of_an_empty_list() {
    for data in [
        json!([]),
        json!(null),
        json!(""),
        json!({"list": []}),
        json!({"list": null}),
    ] {
        let body = json!({"code": 10000, "msg": "success", "data": data}).to_string();
        assert!(
            parse(&support::deposits(), body.clone())
                .unwrap()
                .deposits
                .is_empty()
        );
        assert!(
            parse(&CoinsQuery::new(), body.clone())
                .unwrap()
                .coins
                .is_empty()
        );
        assert!(
            parse(&BlockHeightsQuery::new(), body)
                .unwrap()
                .chains
                .is_empty()
        );
    }
    let missing = r#"{"code":10000,"msg":"success"}"#;
    assert!(
        parse(&support::deposits(), missing)
            .unwrap()
            .deposits
            .is_empty()
    );
    for data in [
        json!({}),
        json!({"lists": []}),
        json!(7),
        json!({"list": {}}),
        json!([7]),
    ] {
        let body = json!({"code": 10000, "data": data}).to_string();
        let fault = parse(&CoinsQuery::new(), body).unwrap_err();
        assert_eq!(fault.kind(), Kind::Undecodable, "{data}");
    }
}

#[test]
fn reads_lists_with_and_without_an_object_around_them() {
    let mut body: serde_json::Value = serde_json::from_slice(&recorded("coins")).unwrap();
    body["data"] = body["data"]["list"].take();
    assert_eq!(
        parse(&CoinsQuery::new(), body.to_string())
            .unwrap()
            .coins
            .len(),
        1
    );
    let mut body: serde_json::Value = serde_json::from_slice(&recorded("block-heights")).unwrap();
    body["data"] = json!({"list": body["data"].take()});
    let got = parse(&BlockHeightsQuery::new(), body.to_string()).unwrap();
    assert_eq!(got.chains.len(), 3);
}

#[test]
fn reads_a_withdrawal_with_a_fee_in_another_coin() {
    let got = read(&support::payout(), "withdraw");
    assert_eq!(got.order_id.as_str(), "202303130821441654321098765432111");
    assert_eq!(
        got.record_id.as_ref().unwrap().as_str(),
        "20230313082144160187630123413507"
    );
    let fee = got.network_fee.as_ref().unwrap();
    assert_eq!((fee.crypto(), fee.amount_in("USDT")), (Some("TRX"), None));
    assert_eq!(fee.coin_id(), Some("0f6a6e9f-6a8b-4a4e-9a1c-2a9f4f5b1d11"));
    assert_eq!(
        (fee.amount_in("TRX"), fee.value()),
        (sum("13.39"), sum("1"))
    );
    assert_eq!(got.net_receivable, sum("4"));
    assert!(got.raw().is_some());

    let got = read(&support::payout(), "withdraw-older");
    let fee = got.network_fee.unwrap();
    assert_eq!(fee.net(amount("4"), "USDT"), None, "in an unknown coin");
    assert_eq!((got.record_id, got.net_receivable), (None, None));
}

#[test]
fn reads_coins_and_their_tokens() {
    let got = read(&CoinsQuery::new(), "coins");
    let coin = &got.coins[0];
    assert_eq!(coin.coin_id, "7cf3b3ea-51c4-4d3c-8a3a-bd9a4f9e3ce2");
    assert_eq!(
        (&coin.symbol, &coin.name),
        (&some("USDT"), &some("Tether USD"))
    );
    assert_eq!(
        (coin.min, coin.price, coin.precision),
        (sum("0.000001"), sum("1.0002"), Some(6))
    );
    assert_eq!(coin.status, Some(TokenStatus::Normal));
    let token = got.token("USDT", "TRX").unwrap();
    assert_eq!(
        (token.token_id.as_str(), &token.network),
        (TOKEN, &some("TRC20"))
    );
    assert_eq!(
        (token.is_support_memo, &token.status),
        (Some(false), &Some(TokenStatus::Delisting))
    );
    assert_eq!(token.network_fee_crypto, some("TRX"));
    assert!(got.token("USDT", "ETH").is_none() && got.token("TRX", "TRX").is_none());
}

#[test]
fn reads_a_rate_and_computes_the_amount_due() {
    let got = read(&support::rate(), "token-rate");
    assert_eq!(
        (got.price, got.value),
        (amount("16944.3"), sum("0.0590168965374787"))
    );
    // The page rounds to the nearest at 16 decimals, an order is rounded up at 18.
    assert_eq!(got.amount_due(amount("1000")), sum("0.059016896537478681"));

    let at = |price: &str| {
        let body = json!({"code": 10000, "data": {"price": price, "value": "0"}}).to_string();
        parse(&support::rate(), body).unwrap()
    };
    assert_eq!(
        at("0.3582").amount_due(amount("0.1")),
        sum("0.279173646007816863")
    );
    assert_eq!(
        at("1867.69").amount_due(amount("18")),
        sum("0.009637573687282151")
    );
    assert_eq!(at("0").amount_due(amount("18")), None);
}

#[test]
fn amount_due_makes_at_most_one_call() {
    use ccpayment_client::v1::{CreateOrder, Price};
    let order = |price| CreateOrder::new(reference("order-1001"), price, TOKEN);
    let transport = support::answering(recorded("token-rate"));
    let client = support::scripted(&transport);
    let due = block_on(client.amount_due(&order(Price::usd(amount("1000"))))).unwrap();
    assert_eq!(due, amount("0.059016896537478681"));
    assert_eq!(
        transport.requests()[0].body(),
        support::client()
            .prepare(&support::rate(), support::now())
            .unwrap()
            .body()
    );

    let due = block_on(client.amount_due(&order(Price::in_token(amount("0.01"))))).unwrap();
    assert_eq!(due, amount("0.01"));
    let error = block_on(client.amount_due(&order(Price::fiat(amount("1"), "EUR")))).unwrap_err();
    assert_eq!(error.kind(), Kind::Unsupported, "{error}");
    let error = block_on(client.amount_due(&order(Price::usd(amount("0.001"))))).unwrap_err();
    assert_eq!(error.kind(), Kind::Invalid, "{error}");
    assert_eq!(transport.requests().len(), 1);

    let free = support::answering(r#"{"code":10000,"data":{"price":"0","value":"0"}}"#);
    let client = support::scripted(&free);
    let error = block_on(client.amount_due(&order(Price::usd(amount("1"))))).unwrap_err();
    assert_eq!(
        (error.kind(), error.raw().is_some()),
        (Kind::Undecodable, true),
        "{error}"
    );
}

#[test]
fn reads_assets_fees_heights_and_users() {
    let got = read(&AssetsQuery::all(), "assets");
    let usdt = got.of("USDT").unwrap();
    assert_eq!((usdt.value, usdt.price), (sum("665.8002"), sum("1.0002")));
    assert!(got.of("usdt").is_none());

    let got = read(&support::network_fee(), "network-fee");
    assert_eq!(got.fee, Fee::new(amount("13.39")).in_crypto("TRX"));
    assert_eq!(got.token_id.as_deref(), Some(TOKEN));

    let got = read(&BlockHeightsQuery::new(), "block-heights");
    let rates: Vec<_> = got
        .chains
        .iter()
        .map(|chain| chain.block_rate.map(|rate| rate.to_string()))
        .collect();
    assert_eq!(
        rates,
        [some("0.0820"), some("0.0016"), None],
        "exactly, and no float"
    );
    assert_eq!(
        (
            got.chains[0].current_chain_height,
            got.chains[0].tx_confirm_block_num
        ),
        (Some(16_688_001), Some(12))
    );

    let got = read(&support::user(), "check-user");
    assert_eq!(
        (got.c_id.as_str(), got.nickname.as_deref()),
        ("9558861", Some("Ada"))
    );
    let table = String::from_utf8(recorded("check-user"))
        .unwrap()
        .replace("nikename", "nickname");
    assert_eq!(
        parse(&support::user(), table).unwrap().nickname,
        some("Ada")
    );
    let both = r#"{"code":10000,"data":{"c_id":"9558861","nickname":"Ada","nikename":"Eve"}}"#;
    assert_eq!(parse(&support::user(), both).unwrap().nickname, some("Ada"));
}

#[test]
fn reads_the_count_of_resent_webhooks_if_present() {
    let resend = ResendWebhooks::since(support::now());
    assert_eq!(read(&resend, "resend-webhooks").count, None);
    for (data, count) in [
        (json!({"resendCount": 3}), Some(3)),
        (json!({"resend_count": "4"}), Some(4)),
        (json!({}), None),
        (json!([]), None),
        (json!("queued"), None),
    ] {
        let body = json!({"code": 10000, "data": data}).to_string();
        assert_eq!(parse(&resend, body).unwrap().count, count);
    }
    assert_eq!(parse(&resend, r#"{"code":10000}"#).unwrap().count, None);
}

#[test]
#[allow(deprecated)]
fn reads_the_deprecated_lists() {
    let got = read(&SupportedTokensQuery::new(), "supported-tokens");
    assert_eq!(
        (&got.tokens[0].crypto, &got.tokens[0].status),
        (&some("USDT"), &Some(TokenStatus::Normal))
    );
    let got = read(&TokenChainsQuery::new(TOKEN), "token-chains");
    assert_eq!(got.tokens[0].type_symbol, some("TRC20"));
}

#[test]
fn failures_keep_their_message_and_prove_only_what_is_documented() {
    let fault = parse(&support::order(), recorded("failed")).unwrap_err();
    assert_eq!(
        (fault.kind(), fault.provider_code()),
        (Kind::Ambiguous, Some("224066"))
    );
    assert_eq!(
        fault.provider_message(),
        Some("Service error, pleaser try again")
    );

    let fault = parse(&support::user(), recorded("failed-with-reason")).unwrap_err();
    assert_eq!(fault.kind(), Kind::Refused(Refusal::NotFound));
    assert_eq!(
        fault.provider_message(),
        Some("user not found (ToUserNotFound)")
    );

    // The same without a signature proves nothing.
    let answer = support::unsigned(recorded("failed-with-reason"));
    let fault = support::client()
        .parse(&support::user(), &answer, support::now())
        .unwrap_err();
    assert_eq!(
        (fault.kind(), fault.provider_code()),
        (Kind::Ambiguous, Some("224083"))
    );
}
