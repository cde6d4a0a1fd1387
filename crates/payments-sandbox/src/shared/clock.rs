//! The sandbox's time: the clock of the machine or of the runtime with an offset, or a clock that only a test moves.

use std::fmt;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use serde::{Deserialize, Serialize};
use tokio::sync::watch;

/// The clock of a sandbox, for the times of orders, ids and webhook retries.
///
/// A clone is the same clock, so a test can keep one and move it:
///
/// ```
/// # use std::time::Duration;
/// use payments_sandbox::Clock;
///
/// let clock = Clock::manual(1_700_000_000_000);
/// let same = clock.clone();
/// clock.advance(Duration::from_secs(60));
/// assert_eq!(same.now_ms(), 1_700_000_060_000);
/// ```
#[derive(Clone)]
pub struct Clock {
    inner: Arc<Inner>,
}

struct Inner {
    source: Source,
    /// Changed by every advance, so that those who wait look at the time again.
    moved: watch::Sender<u64>,
}

enum Source {
    Running(Mutex<Running>),
    Manual { now_ms: AtomicU64 },
}

/// A clock that goes on without being advanced.
struct Running {
    time: Time,
    shift: Shift,
}

/// The time that a running clock follows.
#[derive(Clone, Copy)]
enum Time {
    Machine,
    Runtime {
        start_ms: u64,
        since: tokio::time::Instant,
    },
}

impl Time {
    fn ms(self) -> u64 {
        match self {
            Self::Machine => machine_ms(),
            Self::Runtime { start_ms, since } => start_ms.saturating_add(millis(since.elapsed())),
        }
    }
}

/// How a running clock differs from the time that it follows.
#[derive(Clone, Copy, Default, Serialize, Deserialize)]
pub(crate) struct Shift {
    offset_ms: u64,
    /// The instant at which it stands still.
    frozen_ms: Option<u64>,
}

/// What a state file keeps of a clock.
#[derive(Clone, Copy, Serialize, Deserialize)]
pub(crate) enum SavedClock {
    System(Shift),
    /// The time of a runtime begins again in the next run, so it is kept too.
    Runtime {
        at_ms: u64,
        shift: Shift,
    },
    Manual {
        now_ms: u64,
    },
}

impl SavedClock {
    /// What the clock would show now: that of the machine has gone on meanwhile.
    fn now_ms(self) -> u64 {
        match self {
            Self::System(shift) => shift.now_ms(machine_ms()),
            Self::Runtime { at_ms, shift } => shift.now_ms(at_ms),
            Self::Manual { now_ms } => now_ms,
        }
    }
}

impl Shift {
    fn now_ms(self, time_ms: u64) -> u64 {
        self.frozen_ms
            .unwrap_or_else(|| time_ms.saturating_add(self.offset_ms))
    }
}

impl Running {
    fn now_ms(&self) -> u64 {
        self.shift.now_ms(self.time.ms())
    }

    fn saved(&self) -> SavedClock {
        let shift = self.shift;
        match self.time {
            Time::Machine => SavedClock::System(shift),
            Time::Runtime { .. } => SavedClock::Runtime {
                at_ms: self.time.ms(),
                shift,
            },
        }
    }

    /// Takes over what a clock of the same kind was.
    fn go_on(&mut self, saved: SavedClock) {
        match (&mut self.time, saved) {
            (Time::Machine, SavedClock::System(shift)) => self.shift = shift,
            (Time::Runtime { start_ms, since }, SavedClock::Runtime { at_ms, shift }) => {
                let then_ms = at_ms.saturating_sub(millis(since.elapsed()));
                *start_ms = then_ms.max(*start_ms);
                self.shift = shift;
            }
            _ => {}
        }
    }
}

impl Clock {
    /// The machine's clock. [`advance`](Clock::advance) adds an offset.
    #[must_use]
    pub fn system() -> Self {
        Self::running(Time::Machine)
    }

    /// The clock of the current tokio runtime, which shows `start_ms` now. If the runtime's time is
    /// [paused](https://docs.rs/tokio/latest/tokio/time/fn.pause.html), it goes from one event to the next, so that a simulated day
    /// takes milliseconds. Otherwise as [`system`](Clock::system).
    #[must_use]
    pub fn runtime(start_ms: u64) -> Self {
        let since = tokio::time::Instant::now();
        Self::running(Time::Runtime { start_ms, since })
    }

    /// A clock that stays at `start_ms` (milliseconds since the Unix epoch) until it is advanced.
    #[must_use]
    pub fn manual(start_ms: u64) -> Self {
        Self::from_source(Source::Manual {
            now_ms: AtomicU64::new(start_ms),
        })
    }

    fn running(time: Time) -> Self {
        let shift = Shift::default();
        Self::from_source(Source::Running(Mutex::new(Running { time, shift })))
    }

    fn from_source(source: Source) -> Self {
        Self {
            inner: Arc::new(Inner {
                source,
                moved: watch::Sender::new(0),
            }),
        }
    }

    /// Milliseconds since the Unix epoch.
    #[must_use]
    pub fn now_ms(&self) -> u64 {
        match &self.inner.source {
            Source::Running(running) => lock(running).now_ms(),
            Source::Manual { now_ms } => now_ms.load(Ordering::Acquire),
        }
    }

    /// The time for the timestamps of webhooks, which receivers compare with their own clocks: the machine's or the runtime's, without
    /// what was added by [`advance`](Clock::advance), also while the clock is frozen. Of a manual clock the same as
    /// [`now_ms`](Clock::now_ms).
    pub(crate) fn stamp_ms(&self) -> u64 {
        match &self.inner.source {
            Source::Running(running) => lock(running).time.ms(),
            Source::Manual { .. } => self.now_ms(),
        }
    }

