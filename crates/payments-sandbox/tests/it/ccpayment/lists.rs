//! The calls that read, and permanent addresses.

use serde_json::{Value, json};

use super::merchant::{
    BTC, EVM_ADDRESS, Merchant, TRON_ADDRESS, TRX, USDT_BEP20, USDT_ERC20, USDT_TRC20, XRP,
};

fn keys(value: &Value) -> Vec<&str> {
    value
        .as_object()
        .unwrap()
        .keys()
        .map(String::as_str)
        .collect()
}

#[tokio::test]
async fn lists_all_coins_with_their_tokens() {
    let merchant = Merchant::open().await;
    let data = merchant.ask("coin/all", &json!({})).await;
    let list = data["list"].as_array().unwrap();
    assert_eq!(list.len(), 8);
    let usdt = &list[0];
    assert_eq!(
        (&usdt["crypto"], &usdt["price"], &usdt["status"]),
        (&json!("USDT"), &json!("1"), &json!(1))
    );
    let statuses: Vec<_> = usdt["tokens"]
        .as_array()
        .unwrap()
        .iter()
        .map(|t| t["status"].clone())
        .collect();
    assert_eq!(statuses, [1, 1, 1, 2]);
    let tron = &usdt["tokens"][0];
    assert_eq!(tron["token_id"], USDT_TRC20);
    assert_eq!(tron["contract"], TRON_ADDRESS);
    assert_eq!(tron["is_support_memo"], false);
    assert_eq!(tron["network_fee_crypto"], "TRX");
    assert_eq!(list.last().unwrap()["status"], 3);
    let xrp = list.iter().find(|coin| coin["crypto"] == "XRP").unwrap();
    assert_eq!(xrp["tokens"][0]["is_support_memo"], true);

    let older = merchant.ask("support/token", &json!({})).await;
    assert_eq!(older["list"].as_array().unwrap().len(), 8);
    assert!(older["list"][0].get("tokens").is_none());
    // The SDKs pass the `token_id` of each row on to `token/chain`.
    for (older, coin) in older["list"].as_array().unwrap().iter().zip(list) {
        let id = &older["token_id"];
        let chains = merchant.ask("token/chain", &json!({"token_id": id})).await;
        assert_eq!(
            chains["list"].as_array().map(Vec::len),
            coin["tokens"].as_array().map(Vec::len)
        );
    }
    for id in [USDT_TRC20, usdt["coin_id"].as_str().unwrap()] {
        let chains = merchant.ask("token/chain", &json!({"token_id": id})).await;
        assert_eq!(chains["list"].as_array().unwrap().len(), 4);
        assert_eq!(chains["list"][0]["type_symbol"], "TRC20");
    }
    for body in [json!({}), json!({"token_id": "x"})] {
        merchant.refused("token/chain", &body).await;
    }
}

#[tokio::test]
async fn rates_are_exact_and_move_with_the_clock() {
    let merchant = Merchant::open().await;
    let rate = async |amount: &str, token: &str| {
        let body = json!({"amount": amount, "token_id": token});
        merchant.ask("token/rate", &body).await
    };
    assert_eq!(
        rate("1000", USDT_TRC20).await,
        json!({"price": "1", "value": "1000"})
    );
    let before = rate("1000", BTC).await;
    assert_eq!(before, rate("1000", BTC).await);
    let value = before["value"].as_str().unwrap();
    assert!(value.split_once('.').unwrap().1.len() <= 16, "{value}");
    merchant.wait(60).await;
    assert_ne!(before, rate("1000", BTC).await);
    merchant.wait(79 * 60).await;
    assert_eq!(before, rate("1000", BTC).await, "a wave of eighty minutes");
    for body in [
        json!({"token_id": TRX}),
        json!({"amount": "1"}),
        json!({"amount": 1, "token_id": TRX}),
        json!({"amount": "-1", "token_id": TRX}),
        json!({"amount": "1e3", "token_id": TRX}),
        json!({"amount": "0", "token_id": TRX}),
        json!({"amount": "99999999999999999999", "token_id": "a02fdaa1-ad86-4c44-a049-548e8a0a8c96"}),
    ] {
        let (_, reason) = merchant.refused("token/rate", &body).await;
        assert_eq!(reason, "ArgumentInvalid", "{body}");
    }
}

