//! Webhooks: five kinds, what each of them is worth, and whose secret they are under.

mod secrets;

use bytes::Bytes;
use ccpayment_client::v1;
use payments_core::Timestamp;
use payments_core::scripted::ScriptedTransport;
use payments_facade::ccpayment::Ccpayment;
use payments_facade::payment::{Agreement, Closure, PaymentKind};
use payments_facade::ticket::Difference;
use payments_facade::webhook::{Cause, Event};
use payments_facade::{
    Destination, Fee, Gateway, Payee, Payment, PayoutOrder, Phase, Settlement, WebhookError,
    network,
};
use serde_json::{Value, json};

use super::support::*;

fn receive(gateway: &Ccpayment, body: &Value) -> Event {
    let body = Bytes::from(body.to_string());
    let headers = webhook_headers(APP_ID, SECRET, &body);
    let received = gateway.webhooks().receive(&headers, &body, NOW).unwrap();
    assert_eq!(received.ack().body(), "success");
    assert_eq!(received.event().raw(), &body);
    received.into_event()
}

fn event(body: &Value) -> Event {
    receive(&scripted(&ScriptedTransport::new()), body)
}

fn with(mut body: Value, name: &str, value: Value) -> Value {
    body[name] = value;
    body
}

/// A payment of `order-1`, of which ten USDT are due.
fn paid(record: &str, amount: &str) -> Value {
    json!({
        "pay_status": "success", "order_type": "API Deposit", "record_id": record, "order_id": "CP1",
        "extend": {"merchant_order_id": "order-1"}, "product_price": "10", "denominated_currency": "USD",
        "order_amount": "10", "fiat_rate": "1", "token_rate": "1", "paid_amount": amount, "chain": "TRX",
        "contract": "TR7", "crypto": "USDT", "txid": "aa",
    })
}

fn paid_out() -> Value {
    json!({
        "pay_status": "success", "order_type": "API Withdrawal", "record_id": "r-7", "order_id": "CP7",
        "merchant_order_id": "payout-1", "withdraw_amount": "4", "net_receivable": "4", "network_fee": "13.39",
        "network_fee_crypto": "TRX", "network_coin_id": "c-9", "network_fee_value": "1.00", "chain": "TRX",
        "contract": "TR7", "crypto": "USDT", "to_address": ADDRESS, "memo": "", "txid": "bb", "merchant_pays_fee": true,
    })
}

fn refunded() -> Value {
    json!({
        "pay_status": "success", "order_type": "Refund", "record_id": "r-8", "merchant_order_id": "order-1",
        "amount": "10", "net_receivable": "9", "network_fee": "1", "network_crypto": "USDT", "chain": "TRX",
        "contract": "TR7", "crypto": "USDT", "to_address": ADDRESS, "memo": "", "txid": "cc",
    })
}

#[test]
fn several_payments_of_an_order_add_up_and_each_has_a_key() {
    let (first, second) = (event(&paid("r-1", "4")), event(&paid("r-2", "6")));
    assert_eq!(
        (first.kind(), first.reference()),
        (PaymentKind::Checkout, Some(&reference("order-1")))
    );
    assert_eq!(
        (first.money(), first.provider_ref().unwrap().as_str()),
        (Some(usdt("4")), "CP1")
    );
    assert_eq!(first.effect_key().as_str(), "ccpayment/main:r-1:success");
    assert_ne!(first.effect_key(), second.effect_key());
    assert!(first.provided::<v1::Event>().unwrap().is_credit());
    assert_eq!(
        first.status().funds.settlement(),
        Settlement::Missing(usdt("6"))
    );
    assert!(!first.status().is_paid_in_full());

    let books = Payment::asked_for(
        first.gateway().clone(),
        PaymentKind::Checkout,
        reference("order-1"),
        dollars("10"),
    );
    let parts = [first.payment().clone(), second.payment().clone(), books];
    let mut seen = Vec::new();
    for order in [[0, 1, 2], [2, 1, 0], [1, 2, 0]] {
        let mut payment = parts[order[0]].clone();
        for index in order.iter().chain(&order) {
            payment.merge(parts[*index].clone()).unwrap();
        }
        assert!(payment.status().is_paid_in_full() && !payment.is_contested());
        assert_eq!(payment.funds().settlement(), Settlement::Exact);
        seen.push(payment);
    }
    assert!(seen.windows(2).all(|pair| pair[0] == pair[1]));
}

/// Other pages write statuses with a capital: the same event, under the same key.
#[test]
fn a_status_in_capitals_is_the_same_event() {
    let small = event(&paid("r-1", "10"));
    let capitals = event(&with(paid("r-1", "10"), "pay_status", json!("Success")));
    assert_eq!(capitals.status().phase, Phase::Completed);
    assert_eq!(
        (capitals.money(), capitals.effect_key()),
        (small.money(), small.effect_key())
    );
}

