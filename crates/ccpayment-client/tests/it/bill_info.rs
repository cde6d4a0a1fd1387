//! Answers of `bill/info`: when an order is paid, and which answers are refused.

use crate::support::{self, amount, recorded, reference, some, sum};
use bytes::Bytes;
use ccpayment_client::v1::{
    Call, DepositOrder, DepositQuery, DepositStatus, Fee, WithdrawalQuery, WithdrawalStatus,
};
use payments_core::scripted::block_on;
use payments_core::{Fault, Kind, NextStep, Timestamp};
use serde_json::{Value, json};

fn parse<C: Call>(call: &C, body: impl Into<Bytes>) -> Result<C::Output, Fault> {
    support::client().parse(call, &support::signed(body), support::now())
}

fn read<C: Call>(call: &C, name: &str) -> C::Output {
    parse(call, recorded(name)).unwrap()
}

fn at(second: u64) -> Option<Timestamp> {
    Some(Timestamp::from_secs(second))
}

fn rows(name: &str) -> Value {
    serde_json::from_slice(&recorded(name)).unwrap()
}

#[test]
fn reads_every_field_of_a_deposit_order() {
    let got = read(&support::deposits(), "deposits");
    let order = got.find(&reference("order-1001")).unwrap();
    assert_eq!(got.find(&reference("order-1002")), None);
    assert_eq!(order.status, DepositStatus::Successful);
    assert_eq!(
        (order.product_price, &order.denominated_currency),
        (sum("18"), &some("USD"))
    );
    assert_eq!((&order.product_name, &order.order_id), (&None, &None));
    assert_eq!(
        (&order.crypto, &order.chain, &order.contract),
        (&some("ETH"), &some("ETH"), &some("1"))
    );
    assert_eq!(order.order_amount, sum("0.009637573687282151"));
    assert_eq!(
        (order.token_rate, order.created),
        (sum("1867.69"), at(1_677_150_000))
    );

    let payment = &order.payments[0];
    assert_eq!(payment.amount, order.order_amount);
    assert_eq!(
        (&payment.txid, payment.pay_time),
        (&None, at(1_677_150_600))
    );
    let fee = payment.service_fee.as_ref().unwrap();
    assert_eq!(fee.parts(), (amount("0.000002891272106185"), Some("ETH")));
    assert_eq!(payment.network_fee, Some(Fee::new(amount("0"))));
    assert_eq!(
        (payment.token_rate, &payment.status),
        (sum("1867.69"), &None)
    );

    let refund = &order.refunds[0];
    assert_eq!(refund.refund_amount, sum("0.001"));
    assert_eq!(refund.actual_received_amount, sum("0.0009"));
    assert_eq!(refund.network_fee.as_ref().unwrap().crypto(), None);
    assert_eq!(
        (&refund.status, refund.pay_time),
        (&some("Successful"), at(1_677_151_000))
    );
    assert!(refund.address.is_some() && refund.txid.is_some());
    assert!(got.raw().is_some());
}

#[test]
fn reads_every_field_of_a_withdrawal_order() {
    let got = read(&support::withdrawals(), "withdrawals");
    let payout = got.find(&reference("payout-1001")).unwrap();
    assert_eq!(payout.status, WithdrawalStatus::Processing);
    assert!(!payout.status.is_final());
    let id = payout.order_id.as_ref().unwrap();
    assert_eq!(id.as_str(), "CP202303130821441654321098765432111");
    assert_eq!(
        (payout.order_amount, &payout.crypto),
        (sum("4"), &some("USDT"))
    );
    let fee = payout.transfers[0].network_fee.as_ref().unwrap();
    assert_eq!(
        (fee.parts(), fee.value()),
        ((amount("13.39"), Some("TRX")), sum("1.00"))
    );
    assert_eq!(fee.net(amount("4"), "USDT"), None, "another coin");
    assert_eq!(payout.transfers[0].status, some("Successful"));
}

#[test]
fn refuses_rows_of_the_other_kind_and_of_other_ids() {
    let crossed = WithdrawalQuery::one(reference("order-1001"));
    let fault = parse(&crossed, recorded("deposits")).unwrap_err();
    assert_eq!(fault.kind(), Kind::Integrity);
    assert!(fault.to_string().contains("a deposit"), "{fault}");
    let crossed = DepositQuery::one(reference("payout-1001"));
    let fault = parse(&crossed, recorded("withdrawals")).unwrap_err();
    assert_eq!(fault.kind(), Kind::Integrity);
    assert!(fault.to_string().contains("a withdrawal"), "{fault}");

    // An id that was not requested.
    let other = DepositQuery::one(reference("order-1002"));
    assert_eq!(
        parse(&other, recorded("deposits")).unwrap_err().kind(),
        Kind::Integrity
    );
}

