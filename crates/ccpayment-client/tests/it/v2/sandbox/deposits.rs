//! Permanent addresses and the deposits to them.

use ccpayment_client::v2::{
    AssignAddress, DepositQuery, DepositStatus, DepositsQuery, UnbindAddress,
};
use payments_core::{Kind, Outcome, Refusal};
use payments_sandbox::CcpaymentV2Deposit;

use super::shop::{POL, START_S, Shop, USDT, order};
use crate::v2::support::{amount, at, record, reference, some, sum};

#[tokio::test]
async fn a_user_keeps_an_address_and_its_deposits_are_records() {
    let shop = Shop::open().await;
    let assign = AssignAddress::new("customer-7", "TRX");
    let first = shop.client.deposit_address(assign.clone()).await.unwrap();
    let again = shop.client.deposit_address(assign).await.unwrap();
    assert_eq!((&first.address, &first.memo), (&again.address, &None));

    let deposit = CcpaymentV2Deposit::new("customer-7", USDT, "TRX", "7.5").seen_only();
    let seen = shop.sandbox.ccpayment_v2_deposit(&deposit).await.unwrap();
    let query = DepositQuery::new(record(&seen.order_id));
    let found = shop.client.deposit(query.clone()).await.unwrap();
    assert_eq!(
        (&found.status, found.is_credit()),
        (&DepositStatus::Processing, false)
    );
    shop.sandbox.pay(&seen.order_id, None).await.unwrap();
    let found = shop.client.deposit(query).await.unwrap();
    assert_eq!(
        (&found.status, found.is_credit()),
        (&DepositStatus::Success, true)
    );
    assert_eq!(found.record_id.as_str(), seen.order_id);
    assert_eq!(
        (&found.reference_id, &found.order_id),
        (&some("customer-7"), &None)
    );
    assert_eq!((found.coin_id, &found.coin_symbol), (USDT, &some("USDT")));
    assert_eq!(found.chain, "TRX");
    assert!(found.contract.is_some() && found.from_address.is_some() && found.tx_id.is_some());
    assert_eq!(found.coin_usd_price, sum("1"));
    assert_eq!(found.to_address.as_deref(), Some(&*first.address));
    assert_eq!((&found.to_memo, found.tx_index), (&None, Some(0)));
    assert_eq!(
        (found.amount, found.service_fee),
        (amount("7.5"), sum("0.0375"))
    );
    assert_eq!(found.arrived_at, Some(at(START_S)));
    assert_eq!(found.is_flagged_as_risky, Some(false));
}

#[tokio::test]
async fn a_risky_or_failed_deposit_is_no_credit() {
    let shop = Shop::open().await;
    let assign = AssignAddress::new("customer-7", "POLYGON");
    shop.client.deposit_address(assign).await.unwrap();
    let before = shop.balance(POL).await;
    shop.sandbox.ccpayment_v2_risky(true);
    let deposit = CcpaymentV2Deposit::new("customer-7", POL, "POLYGON", "1");
    let risky = shop.sandbox.ccpayment_v2_deposit(&deposit).await.unwrap();
    shop.sandbox.ccpayment_v2_risky(false);
    let failed = shop
        .sandbox
        .ccpayment_v2_deposit(&deposit.seen_only())
        .await
        .unwrap();
    shop.sandbox.fail(&failed.order_id).await.unwrap();
    for (id, status, flag) in [
        (risky.order_id, DepositStatus::Success, true),
        (failed.order_id, DepositStatus::Failed, false),
    ] {
        let found = shop
            .client
            .deposit(DepositQuery::new(record(&id)))
            .await
            .unwrap();
        assert_eq!(
            (&found.status, found.is_flagged_as_risky),
            (&status, Some(flag))
        );
        assert!(!found.is_credit());
    }
    assert_eq!(shop.balance(POL).await, before);
}

#[tokio::test]
async fn unbinding_cuts_off_the_address_on_all_evm_chains() {
    let shop = Shop::open().await;
    let assign = |chain| AssignAddress::new("customer-7", chain);
    let polygon = shop
        .client
        .deposit_address(assign("POLYGON"))
        .await
        .unwrap();
    let ethereum = shop.client.deposit_address(assign("ETH")).await.unwrap();
    assert_eq!(polygon.address, ethereum.address);
    let unbind = UnbindAddress::new("POLYGON", &*polygon.address);
    let unbound = shop.client.unbind_address(unbind.clone()).await.unwrap();
    let rows: Vec<_> = unbound
        .unbound
        .iter()
        .map(|row| (row.chain.as_deref(), row.address.as_deref()))
        .collect();
    let address = Some(&*polygon.address);
    assert_eq!(rows, [(Some("POLYGON"), address), (Some("ETH"), address)]);
    assert_eq!(unbound.unbound_at, Some(at(START_S)));
    assert_eq!(
        (unbound.user_id, unbound.reference_id),
        (None, some("customer-7"))
    );
    // A second call proves that it is done.
    let error = shop.client.unbind_address(unbind).await.unwrap_err();
    assert_eq!(
        (error.code(), error.kind()),
        (Some("17003"), Kind::Duplicate)
    );
    let next = shop
        .client
        .deposit_address(assign("POLYGON"))
        .await
        .unwrap();
    assert_ne!(next.address, polygon.address);
}

#[tokio::test]
async fn deposits_are_selected_by_order_and_user() {
    let shop = Shop::open().await;
    let assign = AssignAddress::new("customer-7", "POLYGON");
    let address = shop.client.deposit_address(assign).await.unwrap().address;
    let deposit = CcpaymentV2Deposit::new("customer-7", POL, "POLYGON", "1");
    let direct = shop.sandbox.ccpayment_v2_deposit(&deposit).await.unwrap();
    shop.client
        .create_order(order("order-1", "10"))
        .await
        .unwrap();
    shop.sandbox.pay("order-1", None).await.unwrap();
    let ids = async |query| {
        let page = shop.client.deposits(query).await.unwrap();
        assert_eq!(page.next_id, None);
        let rows = page.records.into_iter();
        rows.map(|row| row.order_id.or(row.reference_id).unwrap())
            .collect::<Vec<_>>()
    };
    let all = DepositsQuery::all();
    assert_eq!(ids(all.clone()).await, ["order-1", "customer-7"]);
    for (query, expected) in [
        (all.clone().coin(POL).chain("POLYGON"), "customer-7"),
        (all.clone().user("customer-7"), "customer-7"),
        (
            all.clone().users(["customer-7", "customer-8"]),
            "customer-7",
        ),
        (all.clone().to_address(address), "customer-7"),
        (
            all.clone().records([record(&direct.order_id)]),
            "customer-7",
        ),
        (all.clone().order(reference("order-1")), "order-1"),
        (all.clone().orders([reference("order-1")]), "order-1"),
        (
            all.clone()
                .coin(USDT)
                .since(at(START_S))
                .until(at(START_S + 1)),
            "order-1",
        ),
    ] {
        assert_eq!(ids(query.clone()).await, [expected], "{query:?}");
    }
    assert!(ids(all.chain("TRX")).await.is_empty());
}

#[tokio::test]
async fn an_unknown_record_is_not_found() {
    let shop = Shop::open().await;
    let query = DepositQuery::new(record("20270115080000000000000000000000"));
    let error = shop.client.deposit(query).await.unwrap_err();
    assert_eq!(error.kind(), Kind::Refused(Refusal::NotFound));
    assert_eq!(error.outcome(), Outcome::NotApplied);
}
