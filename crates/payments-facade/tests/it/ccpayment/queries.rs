//! Orders as they are found: what came for them, and what that is worth.

use payments_core::scripted::{ScriptedTransport, block_on};
use payments_core::{Kind, Outcome};
use payments_facade::payment::{Closure, PaymentKind};
use payments_facade::{Gateway, Lookup, Payment, Phase, Settlement};

use super::checkout::row;
use super::support::*;

fn trade(amount: &str, fee: &str, txid: &str) -> String {
    format!(
        r#"{{"amount":"{amount}","chain":"TRX","crypto":"USDT","service_fee":"{fee}","network_fee":"0","txid":"{txid}","pay_time":1677150600}}"#
    )
}

fn found(answer: &str) -> Payment {
    let gateway = scripted(&ScriptedTransport::new().says(answer));
    let by = Lookup::Reference(reference("order-1"));
    block_on(gateway.checkout().unwrap().find(&by))
        .unwrap()
        .unwrap()
        .into_inner()
}

#[test]
fn finds_an_order_with_its_price_amount_and_payments() {
    let trades = [
        trade("10", "0.003", "aa"),
        trade("15.494901019796040792", "0.005", ""),
    ]
    .join(",");
    let payment = found(&row("Successful", &trades));
    assert_eq!(payment.reference(), Some(&reference("order-1")));
    assert_eq!(
        (payment.kind(), payment.phase()),
        (PaymentKind::Checkout, Phase::Completed)
    );
    let funds = payment.funds();
    assert_eq!(funds.expected, Some(usdt("25.494901019796040792")));
    assert_eq!(funds.settlement(), Settlement::Exact);
    assert_eq!(funds.credited, Some(usdt("25.486901019796040792")));
    assert_eq!(payment.fee(), Some(&usdt("0.008")));
    assert_eq!(payment.transactions().collect::<Vec<_>>(), ["aa"]);
    assert!(payment.status().is_paid_in_full() && !payment.is_contested() && !funds.late);

    // Before anybody chose a coin there is a price alone.
    let unchosen = row("Pending", "").replace("25.494901019796040792", "");
    let unchosen = unchosen.replace("TRX", "").replace(r#""USDT""#, r#""""#);
    let payment = found(&unchosen);
    assert_eq!(
        (payment.phase(), payment.funds().expected),
        (Phase::Open, Some(dollars("25.50")))
    );
}

#[test]
fn reports_underpaid_overpaid_and_late_orders() {
    let less = trade("10", "0.003", "aa");
    let all = trade("25.494901019796040792", "0.003", "aa");
    let more = trade("30", "0.003", "aa");
    let expired = Phase::Closed(Closure::Expired);
    let missing = Settlement::Missing(usdt("15.494901019796040792"));
    let excess = Settlement::Excess(usdt("4.505098980203959208"));
    let cases = [
        ("Pending", "", Phase::Open, Settlement::Nothing, false),
        (
            "Awaiting payment",
            "",
            Phase::Open,
            Settlement::Nothing,
            false,
        ),
        ("Expired", "", expired, Settlement::Nothing, false),
        (
            "Successful",
            &less,
            Phase::Completed,
            missing.clone(),
            false,
        ),
        (
            "Underpayment",
            &less,
            Phase::Processing,
            missing.clone(),
            false,
        ),
        ("Underpayment(Overdue)", &less, expired, missing, true),
        ("Paid", &all, Phase::Completed, Settlement::Exact, false),
        (
            "Paid(Overdue)",
            &all,
            Phase::Completed,
            Settlement::Exact,
            true,
        ),
        (
            "Overpayment",
            &more,
            Phase::Completed,
            excess.clone(),
            false,
        ),
        (
            "Overpayment(Overdue)",
            &more,
            Phase::Completed,
            excess,
            true,
        ),
        // What is under way is not there yet, and what no one lists is no success.
        ("Pending", &all, Phase::Open, Settlement::Nothing, false),
        (
            "Confirmed",
            &all,
            Phase::Unrecognised,
            Settlement::Nothing,
            false,
        ),
    ];
    for (status, trades, phase, settlement, late) in cases {
        let payment = found(&row(status, trades));
        let funds = payment.funds();
        assert_eq!(
            (payment.phase(), funds.settlement(), funds.late),
            (phase, settlement, late),
            "{status}"
        );
        assert_eq!(payment.status_texts().collect::<Vec<_>>(), [status]);
        assert!(!payment.is_contested(), "{status}");
    }
}

#[test]
fn a_transfer_counts_by_its_status_and_coin() {
    let state =
        |trade: &str, state: &str| trade.replacen('{', &format!(r#"{{"status":"{state}","#), 1);
    let (first, second) = (trade("10", "0.003", "aa"), trade("5", "0.001", "bb"));
    let both = format!(
        "{},{}",
        state(&first, "Successful"),
        state(&second, "Pending")
    );
    assert_eq!(
        found(&row("Pending", &both)).funds().received,
        Some(usdt("10"))
    );

    let mixed = format!("{first},{}", second.replace(r#""USDT""#, r#""ETH""#));
    let funds = found(&row("Successful", &mixed)).funds();
    assert_eq!((funds.received, funds.credited), (Some(usdt("10")), None));
    // A fee that is not reported leaves open what was credited.
    let untold = first.replace(r#""service_fee":"0.003","#, "");
    let funds = found(&row("Successful", &untold)).funds();
    assert_eq!((funds.received, funds.credited), (Some(usdt("10")), None));
}

#[test]
fn finds_orders_by_reference_only_and_never_payouts() {
    let transport = ScriptedTransport::new().says("[]");
    let gateway = scripted(&transport);
    let checkout = gateway.checkout().unwrap();
    let nothing = block_on(checkout.find(&reference("nobody").into())).unwrap();
    assert!(nothing.is_none());
    for (by, name) in [
        (Lookup::Provider("71".parse().unwrap()), "by_provider_id"),
        (Lookup::Transaction("aa".to_owned()), "by_transaction"),
    ] {
        let error = block_on(checkout.find(&by)).unwrap_err();
        assert_eq!(
            (error.kind(), error.field()),
            (Kind::Unsupported, Some(name))
        );
    }
    assert_eq!(transport.requests().len(), 1);

    let payout = r#"[{"order_detail":{"merchant_order_id":"order-1","order_id":"CP7","chain":"TRX","crypto":"USDT",
        "order_amount":"4","status":"Successful","created":1677150000},"trade_list":[]}]"#;
    let gateway = scripted(&ScriptedTransport::new().says(payout));
    let error = block_on(
        gateway
            .checkout()
            .unwrap()
            .find(&reference("order-1").into()),
    )
    .unwrap_err();
    assert_eq!(
        (error.kind(), error.outcome()),
        (Kind::Integrity, Outcome::NotApplied)
    );
}
