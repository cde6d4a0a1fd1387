//! Withdrawals: with fees in the same coin, in another one and without; completed, rejected, refused.

use std::time::Duration;

use ccpayment_client::v1::{
    DepositQuery, Event, PayStatus, Withdraw, WithdrawalQuery, WithdrawalStatus,
};
use payments_core::{Kind, Outcome};

use super::shop::{
    ETH, EVM_ADDRESS, FTM, SATS, Shop, TRON_ADDRESS, TRX, USDT, USDT_BEP20, USDT_ERC20,
    USDT_POLYGON, XRP, amount, order, payout, proves_nothing, reference, sum,
};

#[tokio::test]
async fn a_fee_in_another_coin_is_debited_from_that_coin() {
    let shop = Shop::open().await;
    let made = shop
        .client
        .withdraw(payout("payout-1", "50").merchant_pays_fee(true))
        .await
        .unwrap();
    let fee = made.network_fee.unwrap();
    assert_eq!(fee.parts(), (amount("14"), Some("TRX")));
    assert_eq!(
        (fee.net(amount("50"), "USDT"), made.net_receivable),
        (None, sum("50"))
    );
    assert_eq!(
        (shop.frozen("USDT"), shop.frozen("TRX")),
        (amount("50"), amount("14"))
    );
    let pending = shop.payout("payout-1").await.unwrap();
    assert_eq!(pending.status, WithdrawalStatus::Pending);
    assert!(pending.transfers.is_empty() && shop.receiver.received().is_empty());
    shop.sandbox.process("payout-1").await.unwrap();
    let status = shop.payout("payout-1").await.unwrap().status;
    assert!(status == WithdrawalStatus::Processing && !status.is_final());

    shop.sandbox.complete("payout-1").await.unwrap();
    let event = shop.last_event().await;
    assert!(!event.is_credit());
    assert_eq!(event.order_id(), Some(&made.order_id));
    let Event::ApiWithdrawal(withdrawal) = &*event else {
        panic!("{event:?}");
    };
    assert_eq!(
        Some(&withdrawal.transfer.record_id),
        made.record_id.as_ref()
    );
    assert_eq!(
        (&withdrawal.transfer.status, withdrawal.transfer.amount),
        (&PayStatus::Success, sum("50"))
    );
    assert_eq!(
        (withdrawal.net_receivable, withdrawal.network_fee.as_ref()),
        (sum("50"), Some(&fee))
    );
    assert_eq!(withdrawal.merchant_pays_fee, Some(true));
    assert_eq!(withdrawal.to_address.as_deref(), Some(TRON_ADDRESS));
    let done = shop.payout("payout-1").await.unwrap();
    assert_eq!(done.status, WithdrawalStatus::Successful);
    assert_eq!(done.transfers[0].network_fee.as_ref(), Some(&fee));
    assert_eq!(done.transfers[0].txid, withdrawal.transfer.txid);
    assert_eq!(shop.balance("USDT").await, amount("99950"));
    assert_eq!(shop.balance("TRX").await, amount("99986"));
}

#[tokio::test]
async fn merchant_pays_fee_decides_what_is_debited_and_received() {
    for (token, address, crypto, merchant_pays, value, debit, net) in [
        (ETH, EVM_ADDRESS, "ETH", false, "0.1", "0.1", Some("0.0996")),
        (ETH, EVM_ADDRESS, "ETH", true, "0.1", "0.1004", Some("0.1")),
        (
            USDT_BEP20,
            EVM_ADDRESS,
            "USDT",
            false,
            "10",
            "10",
            Some("9.5"),
        ),
        (
            USDT_BEP20,
            EVM_ADDRESS,
            "USDT",
            true,
            "10",
            "10.5",
            Some("10"),
        ),
        (TRX, TRON_ADDRESS, "TRX", true, "10", "11", Some("10")),
        // The receiver pays the TRX fee in USDT of the same worth: a little more than one.
        (USDT, TRON_ADDRESS, "USDT", false, "10", "10", None),
        // A coin that is being delisted can still be withdrawn.
        (FTM, EVM_ADDRESS, "FTM", false, "10", "10", Some("9.5")),
    ] {
        let shop = Shop::open().await;
        let before = shop.balance(crypto).await;
        let payout = Withdraw::new(reference("payout-1"), token, address, amount(value))
            .merchant_pays_fee(merchant_pays);
        let made = shop.client.withdraw(payout).await.unwrap();
        let arrives = made.net_receivable.unwrap();
        match net {
            Some(net) => assert_eq!(arrives, amount(net), "{token}"),
            None => assert!(
                arrives > amount("8.8") && arrives < amount("8.9"),
                "{arrives}"
            ),
        }
        let after = before.checked_sub(amount(debit)).unwrap();
        assert_eq!(shop.balance(crypto).await, after, "{token}");
        shop.sandbox.complete("payout-1").await.unwrap();
        let Event::ApiWithdrawal(withdrawal) = shop.last_event().await.into_inner() else {
            panic!("no withdrawal");
        };
        assert_eq!(withdrawal.net_receivable, Some(arrives));
        assert_eq!(
            (shop.balance(crypto).await, shop.frozen(crypto)),
            (after, amount("0"))
        );
    }
}