#[test]
fn only_a_successful_transfer_counts() {
    for (status, phase) in [
        ("pending", Phase::Processing),
        ("processing", Phase::Processing),
        ("confirmed", Phase::Unrecognised),
        // One payment's failure, which no page lists, is no end of the order.
        ("failed", Phase::Unrecognised),
    ] {
        let event = event(&with(paid("r-1", "10"), "pay_status", json!(status)));
        assert_eq!(
            (event.status().phase, event.money()),
            (phase, None),
            "{status}"
        );
        assert_eq!(
            event.effect_key().as_str(),
            format!("ccpayment/main:r-1:{status}")
        );
        assert!(!event.status().funds.late);
    }
}

#[test]
fn an_expired_order_that_was_paid_is_contested() {
    let expired = r#"[{"order_detail":{"product_price":"10","denominated_currency":"USD","merchant_order_id":"order-1",
        "status":"Expired","crypto":"USDT","chain":"TRX","order_amount":"10"},"trade_list":[]}]"#;
    let overdue = expired
        .replace("Expired", "Paid(Overdue)")
        .replace(r#""trade_list":[]"#, r#""trade_list":[{"amount":"10"}]"#);
    let gateway = scripted(&ScriptedTransport::new().says(expired).says(&overdue));
    let find = gateway.checkout().unwrap();
    let found = payments_core::scripted::block_on(find.find(&reference("order-1").into()));
    let mut payment = found.unwrap().unwrap().into_inner();
    assert_eq!(payment.phase(), Phase::Closed(Closure::Expired));
    payment
        .merge(receive(&gateway, &paid("r-1", "10")).into_payment())
        .unwrap();
    // Its webhook does not say that it came late, and a closed order may have been paid by no one's fault or by a mistake.
    assert!(!payment.funds().late && payment.is_contested());
    assert!(!payment.status().is_paid_in_full());
    // A query does.
    let found = payments_core::scripted::block_on(find.find(&reference("order-1").into()));
    payment.merge(found.unwrap().unwrap().into_inner()).unwrap();
    assert!(payment.funds().late && !payment.is_contested());
    assert!(payment.status().is_paid_in_full());
}

#[test]
fn a_payout_webhook_states_what_arrived() {
    let reported = event(&paid_out());
    assert_eq!(
        (reported.kind(), reported.reference()),
        (PaymentKind::Payout, Some(&reference("payout-1")))
    );
    assert_eq!(
        (reported.money(), reported.payment().fee()),
        (Some(usdt("4")), Some(&money("13.39", "TRX")))
    );
    assert_eq!(reported.status().phase, Phase::Completed);

    let failed = event(&with(paid_out(), "pay_status", json!("failed")));
    assert_eq!(
        (failed.status().phase, failed.money()),
        (Phase::Closed(Closure::Failed), None)
    );

    // Where the sum is not reported it is computed, but never across two coins.
    let untold = with(paid_out(), "net_receivable", Value::Null);
    assert_eq!(event(&untold).money(), Some(usdt("4")));
    let payee_pays = with(untold, "merchant_pays_fee", json!(false));
    assert_eq!(event(&payee_pays).money(), None);
    let in_coin = with(payee_pays.clone(), "network_fee_crypto", json!("USDT"));
    assert_eq!(
        event(&with(in_coin, "network_fee", json!("1.5"))).money(),
        Some(usdt("2.5"))
    );
    assert_eq!(
        event(&with(payee_pays, "merchant_pays_fee", Value::Null)).money(),
        None
    );
}

#[test]
fn deposits_and_invoices_have_no_merchant_reference() {
    let deposit = json!({
        "pay_status": "success", "order_type": "Direct Deposit", "record_id": "r-5", "user_id": "customer-7",
        "paid_amount": "666", "credit_amount": "665.8002", "service_fee": "0.1998", "chain": "TRX", "contract": "TR7",
        "crypto": "USDT", "txid": "internal transfer", "to_address": ADDRESS,
    });
    let reported = event(&deposit);
    assert_eq!(
        (reported.kind(), reported.reference()),
        (PaymentKind::Deposit, None)
    );
    assert_eq!(
        (reported.money(), reported.status().funds.credited),
        (Some(usdt("666")), Some(usdt("665.8002")))
    );
    assert_eq!(
        (
            reported.payment().fee(),
            reported.payment().transactions().count()
        ),
        (Some(&money("0.1998", "USDT")), 0)
    );
    // Whom to credit; it is personal data.
    assert_eq!(reported.customer(), Some("customer-7"));
    assert!(!format!("{reported:?}").contains("customer-7"));
    // Its stages are one payment, another deposit is another one.
    let mut payment = event(&with(deposit.clone(), "pay_status", json!("pending"))).into_payment();
    assert_eq!(payment.merge(reported.payment().clone()), Ok(true));
    assert!(
        payment
            .merge(event(&with(deposit, "record_id", json!("r-6"))).into_payment())
            .is_err()
    );

    let mut invoice = with(paid("r-6", "10"), "order_type", json!("Invoice"));
    invoice["extend"] = json!({"invoice_id": "I1", "user_email": "payer@shop.example"});
    let reported = event(&invoice);
    assert_eq!(
        (reported.kind(), reported.reference()),
        (PaymentKind::Checkout, None)
    );
    assert!(reported.status().is_paid_in_full() && !format!("{reported:?}").contains("payer@"));
    assert_eq!(reported.invoice(), Some("I1"));
    // As the official SDKs show it.
    let mut named = invoice.clone();
    named["extend"]["merchant_order_id"] = json!("order-9");
    assert_eq!(event(&named).reference(), Some(&reference("order-9")));
    let failed = event(&with(invoice, "pay_status", json!("failed")));
    assert_eq!(failed.status().phase, Phase::Closed(Closure::Failed));
}

