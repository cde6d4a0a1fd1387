//! Withdrawals to addresses and to Cwallet users, with their records.

use ccpayment_client::v2::{
    Withdraw, WithdrawFeeQuery, WithdrawToCwallet, WithdrawType, WithdrawalQuery, WithdrawalStatus,
    WithdrawalsQuery,
};
use payments_core::{Kind, Outcome};

use super::shop::{
    EVM_ADDRESS, Shop, TRON_ADDRESS, USDT, XRP, XRP_ADDRESS, cwallet_payout, payout,
};
use crate::v2::support::{amount, reference, some, sum};

#[tokio::test]
async fn a_withdrawal_is_accepted_and_paid_out() {
    let shop = Shop::open().await;
    let before = shop.balance(USDT).await;
    let quote = WithdrawFeeQuery::new(USDT, "POLYGON");
    let inquiry = shop
        .client
        .withdraw_fee(quote)
        .await
        .unwrap()
        .inquiry_id
        .unwrap();
    let new = payout("payout-1", "5")
        .merchant_pays_fee(true)
        .fee_inquiry(inquiry);
    let made = shop.client.withdraw(new.clone()).await.unwrap();
    let found = shop.client.confirm(&new).await.unwrap().unwrap();
    assert_eq!(found.record_id, made.record_id);
    assert_eq!(found.withdraw_type, WithdrawType::Network);
    assert_eq!((found.coin_id, &found.coin_symbol), (USDT, &some("USDT")));
    assert_eq!(
        (&found.chain, &*found.order_id),
        (&some("POLYGON"), "payout-1")
    );
    assert!(found.from_address.is_some());
    assert_eq!(found.to_address, some(EVM_ADDRESS));
    assert_eq!((&found.to_memo, &found.cwallet_user), (&None, &None));
    assert_eq!(
        (&found.status, &found.tx_id),
        (&WithdrawalStatus::Processing, &None)
    );
    assert_eq!(found.amount, amount("5"));
    assert_eq!(found.fee.unwrap().amount_in(USDT), sum("0.1"));
    assert_eq!((found.reason, found.coin_usd_price), (None, sum("1")));

    shop.sandbox.complete("payout-1").await.unwrap();
    let query = WithdrawalQuery::by_record(made.record_id.clone());
    let paid = shop.client.withdrawal(query).await.unwrap();
    assert_eq!(paid.status, WithdrawalStatus::Success);
    assert!(paid.status.is_final() && paid.tx_id.is_some());
    let after = shop.balance(USDT).await;
    assert_eq!(before, after.checked_add(amount("5.1")).unwrap());
    let page = shop
        .client
        .withdrawals(WithdrawalsQuery::all())
        .await
        .unwrap();
    assert_eq!((page.records.len(), page.next_id), (1, None));
    assert_eq!(page.records[0].status, paid.status);
}

#[tokio::test]
async fn a_withdrawal_that_is_not_paid_out_returns_the_money() {
    for approval in [false, true] {
        let shop = Shop::with(|builder| builder.ccpayment_v2_approval(approval)).await;
        let before = shop.balance(USDT).await;
        let new = payout("payout-1", "5");
        shop.client.withdraw(new.clone()).await.unwrap();
        let status = async || shop.client.confirm(&new).await.unwrap().unwrap().status;
        let (first, last) = if approval {
            (
                WithdrawalStatus::WaitingApproval,
                WithdrawalStatus::Rejected,
            )
        } else {
            (WithdrawalStatus::Processing, WithdrawalStatus::Failed)
        };
        assert_eq!(status().await, first);
        assert!(shop.balance(USDT).await < before);
        match approval {
            true => shop.sandbox.reject("payout-1").await.unwrap(),
            false => shop.sandbox.fail("payout-1").await.unwrap(),
        };
        assert_eq!(status().await, last);
        assert!(last.is_final());
        assert_eq!(shop.balance(USDT).await, before);
    }
}

#[tokio::test]
async fn memos_and_fees_in_another_coin_are_confirmed() {
    let shop = Shop::open().await;
    let to_xrp =
        Withdraw::new(reference("payout-1"), XRP, "XRP", XRP_ADDRESS, amount("5")).memo("12345");
    let to_tron = Withdraw::new(
        reference("payout-2"),
        USDT,
        "TRX",
        TRON_ADDRESS,
        amount("5.000001"),
    );
    shop.client.withdraw(to_xrp.clone()).await.unwrap();
    shop.client.withdraw(to_tron.clone()).await.unwrap();
    let found = shop.client.confirm(&to_xrp).await.unwrap().unwrap();
    assert_eq!(found.to_memo, some("12345"));
    let found = shop.client.confirm(&to_tron).await.unwrap().unwrap();
    let fee = found.fee.unwrap();
    assert_eq!(
        (fee.coin_symbol.as_deref(), fee.amount_in(USDT)),
        (Some("TRX"), None)
    );
}

#[tokio::test]
async fn a_withdrawal_to_a_cwallet_user_has_no_webhook() {
    let shop = Shop::open().await;
    let new = cwallet_payout("payout-1", "0.5");
    let made = shop.client.withdraw_to_cwallet(new.clone()).await.unwrap();
    shop.sandbox.complete("payout-1").await.unwrap();
    let found = shop.client.confirm(&new).await.unwrap().unwrap();
    assert_eq!(found.record_id, made.record_id);
    assert_eq!(found.withdraw_type, WithdrawType::Cwallet);
    assert_eq!(found.chain, some("Cwallet OS"));
    assert_eq!(
        (&found.cwallet_user, &found.to_address),
        (&some("9454818"), &None)
    );
    assert_eq!((&found.fee, &found.from_address), (&None, &None));
    assert_eq!(found.status, WithdrawalStatus::Success);
    assert!(shop.events().await.is_empty());
    let unknown = WithdrawToCwallet::new(reference("payout-2"), USDT, "0000000", amount("5"));
    let error = shop.client.withdraw_to_cwallet(unknown).await.unwrap_err();
    assert_eq!(error.code(), Some("11015"));
}

#[tokio::test]
async fn a_payout_under_a_used_id_is_a_duplicate_and_not_paid() {
    let shop = Shop::open().await;
    let first = payout("payout-1", "5");
    shop.client.withdraw(first.clone()).await.unwrap();
    let balance = shop.balance(USDT).await;
    let error = shop.client.withdraw(first.clone()).await.unwrap_err();
    assert_eq!(
        (error.kind(), error.outcome()),
        (Kind::Duplicate, Outcome::NotApplied)
    );
    assert!(shop.client.confirm(&first).await.unwrap().is_some());
    // Withdrawals of both kinds share their ids.
    let cwallet = cwallet_payout("payout-1", "5");
    let error = shop
        .client
        .withdraw_to_cwallet(cwallet.clone())
        .await
        .unwrap_err();
    assert_eq!(error.kind(), Kind::Duplicate);
    let other = payout("payout-1", "5.01");
    for confirmed in [
        shop.client.confirm(&cwallet).await,
        shop.client.confirm(&other).await,
    ] {
        assert_eq!(confirmed.unwrap_err().kind(), Kind::Integrity);
    }
    assert_eq!(shop.balance(USDT).await, balance);
}