#[tokio::test]
async fn a_withdrawal_to_a_cwallet_user_is_free() {
    let shop = Shop::open().await;
    for (id, to) in [("payout-1", "9558861"), ("payout-2", "Bob@cwallet.test")] {
        // Any token of the coin is accepted, also one under maintenance.
        let payout = Withdraw::new(reference(id), USDT_POLYGON, to, amount("5"));
        let made = shop.client.withdraw(payout).await.unwrap();
        let fee = made.network_fee.unwrap();
        assert_eq!(
            (fee.net(amount("5"), "TRX"), made.net_receivable),
            (sum("5"), sum("5"))
        );
        shop.sandbox.complete(id).await.unwrap();
        let event = shop.last_event().await;
        assert!(event.transfer().is_internal());
        let done = shop.payout(id).await.unwrap();
        assert_eq!(done.transfers[0].txid, None, "on no chain");
    }
    assert_eq!(shop.balance("USDT").await, amount("99990"));
    // The code of check/user proves nothing about a withdrawal.
    let payout = Withdraw::new(reference("payout-3"), USDT, "1111111", amount("5"));
    let error = shop.client.withdraw(payout).await.unwrap_err();
    assert_eq!(error.code(), Some("224083"));
    assert_eq!(
        (error.kind(), error.outcome()),
        (Kind::Ambiguous, Outcome::Unknown)
    );
    assert!(!format!("{error} {error:?}").contains("1111111"));
    assert_eq!(shop.payout("payout-3").await, None);
}

#[tokio::test]
async fn a_rejected_withdrawal_returns_everything() {
    let shop = Shop::open().await;
    let payout = payout("payout-1", "50").merchant_pays_fee(true);
    shop.client.withdraw(payout).await.unwrap();
    shop.sandbox.reject("payout-1").await.unwrap();
    let event = shop.last_event().await;
    assert_eq!(event.transfer().status, PayStatus::Failed);
    assert!(event.transfer().status.is_final() && !event.is_credit());
    let status = shop.payout("payout-1").await.unwrap().status;
    assert_eq!(status, WithdrawalStatus::Failed);
    for crypto in ["USDT", "TRX"] {
        assert_eq!(shop.balance(crypto).await, amount("100000"));
    }
}

#[tokio::test]
async fn withdrawals_complete_with_time() {
    let delay = Duration::from_secs(90);
    let shop = Shop::with(|builder| builder.ccpayment_payouts_complete_after(delay)).await;
    let xrp = shop
        .client
        .deposit_address(ccpayment_client::v1::AssignAddress::new("someone", "XRP"))
        .await
        .unwrap();
    let payout = Withdraw::new(reference("payout-1"), XRP, &*xrp.address, amount("10"))
        .memo(xrp.memo.clone().unwrap());
    shop.client.withdraw(payout).await.unwrap();
    shop.advance(89);
    shop.sandbox.webhooks_quiet().await;
    assert!(shop.receiver.received().is_empty());
    shop.advance(1);
    let Event::ApiWithdrawal(withdrawal) = shop.last_event().await.into_inner() else {
        panic!("no withdrawal");
    };
    assert_eq!(
        (withdrawal.memo, withdrawal.net_receivable),
        (xrp.memo, sum("9.8"))
    );
}

