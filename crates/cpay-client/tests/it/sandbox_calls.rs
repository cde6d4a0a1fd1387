//! The calls without cards against the sandbox over HTTP.

use crate::calls;
use crate::calls::{amount, reference};
use crate::support::receiver::Receiver;
use crate::support::sandbox::{assert_unknown_after_code_1, detail, start};
use cpay_client::{
    CardRateQuery, Conversion, Exchange, FiatPayout, FullName, Gender, OrderQuery, OrderStatus,
    PixKey, RateQuery, SubmitKyc, WalletAddressQuery, Withdraw,
};
use payments_core::{Kind, Outcome};
use payments_sandbox::{Deposit, Fault, Gateway, Sandbox};

fn balance(sandbox: &Sandbox, currency: &str) -> (payments_core::Amount, payments_core::Amount) {
    let balance = sandbox.balance(currency).unwrap();
    (amount(&balance.available), amount(&balance.frozen))
}

pub(crate) fn withdraw(trade_no: &str, total: &str, received: &str) -> Withdraw {
    Withdraw::new(
        reference(trade_no),
        "customer-7",
        amount(total),
        amount(received),
        "USDT",
        "TRON(TRC-20)",
        "TRMYtLHzmTeMm1FW86LZh2LGnE2D7kJnnw",
    )
}

#[tokio::test]
async fn a_customer_has_addresses_and_a_deposit_sends_a_webhook() {
    let (sandbox, client) = start(Sandbox::builder()).await;
    let first = client
        .wallet_addresses(WalletAddressQuery::new("用户 7"))
        .await
        .unwrap();
    let again = client
        .wallet_addresses(WalletAddressQuery::new("用户 7"))
        .await
        .unwrap();
    let other = client
        .wallet_addresses(WalletAddressQuery::new("customer-8"))
        .await
        .unwrap();
    assert_eq!(first.addresses.len(), 7);
    assert_eq!(first.addresses, again.addresses);
    assert!(
        first
            .addresses
            .iter()
            .zip(&other.addresses)
            .all(|(one, two)| one.address != two.address)
    );
    let tron: Vec<_> = first
        .addresses
        .iter()
        .filter(|row| row.network == "TRON(TRC-20)")
        .collect();
    assert_eq!(tron[0].address, tron[1].address);

    let deposit = Deposit::new("customer-8", "USDT", "TRON(TRC-20)", "25.5");
    let order = sandbox.deposit(&deposit).await.unwrap();
    let found = client
        .order_detail(OrderQuery::by_hash(&order.hash))
        .await
        .unwrap();
    assert_eq!(
        (found.status, found.actual_amount),
        (OrderStatus::Completed, Some(amount("25.5")))
    );
    assert_eq!(found.merchant_trade_no, None, "there was no order");
}

#[tokio::test]
async fn a_withdrawal_sends_a_webhook_and_is_found_by_query() {
    let (sandbox, client) = start(Sandbox::builder().cpay_balance("USDT", "10")).await;
    let receiver = Receiver::start(client.webhooks().clone()).await;
    let payout = withdraw("w-1", "4.000000", "3").callback_url(receiver.url());
    let made = client.withdraw(payout).await.unwrap();
    assert_eq!(
        (made.fee, made.order_amount, made.received_amount.unwrap()),
        (Some(amount("1")), Some(amount("4")), amount("3"))
    );
    assert_eq!(made.status, Some(OrderStatus::Processing));
    assert_eq!(balance(&sandbox, "USDT"), (amount("6"), amount("4")));
    let balances = client.balances().await.unwrap();
    let usdt = balances.of("USDT").unwrap();
    assert_eq!(
        (usdt.available.unwrap(), usdt.frozen.unwrap()),
        (amount("6"), amount("4"))
    );

    sandbox
        .complete(made.order_id.unwrap().as_str())
        .await
        .unwrap();
    sandbox.webhooks_quiet().await;
    let event = receiver.received().remove(0).unwrap();
    assert_eq!(
        (&event.status, event.received_amount),
        (&OrderStatus::Completed, Some(amount("3")))
    );
    assert_eq!(event.merchant_trade_no.as_deref(), Some("w-1"));
    assert_eq!(detail(&client, "w-1").await.status, OrderStatus::Completed);
    assert_eq!(balance(&sandbox, "USDT"), (amount("6"), amount("0")));
}

