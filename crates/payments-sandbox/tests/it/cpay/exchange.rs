use payments_sandbox::{Sandbox, StartError};

use crate::cpay::calls::pair;
use crate::support::shop::{Shop, refused};

#[tokio::test]
async fn answers_balances_as_in_the_specification() {
    let shop = Shop::with(|builder| {
        ["ETH", "TRX", "EUR", "USD", "BTC", "BNB", "BRL"]
            .iter()
            .fold(builder, |builder, currency| {
                builder.cpay_balance(*currency, "0")
            })
            .cpay_balance("USDT", "12.245")
            .cpay_balance("USDT", "11.008")
    })
    .await;
    let answer = shop.ask("getMerchantBalance", &[]).await;
    let trace = shop.sandbox.requests().pop().unwrap().trace_id;
    let row = |currency: &str, available: &str| {
        format!(
            r#"{{"availableBalance":"{available}","freezeBalance":"0","cryptoCurrency":"{currency}"}}"#
        )
    };
    let rows: Vec<_> = ["ETH", "TRX", "EUR", "USD", "BTC", "USDT", "BNB", "BRL"]
        .iter()
        .map(|currency| row(currency, if *currency == "USDT" { "11.008" } else { "0" }))
        .collect();
    assert_eq!(
        answer.body,
        format!(
            r#"{{"code":0,"msg":"success","data":[{}],"traceid":"{trace}"}}"#,
            rows.join(",")
        )
    );
    let admin = shop.get("/_sandbox/balances").await.json();
    assert_eq!(admin["balances"][5]["available"], "11.008");
}

#[tokio::test]
async fn refuses_invalid_opening_balances() {
    for (currency, amount, problem) in [
        ("DOGE", "1", "does not exist"),
        ("usdt", "1", "does not exist"),
        ("USDT", "-1", "plain decimal"),
        ("USDT", "1.123456789", "8 decimals"),
        ("USDT", "999999999999999999999", "larger than"),
    ] {
        let error = Sandbox::builder()
            .cpay_balance(currency, amount)
            .start()
            .await
            .unwrap_err();
        assert!(matches!(error, StartError::Balance { .. }));
        assert!(error.to_string().contains(problem), "{error}");
    }
}

#[tokio::test]
async fn answers_rates_as_in_the_specification() {
    let shop = Shop::open().await;
    // The example prints the number 0, the table says text: a number it is.
    let plain = shop.ask("getExchangeRate", &[]).await;
    let trace = shop.sandbox.requests().pop().unwrap().trace_id;
    assert_eq!(
        plain.body,
        format!(
            r#"{{"code":0,"msg":"success","data":{{"exchangeRate":2999.342}},"traceid":"{trace}"}}"#
        )
    );
    // The example, byte for byte.
    let card = shop.ask("getExchangeRateForCreditCard", &[]).await;
    assert_eq!(
        card.body,
        r#"{"code":0,"msg":"ok","data":{"exchangeRate":"2999.342","amountExchanged":"0.03334064604"}}"#
    );
    for (source, target, by, amount, rate, exchanged) in [
        ("USDT", "BTC", "0", "40000", "40000", "1"),
        ("USDT", "BTC", "1", "0.5", "40000", "20000"),
        ("BTC", "USDT", "0", "1", "0.000025", "40000"),
        ("EUR", "USD", "0", "1", "0.8", "1.25"),
        (
            "ETH",
            "USD",
            "1",
            "100",
            "0.00033340646048366",
            "0.03334064604",
        ),
        ("BRL", "TRX", "1", "0.00000001", "0.4", "0.000000004"),
    ] {
        let changes = [
            ("sourceCurrency", source),
            ("targetCurrency", target),
            ("purchaseType", by),
            ("amount", amount),
        ];
        let data = shop.data("getExchangeRateForCreditCard", &changes).await;
        let printed = data["exchangeRate"].as_str().unwrap();
        assert!(printed.starts_with(rate), "{source} {target}: {printed}");
        assert_eq!(data["amountExchanged"], exchanged, "{source} {target}");
    }
}