/// An order of 10 USDT on TRX with this status and these payments.
fn order_with(status: &str, payments: Value) -> Value {
    json!({
        "order_detail": {
            "merchant_order_id": "order-1001", "product_price": "10", "denominated_currency": "USD",
            "status": status, "crypto": "USDT", "chain": "TRX", "contract": "TR7", "order_amount": "10",
        },
        "trade_list": payments,
    })
}

fn one(row: &Value) -> DepositOrder {
    let body = json!({"code": 10000, "data": [row]}).to_string();
    let mut found = parse(&support::deposits(), body).unwrap();
    found.deposits.remove(0)
}

fn usdt(amount: &str, status: Option<&str>) -> Value {
    json!({"amount": amount, "crypto": "USDT", "chain": "TRX", "contract": "tr7", "status": status})
}

/// Every status of an order with every status of its payment of 10 of 10.
#[test]
fn an_order_is_paid_with_a_settled_status_and_confirmed_payments() {
    let settled = [
        "Successful",
        "Paid",
        "Paid(Overdue)",
        "Overpayment",
        "Overpayment(Overdue)",
        "successful",
        "PAID(OVERDUE)",
    ];
    let short = ["Underpayment", "Underpayment(Overdue)"];
    let open = [
        "Pending",
        "Awaiting payment",
        "Expired",
        "Processing",
        "processing",
        "Refunded",
    ];
    for state in settled.into_iter().chain(short).chain(open) {
        let is_settled = settled.contains(&state);
        assert_eq!(
            DepositStatus::from(state).is_settled(),
            is_settled,
            "{state}"
        );
        for own in [
            None,
            Some("Successful"),
            Some("Pending"),
            Some("Failed"),
            Some("success"),
        ] {
            let order = one(&order_with(state, json!([usdt("10", own)])));
            let counts = match own {
                None => is_settled || short.contains(&state),
                Some(own) => own == "Successful",
            };
            let paid = if counts { "10" } else { "0" };
            assert_eq!(order.paid_amount(), sum(paid), "{state} {own:?}");
            assert_eq!(order.is_paid(), is_settled && counts, "{state} {own:?}");
        }
    }
}

#[test]
fn an_order_is_paid_when_its_payments_reach_the_amount_due() {
    let pays = |amounts: &[&str]| {
        let payments: Vec<Value> = amounts.iter().map(|paid| usdt(paid, None)).collect();
        one(&order_with("Successful", json!(payments))).is_paid()
    };
    for amounts in [
        &["10"][..],
        &["10.00"],
        &["4", "6"],
        &["0.000000000000000001", "10"],
        &["11"],
    ] {
        assert!(pays(amounts), "{amounts:?}");
    }
    for amounts in [
        &[][..],
        &["0"],
        &["9.999999999999999999"],
        &["4"],
        &["4", "5.9"],
    ] {
        assert!(!pays(amounts), "{amounts:?}");
    }
    let confirmed = json!([usdt("4", Some("Successful")), usdt("6", Some("Pending"))]);
    let order = one(&order_with("Successful", confirmed));
    assert_eq!((order.paid_amount(), order.is_paid()), (sum("4"), false));
}

#[test]
fn payments_in_another_coin_do_not_count() {
    let other = |field: &str, value: Value| {
        let mut payment = usdt("10", Some("Successful"));
        payment[field] = value;
        one(&order_with("Successful", json!([payment]))).is_paid()
    };
    for (field, value) in [
        ("crypto", json!("TRX")),
        ("crypto", json!("usdt")),
        ("crypto", json!(null)),
        ("contract", json!("TR8")),
        ("amount", json!(null)),
    ] {
        assert!(!other(field, value.clone()), "{field} {value}");
    }
    // One coin is the same on every chain, under another contract.
    assert!(other("chain", json!("ETH")) && other("contract", json!(null)));
    // A payment in another coin does not affect the others.
    let beside = json!([usdt("10", None), {"amount": "1", "crypto": "TRX"}]);
    assert!(one(&order_with("Successful", beside)).is_paid());
}

#[test]
fn an_order_without_an_amount_due_is_not_paid() {
    for (field, value) in [
        ("order_amount", json!(null)),
        ("order_amount", json!("0")),
        ("order_amount", json!("0.00")),
        ("crypto", json!(null)),
    ] {
        let mut row = order_with("Successful", json!([usdt("10", None)]));
        row["order_detail"][field] = value.clone();
        assert!(!one(&row).is_paid(), "{field} {value}");
    }
    let most = "9".repeat(38);
    let mut row = order_with("Successful", json!([usdt(&most, None), usdt(&most, None)]));
    row["order_detail"]["order_amount"] = json!("1");
    let order = one(&row);
    assert_eq!((order.paid_amount(), order.is_paid()), (None, false));
}

