//! What the merchant's customers, the payers and the providers' operators do.

use std::sync::Arc;

use payments_sandbox::{ActionError, DeliveryState, Deposit, Order, OrderKind, Sandbox};

use super::accounts::Pair;
use super::day::{HOUR, MINUTE, Scene};
use super::inbox::Inbox;
use super::merchant::{Job, Kind};
use super::wire::Wire;

#[derive(Clone, Copy, Debug)]
enum Act {
    Pay,
    Underpay,
    Overpay,
    Process,
    Expire,
    PayLate,
    Refund,
    Complete,
    Reject,
}

/// What may become of a checkout order. What its provider does not have is left out.
const CHECKOUTS: [&[Act]; 9] = [
    &[Act::Pay],
    &[Act::Process, Act::Pay],
    &[Act::Underpay, Act::Pay],
    &[Act::Overpay],
    &[Act::Expire, Act::PayLate],
    &[Act::Underpay, Act::Expire],
    &[Act::Expire],
    &[Act::Pay, Act::Refund, Act::Complete],
    &[Act::Pay, Act::Refund, Act::Reject],
];

const PAYOUTS: [&[Act]; 3] = [&[Act::Complete], &[Act::Complete], &[Act::Reject]];

/// Starts the day of everyone outside of the merchant's process.
pub(super) fn arrive(scene: &Arc<Scene>, wire: &Wire, inbox: &Arc<Inbox>, jobs: &[Arc<Job>]) {
    for job in jobs {
        let acts = match job.kind {
            Kind::Checkout => scene.chance.pick(&CHECKOUTS),
            Kind::Payout | Kind::Staged | Kind::Routed => scene.chance.pick(&PAYOUTS),
        };
        tokio::spawn(follow(
            Arc::clone(scene),
            wire.clone(),
            job.name.clone(),
            acts,
        ));
    }
    if scene.pair == Pair::CpayAndChainup {
        // Money without an order.
        let (at, scene, wire) = (
            scene.chance.up_to(20 * HOUR),
            Arc::clone(scene),
            wire.clone(),
        );
        tokio::spawn(async move {
            tokio::time::sleep(at).await;
            let deposit = Deposit::new("22033390", "USDT", "TRON", "7.000001");
            let order = wire.sandbox().deposit(&deposit).await;
            scene
                .journal
                .write(format_args!("a deposit: {}", order.is_ok()));
        });
    }
    for _ in 0..2 {
        let at = scene.chance.up_to(22 * HOUR);
        let inbox = Arc::clone(inbox);
        let wire = wire.clone();
        tokio::spawn(async move {
            tokio::time::sleep(at).await;
            inbox.forge(wire.sandbox()).await;
        });
    }
    tokio::spawn(repeat_webhooks(Arc::clone(scene), wire.clone()));
}

/// A provider sometimes sends again what was acknowledged.
async fn repeat_webhooks(scene: Arc<Scene>, wire: Wire) {
    while !scene.is_calm() {
        tokio::time::sleep(HOUR + scene.chance.up_to(3 * HOUR)).await;
        let all = wire.sandbox().deliveries();
        let delivered: Vec<u64> = all
            .iter()
            .filter(|it| it.state == DeliveryState::Delivered)
            .map(|it| it.id)
            .collect();
        if !delivered.is_empty() {
            let _ = wire.sandbox().resend(scene.chance.pick(&delivered)).await;
        }
    }
}

/// Waits for an order to exist, and lets happen what is planned for it.
async fn follow(scene: Arc<Scene>, wire: Wire, name: String, acts: &[Act]) {
    let sandbox = wire.sandbox();
    while sandbox.order(&name).is_none() {
        tokio::time::sleep(10 * MINUTE).await;
    }
    for act in acts {
        let longest = if scene.is_calm() { MINUTE } else { 2 * HOUR };
        tokio::time::sleep(scene.chance.up_to(longest)).await;
        let done = perform(sandbox, &name, *act).await;
        let text = match &done {
            Ok(order) => order.status.as_str(),
            Err(_) => "as before",
        };
        scene
            .journal
            .write(format_args!("{act:?}: {name} is {text}"));
    }
}

async fn perform(sandbox: &Sandbox, name: &str, act: Act) -> Result<Order, ActionError> {
    let asked = |order: &Order| order.amount.parse::<f64>().unwrap_or(1.0);
    let order = sandbox.order(name).unwrap();
    match act {
        Act::Pay => sandbox.pay(name, None).await,
        Act::Underpay => {
            sandbox
                .pay(name, Some(&format!("{:.2}", asked(&order) / 2.0)))
                .await
        }
        Act::Overpay => {
            sandbox
                .pay(name, Some(&format!("{:.2}", asked(&order) + 1.5)))
                .await
        }
        Act::Process => sandbox.process(name).await,
        Act::Expire => sandbox.expire(name).await,
        Act::PayLate => sandbox.pay_late(name).await,
        Act::Refund => sandbox.refund(name, "1.5").await,
        Act::Complete | Act::Reject => {
            let is_open = |it: &&Order| it.kind.is_payout() && !it.status.is_final();
            let own = sandbox.orders();
            let mut own = own
                .iter()
                .filter(|it| it.merchant_ref == name || is_refund(it, name));
            let id = own.find(is_open).map_or(name, |it| it.order_id.as_str());
            match act {
                Act::Complete => sandbox.complete(id).await,
                _ => sandbox.reject(id).await,
            }
        }
    }
}

fn is_refund(order: &Order, name: &str) -> bool {
    order.kind == OrderKind::Refund && order.remark.contains(name)
}
