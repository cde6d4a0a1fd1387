//! Requests for payouts on their way to the provider. They go on if the merchant's process dies.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use async_trait::async_trait;
use payments_core::{Clock as _, MerchantRef, Outcome, Timestamp};
use payments_facade::payout::Payouts;
use payments_facade::{Answer, Error, Gateway as _, Payment, PayoutOrder};
use payments_testkit::FakeGateway;
use tokio::sync::oneshot;

use super::world::Scene;
use crate::intercepted::Intercept;

#[derive(Debug)]
pub(super) struct Wire {
    scene: Arc<Scene>,
    /// The requests of which the merchant does not know that they had no effect, and when each left.
    open: Mutex<BTreeMap<MerchantRef, Timestamp>>,
    double_sends: Mutex<Vec<String>>,
}

impl Wire {
    pub(super) fn new(scene: Arc<Scene>) -> Self {
        Self {
            scene,
            open: Mutex::default(),
            double_sends: Mutex::default(),
        }
    }

    pub(super) fn double_sends(&self) -> Vec<String> {
        self.double_sends.lock().unwrap().clone()
    }

    /// A person made sure that the request had no effect.
    pub(super) fn forget(&self, reference: &MerchantRef) {
        self.open.lock().unwrap().remove(reference);
    }

    /// Why a request must not leave now.
    fn objection(&self, reference: &MerchantRef) -> Option<&'static str> {
        let gateway = &self.scene.gateway;
        if gateway.order(reference).is_some() {
            return Some("its order exists");
        }
        let open = self.open.lock().unwrap();
        let left = open.get(reference)?;
        let is_over = self.scene.clock.now().since(*left) >= gateway.facts().quiet_period.value;
        match self.scene.not_found_proves && is_over {
            true => None,
            false => Some("the outcome of an earlier request is unknown"),
        }
    }
}

#[async_trait]
impl Intercept for Wire {
    async fn create(
        &self,
        inner: &FakeGateway,
        order: &PayoutOrder,
    ) -> Result<Answer<Payment>, Error> {
        let (scene, reference) = (&self.scene, order.reference());
        scene.totals.count("requests for payouts");
        scene.journal.write(format_args!("{reference} leaves"));
        if let Some(reason) = self.objection(reference) {
            let text = format!("{reference} was sent although {reason}");
            self.double_sends.lock().unwrap().push(text);
        }
        let now = scene.clock.now();
        self.open.lock().unwrap().insert(reference.clone(), now);

        let delay = scene.chance.up_to(Duration::from_secs(40));
        let (sender, answer) = oneshot::channel();
        let (inner, order) = (inner.clone(), order.clone());
        let journal = scene.journal.clone();
        tokio::spawn(async move {
            tokio::time::sleep(delay).await;
            let result = Payouts::create(&inner, &order).await;
            let exists = inner.order(order.reference()).is_some();
            journal.write(format_args!(
                "{} arrives, exists: {exists}",
                order.reference()
            ));
            // The caller may be gone.
            let _ = sender.send(result);
        });
        let result = answer.await.unwrap();
        match result.as_ref().map_err(Error::outcome) {
            Err(Outcome::NotApplied) => self.forget(reference),
            Err(_) => scene.totals.count("lost answers"),
            Ok(_) => {}
        }
        result
    }
}
