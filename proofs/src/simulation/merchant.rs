//! The merchant's program: it lives, dies and starts again over one database.

mod book;
mod called;

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use payments_core::{Clock as _, MerchantRef};
use payments_facade::router::{Router, Rule};
use payments_facade::ticket::ClosedAs;
use payments_facade::{Gateway, Gateways};
use payments_simulation::{Database, Faults, Life};
use payments_store::engine::Engine;
use payments_store::{IntentState, ReconcileSettings, Settings, Step, Store, StoreError};
use tokio::task::JoinSet;

use self::book::Book;
use self::called::Called;
use super::accounts;
use super::day::{HOUR, MINUTE, POLL, Scene};
use super::defect::Defect;
use super::inbox::{Inbox, Running};
use super::payouts::NAME as PAYOUT;
use super::wire::Wire;

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
    /// An order, at the gateway that a router chooses.
    Checkout,
    /// A payout at one gateway.
    Payout,
    /// A payout that is committed first and sent later.
    Staged,
    /// A payout at the gateway that a router chooses.
    Routed,
}

#[derive(Debug)]
pub(super) struct Merchant {
    scene: Arc<Scene>,
    engine: Arc<dyn Engine>,
    inbox: Arc<Inbox>,
    wire: Wire,
    jobs: Vec<Arc<Job>>,
    life: Mutex<Option<Arc<Life>>>,
}

/// What a life of the process works with.
#[derive(Clone)]
struct Process {
    merchant: Arc<Merchant>,
    store: Store,
    gateways: Gateways,
    router: Router,
}

impl Merchant {
    pub(super) fn new(
        scene: Arc<Scene>,
        engine: Arc<dyn Engine>,
        inbox: Arc<Inbox>,
        wire: Wire,
    ) -> Arc<Self> {
        let chance = &scene.chance;
        let job = |kind, number: u64| {
            let name = if kind == Kind::Checkout {
                "order-"
            } else {
                PAYOUT
            };
            Arc::new(Job {
                kind,
                name: format!("{name}{number:02}"),
                amount: format!("{}.{:02}", 6 + chance.below(50), chance.below(100)),
                at: chance.up_to(14 * HOUR),
                is_done: AtomicBool::new(false),
            })
        };
        let checkouts = (0..2 + chance.below(3)).map(|it| job(Kind::Checkout, it));
        let payouts = (0..2 + chance.below(3)).map(|it| {
            let kinds = [Kind::Payout, Kind::Staged, Kind::Routed];
            job(chance.pick(&kinds), it)
        });
        let jobs = checkouts.chain(payouts).collect();
        Arc::new(Self {
            scene: Arc::clone(&scene),
            engine,
            inbox,
            wire,
            jobs,
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
        &self.wire
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
                false => 100 + scene.chance.below(1_200),
            };
            let life = Arc::new(Life::of(steps, scene.is_calm()));
            *self.life.lock().unwrap() = Some(Arc::clone(&life));
            if let Ok(process) = Process::open(&self, &life).await {
                scene.journal.write("the process starts");
                let mut tasks = process.start();
                self.inbox.connect(Some(Running {
                    store: process.store,
                    gateways: process.gateways,
                    life: Arc::clone(&life),
                }));
                life.end().await;
                self.inbox.connect(None);
                tasks.shutdown().await;
                scene.journal.write("the process dies");
                scene.totals.count("crashes");
            }
            tokio::time::sleep(scene.chance.up_to(3 * MINUTE)).await;
        }
    }

    /// A person who works at regular hours.
    pub(super) async fn review(self: Arc<Self>) {
        loop {
            tokio::time::sleep(6 * HOUR).await;
            self.close_what_nothing_proves().await;
        }
    }

