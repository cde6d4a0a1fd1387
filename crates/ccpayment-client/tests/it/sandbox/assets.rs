//! Queries: coins, rates, assets, fees, heights, users, and the two deprecated calls.

use ccpayment_client::v1::{AssetsQuery, NetworkFeeQuery, RateQuery, TokenStatus, UserQuery};
use payments_core::{Kind, NextStep, Outcome, Refusal};

use super::shop::{
    ETH, EVM_ADDRESS, SATS, Shop, TRON_ADDRESS, TRX, USDT, USDT_BEP20, USDT_ERC20, USDT_POLYGON,
    XRP, amount, sum,
};

#[tokio::test]
async fn lists_coins_with_their_tokens_and_statuses() {
    let shop = Shop::open().await;
    let coins = shop.client.coins().await.unwrap();
    assert_eq!(coins.coins.len(), 8);
    let usdt = &coins.coins[0];
    assert_eq!(usdt.crypto.as_deref(), Some("USDT"));
    assert_eq!(
        (usdt.precision, usdt.min, usdt.price),
        (Some(6), sum("1"), sum("1"))
    );
    for (crypto, chain, id, fee_in, status) in [
        ("USDT", "TRX", USDT, "TRX", TokenStatus::Normal),
        ("USDT", "ETH", USDT_ERC20, "ETH", TokenStatus::Normal),
        (
            "USDT",
            "POLYGON",
            USDT_POLYGON,
            "USDT",
            TokenStatus::Maintenance,
        ),
        ("XRP", "XRP", XRP, "XRP", TokenStatus::Normal),
    ] {
        let token = coins.token(crypto, chain).unwrap();
        assert_eq!(token.token_id, id);
        assert_eq!(token.network_fee_crypto.as_deref(), Some(fee_in));
        assert_eq!(token.status, Some(status));
        assert_eq!(token.is_support_memo, Some(crypto == "XRP"));
        let fee_coin = coins
            .coins
            .iter()
            .find(|coin| Some(&coin.coin_id) == token.network_coin_id.as_ref());
        assert_eq!(fee_coin.unwrap().crypto.as_deref(), Some(fee_in));
    }
    let fantom = coins.coins.last().unwrap();
    assert_eq!(fantom.status, Some(TokenStatus::Delisting));
    assert!(coins.token("USDT", "BTC").is_none());
}

#[tokio::test]
async fn returns_a_rate_as_price_and_value() {
    let shop = Shop::open().await;
    for token in [USDT, TRX, ETH, SATS] {
        let query = RateQuery::new(amount("1000"), token);
        let rate = shop.client.token_rate(query).await.unwrap();
        let value = rate.value.unwrap();
        assert!(value.decimals() <= 16 && value > amount("0.3"), "{value}");
        let due = rate.amount_due(amount("1000")).unwrap();
        let apart = due.checked_sub(value).or(value.checked_sub(due)).unwrap();
        assert!(apart < amount("0.0000000000000001"), "{due} {value}");
    }
    let unknown = RateQuery::new(amount("1"), "no-such-token");
    let error = shop.client.token_rate(unknown).await.unwrap_err();
    // A read has no effect, whatever the code means.
    assert_eq!(
        (error.kind(), error.outcome()),
        (Kind::Ambiguous, Outcome::NotApplied)
    );
    assert_eq!(error.code(), Some("224066"));
    assert!(error.message().unwrap().contains("TokenNotAvailable"));
}

#[tokio::test]
async fn returns_the_balances_of_the_ledger() {
    let shop = Shop::with(|builder| {
        builder
            .ccpayment_balance("USDT", "0.000000000000000001")
            .ccpayment_balance("BTC", "0")
    })
    .await;
    let all = shop.client.assets(AssetsQuery::all()).await.unwrap();
    assert_eq!(all.assets.len(), 8);
    assert_eq!(all.of("USDT").unwrap().value, sum("0.000000000000000001"));
    assert_eq!(all.of("BTC").unwrap().value, sum("0"));
    assert!(all.of("DOGE").is_none());
    let id = all.of("TRX").unwrap().coin_id.clone().unwrap();
    let one = shop.client.assets(AssetsQuery::of(id)).await.unwrap();
    assert_eq!(one.assets, [all.of("TRX").unwrap().clone()]);
    let error = shop.client.assets(AssetsQuery::of("no-such-coin")).await;
    assert_eq!(error.unwrap_err().outcome(), Outcome::NotApplied);
}

