//! A store and a gateway that share a clock which only the test moves.

use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use payments_core::scripted::ManualClock;
use payments_core::{Clock, Timestamp};
use payments_facade::answer::ProviderResponse;
use payments_facade::checkout::Checkout;
use payments_facade::{Answer, Error, Gateways, Lookup, Payment};
use payments_store::engine::Engine;
use payments_store::{Finding, ReconcileReport, ReconcileSettings, Settings, Store};
use payments_testkit::{FakeGateway, FakeGroup};

use crate::intercepted::{Intercept, Intercepted};
use crate::support::{Book, NOW, money, open, until_idle};

pub(super) const MINUTE: Duration = Duration::from_secs(60);
pub(super) const HOUR: Duration = Duration::from_secs(3_600);
pub(super) const DAY: Duration = Duration::from_secs(24 * 3_600);

/// The report of a run that did this, and nothing else.
pub(super) fn report(fill: impl FnOnce(&mut ReconcileReport)) -> ReconcileReport {
    let mut report = ReconcileReport::default();
    fill(&mut report);
    report
}

/// A clock that only the test moves. Its sleeps do not end, except those before a transaction is repeated.
#[derive(Clone, Debug)]
pub(super) struct SetClock(ManualClock);

impl SetClock {
    pub(super) fn advance(&self, time: Duration) {
        self.0.advance(time);
    }
}

#[async_trait]
impl Clock for SetClock {
    fn now(&self) -> Timestamp {
        self.0.now()
    }

    fn monotonic(&self) -> Duration {
        self.0.monotonic()
    }

    async fn sleep(&self, duration: Duration) {
        match duration < Duration::from_secs(1) {
            true => tokio::time::sleep(duration).await,
            false => std::future::pending().await,
        }
    }
}

#[derive(Clone)]
pub(super) struct Shop {
    pub(super) clock: SetClock,
    pub(super) store: Store,
    /// With 100 USDT.
    pub(super) gateway: FakeGateway,
    pub(super) settings: ReconcileSettings,
}

impl Shop {
    pub(super) async fn open(engine: &Arc<dyn Engine>) -> Self {
        let clock = SetClock(ManualClock::at(NOW));
        let store = open(engine, Arc::new(clock.clone()), Settings::default()).await;
        let gateway = FakeGateway::builder("fake", "main")
            .balance(&money("100"))
            .clock(Arc::new(clock.clone()))
            .build()
            .unwrap();
        let settings = ReconcileSettings::default();
        Self {
            clock,
            store,
            gateway,
            settings,
        }
    }

    /// The same with a gateway that only has orders.
    pub(super) async fn with_orders_only(engine: &Arc<dyn Engine>) -> Self {
        let shop = Self::open(engine).await;
        let gateway = FakeGateway::builder("fake", "main")
            .only(&[FakeGroup::Checkout])
            .clock(Arc::new(shop.clock.clone()))
            .build()
            .unwrap();
        Self { gateway, ..shop }
    }

    /// The same by another clock.
    pub(super) async fn with_clock(&self, engine: &Arc<dyn Engine>, now: Timestamp) -> Self {
        let clock = SetClock(ManualClock::at(now));
        let store = open(engine, Arc::new(clock.clone()), Settings::default()).await;
        Self {
            clock,
            store,
            ..self.clone()
        }
    }

    /// The store of another process.
    pub(super) async fn another_store(&self, engine: &Arc<dyn Engine>) -> Store {
        open(engine, Arc::new(self.clock.clone()), Settings::default()).await
    }

    pub(super) fn gateways(&self) -> Gateways {
        let mut gateways = Gateways::new();
        gateways.add(self.gateway.clone()).unwrap();
        gateways
    }

    pub(super) async fn reconcile(&self) -> ReconcileReport {
        let report = self.store.reconcile(&self.gateways(), &self.settings).await;
        report.unwrap()
    }

    pub(super) async fn reconcile_after(&self, time: Duration) -> ReconcileReport {
        self.clock.advance(time);
        self.reconcile().await
    }

    /// Handles everything that waits.
    pub(super) async fn handle(&self) {
        self.store
            .run(Book::default(), until_idle(&self.store))
            .await;
    }

    pub(super) async fn found(&self) -> Vec<Finding> {
        self.store.findings(100).await.unwrap()
    }
}

/// Queries have no effect keys, as those of CCPayment v1.
#[derive(Debug)]
pub(super) struct Unkeyed;

impl Unkeyed {
    pub(super) fn gateways(gateway: &FakeGateway) -> Gateways {
        let (mut gateways, inner) = (Gateways::new(), gateway.clone());
        gateways.add(Intercepted { inner, by: Self }).unwrap();
        gateways
    }
}

#[async_trait]
impl Intercept for Unkeyed {
    async fn find(
        &self,
        inner: &FakeGateway,
        by: &Lookup,
    ) -> Result<Option<Answer<Payment>>, Error> {
        let found = Checkout::find(inner, by).await?;
        Ok(found.map(|found| {
            let mut document = serde_json::to_value(found.into_inner()).unwrap();
            for one in document["observations"].as_array_mut().unwrap() {
                one.as_object_mut().unwrap().remove("effect").unwrap();
            }
            let payment = serde_json::from_value(document).unwrap();
            Answer::new(payment, ProviderResponse::new(()))
        }))
    }
}
