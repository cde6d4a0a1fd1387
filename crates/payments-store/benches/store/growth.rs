//! Growth: whether claims and lookups slow down with what is stored.

use std::time::Instant;

use payments_facade::{Gateway as _, Lookup};
use payments_store::Store;
use payments_store::engine::Dialect;
use payments_testkit::FakeGateway;

use crate::Size;
use crate::database::{Database, gateway, handle, receive, webhooks};
use crate::ratio::{Ratios, Target};

/// Lookups of one measurement.
const LOOKUPS: usize = 2_000;

pub(crate) async fn measure(size: Size, ratios: &mut Ratios) {
    let [small, large] = size.stored;
    let sqlite = [Database::sqlite().await, Database::sqlite().await];
    let postgres = match (Database::postgres().await, Database::postgres().await) {
        (Some(small), Some(large)) => Some([small, large]),
        _ => None,
    };
    for databases in [Some(sqlite), postgres].into_iter().flatten() {
        let name = databases[0].name;
        let mut sides = Vec::new();
        for (database, stored) in databases.iter().zip([small, large]) {
            sides.push(Side::new(database, stored).await);
        }
        let mut claims = Vec::new();
        let mut lookups = Vec::new();
        for round in 0..=size.rounds {
            let (mut claim, mut lookup) = ([0.0; 2], [0.0; 2]);
            for (index, side) in sides.iter().enumerate() {
                claim[index] = side.claim(size.events / 4).await;
                lookup[index] = side.lookup(round).await;
            }
            // The first round fills the caches.
            if round > 0 {
                claims.push((claim[1], claim[0]));
                lookups.push((lookup[1], lookup[0]));
            }
        }
        let target = Target::AtMost(1.3);
        for (what, rounds) in [("claim and handle", claims), ("lookup", lookups)] {
            let name = format!("{name}, time to {what} with {large} stored / with {small}");
            ratios.add(&name, target, &rounds);
        }
    }
}

/// A database with so many handled events.
struct Side<'a> {
    store: Store,
    gateway: FakeGateway,
    stored: usize,
    _database: &'a Database,
}

impl<'a> Side<'a> {
    async fn new(database: &'a Database, stored: usize) -> Self {
        let store = database.store(16).await;
        let gateway = gateway("growth");
        receive(&store, &gateway, &webhooks(&gateway, 1), 1).await;
        handle(&store, 1).await;
        fill(database, stored).await;
        Self {
            store,
            gateway,
            stored,
            _database: database,
        }
    }

    /// The time to handle one new event, in seconds.
    async fn claim(&self, count: usize) -> f64 {
        let webhooks = webhooks(&self.gateway, count);
        receive(&self.store, &self.gateway, &webhooks, 256).await;
        1.0 / handle(&self.store, count).await
    }

    /// The time of a lookup of a payment and of an event, in seconds.
    async fn lookup(&self, round: usize) -> f64 {
        let mut numbers = fastrand::Rng::with_seed(round as u64);
        let start = Instant::now();
        for _ in 0..LOOKUPS {
            let number = numbers.usize(1..=self.stored);
            let by = Lookup::Provider(format!("stored-{number}").parse().unwrap());
            let found = self.store.payments(self.gateway.id(), &by).await.unwrap();
            assert_eq!(found.len(), 1, "{number}");
            let key = serde_json::from_value(format!("key-{number}").into()).unwrap();
            assert!(self.store.delivery(&key).await.unwrap().is_some());
        }
        start.elapsed().as_secs_f64() / LOOKUPS as f64
    }
}

/// A table, its columns that become new with their values, and those that are copied.
type Copied<'a> = (&'a str, &'a [(&'a str, &'a str)], &'a str);

/// Copies the one handled event and its payment.
async fn fill(database: &Database, count: usize) {
    let numbers = match database.engine.dialect() {
        Dialect::Postgres => format!("SELECT generate_series(1, {count}) AS i"),
        _ => format!(
            "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {count}) SELECT i FROM n"
        ),
    };
    let copies: [Copied<'_>; 4] = [
        (
            "pay_deliveries",
            &[
                ("effect_key", "'key-' || i"),
                ("received_at", "received_at - i"),
            ],
            "gateway, source, body, event, repeats, state, attempts, due_at",
        ),
        (
            "pay_effects",
            &[("effect_key", "'key-' || i")],
            "applied_at",
        ),
        (
            "pay_payments",
            // All of them are to be queried again, a year later.
            &[
                ("id", "'stored-' || i"),
                ("poll_at", "changed_at + 31536000000 + i"),
            ],
            "gateway, document, version, changed_at, seen_at, ended_at, polled_at, moved",
        ),
        (
            "pay_names",
            &[("name", "'stored-' || i"), ("payment", "'stored-' || i")],
            "gateway, kind",
        ),
    ];
    for (table, new, copied) in copies {
        let (names, values): (Vec<&str>, Vec<&str>) = new.iter().copied().unzip();
        let (names, values) = (names.join(", "), values.join(", "));
        database
            .change(&format!(
                "INSERT INTO {table} ({names}, {copied}) SELECT {values}, {copied} FROM {table}, ({numbers}) AS numbers WHERE true"
            ))
            .await;
    }
    database.change("ANALYZE").await;
}