#[tokio::test]
async fn answers_an_exchange_as_in_the_specification_and_moves_both_balances() {
    let shop = Shop::open().await;
    let answer = shop.ask("exchange", &[]).await;
    // The example, byte for byte.
    assert_eq!(
        answer.body,
        r#"{"code":0,"msg":"ok","data":{"targetCurrency":"BTC","targetAmount":"0.997","exchangeRate":"40000.000000","fee":"0.003"}}"#
    );
    assert_eq!(shop.has("USDT"), pair("60000", "0"));
    assert_eq!(shop.has("BTC"), pair("10.997", "0"));
    let detail = shop.detail(&[("merchantTradeNo", "test114")]).await.json();
    for (field, value) in [
        ("status", "14"),
        ("currency", "BTC"),
        ("actualAmount", "1"),
        ("receivedAmount", "0.997"),
        ("fee", "0.003"),
        ("hash", ""),
    ] {
        assert_eq!(detail["data"][field], value, "{field}");
    }
    let order = shop.sandbox.order("test114").unwrap();
    assert_eq!(
        (
            order.kind.as_str(),
            order.exchanged.unwrap().amount.as_str()
        ),
        ("exchange", "40000")
    );
    let found = shop
        .detail(&[("cpayOrderId", &order.order_id)])
        .await
        .json();
    assert_eq!(found["code"], 0);
    assert!(shop.sandbox.expire("test114").await.is_err());

    // Eleven decimals of the target are kept, and still add up.
    let odd = [
        ("merchantTradeNo", "odd"),
        ("sourceCurrency", "USD"),
        ("sourceAmount", "9.12345678"),
    ];
    let data = shop.data("exchange", &odd).await;
    assert_eq!(data["targetAmount"], "0.00022740216");
    assert_eq!(data["fee"], "0.00000068425");
    shop.sandbox.reset();
    assert_eq!(shop.has("BTC"), pair("10", "0"));
}

#[tokio::test]
async fn refuses_invalid_exchanges_and_rate_requests() {
    let shop = Shop::with(|builder| builder.cpay_balance("USDT", "39999.99999999")).await;
    let huge = format!("1{}", "0".repeat(19));
    for (call, changes, message, reason) in [
        (
            "exchange",
            &[][..],
            "insufficient balance",
            "40000 USDT are needed",
        ),
        (
            "exchange",
            &[("targetCurrency", "USDT")],
            "invalid param targetCurrency",
            "source currency",
        ),
        (
            "exchange",
            &[("sourceCurrency", "DOGE")],
            "invalid param sourceCurrency",
            "must be one of ETH",
        ),
        (
            "exchange",
            &[("sourceAmount", "0.00000001")],
            "invalid param sourceAmount",
            "nothing",
        ),
        (
            "exchange",
            &[("sourceAmount", "1.123456789")],
            "invalid param sourceAmount",
            "8 decimals",
        ),
        (
            "getExchangeRate",
            &[("purchaseType", "2")],
            "invalid param purchaseType",
            "0, 1",
        ),
        (
            "getExchangeRate",
            &[("amount", "0")],
            "invalid param amount",
            "zero",
        ),
        (
            "getExchangeRateForCreditCard",
            &[
                ("sourceCurrency", "BTC"),
                ("targetCurrency", "TRX"),
                ("amount", &huge),
            ],
            "invalid param amount",
            "more than the sandbox can count",
        ),
    ] {
        let answer = shop.ask(call, changes).await;
        assert_eq!(
            refused(&answer),
            message,
            "{call} {changes:?} {}",
            shop.reason()
        );
        assert!(shop.reason().contains(reason), "{call}: {}", shop.reason());
    }
    assert!(shop.sandbox.orders().is_empty());
    assert_eq!(shop.has("USDT"), pair("39999.99999999", "0"));
}