    /// A person looks up at the provider the calls that no query can end, and closes them: those that are so old that nothing is
    /// under way any more.
    pub(super) async fn close_what_nothing_proves(&self) {
        let Some(Running { store, .. }) = self.inbox.running() else {
            return;
        };
        let now = self.scene.clock.now();
        for open in store.open_intents(100).await.unwrap_or_default() {
            let (call, reference) = (open.ticket.call(), open.ticket.reference());
            if now.since(open.ticket.at()) < 2 * HOUR {
                continue;
            }
            let order = self.wire.sandbox().order(reference.as_str());
            let gateway = order.map(|order| self.scene.pair.id_of(order.gateway));
            let outcome = match (open.state, gateway) {
                (IntentState::Unknown, None) => ClosedAs::NotApplied,
                // A query will find it.
                (IntentState::Unknown, Some(id)) if id == open.ticket.gateway().as_str() => {
                    continue;
                }
                // Another gateway reported it, so this one was not asked.
                (IntentState::Unknown | IntentState::Found, Some(_)) => ClosedAs::Applied,
                _ => continue,
            };
            let closed = store.close(call, reference, outcome, "Ana", "looked up");
            // The answer may be lost although the decision is stored.
            if closed.await.is_err() && self.is_open(reference).await {
                // Next time.
                continue;
            }
            self.wire.payouts().forget(reference.as_str());
            let text = format!("{reference} is closed by a person: {outcome:?}");
            self.scene.journal.write(text);
        }
    }

    /// Whether the outcome of a call is still open in the database, whatever the process sees of it.
    async fn is_open(&self, reference: &MerchantRef) -> bool {
        let mut tx = self.engine.begin().await.unwrap();
        let sql =
            "SELECT 1 FROM pay_intents WHERE reference = $1 AND state IN ('unknown', 'found')";
        let rows = tx.query(sql, &[reference.as_str().into()]).await.unwrap();
        !rows.is_empty()
    }
}

impl Process {
    async fn open(merchant: &Arc<Merchant>, life: &Arc<Life>) -> Result<Self, StoreError> {
        let scene = &merchant.scene;
        let faults = Faults {
            step_fails_once_in: 200,
            forgets_commit_once_in: (scene.day.defect == Defect::LosesCommits).then_some(4),
            turns_of_others: 0,
        };
        let (inner, chance) = (Arc::clone(&merchant.engine), scene.chance.clone());
        let database = Database::new(inner, Arc::clone(life), chance, faults);
        let mut settings = Settings::default();
        settings.workers = 2;
        // So that a day has not too many steps.
        settings.poll = 20 * MINUTE;
        let clock = Arc::new(scene.clock.clone());
        let entropy = Arc::new(scene.chance.clone());
        let store = Store::open_with(database, Arc::clone(&clock) as _, entropy, settings).await?;
        if scene.day.defect == Defect::ForgetsIntents {
            let mut tx = merchant.engine.begin().await?;
            let forget = "DELETE FROM pay_intents WHERE state IN ('sending', 'unknown')";
            tx.execute(forget, &[]).await?;
            tx.commit().await?;
        }
        let gateways = accounts::open(scene.pair, &merchant.wire, &scene.clock, &scene.chance);
        let mut router = Router::new(gateways.clone(), clock, Arc::new(store.clone()));
        let mut ids = scene.pair.providers().map(|(_, id)| id);
        if scene.second_first {
            ids.reverse();
        }
        for id in ids {
            router = router.then(Rule::new(id.parse().unwrap())).unwrap();
        }
        Ok(Self {
            merchant: Arc::clone(merchant),
            store,
            gateways,
            router,
        })
    }

    fn start(&self) -> JoinSet<()> {
        let defect = self.merchant.scene.day.defect;
        let mut tasks = JoinSet::new();
        let (running, book) = (self.store.clone(), Book(Arc::clone(&self.merchant)));
        match defect {
            Defect::BooksWithoutKey => {
                tasks.spawn(async move { running.run_detached(book, std::future::pending()).await })
            }
            _ => tasks.spawn(async move { running.run(book, std::future::pending()).await }),
        };
        let (store, gateways) = (self.store.clone(), self.gateways.clone());
        tasks.spawn(async move { store.run_staged(&gateways, std::future::pending()).await });
        if defect != Defect::NeverReconciles {
            let (store, gateways) = (self.store.clone(), self.gateways.clone());
            let settings = reconcile_settings();
            tasks.spawn(async move {
                let end = std::future::pending();
                store
                    .run_reconciler(&gateways, &settings, |_| {}, end)
                    .await;
            });
        }
        for job in &self.merchant.jobs {
            let (process, job) = (self.clone(), Arc::clone(job));
            tasks.spawn(async move { process.work_on(&job).await });
        }
        tasks
    }

