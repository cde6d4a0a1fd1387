//! The clock of a scenario's program. It goes along when a step moves the sandbox's clock.

use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;

use async_trait::async_trait;
use payments_core::{Clock, Timestamp};
use payments_reqwest::SystemClock;

/// The machine's clock with the offset of the sandbox's: gateways refuse requests of another time.
#[derive(Debug, Default)]
pub(super) struct SandboxClock {
    machine: SystemClock,
    offset_ms: AtomicI64,
}

impl SandboxClock {
    /// The sandbox's clock shows this time now.
    pub(super) fn follow(&self, now_ms: u64) {
        let machine_ms = self.machine.now().as_millis();
        let offset_ms = i128::from(now_ms) - i128::from(machine_ms);
        let offset_ms = i64::try_from(offset_ms).unwrap_or_default();
        self.offset_ms.store(offset_ms, Ordering::Relaxed);
    }
}

#[async_trait]
impl Clock for SandboxClock {
    fn now(&self) -> Timestamp {
        let offset_ms = self.offset_ms.load(Ordering::Relaxed);
        let now_ms = self.machine.now().as_millis();
        Timestamp::from_millis(now_ms.saturating_add_signed(offset_ms))
    }

    fn monotonic(&self) -> Duration {
        self.machine.monotonic()
    }

    async fn sleep(&self, duration: Duration) {
        self.machine.sleep(duration).await;
    }
}