#[test]
fn refunds_are_subtracted() {
    let refunded = |paid: &str, refunds: Value| {
        let mut row = order_with("Successful", json!([usdt(paid, None)]));
        row["refund_list"] = refunds;
        let order = one(&row);
        assert_eq!(order.paid_amount(), sum(paid), "refunds are not subtracted");
        order.is_paid()
    };
    let back = |amount: &str, crypto: &str| json!([{"refund_amount": amount, "crypto": crypto}]);
    assert!(refunded("11", back("1", "USDT")));
    assert!(!refunded("10", back("0.1", "USDT")));
    assert!(!refunded("10", back("10", "USDT")) && !refunded("10", back("12", "USDT")));
    assert!(
        !refunded("11", back("1", "TRX")),
        "the refund is in another coin"
    );
    assert!(!refunded("11", json!([{"crypto": "USDT"}])));

    let sum_of = |refunds: Value| {
        let mut row = order_with("Successful", json!([usdt("11", None)]));
        row["refund_list"] = refunds;
        one(&row).refunded_amount()
    };
    let one_of = |amount: &str, crypto: &str| json!({"refund_amount": amount, "crypto": crypto});
    assert_eq!(sum_of(json!([])), sum("0"));
    assert_eq!(
        sum_of(json!([one_of("1", "USDT"), one_of("2.5", "USDT")])),
        sum("3.5")
    );
    assert_eq!(
        sum_of(json!([one_of("1", "USDT"), one_of("1", "TRX")])),
        None
    );
}

#[test]
fn refuses_two_rows_of_one_id() {
    for name in ["deposits", "withdrawals"] {
        let mut body = rows(name);
        let mut again = body["data"][0].clone();
        again["order_detail"]["order_id"] = json!("another");
        body["data"].as_array_mut().unwrap().push(again);
        let transport = support::answering(body.to_string());
        let client = support::scripted(&transport);
        let error = match name {
            "deposits" => block_on(client.deposits(support::deposits())).unwrap_err(),
            _ => block_on(client.withdrawals(support::withdrawals())).unwrap_err(),
        };
        assert_eq!(error.kind(), Kind::Integrity, "{name}: {error}");
        assert_eq!(error.next_step(), NextStep::Investigate, "{name}");
        assert!(error.to_string().contains("two rows"), "{error}");
        assert_eq!(
            error.raw().unwrap().body(),
            body.to_string().as_bytes(),
            "with both rows"
        );
    }
    let mut body = rows("withdrawals");
    let mut other = body["data"][0].clone();
    other["order_detail"]["merchant_order_id"] = json!("payout-1002");
    body["data"].as_array_mut().unwrap().push(other);
    let both = WithdrawalQuery::new(["payout-1001", "payout-1002"].map(reference));
    assert_eq!(parse(&both, body.to_string()).unwrap().withdrawals.len(), 2);
}

#[test]
fn refuses_two_transfers_of_one_withdrawal() {
    let mut body = rows("withdrawals");
    let mut again = body["data"][0]["trade_list"][0].clone();
    again["txid"] = json!("another");
    body["data"][0]["trade_list"]
        .as_array_mut()
        .unwrap()
        .push(again);
    let fault = parse(&support::withdrawals(), body.to_string()).unwrap_err();
    assert_eq!(fault.kind(), Kind::Integrity);
    assert!(fault.to_string().contains("two transfers"), "{fault}");
    for none in [json!([]), json!(null)] {
        body["data"][0]["trade_list"] = none;
        assert!(parse(&support::withdrawals(), body.to_string()).is_ok());
    }
}

/// Servers in Go write unset fields this way.
#[test]
fn a_price_of_zero_means_no_price() {
    let ids = || ["payout-1001", "payout-1002"].map(reference);
    for (price, currency) in [("0", ""), ("0.00", "USD"), ("", "")] {
        let mut body = rows("withdrawals");
        let mut odd = body["data"][0].clone();
        odd["order_detail"]["merchant_order_id"] = json!("payout-1002");
        odd["order_detail"]["product_price"] = json!(price);
        odd["order_detail"]["denominated_currency"] = json!(currency);
        body["data"].as_array_mut().unwrap().push(odd);
        let found = parse(&WithdrawalQuery::new(ids()), body.to_string()).unwrap();
        assert_eq!(found.withdrawals.len(), 2, "{price} {currency}");
        let fault = parse(&DepositQuery::new(ids()), body.to_string()).unwrap_err();
        assert!(fault.to_string().contains("a withdrawal"), "{fault}");
    }
    for (price, currency) in [(json!("0.01"), ""), (json!(null), "USD")] {
        let mut body = rows("withdrawals");
        body["data"][0]["order_detail"]["product_price"] = price;
        body["data"][0]["order_detail"]["denominated_currency"] = json!(currency);
        let fault = parse(&support::withdrawals(), body.to_string()).unwrap_err();
        assert!(fault.to_string().contains("a deposit"), "{fault}");
    }
}