#[tokio::test]
async fn a_refused_or_duplicate_payout_is_resolved_by_a_query() {
    let (sandbox, client) = start(Sandbox::builder().cpay_balance("USDT", "10")).await;
    let poor = client
        .withdraw(withdraw("w-1", "10.00000001", "9"))
        .await
        .unwrap_err();
    assert_unknown_after_code_1(&poor);
    assert_eq!(poor.message(), Some("insufficient balance"));
    let query = OrderQuery::by_trade_no(reference("w-1"));
    assert_eq!(
        client.order_detail(query).await.unwrap_err().message(),
        Some("order not found")
    );
    assert_eq!(balance(&sandbox, "USDT"), (amount("10"), amount("0")));

    client.withdraw(withdraw("w-2", "10", "9")).await.unwrap();
    let doubled = client
        .withdraw(withdraw("w-2", "10", "9"))
        .await
        .unwrap_err();
    assert_unknown_after_code_1(&doubled);
    assert_eq!(
        detail(&client, "w-2").await.status,
        OrderStatus::Processing,
        "the first one is under way"
    );
    assert_eq!(balance(&sandbox, "USDT"), (amount("0"), amount("10")));

    sandbox.reject("w-2").await.unwrap();
    assert_eq!(detail(&client, "w-2").await.status, OrderStatus::Closed);
    assert_eq!(
        balance(&sandbox, "USDT"),
        (amount("10"), amount("0")),
        "the money is back"
    );
}

#[tokio::test]
async fn pays_out_to_every_kind_of_pix_key() {
    let (sandbox, client) = start(Sandbox::builder().cpay_balance("BRL", "100")).await;
    for (trade_no, key) in [
        ("cpf", PixKey::cpf("52998224725")),
        ("cnpj", PixKey::cnpj("11222333000181")),
        ("email", PixKey::email("ana@cliente.example")),
        ("mobile", PixKey::mobile("+5511912345678")),
        (
            "random",
            PixKey::random("123e4567-e89b-12d3-a456-426614174000"),
        ),
    ] {
        let payout = FiatPayout::pix(
            reference(trade_no),
            "customer-7",
            amount("5.00"),
            key.unwrap(),
        )
        .remark("ü & ö");
        let made = client.create_fiat_payout(payout).await.unwrap();
        let (received, fee) = (made.received_amount.unwrap(), made.fee.unwrap());
        assert_eq!(
            (received, received.checked_add(fee)),
            (amount("5"), made.order_amount),
            "the fee is on top"
        );
        assert_eq!(made.remark.as_deref(), Some("ü & ö"));
        sandbox.complete(made.order_id.as_str()).await.unwrap();
        assert_eq!(
            detail(&client, trade_no).await.status,
            OrderStatus::Completed
        );
    }
    let (left, frozen) = balance(&sandbox, "BRL");
    assert_eq!((left, frozen), (amount("72.5"), amount("0")));
    let poor = FiatPayout::pix(
        reference("poor"),
        "customer-7",
        amount("72.5"),
        calls::pix(),
    );
    assert_unknown_after_code_1(&client.create_fiat_payout(poor).await.unwrap_err());
    assert_eq!(
        balance(&sandbox, "BRL").0,
        left,
        "enough for the amount, and not for the fee"
    );
}

#[tokio::test]
async fn a_conversion_matches_the_gateways_result() {
    let (_sandbox, client) = start(Sandbox::builder()).await;
    for conversion in [
        Conversion::spending(amount("100"), "USD", "ETH"),
        Conversion::spending(amount("40000"), "USDT", "BTC"),
        Conversion::spending(amount("0.00000001"), "EUR", "TRX"),
        Conversion::getting(amount("0.5"), "USD", "ETH"),
        Conversion::getting(amount("3"), "TRX", "USDT"),
    ] {
        let plain = client
            .exchange_rate(RateQuery::new(conversion.clone()))
            .await
            .unwrap();
        let card = client
            .card_exchange_rate(CardRateQuery::new(conversion.clone()))
            .await
            .unwrap();
        assert_eq!(plain.rate, card.rate);
        let exchanged = card.amount_exchanged.unwrap();
        assert_eq!(
            conversion.at(card.rate),
            Some(exchanged),
            "{conversion:?} at {}",
            card.rate
        );
    }
    let example = client
        .card_exchange_rate(CardRateQuery::new(Conversion::spending(
            amount("100"),
            "USD",
            "ETH",
        )))
        .await
        .unwrap();
    assert_eq!(
        (example.rate.to_string().as_str(), example.amount_exchanged),
        ("2999.342", Some(amount("0.03334064604")))
    );
    let unknown = RateQuery::new(Conversion::spending(amount("1"), "USD", "DOGE").allow_unlisted());
    let error = client.exchange_rate(unknown).await.unwrap_err();
    assert_eq!(
        (error.kind(), error.outcome()),
        (Kind::Ambiguous, Outcome::NotApplied),
        "a read changes nothing"
    );
}

