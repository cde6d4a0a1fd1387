//! Swaps: estimated, carried out at once, recorded with padded numbers.

use ccpayment_client::v2::{EstimateSwap, SwapQuery, SwapStatus, SwapsQuery};
use payments_core::{Kind, Outcome, Refusal};

use super::shop::{POL, START_S, Shop, USDT, swap};
use crate::v2::support::{amount, at, reference, some, sum};

#[tokio::test]
async fn a_swap_yields_what_was_estimated() {
    let shop = Shop::open().await;
    let coins = shop.client.swap_coins().await.unwrap().coins;
    let usdt = coins.iter().find(|coin| coin.coin_id == USDT).unwrap();
    assert_eq!(usdt.symbol, some("USDT"));
    assert!(usdt.logo_url.is_some());
    assert!(coins.iter().any(|coin| coin.coin_id == POL));

    let estimate = EstimateSwap::new(USDT, amount("100"), POL);
    let estimate = shop.client.estimate_swap(estimate).await.unwrap();
    assert_eq!((estimate.coin_id_in, estimate.coin_id_out), (USDT, POL));
    assert_eq!(
        (estimate.amount_in, estimate.amount_out),
        (amount("100"), amount("400"))
    );
    assert_eq!(
        (estimate.swap_rate, estimate.fee_rate),
        (sum("4"), sum("0.005"))
    );
    assert_eq!(
        (estimate.fee, estimate.net_amount_out),
        (sum("2"), amount("398"))
    );
    assert_eq!(estimate.extra_fee, None);

    let (usdt, pol) = (shop.balance(USDT).await, shop.balance(POL).await);
    let new = swap("swap-1", "100", "398");
    let made = shop.client.swap(new.clone()).await.unwrap();
    assert_eq!(made.order_id, some("swap-1"));
    assert_eq!((made.coin_id_in, made.coin_id_out), (Some(USDT), Some(POL)));
    assert_eq!((made.amount_in, made.amount_out), (sum("100"), sum("400")));
    assert_eq!((made.net_amount_out, made.fee), (sum("398"), sum("2")));
    assert_eq!((made.swap_rate, made.fee_rate), (sum("4"), sum("0.005")));
    assert_eq!(
        usdt,
        shop.balance(USDT).await.checked_add(amount("100")).unwrap()
    );
    assert_eq!(
        shop.balance(POL).await,
        pol.checked_add(amount("398")).unwrap()
    );

    let found = shop.client.confirm(&new).await.unwrap().unwrap();
    assert_eq!(
        (&found.record_id, &*found.order_id),
        (&made.record_id, "swap-1")
    );
    assert_eq!(
        (&found.coin_in_symbol, &found.coin_out_symbol),
        (&some("USDT"), &some("POL"))
    );
    assert_eq!((found.coin_id_in, found.coin_id_out), (USDT, POL));
    assert_eq!(
        (found.amount_in, found.amount_out),
        (amount("100"), amount("400"))
    );
    assert_eq!((found.net_amount_out, found.fee), (amount("398"), sum("2")));
    assert_eq!((found.swap_rate, found.fee_rate), (sum("4"), sum("0.005")));
    assert_eq!(found.amount_out_minimum, sum("398"));
    assert_eq!(found.status, SwapStatus::Success);
    assert_eq!(
        (found.created_at, found.arrived_at),
        (Some(at(START_S)), Some(at(START_S)))
    );
    assert_eq!(
        (&found.user_id, found.extra_fee, found.extra_fee_rate),
        (&None, None, None)
    );
    let by_record = SwapQuery::by_record(made.record_id.clone());
    assert_eq!(
        shop.client.swap_record(by_record).await.unwrap().order_id,
        "swap-1"
    );
    let query = SwapsQuery::all()
        .orders([reference("swap-1")])
        .records([made.record_id])
        .coin_in(USDT)
        .coin_out(POL)
        .since(at(START_S - 60))
        .until(at(START_S + 60));
    let page = shop.client.swap_records(query).await.unwrap();
    assert_eq!((page.records.len(), page.next_id), (1, None));
    assert_eq!(page.records[0].net_amount_out, amount("398"));
    assert!(shop.events().await.is_empty(), "a swap has no webhook");
}

#[tokio::test]
async fn a_swap_below_its_minimum_is_refused_and_changes_nothing() {
    let shop = Shop::open().await;
    let balance = shop.balance(USDT).await;
    let low = swap("swap-1", "100", "398.0000000000000001");
    let error = shop.client.swap(low.clone()).await.unwrap_err();
    assert_eq!(error.code(), Some("16003"), "{error}");
    assert_eq!(error.kind(), Kind::Refused(Refusal::Limit));
    assert_eq!(error.outcome(), Outcome::NotApplied);
    assert_eq!(shop.client.confirm(&low).await.unwrap(), None);
    assert_eq!(shop.balance(USDT).await, balance);
    // The id was not used up.
    let swapped = shop
        .client
        .swap(swap("swap-1", "100", "390"))
        .await
        .unwrap();
    assert_eq!(swapped.net_amount_out, sum("398"));
    let error = shop
        .client
        .swap(swap("swap-1", "100", "390"))
        .await
        .unwrap_err();
    assert_eq!(
        (error.kind(), error.outcome()),
        (Kind::Duplicate, Outcome::NotApplied)
    );
}
