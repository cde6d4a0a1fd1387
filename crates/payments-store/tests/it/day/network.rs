//! Webhooks on their way from the provider to the merchant: late, repeated, overtaken, lost, forged.

use std::collections::BTreeSet;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use payments_facade::Gateway;
use payments_signing::Secret;
use payments_simulation::{Life, START};
use payments_store::Store;
use payments_testkit::{FakeGateway, FakeWebhook};

use super::world::{Defect, Scene};
use crate::support::money;

/// How long a provider waits before it sends again what was not acknowledged.
const WAITS: [Duration; 6] = [
    Duration::from_secs(60),
    Duration::from_secs(300),
    Duration::from_secs(1_800),
    Duration::from_secs(3_600),
    Duration::from_secs(7_200),
    Duration::from_secs(14_400),
];

/// What a forger claims to have paid.
pub(super) const FORGED: &str = "666";

/// The merchant's process, while it lives.
#[derive(Clone, Debug)]
pub(super) struct Running {
    pub(super) store: Store,
    pub(super) life: Arc<Life>,
}

#[derive(Debug)]
pub(super) struct Network {
    scene: Arc<Scene>,
    running: Mutex<Option<Running>>,
    /// The effect keys of the webhooks that the merchant acknowledged.
    acknowledged: Mutex<BTreeSet<String>>,
    /// Forged webhooks that the merchant acknowledged.
    believed: Mutex<Vec<String>>,
    /// What the provider has given up.
    rest: Mutex<Vec<FakeWebhook>>,
}

impl Network {
    pub(super) fn new(scene: Arc<Scene>) -> Arc<Self> {
        Arc::new(Self {
            scene,
            running: Mutex::default(),
            acknowledged: Mutex::default(),
            believed: Mutex::default(),
            rest: Mutex::default(),
        })
    }

    pub(super) fn connect(&self, running: Option<Running>) {
        *self.running.lock().unwrap() = running;
    }

    pub(super) fn running(&self) -> Option<Running> {
        self.running.lock().unwrap().clone()
    }

    pub(super) fn acknowledged(&self) -> BTreeSet<String> {
        self.acknowledged.lock().unwrap().clone()
    }

    pub(super) fn believed(&self) -> Vec<String> {
        self.believed.lock().unwrap().clone()
    }

    /// Sends a webhook until it is acknowledged, sometimes more than once.
    pub(super) fn send(self: &Arc<Self>, webhook: &FakeWebhook) {
        let copies = 1 + usize::from(self.scene.goes_wrong(3));
        for _ in 0..copies {
            let longest = match self.scene.goes_wrong(5) {
                true => Duration::from_secs(6 * 3_600),
                false => Duration::from_secs(120),
            };
            let delay = self.scene.chance.up_to(longest);
            let (network, webhook) = (Arc::clone(self), webhook.clone());
            tokio::spawn(async move {
                tokio::time::sleep(delay).await;
                network.deliver(webhook).await;
            });
        }
    }

    /// What the provider has given up is sent again, as a merchant asks for it after a bad day.
    pub(super) fn send_rest(self: &Arc<Self>) {
        for webhook in self.rest.lock().unwrap().drain(..) {
            self.send(&webhook);
        }
    }

    async fn deliver(&self, webhook: FakeWebhook) {
        for wait in WAITS {
            if self.attempt(&webhook).await {
                return;
            }
            tokio::time::sleep(wait + self.scene.chance.up_to(wait / 4)).await;
        }
        self.scene.journal.write("the provider gives a webhook up");
        self.rest.lock().unwrap().push(webhook);
    }

    /// Sends a webhook once. Returns whether the provider sees the acknowledgement.
    async fn attempt(&self, webhook: &FakeWebhook) -> bool {
        let scene = &self.scene;
        scene.totals.count("deliveries");
        let FakeWebhook { headers, body } = webhook;
        let received = scene.gateway.webhooks().receive(headers, body, START);
        let key = received.unwrap().event().effect_key().as_str().to_owned();
        let what = if scene.goes_wrong(8) {
            "is lost"
        } else if !self.post(webhook).await {
            "is not acknowledged"
        } else {
            self.acknowledged.lock().unwrap().insert(key.clone());
            match scene.goes_wrong(10) {
                true => "is acknowledged in vain",
                false => "is acknowledged",
            }
        };
        scene.journal.write(format_args!("webhook {key} {what}"));
        what == "is acknowledged"
    }

    /// Whether a living process acknowledges it.
    async fn post(&self, webhook: &FakeWebhook) -> bool {
        let Some(Running { store, life }) = self.running() else {
            return false;
        };
        let FakeWebhook { headers, body } = webhook;
        let reply = store.receive(&self.scene.gateway, headers, body).await;
        reply.status().is_success() && !life.is_over()
    }

    /// Sends what the provider never said.
    pub(super) async fn forge(&self) {
        let scene = &self.scene;
        scene.totals.count("forged webhooks");
        let forger = FakeGateway::builder("fake", "main");
        let forger = match scene.day.defect {
            Defect::LeaksSecret => forger,
            _ => forger.webhook_secret(Secret::new("guessed").unwrap()),
        };
        let mut webhook = forger.build().unwrap().deposit(&money(FORGED)).unwrap();
        if let Some(genuine) = scene.gateway.webhooks_sent().last()
            && scene.chance.one_in(2)
        {
            // The same message with another amount.
            let text = String::from_utf8(genuine.body.to_vec()).unwrap();
            webhook.body = text.replace("\"paid\":\"", "\"paid\":\"9").into();
            if webhook.body == genuine.body {
                return;
            }
        }
        let is_believed = self.post(&webhook).await;
        scene.journal.write(format_args!(
            "a forged webhook, acknowledged: {is_believed}"
        ));
        if is_believed {
            let text = String::from_utf8_lossy(&webhook.body).into_owned();
            self.believed.lock().unwrap().push(text);
        }
    }
}