#[tokio::test]
async fn heights_are_a_bare_array_and_grow() {
    let merchant = Merchant::open().await;
    let before = merchant.ask("get/network/height/info", &json!({})).await;
    let rows = before.as_array().unwrap();
    assert_eq!(rows.len(), 7);
    assert_eq!(
        keys(&rows[0]),
        [
            "block_rate",
            "chain",
            "current_chain_height",
            "tx_confirm_block_num"
        ]
    );
    assert_eq!(
        (&rows[0]["chain"], &rows[0]["block_rate"]),
        (&json!("TRX"), &json!(3))
    );
    assert_eq!(rows[1]["block_rate"], json!(12.1));
    assert!(rows.iter().any(|row| row.get("block_rate").is_none()));
    merchant.wait(600).await;
    let after = merchant.ask("get/network/height/info", &json!({})).await;
    let height = |data: &Value, at: usize| data[at]["current_chain_height"].as_u64().unwrap();
    assert_eq!(height(&after, 0), height(&before, 0) + 200);
    assert_eq!(height(&after, 5), height(&before, 5) + 1);
}

#[tokio::test]
async fn checks_cwallet_users() {
    let merchant = Merchant::open().await;
    let user = merchant
        .ask("check/user", &json!({"c_id": "9558861"}))
        .await;
    assert_eq!(user, json!({"c_id": "9558861", "nickname": "Alice"}));
    assert_eq!(
        merchant
            .refused("check/user", &json!({"c_id": "9558860"}))
            .await,
        (224_083, "ToUserNotFound".to_owned())
    );
    for body in [json!({}), json!({"c_id": 9_558_861})] {
        assert_eq!(merchant.refused("check/user", &body).await.0, 224_066);
    }
}

#[tokio::test]
async fn a_network_fee_may_be_in_another_coin_and_is_zero_inside_cwallet() {
    let merchant = Merchant::open().await;
    for (body, crypto, fee) in [
        (json!({"token_id": USDT_TRC20}), "TRX", "14"),
        (
            json!({"token_id": USDT_TRC20, "address": "", "memo": null}),
            "TRX",
            "14",
        ),
        (
            json!({"token_id": USDT_TRC20, "address": TRON_ADDRESS}),
            "TRX",
            "14",
        ),
        (
            json!({"token_id": USDT_ERC20, "address": EVM_ADDRESS}),
            "ETH",
            "0.0006",
        ),
        (json!({"token_id": USDT_BEP20}), "USDT", "0.5"),
        (
            json!({"token_id": USDT_TRC20, "address": "9558861"}),
            "USDT",
            "0",
        ),
        (
            json!({"token_id": USDT_TRC20, "address": "alice@cwallet.test"}),
            "USDT",
            "0",
        ),
    ] {
        let data = merchant.ask("network/fee", &body).await;
        assert_eq!(
            (&data["crypto"], &data["fee"]),
            (&json!(crypto), &json!(fee)),
            "{body}"
        );
    }
    for (body, reason) in [
        (json!({}), "ArgumentInvalid"),
        (json!({"token_id": "x"}), "TokenNotAvailable"),
        (
            json!({"token_id": USDT_TRC20, "address": EVM_ADDRESS}),
            "ArgumentInvalid",
        ),
        (
            json!({"token_id": USDT_TRC20, "address": "1234"}),
            "ToUserNotFound",
        ),
    ] {
        assert_eq!(
            merchant.refused("network/fee", &body).await.1,
            reason,
            "{body}"
        );
    }
}

