//! The first account answers what it is asked before each order, such as its list of coins, with any code under any HTTP status: no
//! order was sent, so the reference stays open and the second account makes it.

use std::sync::Arc;

use payments_core::{Outcome, Policy};
use payments_testkit::conformance::{Env as _, Op, Order};

use super::router::{make, routed, router};
use super::{STATUSES, with_status};
use crate::providers::faulty_transport::Fault;
use crate::providers::fixture::{Provider, ProviderFixture};

/// Plans this answer to the preparations, which are queries and may be repeated.
fn plan<P: Provider>(fixture: &ProviderFixture<P>, code: &str, status: u16) {
    let answer = with_status(P::refusal(&fixture.sandbox, code), status);
    let attempts = Policy::new().max_attempts() as usize;
    let faults = vec![Fault::Canned(answer); attempts];
    fixture.transport.plan_preparations(faults);
}

fn order<P: Provider>(fixture: &ProviderFixture<P>, op: Op) -> Order {
    P::order(op, fixture.reference(), fixture.receiver.url()).unwrap()
}

/// Whether this call needs a preparation.
async fn prepares<P: Provider>(fixture: &ProviderFixture<P>, op: Op) -> bool {
    plan(fixture, P::SUCCESS, 500);
    let planned = fixture.transport.preparations_left();
    let _ = make(
        &router(fixture, &[fixture.preparing_gateway()]),
        &order(fixture, op),
    )
    .await;
    fixture.transport.preparations_left() < planned
}

/// - `ops`: how many calls need a preparation.
async fn a_failed_preparation_is_no_order<P: Provider>(ops: usize) {
    let first = ProviderFixture::<P>::start_as("first").await;
    let second = ProviderFixture::<P>::start_as("second").await;
    let (mut prepared, mut runs, mut wrong) = (0, 0, Vec::new());
    for op in routed(first.gateway.as_ref()) {
        if !prepares(&first, op).await {
            continue;
        }
        prepared += 1;
        for status in STATUSES {
            // Also the code of a success, in an answer without data. A code which says that an order exists closes the reference
            // in any answer: that pays nothing twice.
            for code in P::codes().into_iter().filter(|code| !P::may_exist(code)) {
                let order = order(&first, op);
                let alone = router(&first, &[first.preparing_gateway()]);
                plan(&first, code, status);
                let failed = make(&alone, &order).await;
                let is_open = alone.unresolved().is_empty()
                    && failed.as_ref().is_err_and(|error| {
                        error.outcome() == Outcome::NotApplied && error.ticket().is_none()
                    });
                let both = [first.preparing_gateway(), Arc::clone(&second.gateway)];
                plan(&first, code, status);
                let made = make(&router(&first, &both), &order).await;
                first.transport.plan_preparations([]);
                let held = [
                    first.count(order.reference()).await,
                    second.count(order.reference()).await,
                ];
                let is_by_second = made.as_ref().is_ok_and(|by| by == second.gateway.id());
                runs += 1;
                if !is_open || !is_by_second || held != [0, 1] {
                    let case = format!("{op:?}, code {code} under {status}");
                    wrong.push(format!("{case}: {failed:?}, then {held:?}, {made:?}"));
                }
            }
        }
        first.reset();
        second.reset();
    }
    println!("{}: {runs} preparations failed", P::NAME);
    assert!(wrong.is_empty(), "{wrong:#?}");
    assert_eq!(prepared, ops);
}

// C-Pay and ChainUp OPay ask nothing before an order.
#[tokio::test]
async fn a_failed_preparation_at_ccpayment_is_no_order() {
    a_failed_preparation_is_no_order::<crate::providers::ccpayment::CcpaymentProvider>(5).await;
}

#[tokio::test]
async fn a_failed_preparation_at_ccpayment_v2_is_no_order() {
    use crate::providers::ccpayment_v2::CcpaymentV2Provider;
    a_failed_preparation_is_no_order::<CcpaymentV2Provider>(5).await;
}
