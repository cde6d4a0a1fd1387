//! Coins, prices, currencies, chains, balances and the checks of users and addresses.

use ccpayment_client::v2::{
    AddressQuery, AssetQuery, ChainStatus, ChainsQuery, CoinQuery, CoinStatus, CwalletUserQuery,
    PricesQuery, RescanTransaction, WithdrawFeeQuery,
};

use super::shop::{BNB, EVM_ADDRESS, POL, Shop, TETH, TRON_ADDRESS, USDT, XRP, order};
use crate::v2::support::{amount, some, sum};

#[tokio::test]
async fn coins_have_their_networks_with_limits() {
    let shop = Shop::open().await;
    let coins = shop.client.coins().await.unwrap();
    assert_eq!(coins.coins.len(), 8);
    let usdt = coins.get(USDT).unwrap();
    assert_eq!(
        (&usdt.symbol, &usdt.coin_full_name, &usdt.status),
        (
            &some("USDT"),
            &some("Tether USD"),
            &Some(CoinStatus::Normal)
        )
    );
    assert!(usdt.logo_url.as_deref().unwrap().starts_with("https://"));
    let chains: Vec<&str> = usdt.networks.keys().map(String::as_str).collect();
    assert_eq!(chains, ["BSC", "ETH", "POLYGON", "TRX"]);
    let polygon = &usdt.networks["POLYGON"];
    assert_eq!(polygon.chain, some("POLYGON"));
    assert_eq!(polygon.chain_full_name, some("Polygon"));
    assert!(polygon.contract.as_deref().unwrap().starts_with("0x"));
    assert_eq!(polygon.precision, Some(6));
    assert_eq!(
        (polygon.can_deposit, polygon.can_withdraw),
        (Some(true), Some(true))
    );
    assert_eq!(polygon.minimum_deposit_amount, sum("0"));
    assert_eq!(polygon.minimum_withdraw_amount, sum("1"));
    assert_eq!(polygon.maximum_withdraw_amount, sum("50000"));
    assert_eq!(polygon.is_support_memo, Some(false));
    let closed = &usdt.networks["BSC"];
    assert_eq!(
        (closed.can_deposit, closed.can_withdraw),
        (Some(false), Some(false))
    );
    let xrp = coins.get(XRP).unwrap();
    assert_eq!(xrp.networks["XRP"].is_support_memo, Some(true));
    assert_eq!(
        coins.get(BNB).unwrap().status,
        Some(CoinStatus::PreDelisting)
    );
    // The list and the call for one coin agree.
    let one = shop.client.coin(CoinQuery::new(POL)).await.unwrap();
    assert_eq!(Some(&one.coin), coins.get(POL));
    assert_eq!(one.coin.networks["POLYGON"].contract, some("137"));
}

#[tokio::test]
async fn prices_and_currencies_are_exact() {
    let shop = Shop::open().await;
    let query = PricesQuery::new([USDT, POL, 99_999]);
    let prices = shop.client.prices(query).await.unwrap().prices;
    let prices: Vec<_> = prices.into_iter().collect();
    assert_eq!(prices, [(USDT, amount("1")), (POL, amount("0.25"))]);
    let fiats = shop.client.fiats().await.unwrap();
    let dollar = fiats.by_symbol("USD").unwrap();
    assert_eq!(
        (dollar.fiat_id, &dollar.mark, dollar.usd_rate),
        (1033, &some("$"), sum("1"))
    );
    assert!(dollar.logo_url.is_some());
    let crown = fiats.by_symbol("DKK").unwrap();
    assert_eq!((crown.fiat_id, crown.usd_rate), (1022, sum("6.4")));
}

#[tokio::test]
async fn chains_are_listed_or_selected() {
    let shop = Shop::open().await;
    let all = shop.client.chains(ChainsQuery::all()).await.unwrap();
    assert_eq!(all.chains.len(), 7);
    let query = ChainsQuery::of(["POLYGON", "XRP"]);
    let two = shop.client.chains(query).await.unwrap().chains;
    let [polygon, xrp] = two.as_slice() else {
        panic!("{two:?}")
    };
    assert_eq!(polygon.chain, "POLYGON");
    assert_eq!(polygon.chain_full_name, some("Polygon"));
    assert_eq!(polygon.explorer, some("https://polygonscan.com"));
    assert_eq!(polygon.base_url, some("https://polygonscan.com/tx/%s"));
    assert!(polygon.logo_url.is_some());
    assert_eq!(polygon.status, Some(ChainStatus::Normal));
    assert_eq!(polygon.confirmations, Some(50));
    assert_eq!(
        (polygon.is_evm, polygon.support_memo),
        (Some(true), Some(false))
    );
    assert_eq!((xrp.is_evm, xrp.support_memo), (Some(false), Some(true)));
}

#[tokio::test]
async fn balances_are_those_of_the_gateway() {
    let shop = Shop::with(|builder| builder.ccpayment_v2_balance("USDT", "12.345678")).await;
    let assets = shop.client.assets().await.unwrap();
    assert_eq!(assets.assets.len(), 8);
    let usdt = assets.of(USDT).unwrap();
    assert_eq!(
        (&usdt.coin_symbol, usdt.available),
        (&some("USDT"), sum("12.345678"))
    );
    let one = shop.client.asset(AssetQuery::new(USDT)).await.unwrap();
    assert_eq!(one.asset, *usdt);
    assert_eq!(shop.balance(TETH).await, amount("100000"));
}

#[tokio::test]
async fn users_and_addresses_are_checked_before_a_withdrawal() {
    let shop = Shop::open().await;
    let query = CwalletUserQuery::new("9454818");
    let user = shop.client.cwallet_user(query).await.unwrap();
    assert_eq!(user.cwallet_user_id, "9454818");
    assert_eq!(user.cwallet_user_name, some("an***@cwallet.test"));
    for (chain, address, is_valid) in [
        ("POLYGON", EVM_ADDRESS, true),
        ("TRX", TRON_ADDRESS, true),
        ("POLYGON", TRON_ADDRESS, false),
        ("POLYGON", "nowhere", false),
    ] {
        let query = AddressQuery::new(chain, address);
        let answer = shop.client.check_address(query).await.unwrap();
        assert_eq!(answer.is_valid, is_valid, "{chain} {address}");
    }
}

#[tokio::test]
async fn fees_may_be_in_another_coin() {
    let shop = Shop::open().await;
    let fee = |chain| shop.client.withdraw_fee(WithdrawFeeQuery::new(USDT, chain));
    let same = fee("POLYGON").await.unwrap();
    assert_eq!(same.fee.amount_in(USDT), sum("0.1"));
    assert!(same.inquiry_id.is_some());
    let other = fee("TRX").await.unwrap();
    assert_eq!(
        (other.fee.amount_in(USDT), other.fee.amount),
        (None, amount("14"))
    );
    assert_eq!(other.fee.coin_symbol, some("TRX"));
}

#[tokio::test]
async fn a_rescan_says_what_is_known_of_a_transaction() {
    let shop = Shop::open().await;
    let made = shop
        .client
        .create_order(order("order-1", "10"))
        .await
        .unwrap();
    shop.sandbox.pay("order-1", None).await.unwrap();
    let known = shop.sandbox.order("order-1").unwrap().hash;
    let unknown = format!("0x{}", "1f".repeat(32));
    for (transaction, part) in [(known, "credited already"), (unknown, "not found")] {
        let rescan = RescanTransaction::new("POLYGON", &*made.address, transaction);
        let said = shop
            .client
            .rescan(rescan)
            .await
            .unwrap()
            .description
            .unwrap();
        assert!(said.contains(part), "{said}");
    }
}