#[tokio::test]
async fn assets_are_the_balances() {
    let merchant = Merchant::with(|builder| builder.ccpayment_balance("USDT", "12.5")).await;
    let all = merchant.ask("assets", &json!({"coin_id": ""})).await;
    let rows = all["list"].as_array().unwrap();
    assert_eq!(rows.len(), 8);
    assert_eq!(
        (&rows[0]["crypto"], &rows[0]["value"]),
        (&json!("USDT"), &json!("12.5"))
    );
    let id = rows[1]["coin_id"].clone();
    let one = merchant.ask("assets", &json!({"coin_id": id})).await;
    assert_eq!(one["list"], json!([rows[1]]));
    merchant.refused("assets", &json!({"coin_id": "x"})).await;
    merchant.refused("assets", &json!({"coin_id": 7})).await;
}

#[tokio::test]
async fn a_user_always_has_the_same_address_on_a_chain() {
    let merchant = Merchant::open().await;
    let get = async |user: &str, chain: &str| {
        let body = json!({"user_id": user, "chain": chain});
        merchant.ask("payment/address/get", &body).await
    };
    let tron = get("user-1", "TRX").await;
    assert!(tron["address"].as_str().unwrap().starts_with('T'));
    assert_eq!(tron["memo"], "");
    assert_eq!(tron, get("user-1", "TRX").await);
    assert_ne!(tron, get("user-2", "TRX").await);
    for chain in ["ETH", "BSC", "POLYGON"] {
        assert!(
            get("user-1", chain).await["address"]
                .as_str()
                .unwrap()
                .starts_with("0x")
        );
    }
    let (one, two) = (get("user-1", "XRP").await, get("user-2", "XRP").await);
    assert_eq!(
        one["address"], two["address"],
        "the memo identifies the owner"
    );
    assert_ne!(one["memo"], two["memo"]);
    for (body, reason) in [
        (json!({"user_id": "ab", "chain": "TRX"}), "ArgumentInvalid"),
        (
            json!({"user_id": "x".repeat(65), "chain": "TRX"}),
            "ArgumentInvalid",
        ),
        (json!({"chain": "TRX"}), "ArgumentInvalid"),
        (json!({"user_id": "abc"}), "ArgumentInvalid"),
        (
            json!({"user_id": "abc", "chain": "DOGE"}),
            "TokenNotAvailable",
        ),
        (
            json!({"user_id": "abc", "chain": "TRX", "notify_url": "ftp://x"}),
            "ArgumentInvalid",
        ),
    ] {
        assert_eq!(
            merchant.refused("payment/address/get", &body).await.1,
            reason,
            "{body}"
        );
    }
}

#[tokio::test]
async fn refuses_more_than_a_thousand_addresses() {
    let merchant = Merchant::open().await;
    for number in 0..1_000 {
        let body = json!({"user_id": format!("user-{number}"), "chain": "TRX"});
        merchant.ask("payment/address/get", &body).await;
    }
    let body = json!({"user_id": "one-more", "chain": "TRX"});
    let refused = merchant.refused("payment/address/get", &body).await;
    assert_eq!(refused.1, "AddressQuotaExceeded");
    // Existing addresses are still answered.
    let body = json!({"user_id": "user-0", "chain": "TRX"});
    merchant.ask("payment/address/get", &body).await;
}

#[tokio::test]
async fn accepts_four_spellings_of_an_option_that_is_not_set() {
    let merchant = Merchant::open().await;
    for (number, unset) in [json!(""), json!(0), json!(null)].into_iter().enumerate() {
        let body = json!({
            "merchant_order_id": format!("m{number}"), "product_price": "1", "token_id": XRP,
            "denominated_currency": "USD", "order_valid_period": unset, "custom_value": unset,
            "notify_url": unset, "remark": unset, "amount": unset,
        });
        let data = merchant.ask("bill/create", &body).await;
        assert_eq!(data["order_valid_period"], 86_400);
        assert!(!data["memo"].as_str().unwrap().is_empty());
        let body = json!({
            "merchant_order_id": format!("w{number}"), "address": "9558861", "token_id": TRX,
            "value": "1", "memo": unset, "merchant_pays_fee": unset,
        });
        merchant.ask("withdraw", &body).await;
    }
}