#[test]
fn a_refund_is_a_separate_payment() {
    let reported = event(&refunded());
    assert_eq!(
        (reported.kind(), reported.reference()),
        (PaymentKind::Refund, Some(&reference("order-1")))
    );
    assert_eq!(
        (reported.money(), reported.provider_ref().unwrap().as_str()),
        (Some(usdt("9")), "r-8")
    );
    assert_eq!(reported.payment().fee(), Some(&money("1", "USDT")));
    // It is not merged into the order, nor is another refund of it.
    let mut order = event(&paid("r-1", "4")).into_payment();
    assert!(order.merge(reported.payment().clone()).is_err());
    let another = event(&with(refunded(), "record_id", json!("r-9")));
    assert!(
        reported
            .into_payment()
            .merge(another.into_payment())
            .is_err()
    );
}

#[test]
fn undocumented_webhooks_never_count_as_money() {
    let reported = event(&with(refunded(), "order_type", json!("Swap")));
    assert_eq!(
        (reported.kind(), reported.money()),
        (PaymentKind::Unstated, None)
    );
    assert_eq!(reported.status().phase, Phase::Unrecognised);
    assert_eq!(reported.effect_key().as_str(), "ccpayment/main:r-8:success");

    // The least that a webhook has.
    let bare = json!({"pay_status": "pending", "order_type": "API Deposit", "record_id": "r-9"});
    let reported = event(&bare);
    let id = reported.provider_ref().unwrap().as_str();
    assert_eq!(
        (reported.reference(), id, reported.money()),
        (None, "r-9", None)
    );
}

#[test]
fn an_order_returns_its_text() {
    let mut body = paid("r-1", "10");
    body["custom_value"] = json!("cart 7");
    let reported = event(&body);
    assert_eq!(reported.metadata(), Some("cart 7"));
    assert!(!format!("{reported:?}").contains("cart 7"));
}

/// The webhook of a payout states the payee, which no query does.
#[test]
fn a_payout_is_confirmed_by_its_webhook_only_for_its_own_payee() {
    let gateway = scripted(&ScriptedTransport::new());
    let ticket = |amount: &str, to: &str, memo: Option<&str>| {
        let to = match memo {
            Some(memo) => Destination::with_memo(to, network::TRON, memo),
            None => Destination::new(to, network::TRON),
        };
        let (payee, money) = (Payee::Chain(to.unwrap()), usdt(amount));
        let order = PayoutOrder::new(reference("payout-1"), payee, money, Fee::OnTop);
        gateway.payouts().unwrap().ticket(&order, NOW)
    };
    let payment = event(&paid_out()).into_payment();
    assert!(ticket("4", ADDRESS, None).is_confirmed_by(&payment));
    for (ticket, difference) in [
        (ticket("4", "TAnother", None), Difference::Payee),
        (ticket("5", ADDRESS, None), Difference::Amount),
    ] {
        assert_eq!(ticket.differences(&payment), [difference]);
        assert!(!ticket.is_confirmed_by(&payment));
    }
    // The memo in the ticket is not stated: nothing differs, and nothing is confirmed.
    let with_memo = ticket("4", ADDRESS, Some("7"));
    assert_eq!(with_memo.payee_agreement(&payment), Agreement::Unstated);
    assert!(with_memo.differences(&payment).is_empty());
    let other_memo = event(&with(paid_out(), "memo", json!("8"))).into_payment();
    assert_eq!(with_memo.differences(&other_memo), [Difference::Payee]);
    assert_eq!(
        ticket("4", ADDRESS, None).differences(&other_memo),
        [Difference::Payee]
    );
    let elsewhere = event(&with(paid_out(), "chain", json!("ETH"))).into_payment();
    assert_eq!(
        ticket("4", ADDRESS, None).differences(&elsewhere),
        [Difference::Network]
    );
}
