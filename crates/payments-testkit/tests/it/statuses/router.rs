//! A router over two accounts, the first of which executes each order and answers with a fault.

use std::sync::Arc;

use payments_facade::router::{Router, Rule};
use payments_facade::{Gateway as _, Gateways};
use payments_testkit::conformance::{Env as _, Op, Order};

use super::{STATUSES, end_ban, with_status};
use crate::providers::faulty_transport::{Fault, Recorded};
use crate::providers::fixture::{Provider, ProviderFixture};

async fn never_pays_twice<P: Provider>(ops: usize) {
    let first = ProviderFixture::<P>::start_as("first").await;
    let second = ProviderFixture::<P>::start_as("second").await;
    let (mut runs, mut made_by_second, mut twice) = (0, 0, Vec::new());
    let ops_of = Op::all_of(first.gateway.as_ref());
    let routed: Vec<Op> = ops_of
        .into_iter()
        .filter(|op| *op != Op::Exchange)
        .collect();
    assert_eq!(routed.len(), ops);
    for op in routed {
        for status in STATUSES {
            // The code table is believed under status 200; there, only codes count that prove nothing.
            let codes = P::codes().into_iter().filter(|code| {
                *code != P::SUCCESS && (status != 200 || !P::refuses(code, "create_order"))
            });
            for code in codes {
                // A new router each time: a gateway with a fault is asked last for a while.
                let mut gateways = Gateways::new();
                gateways.add_shared(Arc::clone(&first.gateway)).unwrap();
                gateways.add_shared(Arc::clone(&second.gateway)).unwrap();
                let router = Router::in_memory_only(gateways, Arc::new(first.clock.clone()))
                    .then(Rule::new(first.gateway.id().clone()))
                    .unwrap()
                    .then(Rule::new(second.gateway.id().clone()))
                    .unwrap();
                let reference = first.reference();
                let order = P::order(op, reference.clone(), first.receiver.url()).unwrap();
                let instead = with_status(P::refusal(&first.sandbox, code), status);
                first
                    .transport
                    .plan([Fault::Replaced(instead, Recorded::default())]);
                let made = match &order {
                    Order::Checkout(order) => router.create_checkout(order).await.map(drop),
                    Order::Payout(order) => router.create_payout(order).await.map(drop),
                    _ => continue,
                };
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
