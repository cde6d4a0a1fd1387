//! Payments that are flagged as risky, and those of which the order does not say whether they are.

use std::collections::BTreeSet;

use payments_core::scripted::{ScriptedTransport, block_on};
use payments_facade::ccpayment_v2::CcpaymentV2;
use payments_facade::{Gateway as _, Payment, Phase};

use super::support::*;
use super::webhooks::{NOTICE, notice, record};

const FLAG: &str = r#""isFlaggedAsRisky":false,"#;

/// The order of [`record`], as answers of 2024 have it.
fn without_flag() -> String {
    record("Success").1.replace(FLAG, "")
}

/// As [`without_flag`], of an order that ended two hours ago.
fn ended(order: &str) -> String {
    let end = format!("\"expiredAt\":{}", START - 7_200);
    let order = order.replace("\"expiredAt\":1800086400", &end);
    let arrived = format!("\"arrivedAt\":{}", START - 7_300);
    order.replace("\"arrivedAt\":1800000100", &arrived)
}

fn invoice() -> String {
    r#"{"orderId":"order-1","createAt":1800000000,"price":"25","priceFiatId":1033,"priceSymbol":"USD","expiredAt":1800086400,
        "totalPaidValue":"25","paidList":[{"recordId":"7","coinId":1280,"coinSymbol":"USDT","chain":"POLYGON","paidAmount":"25",
        "paidValue":"25","status":"Success","arrivedAt":1800000100}]}"#
        .to_owned()
}

fn find(gateway: &CcpaymentV2) -> Payment {
    let checkout = gateway.checkout().unwrap();
    let found = block_on(checkout.find(&reference("order-1").into()));
    found.unwrap().unwrap().into_inner()
}

fn keys(payment: &Payment) -> BTreeSet<String> {
    let keys = payment.observations().iter();
    let keys = keys.filter_map(|one| Some(one.effect_key()?.as_str().to_owned()));
    keys.collect()
}

fn calls(transport: &ScriptedTransport) -> Vec<String> {
    sent(transport).into_iter().map(|(call, _)| call).collect()
}

#[test]
fn an_order_that_states_no_flag_is_paid_if_the_records_of_its_payments_state_it() {
    let (record, _) = record("Success");
    let transport = ScriptedTransport::new().says(&without_flag()).says(&record);
    let found = find(&scripted(&transport));
    assert!(found.status().is_paid_in_full(), "{found:?}");
    assert_eq!(
        calls(&transport),
        ["getAppOrderInfo", "getAppDepositRecord"]
    );

    // A webhook names the record, which is queried once.
    let transport = ScriptedTransport::new().says(&record).says(&without_flag());
    let gateway = scripted(&transport);
    let (headers, body) = notice(NOTICE);
    let hint = gateway.webhooks().hint(&headers, &body).unwrap();
    let queried = block_on(hint.query(&gateway)).unwrap();
    assert_eq!(queried.reply().status().as_u16(), 200);
    assert!(queried.payment().unwrap().status().is_paid_in_full());
    assert_eq!(
        calls(&transport),
        ["getAppDepositRecord", "getAppOrderInfo"]
    );
    assert_eq!(keys(queried.payment().unwrap()), keys(&found));
    assert_eq!(
        keys(&found),
        BTreeSet::from(["ccpayment/main:7:Success".to_owned()])
    );

    let transport = ScriptedTransport::new()
        .refuses(11_003)
        .says(&invoice())
        .says(&record);
    let found = find(&scripted(&transport));
    assert!(found.status().is_paid_in_full(), "{found:?}");
}

#[test]
fn a_record_that_states_no_flag_either_leaves_the_order_open_also_after_its_end() {
    let (record, _) = record("Success");
    for record in [
        record.replace(FLAG, ""),
        // The record is behind its order: the flag may still change.
        record.replace("\"Success\"", "\"Processing\""),
    ] {
        for order in [without_flag(), ended(&without_flag())] {
            let transport = ScriptedTransport::new().says(&order).says(&record);
            let found = find(&scripted(&transport));
            assert_eq!(found.phase(), Phase::Unrecognised, "{found:?}");
            assert!(!found.status().is_paid_in_full());
        }
    }
}

#[test]
fn a_record_that_cannot_be_queried_is_an_error() {
    let failing = |script: ScriptedTransport| script.answer(502, "<html>");
    let transport = ScriptedTransport::new().says(&without_flag());
    let transport = (0..3).fold(transport, |script, _| failing(script));
    let gateway = scripted(&transport);
    let checkout = gateway.checkout().unwrap();
    block_on(checkout.find(&reference("order-1").into())).unwrap_err();
}

#[test]
fn the_records_of_ten_payments_are_read_at_most() {
    let payment = |number: u32| {
        format!(
            r#"{{"recordId":"{number}","amount":"25","status":"Success","arrivedAt":1800000100}}"#
        )
    };
    let paid: Vec<String> = (0..12).map(payment).collect();
    let order = format!(
        r#"{{"amountToPay":"25","coinId":1280,"coinSymbol":"USDT","chain":"POLYGON","createAt":1800000000,"expiredAt":1800086400,
            "paidList":[{}]}}"#,
        paid.join(",")
    );
    let (record, _) = record("Success");
    let of =
        |number: u32| record.replace("\"recordId\":\"7\"", &format!("\"recordId\":\"{number}\""));
    let transport = ScriptedTransport::new().says(&order);
    let transport = (0..10).fold(transport, |script, number| script.says(&of(number)));
    let found = find(&scripted(&transport));
    assert_eq!(calls(&transport).len(), 11);
    assert_eq!(found.phase(), Phase::Unrecognised);
}

#[test]
fn an_order_with_a_risky_payment_is_not_closed_and_is_paid_once_it_is_cleared() {
    let (_, order) = record("Success");
    let order = ended(&order);
    let risky = order.replace(FLAG, r#""isFlaggedAsRisky":true,"#);
    let transport = ScriptedTransport::new().says(&risky).says(&order);
    let gateway = scripted(&transport);
    let mut payment = find(&gateway);
    assert_eq!(payment.phase(), Phase::Unrecognised, "{payment:?}");
    payment.merge(find(&gateway)).unwrap();
    assert!(payment.status().is_paid_in_full(), "{payment:?}");
    assert!(!payment.is_contested() && !payment.funds().late);
}