#[tokio::test]
async fn a_refused_withdrawal_is_unknown_until_it_is_queried() {
    let shop = Shop::with(|builder| builder.ccpayment_balance("USDT", "100")).await;
    let to =
        |id, token, address, value| Withdraw::new(reference(id), token, address, amount(value));
    for (reason, payout) in [
        ("BalanceInsufficient", payout("poor", "100.000001")),
        ("ArgumentInvalid", payout("small", "0.99")),
        ("ArgumentInvalid", payout("digits", "1.0000001")),
        ("ArgumentInvalid", payout("fee", "1.1")),
        ("ArgumentInvalid", to("chain", USDT, EVM_ADDRESS, "5")),
        (
            "TokenNotAvailable",
            to("closed", USDT_POLYGON, EVM_ADDRESS, "5"),
        ),
        (
            "TokenNotAvailable",
            to("token", "no-such-token", EVM_ADDRESS, "5"),
        ),
        (
            "BalanceInsufficient",
            to("erc20", USDT_ERC20, EVM_ADDRESS, "101"),
        ),
    ] {
        let query = payout.query();
        let error = shop.client.withdraw(payout).await.unwrap_err();
        proves_nothing(&error);
        assert!(
            shop.last_reason().contains(reason),
            "{}",
            shop.last_reason()
        );
        let found = shop.client.withdrawals(query).await.unwrap();
        assert!(found.withdrawals.is_empty());
    }
    assert_eq!(shop.balance("USDT").await, amount("100"));
}

#[tokio::test]
async fn a_withdrawal_needs_a_balance_in_the_fee_coin() {
    let shop = Shop::with(|builder| builder.ccpayment_balance("TRX", "13.9")).await;
    let payout = payout("payout-1", "50").merchant_pays_fee(true);
    proves_nothing(&shop.client.withdraw(payout).await.unwrap_err());
    assert!(shop.last_reason().contains("BalanceInsufficient"));
    assert_eq!(shop.balance("USDT").await, amount("100000"));
    assert_eq!(shop.balance("TRX").await, amount("13.9"));
}

#[tokio::test]
async fn a_second_withdrawal_under_one_id_is_resolved_by_a_query() {
    let shop = Shop::open().await;
    let first = shop
        .client
        .withdraw(payout("payout-1", "50"))
        .await
        .unwrap();
    proves_nothing(
        &shop
            .client
            .withdraw(payout("payout-1", "50"))
            .await
            .unwrap_err(),
    );
    assert!(shop.last_reason().contains("OrderDuplicate"));
    let found = shop.payout("payout-1").await.unwrap();
    assert_eq!(found.order_id, Some(first.order_id));
    assert_eq!(shop.frozen("USDT"), amount("50"), "once");
    // Ids are unique across all calls.
    proves_nothing(
        &shop
            .client
            .create_order(order("payout-1", "1"))
            .await
            .unwrap_err(),
    );
}

#[tokio::test]
async fn a_withdrawal_is_not_read_as_a_deposit() {
    let shop = Shop::open().await;
    shop.client
        .withdraw(payout("payout-1", "50"))
        .await
        .unwrap();
    shop.client
        .create_order(order("order-1", "1"))
        .await
        .unwrap();
    let as_deposit = shop
        .client
        .deposits(DepositQuery::one(reference("payout-1")));
    assert_eq!(as_deposit.await.unwrap_err().kind(), Kind::Integrity);
    let as_payout = shop
        .client
        .withdrawals(WithdrawalQuery::one(reference("order-1")));
    assert_eq!(as_payout.await.unwrap_err().kind(), Kind::Integrity);
    let mixed = WithdrawalQuery::new([reference("order-1"), reference("payout-1")]);
    let error = shop.client.withdrawals(mixed).await.unwrap_err();
    assert_eq!(
        (error.code(), error.outcome()),
        (Some("224066"), Outcome::NotApplied)
    );
}

#[tokio::test]
async fn a_satoshi_invoice_is_paid_once() {
    let shop = Shop::open().await;
    let invoice = "lnbc1p5290840009852788";
    let pay = |id| Withdraw::new(reference(id), SATS, invoice, amount("1000"));
    shop.client.withdraw(pay("payout-1")).await.unwrap();
    proves_nothing(&shop.client.withdraw(pay("payout-2")).await.unwrap_err());
    shop.sandbox.reject("payout-1").await.unwrap();
    shop.client.withdraw(pay("payout-3")).await.unwrap();
}