    /// Tries until the call is made.
    async fn work_on(&self, job: &Job) {
        let scene = &self.merchant.scene;
        tokio::time::sleep(job.at.saturating_sub(scene.clock.monotonic())).await;
        while !job.is_done.load(Ordering::SeqCst) {
            let patience = match scene.goes_wrong(5) {
                true => scene.chance.up_to(MINUTE),
                false => HOUR,
            };
            let called = tokio::time::timeout(patience, self.call(job)).await;
            let outcome = called.as_ref().map_or("is dropped", Called::text);
            scene.journal.write(format_args!("{} {outcome}", job.name));
            if let Ok(Called::Made) = called {
                job.is_done.store(true, Ordering::SeqCst);
            }
            tokio::time::sleep(10 * MINUTE + scene.chance.up_to(20 * MINUTE)).await;
        }
    }

    async fn call(&self, job: &Job) -> Called {
        let order = self.merchant.scene.pair.payout(&job.name, &job.amount);
        match job.kind {
            Kind::Checkout => {
                let order = self.merchant.scene.pair.checkout(&job.name, &job.amount);
                match self.router.create_checkout(&order).await {
                    Ok(made) => {
                        if made.why().candidates().len() > 1
                            && made.why().may_know_reference().count() > 0
                        {
                            self.merchant
                                .scene
                                .totals
                                .count("orders at the second gateway");
                        }
                        Called::Made
                    }
                    Err(error) => Called::routed(error.stop(), error.outcome()),
                }
            }
            Kind::Routed => match self.router.create_payout(&order).await {
                Ok(_) => Called::Made,
                Err(error) => Called::routed(error.stop(), error.outcome()),
            },
            Kind::Payout => {
                let gateway = self.payer(0);
                let result = self.store.payout(gateway, &order).await;
                let called = Called::of(&result.map(drop));
                if called == Called::Open {
                    self.repeat(&order).await;
                }
                called
            }
            Kind::Staged => {
                let mut tx = match self.merchant.engine.begin().await {
                    Ok(tx) => tx,
                    Err(_) => return Called::NotMade,
                };
                let staged = self
                    .store
                    .stage_payout(&mut *tx, self.payer(1), &order)
                    .await;
                match &staged {
                    Ok(()) if tx.commit().await.is_err() => Called::Open,
                    Ok(()) => Called::Open,
                    Err(_) => Called::of(&staged),
                }
            }
        }
    }

    /// What only a program with a defect does.
    async fn repeat(&self, order: &payments_facade::PayoutOrder) {
        let gateway = match self.merchant.scene.day.defect {
            Defect::SendsAgain => self.payer(0),
            Defect::SendsElsewhere => self.payer(1),
            _ => return,
        };
        let _ = gateway.payouts().unwrap().create(order).await;
    }

    fn payer(&self, index: usize) -> &dyn Gateway {
        let ids = self.merchant.scene.pair.payers();
        let id = ids[index % ids.len()].parse().unwrap();
        self.gateways.get(&id).unwrap()
    }
}

/// Every payment is queried once in a poll period until the claims are checked. What comes after that comes in statements.
fn reconcile_settings() -> ReconcileSettings {
    let mut settings = ReconcileSettings::default();
    let step = |until, every| Step { until, every };
    let steps = vec![step(45 * HOUR, POLL), step(100 * HOUR, 24 * HOUR)];
    settings.every = POLL / 2;
    settings.balances_every = POLL;
    settings.statements_every = 24 * HOUR;
    settings.schedule.open = steps.clone();
    settings.schedule.closed = steps.clone();
    settings.schedule.completed = steps;
    settings
}

/// The merchant's reference of a text that is one.
pub(super) fn reference(text: &str) -> MerchantRef {
    MerchantRef::new(text).unwrap()
}
