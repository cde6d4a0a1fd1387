//! The merchant's program: it lives, dies and starts again over one database.

use std::collections::HashMap;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use async_trait::async_trait;
use payments_core::{BoxError, Clock as _, Outcome, Refusal};
use payments_facade::layer::Call;
use payments_facade::payout::Payouts;
use payments_facade::ticket::ClosedAs;
use payments_facade::{CheckoutOrder, Gateways};
use payments_simulation::{Database, Faults, Life};
use payments_store::engine::{Engine, Transaction};
use payments_store::{
    DetachedHandler, Handler, IntentError, IntentState, ReconcileSettings, Settings, Store,
    StoreError, StoredEvent,
};
use payments_testkit::FakeFault;
use tokio::task::JoinSet;

use super::network::{Network, Running};
use super::wire::Wire;
use super::world::{Defect, Scene};
use crate::intercepted::Intercepted;
use crate::support::{money, payout, reference};

const MINUTE: Duration = Duration::from_secs(60);

/// A call that the merchant has to make, whatever happens. It knows of it in every life.
#[derive(Debug)]
pub(super) struct Job {
    pub(super) kind: Kind,
    pub(super) name: String,
    amount: String,
    at: Duration,
    is_done: AtomicBool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Checkout,
    Payout,
}

#[derive(Debug)]
pub(super) struct Merchant {
    scene: Arc<Scene>,
    engine: Arc<dyn Engine>,
    network: Arc<Network>,
    gateway: Intercepted<Wire>,
    gateways: Gateways,
    jobs: Vec<Arc<Job>>,
    /// How many calls had been sent when the last fault for such a call was scripted.
    scripted: Mutex<HashMap<Call, usize>>,
    life: Mutex<Option<Arc<Life>>>,
}

impl Merchant {
    pub(super) fn new(
        scene: Arc<Scene>,
        engine: Arc<dyn Engine>,
        network: Arc<Network>,
    ) -> Arc<Self> {
        let chance = &scene.chance;
        let job = |kind, number: u64| {
            let name = match kind {
                Kind::Checkout => "order",
                Kind::Payout => "payout",
            };
            Arc::new(Job {
                kind,
                name: format!("{name}-{number}"),
                amount: format!("{}.{:06}", 2 + chance.below(50), chance.below(1_000_000)),
                at: chance.up_to(16 * 60 * MINUTE),
                is_done: AtomicBool::new(false),
            })
        };
        let checkouts = (0..2 + chance.below(3)).map(|it| job(Kind::Checkout, it));
        let payouts = (0..2 + chance.below(3)).map(|it| job(Kind::Payout, it));
        let jobs = checkouts.chain(payouts).collect();
        let mut gateways = Gateways::new();
        gateways.add(scene.gateway.clone()).unwrap();
        let gateway = Intercepted {
            inner: scene.gateway.clone(),
            by: Wire::new(Arc::clone(&scene)),
        };
        Arc::new(Self {
            scene,
            engine,
            network,
            gateway,
            gateways,
            jobs,
            scripted: Mutex::default(),
            life: Mutex::default(),
        })
    }

    pub(super) fn jobs(&self) -> &[Arc<Job>] {
        &self.jobs
    }

    pub(super) fn engine(&self) -> &dyn Engine {
        &*self.engine
    }

    pub(super) fn wire(&self) -> &Wire {
        &self.gateway.by
    }

    /// The jobs that are not done.
    pub(super) fn open_jobs(&self) -> impl Iterator<Item = &Job> {
        let jobs = self.jobs.iter().map(|job| &**job);
        jobs.filter(|job| !job.is_done.load(Ordering::SeqCst))
    }

    /// Ends the process. It starts again.
    pub(super) fn restart(&self) {
        if let Some(life) = &*self.life.lock().unwrap() {
            life.kill();
        }
    }

