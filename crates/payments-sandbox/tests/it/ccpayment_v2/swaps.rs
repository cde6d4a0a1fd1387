//! Swaps: their numbers, books and records.

use serde_json::{Value, json};

use super::merchant::{Merchant, POL, USDT, merged};

fn swap(id: &str, changes: Value) -> Value {
    let usual = json!({ "orderId": id, "coinIdIn": USDT, "amountIn": "100", "coinIdOut": POL });
    merged(usual, changes)
}

#[tokio::test]
async fn a_swap_moves_what_its_answer_says() {
    let merchant = Merchant::open().await;
    let estimate = merchant.ask("estimate", &swap("", json!({}))).await;
    assert_eq!(estimate["amountOut"], "400");
    assert_eq!(
        (&estimate["fee"], &estimate["netAmountOut"]),
        (&json!("2"), &json!("398"))
    );
    assert_eq!(
        (&estimate["swapRate"], &estimate["feeRate"]),
        (&json!("4"), &json!("0.005"))
    );
    assert_eq!(merchant.balance("USDT").0, "100000");
    let done = merchant
        .ask(
            "swap",
            &swap("swap-1", json!({ "amountOutMinimum": "398" })),
        )
        .await;
    assert_eq!(
        (merchant.balance("USDT").0, merchant.balance("POL").0),
        ("99900".to_owned(), "100398".to_owned())
    );
    let body = json!({ "orderId": "swap-1" });
    let record = &merchant.ask("getSwapRecord", &body).await["record"];
    assert_eq!(record["recordId"], done["recordId"]);
    assert_eq!(record["amountIn"], "100.000000000000000000000000");
    assert_eq!(
        (&record["status"], &record["coinOutSymbol"]),
        (&json!("Success"), &json!("POL"))
    );
    let both = json!({ "orderId": "swap-1", "recordId": done["recordId"] });
    assert_eq!(merchant.refused("getSwapRecord", &both).await, 11_000);
    let page = merchant
        .ask("getSwapRecordList", &json!({ "coinIdIn": USDT }))
        .await;
    assert_eq!(&page["records"][0], record);
}

#[tokio::test]
async fn the_least_fee_is_what_a_tenth_of_a_dollar_is_worth() {
    let merchant = Merchant::open().await;
    let estimate = merchant
        .ask("estimate", &swap("", json!({ "amountIn": "1" })))
        .await;
    assert_eq!(
        (&estimate["fee"], &estimate["feeRate"]),
        (&json!("0.4"), &json!("0.1"))
    );
    assert_eq!(estimate["netAmountOut"], "3.6");
}

#[tokio::test]
async fn refused_swaps_leave_the_balances_as_they_are() {
    let merchant = Merchant::open().await;
    for (changes, code) in [
        (json!({ "orderId": null }), 11_000),
        (json!({ "amountIn": "0" }), 11_000),
        (json!({ "coinIdOut": USDT }), 11_000),
        (json!({ "coinIdIn": 7 }), 13_000),
        (json!({ "coinIdOut": 1891 }), 16_001),
        (json!({ "amountIn": "0.1" }), 16_002),
        (json!({ "amountOutMinimum": "398.1" }), 16_003),
        (json!({ "amountIn": "100001" }), 14_000),
    ] {
        let body = swap("swap-1", changes);
        assert_eq!(merchant.refused("swap", &body).await, code, "{body}");
    }
    assert_eq!(
        (merchant.balance("USDT").0, merchant.balance("POL").0),
        ("100000".to_owned(), "100000".to_owned())
    );
    merchant.ask("swap", &swap("swap-1", json!({}))).await;
    assert_eq!(
        merchant.refused("swap", &swap("swap-1", json!({}))).await,
        11_011
    );
}
