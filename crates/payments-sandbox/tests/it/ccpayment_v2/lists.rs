//! Coins, chains, currencies, prices, balances, fees and the checks before a withdrawal.

use serde_json::json;

use super::merchant::{EVM_ADDRESS, Merchant, TRON_ADDRESS};

#[tokio::test]
async fn lists_have_the_documented_shapes() {
    let merchant = Merchant::open().await;
    let coins = merchant.ask("getCoinList", &json!({})).await;
    let usdt = &coins["coins"][0];
    assert_eq!(usdt["coinId"], 1280);
    let polygon = &usdt["networks"]["POLYGON"];
    assert_eq!(polygon["precision"], 6);
    assert_eq!(polygon["maximumWithdrawAmount"], "50000");
    assert_eq!(usdt["networks"]["TRX"]["maximumWithdrawAmount"], "0");
    assert_eq!(usdt["networks"]["BSC"]["canWithdraw"], false);
    let coin = merchant.ask("getCoin", &json!({ "coinId": 1280 })).await;
    assert_eq!(&coin["coin"], usdt);
    let prices = merchant
        .ask("getCoinUSDTPrice", &json!({ "coinIds": [1329, 7] }))
        .await;
    assert_eq!(prices, json!({ "prices": { "1329": "0.25" } }));
    let fiats = merchant.ask("getFiatList", &json!({})).await;
    assert_eq!(fiats["fiats"][0]["fiatId"], 1033);
    assert_eq!(fiats["fiats"][0]["usdRate"], "1");
    let chains = merchant
        .ask("getChainList", &json!({ "chains": ["XRP"] }))
        .await;
    assert_eq!(chains["chains"].as_array().unwrap().len(), 1);
    assert_eq!(chains["chains"][0]["supportMemo"], true);
    let asset = merchant
        .ask("getAppCoinAsset", &json!({ "coinId": 1280 }))
        .await;
    let right = json!({ "coinId": 1280, "coinSymbol": "USDT", "available": "100000" });
    assert_eq!(asset, json!({ "asset": right }));
    let assets = merchant.ask("getAppCoinAssetList", &json!({})).await;
    assert_eq!(assets["assets"][0], right);
}

#[tokio::test]
async fn checks_before_a_withdrawal_answer_and_move_nothing() {
    let merchant = Merchant::open().await;
    for (chain, address, valid) in [
        ("TRX", TRON_ADDRESS, true),
        ("TRX", EVM_ADDRESS, false),
        ("POLYGON", EVM_ADDRESS, true),
        ("POLYGON", "0x12", false),
    ] {
        let body = json!({ "chain": chain, "address": address });
        let answer = merchant.ask("checkWithdrawalAddressValidity", &body).await;
        assert_eq!(answer, json!({ "addrIsValid": valid }), "{body}");
    }
    let user = merchant
        .ask("getCwalletUserId", &json!({ "cwalletUserId": "9454818" }))
        .await;
    assert_eq!(user["cwalletUserName"], "an***@cwallet.test");
    let body = json!({ "cwalletUserId": "1" });
    assert_eq!(merchant.refused("getCwalletUserId", &body).await, 11_015);
    let body = json!({ "chain": "TRX", "toAddress": TRON_ADDRESS, "txId": "ab" });
    let answer = merchant.ask("rescanLostTransaction", &body).await;
    assert!(
        answer["description"]
            .as_str()
            .unwrap()
            .contains("not found")
    );
}

#[tokio::test]
async fn unknown_coins_and_chains_have_their_own_codes() {
    let merchant = Merchant::open().await;
    for (coin, chain, code) in [
        (json!(7), "TRX", 13_000),
        (json!(1280), "MOON", 13_001),
        // A chain without this coin.
        (json!(1329), "TRX", 13_001),
        (json!(null), "TRX", 11_000),
        (json!("x"), "TRX", 11_000),
    ] {
        let body = json!({ "coinId": coin, "chain": chain });
        assert_eq!(
            merchant.refused("getWithdrawFee", &body).await,
            code,
            "{body}"
        );
    }
    let body = json!({ "coinIds": [] });
    assert_eq!(merchant.refused("getCoinUSDTPrice", &body).await, 11_000);
}
