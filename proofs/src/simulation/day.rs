//! A simulated day: who takes part, and its course.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use payments_sandbox::{Clock, DeliveryState, Sandbox};
use payments_simulation::{Chance, Course, Journal, START, SimulatedClock, Totals};
use payments_store::engine::{Engine, Sqlite};
use payments_store::schema;

use super::accounts::{Pair, SANDBOX, SHOP};
use super::claims;
use super::defect::Defect;
use super::inbox::Inbox;
use super::merchant::Merchant;
use super::wire::Wire;
use super::{customers, faults};

pub(super) const MINUTE: Duration = Duration::from_secs(60);
pub(super) const HOUR: Duration = Duration::from_secs(3_600);
/// Every payment is queried once in this time.
pub(super) const POLL: Duration = HOUR.saturating_mul(3);

/// What is fixed before a day begins.
#[derive(Clone, Copy, Debug)]
pub struct Day {
    pub(super) seed: u64,
    pub(super) defect: Defect,
}

impl Day {
    /// The day of this seed.
    #[must_use]
    pub fn of(seed: u64) -> Self {
        Self::with(seed, Defect::Nothing)
    }

    /// The day of this seed in the life of a program with a defect.
    #[must_use]
    pub fn with(seed: u64, defect: Defect) -> Self {
        Self { seed, defect }
    }
}

/// What everyone shares.
#[derive(Debug)]
pub(super) struct Scene {
    pub(super) day: Day,
    pub(super) pair: Pair,
    /// Whether the router asks the second provider of the pair first.
    pub(super) second_first: bool,
    pub(super) clock: SimulatedClock,
    pub(super) chance: Chance,
    pub(super) journal: Journal,
    /// Nothing goes wrong any more.
    is_calm: AtomicBool,
    pub(super) totals: Totals,
}

impl Scene {
    fn new(day: Day) -> Self {
        let (chance, clock) = (Chance::of(day.seed), SimulatedClock::start());
        Self {
            day,
            pair: chance.pick(&[Pair::CpayAndChainup, Pair::BothCcpayments]),
            second_first: chance.one_in(2),
            journal: Journal::new(clock.clone()),
            clock,
            chance,
            is_calm: AtomicBool::new(false),
            totals: Totals::default(),
        }
    }

    pub(super) fn is_calm(&self) -> bool {
        self.is_calm.load(Ordering::SeqCst)
    }

    /// Whether something goes wrong that does so once in so many times.
    pub(super) fn goes_wrong(&self, one_in: u64) -> bool {
        !self.is_calm() && self.chance.one_in(one_in)
    }
}

/// A day in which things go wrong, and then some hours in which nothing does.
pub(super) async fn run(day: Day) -> Course {
    let scene = Arc::new(Scene::new(day));
    let inbox = Inbox::new(Arc::clone(&scene));
    let sandbox = sandbox(&scene, &inbox).await;
    let engine: Arc<dyn Engine> = Arc::new(Sqlite::in_memory().unwrap());
    schema::migrate(&*engine, START).await.unwrap();
    let mut tx = engine.begin().await.unwrap();
    let table = "CREATE TABLE app_effects
        (effect_key TEXT NOT NULL, gateway TEXT, reference TEXT, id TEXT, is_completed INTEGER, stated TEXT, gained TEXT)";
    tx.execute(table, &[]).await.unwrap();
    tx.commit().await.unwrap();

    let wire = Wire::new(Arc::clone(&scene), Arc::new(sandbox));
    let merchant = Merchant::new(Arc::clone(&scene), engine, Arc::clone(&inbox), wire.clone());
    tokio::spawn(Arc::clone(&merchant).run());
    tokio::spawn(Arc::clone(&merchant).review());
    customers::arrive(&scene, &wire, &inbox, merchant.jobs());
    faults::plan(&scene, &wire);
    tokio::time::sleep(24 * HOUR).await;

    scene.is_calm.store(true, Ordering::SeqCst);
    scene.journal.write("nothing goes wrong any more");
    wire.sandbox().clear_faults();
    merchant.restart();
    tokio::time::sleep(2 * POLL).await;
    // What waits for a person waits longer; the rest has had its time.
    let mut violations = claims::check_undisturbed(&scene, &inbox, &merchant).await;

    for _ in 0..3 {
        merchant.close_what_nothing_proves().await;
        tokio::time::sleep(HOUR).await;
    }
    scene.journal.write("two poll periods begin");
    tokio::time::sleep(2 * POLL).await;
    let mut found = claims::check(&scene, &inbox, &merchant).await;
    violations.append(&mut found.violations);
    // The provider's statement of the day is all that knows of some orders. Its poll period is a day, and two of them may pass.
    for _ in 0..4 {
        if !found.waiting_for_statement.is_empty() {
            tokio::time::sleep(12 * HOUR).await;
            found = claims::check(&scene, &inbox, &merchant).await;
        }
    }
    violations.append(&mut found.waiting_for_statement);
    for violation in &violations {
        scene.journal.write(violation);
    }
    for _ in claims::effects(&merchant).await {
        scene.totals.count("effects booked");
    }
    // They refer to each other, so that nothing would be freed.
    inbox.connect(None);
    Course {
        journal: scene.journal.clone(),
        violations,
        totals: scene.totals.clone(),
    }
}

async fn sandbox(scene: &Scene, inbox: &Arc<Inbox>) -> Sandbox {
    let (inbox, journal) = (Arc::clone(inbox), scene.journal.clone());
    Sandbox::builder()
        .public_url(SANDBOX)
        .clock(Clock::runtime(START.as_millis()))
        .seed(scene.day.seed)
        .cpay_callback_url(format!("{SHOP}/cpay/main"))
        .cpay_kyc_required(false)
        .ccpayment_webhook_url(format!("{SHOP}/ccpayment/v1"))
        .ccpayment_v2_webhook_url(format!("{SHOP}/ccpayment/v2"))
        .receive_webhooks(move |request| Arc::clone(&inbox).receive(request))
        .observe_deliveries(move |delivery| {
            if matches!(
                delivery.state,
                DeliveryState::GivenUp | DeliveryState::Dropped
            ) {
                let (id, state) = (delivery.id, delivery.state.as_str());
                journal.write(format_args!("webhook {id} is {state}"));
            }
        })
        .start()
        .await
        .unwrap()
}
