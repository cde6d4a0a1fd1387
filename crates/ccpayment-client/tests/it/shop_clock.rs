//! An executor over the standard transport whose clock is that of a sandbox, for both versions.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use payments_core::{Executor, Policy, Timestamp};
use payments_reqwest::{ReqwestTransport, SystemClock, SystemEntropy};
use payments_sandbox::{Clock, Sandbox};

/// The sandbox's time plus an offset, as of a wrong clock. Waits are real.
struct ShopClock {
    sandbox: Clock,
    ahead_s: i64,
    machine: SystemClock,
}

impl fmt::Debug for ShopClock {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("ShopClock")
    }
}

#[async_trait]
impl payments_core::Clock for ShopClock {
    fn now(&self) -> Timestamp {
        let millis = self.sandbox.now_ms();
        Timestamp::from_millis(millis.saturating_add_signed(self.ahead_s * 1_000))
    }

    fn monotonic(&self) -> Duration {
        self.machine.monotonic()
    }

    async fn sleep(&self, duration: Duration) {
        self.machine.sleep(duration).await;
    }
}

/// Real HTTP on the sandbox's clock plus `ahead_s` seconds, without waits between attempts.
pub(crate) fn executor(sandbox: &Sandbox, ahead_s: i64) -> Executor {
    over(
        ReqwestTransport::builder().build().unwrap(),
        sandbox,
        ahead_s,
    )
}

/// As [`executor`], over another transport.
pub(crate) fn over(transport: ReqwestTransport, sandbox: &Sandbox, ahead_s: i64) -> Executor {
    let clock = ShopClock {
        sandbox: sandbox.clock().clone(),
        ahead_s,
        machine: SystemClock::new(),
    };
    Executor::new(
        Arc::new(transport),
        Arc::new(clock),
        Arc::new(SystemEntropy),
    )
    .with_policy(Policy::new().with_backoff(Duration::ZERO, Duration::ZERO))
}
