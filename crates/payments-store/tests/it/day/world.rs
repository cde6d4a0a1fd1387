//! A simulated day: who takes part, and its course.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use payments_core::Amount;
use payments_simulation::{Chance, Course, Journal, START, SimulatedClock, Totals};
use payments_store::engine::{Engine, Sqlite};
use payments_store::schema;
use payments_testkit::FakeGateway;

use super::claims;
use super::customers;
use super::merchant::Merchant;
use super::network::Network;
use crate::support::{change, money};

const HOUR: Duration = Duration::from_secs(3_600);
/// How long everything may take to come to rest once nothing goes wrong any more.
const REST: Duration = HOUR.saturating_mul(48);

/// What is fixed before a day begins.
#[derive(Clone, Copy, Debug)]
pub(super) struct Day {
    pub(super) seed: u64,
    pub(super) defect: Defect,
}

/// What is wrong with the merchant's program on purpose, to see that the claims notice it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Defect {
    Nothing,
    /// The database forgets what it has committed.
    LosesCommits,
    /// The handler books in another database, without a unique key.
    BooksWithoutKey,
    /// A forger knows the secret of the webhooks.
    LeaksSecret,
    /// A payout of unknown outcome is sent again.
    SendsAgain,
    /// Unknown outcomes are never resolved.
    ResolvesNothing,
}

impl Defect {
    /// The defects, with the claim that each violates.
    pub(super) const ALL: [(Self, &str); 5] = [
        (Self::LosesCommits, claims::LOST),
        (Self::BooksWithoutKey, claims::DOUBLE_EFFECT),
        (Self::LeaksSecret, claims::PHANTOM),
        (Self::SendsAgain, claims::DOUBLE_SEND),
        (Self::ResolvesNothing, claims::CONVERGENCE),
    ];
}

impl Day {
    pub(super) fn of(seed: u64) -> Self {
        Self::with(seed, Defect::Nothing)
    }

    pub(super) fn with(seed: u64, defect: Defect) -> Self {
        Self { seed, defect }
    }

    /// Whether the reconciler runs. It makes a day several times as long to compute.
    pub(super) fn is_reconciled(self) -> bool {
        self.seed.is_multiple_of(4) && self.defect == Defect::Nothing
    }
}

/// What everyone shares.
#[derive(Debug)]
pub(super) struct Scene {
    pub(super) day: Day,
    pub(super) clock: SimulatedClock,
    pub(super) chance: Chance,
    pub(super) journal: Journal,
    /// The provider.
    pub(super) gateway: FakeGateway,
    /// Whether the provider documents that "not found" proves that there is no order.
    pub(super) not_found_proves: bool,
    /// Nothing goes wrong any more.
    is_calm: AtomicBool,
    pub(super) totals: Totals,
}

impl Scene {
    fn new(day: Day) -> Self {
        let chance = Chance::of(day.seed);
        let clock = SimulatedClock::start();
        let not_found_proves = chance.one_in(2);
        let gateway = FakeGateway::builder("fake", "main")
            .clock(Arc::new(clock.clone()))
            .balance(&money("1000000"))
            .payout_fee(Amount::from(1));
        let gateway = match not_found_proves {
            true => gateway.not_found_proves(),
            false => gateway,
        };
        Self {
            day,
            chance,
            journal: Journal::new(clock.clone()),
            clock,
            gateway: gateway.build().unwrap(),
            not_found_proves,
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

/// A day in which things go wrong, and then a time in which nothing does, until everything has come to rest.
pub(super) async fn run(day: Day) -> Course {
    let scene = Arc::new(Scene::new(day));
    let engine: Arc<dyn Engine> = Arc::new(Sqlite::in_memory().unwrap());
    schema::migrate(&*engine, START).await.unwrap();
    let table = "CREATE TABLE app_effects (effect_key TEXT NOT NULL, amount TEXT)";
    change(&*engine, table).await;

    let network = Network::new(Arc::clone(&scene));
    let merchant = Merchant::new(Arc::clone(&scene), engine, Arc::clone(&network));
    tokio::spawn(Arc::clone(&merchant).run());
    customers::arrive(&scene, &network, merchant.jobs());
    tokio::time::sleep(24 * HOUR).await;

    scene.is_calm.store(true, Ordering::SeqCst);
    scene.journal.write("nothing goes wrong any more");
    merchant.restart();
    network.send_rest();
    let mut found = Vec::new();
    for _ in 0..REST.as_secs() / HOUR.as_secs() {
        tokio::time::sleep(HOUR).await;
        merchant.close_what_nothing_proves().await;
        found = claims::violations(&scene, &network, &merchant).await;
        if found.is_empty() {
            break;
        }
    }
    for violation in &found {
        scene.journal.write(violation);
    }
    Course {
        journal: scene.journal.clone(),
        violations: found,
        totals: scene.totals.clone(),
    }
}