    /// One life after the other.
    pub(super) async fn run(self: Arc<Self>) {
        loop {
            let scene = &self.scene;
            let steps = match scene.is_calm() {
                true => u64::MAX,
                false => 20 + scene.chance.below(800),
            };
            let life = Arc::new(Life::of(steps, scene.is_calm()));
            *self.life.lock().unwrap() = Some(Arc::clone(&life));
            if let Ok(store) = self.open(&life).await {
                scene.journal.write("the process starts");
                let mut tasks = self.start(&store);
                self.network.connect(Some(Running {
                    store,
                    life: Arc::clone(&life),
                }));
                life.end().await;
                self.network.connect(None);
                tasks.shutdown().await;
                scene.journal.write("the process dies");
                scene.totals.count("crashes");
            }
            tokio::time::sleep(scene.chance.up_to(3 * MINUTE)).await;
        }
    }

    async fn open(&self, life: &Arc<Life>) -> Result<Store, StoreError> {
        let faults = Faults {
            step_fails_once_in: 150,
            forgets_commit_once_in: (self.scene.day.defect == Defect::LosesCommits).then_some(20),
            turns_of_others: 3,
        };
        let (inner, chance) = (Arc::clone(&self.engine), self.scene.chance.clone());
        let database = Database::new(inner, Arc::clone(life), chance, faults);
        let mut settings = Settings::default();
        settings.workers = 2;
        // So that a day has not too many steps.
        settings.poll = 20 * MINUTE;
        let clock = Arc::new(self.scene.clock.clone());
        let entropy = Arc::new(self.scene.chance.clone());
        Store::open_with(database, clock, entropy, settings).await
    }

    fn start(self: &Arc<Self>, store: &Store) -> JoinSet<()> {
        let mut tasks = JoinSet::new();
        let (running, book) = (store.clone(), Book(Arc::clone(self)));
        match self.scene.day.defect {
            Defect::BooksWithoutKey => {
                tasks.spawn(async move { running.run_detached(book, std::future::pending()).await })
            }
            _ => tasks.spawn(async move { running.run(book, std::future::pending()).await }),
        };
        if self.scene.day.defect != Defect::ResolvesNothing {
            let (merchant, store) = (Arc::clone(self), store.clone());
            tasks.spawn(async move {
                loop {
                    let _ = store.resolve_due(&merchant.gateways).await;
                    tokio::time::sleep(15 * MINUTE).await;
                }
            });
        }
        if self.scene.day.is_reconciled() {
            let (merchant, store) = (Arc::clone(self), store.clone());
            tasks.spawn(async move {
                let settings = ReconcileSettings::default();
                loop {
                    let _ = store.reconcile(&merchant.gateways, &settings).await;
                    tokio::time::sleep(90 * MINUTE).await;
                }
            });
        }
        for job in &self.jobs {
            let (merchant, store, job) = (Arc::clone(self), store.clone(), Arc::clone(job));
            tasks.spawn(async move { merchant.make(&store, &job).await });
        }
        tasks
    }

    /// Tries until the call is made.
    async fn make(&self, store: &Store, job: &Job) {
        let scene = &self.scene;
        tokio::time::sleep(job.at.saturating_sub(scene.clock.monotonic())).await;
        let mut wait = 2 * MINUTE;
        while !job.is_done.load(Ordering::SeqCst) {
            if scene.goes_wrong(3) {
                let call = match job.kind {
                    Kind::Checkout => Call::CreateCheckout,
                    Kind::Payout => Call::CreatePayout,
                };
                // A call that is refused before it is sent leaves its fault for the next one: they must not pile up.
                let sent = scene.gateway.sent(call);
                if self.scripted.lock().unwrap().insert(call, sent) != Some(sent) {
                    scene.gateway.script(call, fault(scene));
                }
            }
            if scene.goes_wrong(4) {
                let fault = FakeFault::Lost { applied: false };
                scene.gateway.script(Call::Resolve, fault);
            }
            let patience = match scene.goes_wrong(5) {
                true => scene.chance.up_to(MINUTE),
                false => 60 * MINUTE,
            };
            let called = tokio::time::timeout(patience, self.call(store, job)).await;
            let result = match &called {
                Err(_) => "is dropped".to_owned(),
                Ok(Ok(())) => "is made".to_owned(),
                Ok(Err(error)) => {
                    let text = error.to_string();
                    // Without the ticket.
                    let text = text.split(';').next().unwrap_or_default();
                    format!("is {:?}: {text}", error.outcome())
                }
            };
            scene.journal.write(format_args!("{} {result}", job.name));
            if let Ok(Ok(()) | Err(IntentError::AlreadyMade(_))) = called {
                job.is_done.store(true, Ordering::SeqCst);
            }
            tokio::time::sleep(wait + scene.chance.up_to(wait)).await;
            wait = (2 * wait).min(120 * MINUTE);
        }
    }

