//! What every provider and the server use together: time, random values, deliveries and the request log.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use serde::{Deserialize, Serialize};
use tokio::sync::{Notify, Semaphore, watch};

use super::clock::{Clock, SavedClock};
use super::deliveries::{Deliveries, Delivery, NewDelivery};
use super::document::{Changes, Documents, Small, Unreadable};
use super::fault::waiting::Faults;
use super::gateway::Gateway;
use super::ids::Ids;
use super::journal::Journal;
use super::requests::{RequestRecord, Requests};

/// Pages and programs that can listen to changes at one time.
const MOST_LISTENERS: usize = 64;

/// Functions of the owner that see what happens.
#[derive(Default)]
pub(crate) struct Observers {
    /// Called with every recorded request.
    pub(crate) request: Option<Observer<RequestRecord>>,
    /// Called with a delivery after each attempt.
    pub(crate) delivery: Option<Observer<Delivery>>,
}

/// What the sandbox itself keeps in a state file, besides deliveries and the histories of orders.
#[derive(Clone, Copy, Serialize, Deserialize)]
struct Position {
    clock: SavedClock,
    /// Where the random numbers go on.
    seed: u64,
    /// The place of the next order.
    orders: u64,
    /// The number of the last delivery.
    deliveries: u64,
}

/// Owns the documents that belong to no single gateway.
pub(crate) const OWNER: &str = "sandbox";

pub(crate) type Observer<T> = Box<dyn Fn(&T) + Send + Sync>;

/// Shared by the providers of one sandbox. Its locks are held for single steps and never across an await. A provider may
/// take them while it holds its own lock, never the other way round.
pub(crate) struct Context {
    /// `http://ADDRESS:PORT`, without a trailing slash.
    pub(crate) base_url: String,
    pub(crate) clock: Clock,
    pub(crate) ids: Ids,
    deliveries: Mutex<Deliveries>,
    requests: Mutex<Requests>,
    faults: Mutex<Faults>,
    journal: Mutex<Journal>,
    observers: Observers,
    orders: AtomicU64,
    small: Mutex<Small>,
    /// When those who wait go on.
    waits: Mutex<Vec<u64>>,
    /// Wakes the webhook sender when something may have become due.
    pub(crate) wake: Notify,
    /// Changes whenever a webhook attempt has ended or deliveries were removed.
    pub(crate) sent: watch::Sender<u64>,
    /// Changes whenever something that the pages show may have changed.
    changes: watch::Sender<u64>,
    /// One permit for each listener to changes.
    pub(crate) listeners: Arc<Semaphore>,
    /// Changes when the sandbox stops.
    stopped: watch::Receiver<bool>,
}

impl Context {
    pub(crate) fn new(
        base_url: String,
        clock: Clock,
        ids: Ids,
        observers: Observers,
        stopped: watch::Receiver<bool>,
    ) -> Self {
        Self {
            base_url,
            clock,
            ids,
            deliveries: Mutex::default(),
            requests: Mutex::default(),
            faults: Mutex::default(),
            journal: Mutex::default(),
            observers,
            orders: AtomicU64::new(0),
            small: Mutex::default(),
            waits: Mutex::default(),
            wake: Notify::new(),
            sent: watch::Sender::new(0),
            changes: watch::Sender::new(0),
            listeners: Arc::new(Semaphore::new(MOST_LISTENERS)),
            stopped,
        }
    }