#[tokio::test]
async fn an_exchange_is_made_once() {
    let (sandbox, client) = start(
        Sandbox::builder()
            .cpay_balance("USDT", "50000")
            .cpay_balance("BTC", "0"),
    )
    .await;
    let exchange = |trade_no| {
        Exchange::new(
            reference(trade_no),
            "customer-7",
            amount("40000"),
            "USDT",
            "BTC",
        )
    };
    let made = client.exchange(exchange("x-1")).await.unwrap();
    assert_eq!(
        (made.target_amount, made.fee),
        (amount("0.997"), Some(amount("0.003")))
    );
    let gross = made.rate.unwrap().target_for(amount("40000")).unwrap();
    assert_eq!(
        gross.checked_sub(made.fee.unwrap()),
        Some(made.target_amount)
    );
    assert_eq!(
        (balance(&sandbox, "USDT").0, balance(&sandbox, "BTC").0),
        (amount("10000"), amount("0.997"))
    );

    assert_unknown_after_code_1(&client.exchange(exchange("x-1")).await.unwrap_err());
    let found = detail(&client, "x-1").await;
    assert_eq!(
        (found.status, found.received_amount),
        (OrderStatus::Completed, Some(amount("0.997")))
    );
    let poor = client.exchange(exchange("x-2")).await.unwrap_err();
    assert_unknown_after_code_1(&poor);
    assert_eq!(poor.message(), Some("insufficient balance"));
}

#[tokio::test]
async fn kyc_may_accept_only_some_customers() {
    let (_sandbox, client) = start(Sandbox::builder()).await;
    let other = calls::person(
        "u2",
        FullName::new("Мария", "O'Neil \"+\" Zoë"),
        Gender::Female,
        calls::document(),
    );
    let receipt = client
        .submit_kyc(SubmitKyc::new(vec![calls::hart_lee(), other.clone()]))
        .await
        .unwrap();
    assert_eq!(
        (receipt.accepted, receipt.submitted, receipt.is_complete()),
        (1, 2, false),
        "one has no picture"
    );
    assert_unknown_after_code_1(
        &client
            .submit_kyc(SubmitKyc::new(vec![other]))
            .await
            .unwrap_err(),
    );
    for call in SubmitKyc::split(vec![calls::hart_lee(); 1_001]) {
        assert!(client.submit_kyc(call).await.unwrap().is_complete());
    }
}

#[tokio::test]
async fn a_payout_whose_answer_is_lost_is_unknown_and_not_sent_again() {
    let (sandbox, client) = start(Sandbox::builder()).await;
    let gateway = Gateway::CPAY;
    for (number, (fault, is_made)) in [
        (Fault::after(gateway), true),
        (Fault::instead(gateway), false),
        (Fault::after(gateway).http_status(502), true),
        (Fault::instead(gateway).http_status(502), false),
        // A code that means "not carried out" under HTTP 200 proves nothing under another status.
        (
            Fault::after(gateway).code(90_751_002).http_status(502),
            true,
        ),
        (Fault::after(gateway).code(1), true),
    ]
    .into_iter()
    .enumerate()
    {
        let own = format!("lost-{number}");
        sandbox.fault(fault.call("withdraw")).unwrap();
        let error = client.withdraw(withdraw(&own, "4", "3")).await.unwrap_err();
        assert_eq!(
            (error.outcome(), error.attempts()),
            (Outcome::Unknown, 1),
            "{own}: {error}"
        );
        assert_eq!(sandbox.order(&own).is_some(), is_made, "{own}");
    }
    assert_eq!(sandbox.waiting_faults(), 0);
}
