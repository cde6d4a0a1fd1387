//! Payments that are flagged as risky.

use payments_core::scripted::{ScriptedTransport, block_on};
use payments_facade::ccpayment_v2::CcpaymentV2;
use payments_facade::{Gateway as _, Payment, Phase};

use super::support::*;
use super::webhooks::record;

const FLAG: &str = r#""isFlaggedAsRisky":false,"#;

/// The order, if it ended two hours ago.
fn ended(order: &str) -> String {
    let end = format!("\"expiredAt\":{}", START - 7_200);
    let order = order.replace("\"expiredAt\":1800086400", &end);
    let arrived = format!("\"arrivedAt\":{}", START - 7_300);
    order.replace("\"arrivedAt\":1800000100", &arrived)
}

fn find(gateway: &CcpaymentV2) -> Payment {
    let checkout = gateway.checkout().unwrap();
    let found = block_on(checkout.find(&reference("order-1").into()));
    found.unwrap().unwrap().into_inner()
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