#[tokio::test]
async fn returns_a_network_fee_with_its_coin() {
    let shop = Shop::open().await;
    for (token, address, expected) in [
        (USDT, TRON_ADDRESS, "14 TRX"),
        (USDT, "", "14 TRX"),
        (USDT_ERC20, EVM_ADDRESS, "0.0006 ETH"),
        (USDT_BEP20, EVM_ADDRESS, "0.5 USDT"),
        (USDT, "9558861", "0 USDT"),
        (USDT, "alice@cwallet.test", "0 USDT"),
    ] {
        let query = NetworkFeeQuery::new(token).address(address);
        let fee = shop.client.network_fee(query).await.unwrap();
        assert_eq!(fee.fee.to_string(), expected);
        assert_eq!(fee.token_id.as_deref(), Some(token));
    }
    let xrp = NetworkFeeQuery::new(XRP).memo("12345");
    assert_eq!(
        shop.client.network_fee(xrp).await.unwrap().fee.to_string(),
        "0.2 XRP"
    );
    let elsewhere = NetworkFeeQuery::new(USDT).address(EVM_ADDRESS);
    let error = shop.client.network_fee(elsewhere).await.unwrap_err();
    assert_eq!(
        (error.outcome(), error.attempts()),
        (Outcome::NotApplied, 1)
    );
}

#[tokio::test]
async fn block_heights_grow_with_time() {
    let shop = Shop::open().await;
    let heights = async || shop.client.block_heights().await.unwrap().chains;
    let before = heights().await;
    assert_eq!(before.len(), 7);
    shop.advance(60);
    let after = heights().await;
    let of = |chain: &str| {
        let at = |rows: &[ccpayment_client::v1::BlockHeight]| {
            rows.iter().find(|row| row.chain == chain).cloned().unwrap()
        };
        (at(&before), at(&after))
    };
    let (then, now) = of("TRX");
    assert_eq!(
        now.current_chain_height.unwrap() - then.current_chain_height.unwrap(),
        20
    );
    assert_eq!(
        (now.block_rate, now.tx_confirm_block_num),
        (sum("3"), Some(19))
    );
    assert_eq!(
        of("ETH").1.block_rate,
        sum("12.1"),
        "of a JSON number, exactly"
    );
    assert_eq!(of("XRP").1.block_rate, None);
}

#[tokio::test]
async fn finds_a_cwallet_user_or_reports_not_found() {
    let shop = Shop::open().await;
    for (id, name) in [("9558861", "Alice"), ("9558863", "Chloé 🌊")] {
        let user = shop.client.check_user(UserQuery::new(id)).await.unwrap();
        assert_eq!((&*user.c_id, user.nickname.as_deref()), (id, Some(name)));
    }
    let error = shop
        .client
        .check_user(UserQuery::new("9558864"))
        .await
        .unwrap_err();
    assert_eq!(error.kind(), Kind::Refused(Refusal::NotFound));
    assert_eq!(
        (error.code(), error.outcome()),
        (Some("224083"), Outcome::NotApplied)
    );
    assert_ne!(error.next_step(), NextStep::Query);
    assert!(error.message().unwrap().contains("ToUserNotFound"));
}

#[tokio::test]
#[allow(deprecated)]
async fn makes_the_deprecated_calls() {
    use ccpayment_client::v1::TokenChainsQuery;
    let shop = Shop::open().await;
    let tokens = shop.client.supported_tokens().await.unwrap().tokens;
    assert_eq!(tokens.len(), 8);
    assert_eq!(tokens[0].crypto.as_deref(), Some("USDT"));
    let id = tokens[0].coin_id.clone().unwrap();
    let chains = shop.client.token_chains(TokenChainsQuery::new(id)).await;
    let chains = chains.unwrap().tokens;
    let names: Vec<_> = chains
        .iter()
        .filter_map(|row| row.chain.as_deref())
        .collect();
    assert_eq!(names, ["TRX", "ETH", "BSC", "POLYGON"]);
    assert_eq!(chains[0].token_id.as_deref(), Some(USDT));
    assert_eq!(chains[3].status, Some(TokenStatus::Maintenance));
}