    /// Moves the clock forward; what becomes due happens at once. A clock never goes back.
    pub fn advance(&self, by: Duration) {
        let by_ms = millis(by);
        match &self.inner.source {
            Source::Running(running) => {
                let shift = &mut lock(running).shift;
                shift.offset_ms = shift.offset_ms.saturating_add(by_ms);
                shift.frozen_ms = shift.frozen_ms.map(|ms| ms.saturating_add(by_ms));
            }
            Source::Manual { now_ms } => {
                // The closure always returns a value, so the update cannot fail.
                let _ = now_ms.fetch_update(Ordering::AcqRel, Ordering::Acquire, |was| {
                    Some(was.saturating_add(by_ms))
                });
            }
        }
        self.wake();
    }

    /// Stops the clock until [`unfreeze`](Clock::unfreeze); [`advance`](Clock::advance) still moves it. A manual clock stands still
    /// anyway.
    pub fn freeze(&self) {
        if let Source::Running(running) = &self.inner.source {
            let mut running = lock(running);
            running.shift.frozen_ms = Some(running.now_ms());
        }
        self.wake();
    }

    /// Lets a frozen clock go on: it jumps to where it would be if it had not been frozen, and what became due meanwhile happens
    /// at once.
    pub fn unfreeze(&self) {
        if let Source::Running(running) = &self.inner.source {
            lock(running).shift.frozen_ms = None;
        }
        self.wake();
    }

    /// Whether the clock was [frozen](Clock::freeze).
    #[must_use]
    pub fn is_frozen(&self) -> bool {
        match &self.inner.source {
            Source::Running(running) => lock(running).shift.frozen_ms.is_some(),
            Source::Manual { .. } => false,
        }
    }

    pub(crate) fn saved(&self) -> SavedClock {
        match &self.inner.source {
            Source::Running(running) => lock(running).saved(),
            Source::Manual { now_ms } => SavedClock::Manual {
                now_ms: now_ms.load(Ordering::Acquire),
            },
        }
    }

    /// Goes on where the clock of another run was: with its offset, frozen if it was, and not before its time. A clock of another
    /// kind is only moved to that time. A clock never goes back.
    pub(crate) fn go_on(&self, saved: SavedClock) {
        let least_ms = self.now_ms().max(saved.now_ms());
        if let Source::Running(running) = &self.inner.source {
            lock(running).go_on(saved);
        }
        let behind_ms = least_ms.saturating_sub(self.now_ms());
        self.advance(Duration::from_millis(behind_ms));
    }

    /// Lets those who wait look at the time again.
    fn wake(&self) {
        self.inner
            .moved
            .send_modify(|count| *count = count.wrapping_add(1));
    }

    /// Whether only [`advance`](Clock::advance) moves this clock.
    #[must_use]
    pub fn is_manual(&self) -> bool {
        matches!(self.inner.source, Source::Manual { .. })
    }

    /// Waits until the clock shows `due_ms` or later.
    pub(crate) async fn wait_until(&self, due_ms: u64) {
        let mut moved = self.inner.moved.subscribe();
        loop {
            let now = self.now_ms();
            if now >= due_ms {
                return;
            }
            if self.is_manual() || self.is_frozen() {
                // The sender lives in `self.inner`, so the channel stays open while we wait.
                let _ = moved.changed().await;
            } else {
                let left = Duration::from_millis(due_ms - now);
                let _ = tokio::time::timeout(left, moved.changed()).await;
            }
        }
    }
}

impl Default for Clock {
    fn default() -> Self {
        Self::system()
    }
}

impl fmt::Debug for Clock {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Clock")
            .field("manual", &self.is_manual())
            .field("frozen", &self.is_frozen())
            .field("now_ms", &self.now_ms())
            .finish()
    }
}

/// Every step leaves the value usable, so a panic elsewhere does not matter.
fn lock(running: &Mutex<Running>) -> MutexGuard<'_, Running> {
    running.lock().unwrap_or_else(PoisonError::into_inner)
}

fn machine_ms() -> u64 {
    SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .map_or(0, millis)
}

/// The year 9999, in which times cannot be printed any more. A clock never goes back, so a mistyped number would stay.
pub(crate) const END_MS: u64 = 253_370_764_800_000;

/// Milliseconds of a duration, at most `u64::MAX`.
pub(crate) fn millis(duration: Duration) -> u64 {
    u64::try_from(duration.as_millis()).unwrap_or(u64::MAX)
}

/// `yyMMddHHmmss` in UTC, the time inside ids.
pub(crate) fn stamp(now_ms: u64) -> String {
    civil(now_ms, "%y%m%d%H%M%S")
}

/// The instant for a human reader, in UTC to the second.
pub(crate) fn readable(now_ms: u64) -> String {
    civil(now_ms, "%Y-%m-%d %H:%M:%S UTC")
}

/// The instant as in the header `Date`.
pub(crate) fn http_date(now_ms: u64) -> String {
    civil(now_ms, "%a, %d %b %Y %H:%M:%S GMT")
}

fn civil(now_ms: u64, format: &str) -> String {
    // Instants after jiff's range (the year 9999) print as its last one.
    let instant = i64::try_from(now_ms)
        .ok()
        .and_then(|ms| jiff::Timestamp::from_millisecond(ms).ok())
        .unwrap_or(jiff::Timestamp::MAX);
    instant.strftime(format).to_string()
}

#[cfg(test)]
mod tests;
