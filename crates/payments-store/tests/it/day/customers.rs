//! What the merchant's customers and the provider do.

use std::sync::Arc;
use std::time::Duration;

use payments_testkit::{FakeError, FakeGateway, FakeWebhook};

use super::merchant::{Job, Kind};
use super::network::Network;
use super::world::Scene;
use crate::support::money;

const MINUTE: Duration = Duration::from_secs(60);
const HOUR: Duration = Duration::from_secs(3_600);

/// An action on the order of this reference.
type Act = fn(&FakeGateway, &str) -> Result<FakeWebhook, FakeError>;

const PAY: Act = |gateway, name| gateway.pay(name);
const UNDERPAY: Act = |gateway, name| gateway.underpay(name, "0.01");
const OVERPAY: Act = |gateway, name| gateway.overpay(name, "0.5");
const EXPIRE: Act = |gateway, name| gateway.expire(name);
const COMPLETE: Act = |gateway, name| gateway.complete(name);
const REJECT: Act = |gateway, name| gateway.reject(name);

/// What may become of a checkout order. Paying after it has expired is late.
const CHECKOUTS: [&[Act]; 6] = [
    &[PAY],
    &[UNDERPAY, PAY],
    &[OVERPAY],
    &[EXPIRE, PAY],
    &[UNDERPAY, EXPIRE],
    &[EXPIRE],
];

const PAYOUTS: [&[Act]; 3] = [&[COMPLETE], &[COMPLETE], &[REJECT]];

/// Starts the day of everyone outside of the merchant's process.
pub(super) fn arrive(scene: &Arc<Scene>, network: &Arc<Network>, jobs: &[Arc<Job>]) {
    for job in jobs {
        let acts = match job.kind {
            Kind::Checkout => scene.chance.pick(&CHECKOUTS),
            Kind::Payout => scene.chance.pick(&PAYOUTS),
        };
        let (scene, network) = (Arc::clone(scene), Arc::clone(network));
        tokio::spawn(follow(scene, network, job.name.clone(), acts));
    }
    for number in 0..2 + scene.chance.below(3) {
        let at = scene.chance.up_to(24 * HOUR);
        let (scene, network) = (Arc::clone(scene), Arc::clone(network));
        tokio::spawn(async move {
            tokio::time::sleep(at).await;
            let amount = money(&format!("{number}.000000000000000001"));
            network.send(&scene.gateway.deposit(&amount).unwrap());
        });
    }
    for _ in 0..2 {
        let at = scene.chance.up_to(24 * HOUR);
        let network = Arc::clone(network);
        tokio::spawn(async move {
            tokio::time::sleep(at).await;
            network.forge().await;
        });
    }
}

/// Waits for an order to exist, and lets happen what is planned for it.
async fn follow(scene: Arc<Scene>, network: Arc<Network>, name: String, acts: &[Act]) {
    while scene.gateway.order(&name).is_none() {
        tokio::time::sleep(10 * MINUTE).await;
    }
    for act in acts {
        tokio::time::sleep(scene.chance.up_to(4 * HOUR)).await;
        let webhook = act(&scene.gateway, &name).unwrap();
        let order = scene.gateway.order(&name).unwrap();
        scene
            .journal
            .write(format_args!("{name} is {:?}", order.phase));
        network.send(&webhook);
    }
}