    pub(crate) fn deliveries(&self) -> MutexGuard<'_, Deliveries> {
        lock(&self.deliveries)
    }

    pub(crate) fn requests(&self) -> MutexGuard<'_, Requests> {
        lock(&self.requests)
    }

    pub(crate) fn faults(&self) -> MutexGuard<'_, Faults> {
        lock(&self.faults)
    }

    pub(crate) fn journal(&self) -> MutexGuard<'_, Journal> {
        lock(&self.journal)
    }

    /// Writes the deliveries of a gateway that changed.
    pub(crate) fn save_deliveries(&self, gateway: Gateway, to: &mut Changes<'_>) {
        self.deliveries().save(gateway, &mut to.also_of(OWNER));
    }

    /// Writes what changed, except the deliveries. Goes last: then no number that was given out is forgotten.
    pub(crate) fn save(&self, to: &mut Changes<'_>) {
        self.journal().save(to);
        let position = Position {
            clock: self.clock.saved(),
            seed: self.ids.seeds().1,
            orders: self.orders.load(Ordering::Relaxed),
            deliveries: self.deliveries().last(),
        };
        lock(&self.small).put("position", &position, to);
    }

    /// Takes over what was saved.
    pub(crate) fn load(&self, from: &mut Documents) -> Result<(), Unreadable> {
        let position: Option<Position> = from.take_small("position")?;
        if let Some(position) = &position {
            self.clock.go_on(position.clock);
            self.ids.go_on(position.seed);
            self.orders.store(position.orders, Ordering::Relaxed);
        }
        // Of a new file too.
        let last = position.map_or(0, |position| position.deliveries);
        let now_ms = self.clock.now_ms();
        self.deliveries().load(last, now_ms, from)?;
        self.journal().load(from)
    }

    /// Lets the pages that are open look again.
    pub(crate) fn changed(&self) {
        // Waking no one takes time as well.
        if self.changes.receiver_count() > 0 {
            self.changes
                .send_modify(|count| *count = count.wrapping_add(1));
        }
    }

    /// A receiver of changes, which are counted.
    pub(crate) fn listen(&self) -> watch::Receiver<u64> {
        self.changes.subscribe()
    }

    /// A receiver that changes when the sandbox stops.
    pub(crate) fn stopped(&self) -> watch::Receiver<bool> {
        self.stopped.clone()
    }

    /// Waits on the sandbox's clock, at most until the sandbox stops.
    pub(crate) async fn wait(&self, ms: u64) {
        let due_ms = self.clock.now_ms().saturating_add(ms);
        let mut stopped = self.stopped.clone();
        let _listed = Wait::new(&self.waits, due_ms);
        tokio::select! {
            () = self.clock.wait_until(due_ms) => {}
            _ = stopped.changed() => {}
        }
    }

    /// When the first of those who [wait](Self::wait) goes on.
    pub(crate) fn next_wait(&self) -> Option<u64> {
        lock(&self.waits).iter().min().copied()
    }

    /// The place of the next order among those of all providers.
    pub(crate) fn next_order(&self) -> u64 {
        self.orders.fetch_add(1, Ordering::Relaxed)
    }

    /// Keeps the record of a request and passes it to the observer.
    pub(crate) fn record(&self, mut record: RequestRecord) {
        record.complete();
        let id = self.requests().add(record);
        self.changed();
        if let Some(observe) = &self.observers.request {
            let record = self.requests().get(id).cloned();
            record.iter().for_each(observe);
        }
    }

    /// Queues a webhook, due at once, and returns its number.
    pub(crate) fn queue(&self, new: NewDelivery) -> u64 {
        let id = self.deliveries().add(new, self.clock.now_ms());
        self.wake.notify_one();
        self.changed();
        id
    }

    /// Passes a delivery to the observer after an attempt.
    pub(crate) fn attempt_ended(&self, id: u64) {
        if let Some(observe) = &self.observers.delivery {
            let row = self.deliveries().get(id).cloned();
            row.iter().for_each(observe);
        }
        self.deliveries_changed();
    }

    /// Wakes those who wait for deliveries.
    pub(crate) fn deliveries_changed(&self) {
        self.sent
            .send_modify(|count| *count = count.wrapping_add(1));
        self.changed();
    }
}

/// An entry in the list of waits, removed when it is dropped.
struct Wait<'a> {
    waits: &'a Mutex<Vec<u64>>,
    due_ms: u64,
}

impl<'a> Wait<'a> {
    fn new(waits: &'a Mutex<Vec<u64>>, due_ms: u64) -> Self {
        lock(waits).push(due_ms);
        Self { waits, due_ms }
    }
}

impl Drop for Wait<'_> {
    fn drop(&mut self) {
        let mut waits = lock(self.waits);
        if let Some(at) = waits.iter().position(|due| *due == self.due_ms) {
            waits.swap_remove(at);
        }
    }
}

/// Locks a mutex, also after a panic of another holder: every step leaves the data usable.
pub(crate) fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