    async fn call(&self, store: &Store, job: &Job) -> Result<(), IntentError> {
        match job.kind {
            Kind::Checkout => {
                let order = CheckoutOrder::hosted(reference(&job.name), money(&job.amount));
                store.checkout(&self.scene.gateway, &order).await.map(drop)
            }
            Kind::Payout => {
                let order = payout(&job.name, &job.amount);
                let result = store.payout(&self.gateway, &order).await;
                let is_unknown = matches!(&result, Err(it) if it.outcome() == Outcome::Unknown);
                if is_unknown && self.scene.day.defect == Defect::SendsAgain {
                    let _ = Payouts::create(&self.gateway, &order).await;
                }
                result.map(drop)
            }
        }
    }

    /// A person looks the calls up at the provider that no query can end, and closes them.
    pub(super) async fn close_what_nothing_proves(&self) {
        let (Some(Running { store, .. }), false) =
            (self.network.running(), self.scene.not_found_proves)
        else {
            return;
        };
        for open in store.open_intents(100).await.unwrap() {
            let reference = open.ticket.reference();
            let exists = self.scene.gateway.order(reference).is_some();
            if open.state == IntentState::Unknown && !exists {
                let (call, outcome) = (open.ticket.call(), ClosedAs::NotApplied);
                let closed = store.close(call, reference, outcome, "Ana", "not at the provider");
                closed.await.unwrap();
                self.wire().forget(reference);
                self.scene
                    .journal
                    .write(format_args!("{reference} is closed by a person"));
            }
        }
    }
}

fn fault(scene: &Scene) -> FakeFault {
    let applied = scene.chance.one_in(2);
    scene.chance.pick(&[
        FakeFault::NoConnection,
        FakeFault::Lost { applied },
        FakeFault::Broken { applied },
        FakeFault::Unavailable { applied },
        FakeFault::Undecodable { applied },
        FakeFault::Unverified { applied },
        FakeFault::Ambiguous { applied },
        FakeFault::Mismatch,
        FakeFault::Refused(Refusal::Declined),
        FakeFault::Code("teapot"),
        FakeFault::Busy,
    ])
}

/// Books what each event states.
struct Book(Arc<Merchant>);

impl Book {
    async fn book(&self, event: &StoredEvent, tx: &mut dyn Transaction) -> Result<(), BoxError> {
        let received = event.event().funds().received;
        let amount = received.map(|money| money.amount.to_string());
        let sql = "INSERT INTO app_effects (effect_key, amount) VALUES ($1, $2)";
        let values = [event.effect_key().as_str().into(), amount.into()];
        tx.execute(sql, &values).await?;
        if self.0.scene.goes_wrong(15) {
            return Err("the handler fails".into());
        }
        let key = event.effect_key();
        self.0.scene.journal.write(format_args!("{key} is handled"));
        Ok(())
    }
}

#[async_trait]
impl Handler for Book {
    async fn handle(&self, event: &StoredEvent, tx: &mut dyn Transaction) -> Result<(), BoxError> {
        self.book(event, tx).await
    }
}

#[async_trait]
impl DetachedHandler for Book {
    async fn handle(&self, event: &StoredEvent) -> Result<(), BoxError> {
        let mut tx = self.0.engine.begin().await?;
        self.book(event, &mut *tx).await?;
        tx.commit().await?;
        Ok(())
    }
}
