//! A router over two accounts, the first of which answers each order with a fault: if it executed the order, the second does not
//! make it, and if it certainly did not, the second does.

use std::sync::Arc;

use payments_core::Policy;
use payments_facade::router::{RouteError, Router, Rule};
use payments_facade::{Gateway, GatewayId, Gateways};
use payments_testkit::conformance::{Env as _, Op, Order};

use super::{STATUSES, end_ban, with_status};
use crate::providers::faulty_transport::{Fault, Recorded};
use crate::providers::fixture::{Provider, ProviderFixture};

/// The calls that a router makes.
pub(super) fn routed(gateway: &dyn Gateway) -> Vec<Op> {
    let ops = Op::all_of(gateway).into_iter();
    ops.filter(|op| *op != Op::Exchange).collect()
}

/// A new router each time: a gateway with a fault is asked last for a while.
pub(super) fn router<P: Provider>(
    fixture: &ProviderFixture<P>,
    accounts: &[Arc<dyn Gateway>],
) -> Router {
    let mut gateways = Gateways::new();
    for account in accounts {
        gateways.add_shared(Arc::clone(account)).unwrap();
    }
    let router = Router::in_memory_only(gateways, Arc::new(fixture.clock.clone()));
    accounts.iter().fold(router, |router, account| {
        let rule = Rule::new(account.id().clone()).passes_on_declined();
        router.then(rule).unwrap()
    })
}

/// Makes the order at the account that is returned.
pub(super) async fn make(router: &Router, order: &Order) -> Result<GatewayId, RouteError> {
    Ok(match order {
        Order::Checkout(order) => router.create_checkout(order).await?.gateway,
        Order::Payout(order) => router.create_payout(order).await?.gateway,
        other => panic!("a router does not make {other:?}"),
    })
}

async fn never_pays_twice<P: Provider>(ops: usize) {
    let first = ProviderFixture::<P>::start_as("first").await;
    let second = ProviderFixture::<P>::start_as("second").await;
    let accounts = [Arc::clone(&first.gateway), Arc::clone(&second.gateway)];
    let (mut runs, mut made_by_second, mut twice) = (0, 0, Vec::new());
    let routed = routed(first.gateway.as_ref());
    assert_eq!(routed.len(), ops);
    for op in routed {
        for status in STATUSES {
            // The code table is believed under status 200; there, only codes count that prove nothing.
            let codes = P::codes().into_iter().filter(|code| {
                *code != P::SUCCESS && (status != 200 || !P::refuses(code, "create_order"))
            });
            for code in codes {
                let reference = first.reference();
                let order = P::order(op, reference.clone(), first.receiver.url()).unwrap();
                let instead = with_status(P::refusal(&first.sandbox, code), status);
                first
                    .transport
                    .plan([Fault::Replaced(instead, Recorded::default())]);
                let made = make(&router(&first, &accounts), &order).await;
                let held = [
                    first.count(&reference).await,
                    second.count(&reference).await,
                ];
                end_ban(&first, code);
                runs += 1;
                made_by_second += held[1];
                assert_eq!(held[0], 1, "the first account executes every order");
                if held != [1, 0] {
                    twice.push(format!("{op:?}, code {code} under {status}: {made:?}"));
                }
            }
        }
        first.reset();
        second.reset();
    }
    println!(
        "{}: {runs} routed orders, {made_by_second} made twice",
        P::NAME
    );
    assert!(runs > 0 && twice.is_empty(), "{twice:#?}");
}

/// The first account refuses every order and executes none.
///
/// - `keeps`: whether the table has codes which say that an earlier call may have made an order.
async fn goes_on_after_a_refusal<P: Provider>(keeps: bool) {
    let first = ProviderFixture::<P>::start_as("first").await;
    let second = ProviderFixture::<P>::start_as("second").await;
    let accounts = [Arc::clone(&first.gateway), Arc::clone(&second.gateway)];
    let (mut gone_on, mut kept, mut wrong) = (0, 0, Vec::new());
    for op in routed(first.gateway.as_ref()) {
        // A busy gateway is asked again. A query after the call is answered.
        let times = match P::query(op) {
            Some(_) => 1,
            None => Policy::new().max_attempts() as usize,
        };
        for code in P::codes() {
            if !P::refuses(code, "create_order") || code == P::SUCCESS {
                continue;
            }
            let reference = first.reference();
            let order = P::order(op, reference.clone(), first.receiver.url()).unwrap();
            let refusal = Fault::Canned(P::refusal(&first.sandbox, code));
            first.transport.plan(vec![refusal; times]);
            let made = make(&router(&first, &accounts), &order).await;
            let was_sent = first.transport.left() < times;
            first.transport.plan([]);
            let held = [
                first.count(&reference).await,
                second.count(&reference).await,
            ];
            end_ban(&first, code);
            let is_right = match (P::may_exist(code), &made) {
                (true, Err(error)) => held == [0, 0] && error.ticket().is_some(),
                (false, Ok(account)) => held == [0, 1] && account == second.gateway.id(),
                _ => false,
            };
            match P::may_exist(code) {
                true => kept += 1,
                false => gone_on += 1,
            }
            if !was_sent || !is_right {
                wrong.push(format!("{op:?}, code {code}: {held:?}, {made:?}"));
            }
        }
        first.reset();
        second.reset();
    }
    println!(
        "{}: {gone_on} refused orders made by the second account, {kept} kept",
        P::NAME
    );
    assert!(
        gone_on > 0 && (kept > 0) == keeps && wrong.is_empty(),
        "{wrong:#?}"
    );
}

#[tokio::test]
async fn cpay_is_never_paid_twice() {
    never_pays_twice::<crate::providers::cpay::CpayProvider>(4).await;
}

#[tokio::test]
async fn chainup_opay_never_makes_an_order_twice() {
    never_pays_twice::<crate::providers::chainup_opay::ChainupOpayProvider>(1).await;
}

#[tokio::test]
async fn ccpayment_is_never_paid_twice() {
    never_pays_twice::<crate::providers::ccpayment::CcpaymentProvider>(6).await;
}

#[tokio::test]
async fn ccpayment_v2_is_never_paid_twice() {
    use crate::providers::ccpayment_v2::CcpaymentV2Provider;
    never_pays_twice::<CcpaymentV2Provider>(6).await;
    never_pays_twice::<CcpaymentV2Provider<false>>(6).await;
}

#[tokio::test]
async fn an_order_that_cpay_refuses_goes_on() {
    goes_on_after_a_refusal::<crate::providers::cpay::CpayProvider>(false).await;
}

#[tokio::test]
async fn an_order_that_chainup_opay_refuses_goes_on() {
    goes_on_after_a_refusal::<crate::providers::chainup_opay::ChainupOpayProvider>(true).await;
}

// Of CCPayment v1 no code proves that an order was refused.
#[tokio::test]
async fn an_order_that_ccpayment_v2_refuses_goes_on() {
    use crate::providers::ccpayment_v2::CcpaymentV2Provider;
    goes_on_after_a_refusal::<CcpaymentV2Provider>(true).await;
    goes_on_after_a_refusal::<CcpaymentV2Provider<false>>(true).await;
}
