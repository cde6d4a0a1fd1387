use std::time::Duration;

/// How long a call may take and how often it is attempted. Every limit is finite.
///
/// It limits the repeats that are *safe*; it never makes a repeat safe.
///
/// ```
/// use payments_core::Policy;
/// use std::time::Duration;
///
/// let policy = Policy::new().with_deadline(Duration::from_secs(10)).with_max_attempts(2);
/// assert_eq!(policy.deadline(), Duration::from_secs(10));
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Policy {
    deadline: Duration,
    max_attempts: u32,
    backoff_base: Duration,
    backoff_cap: Duration,
}

impl Policy {
    /// The longest deadline and the longest wait between two attempts.
    pub const MAX_DEADLINE: Duration = Duration::from_secs(3_600);

    /// The most attempts of one call.
    pub const MAX_ATTEMPTS: u32 = 10;

    /// 30 seconds in all, 3 attempts, and waits that grow from 200 ms to 2 s.
    pub const fn new() -> Self {
        Self {
            deadline: Duration::from_secs(30),
            max_attempts: 3,
            backoff_base: Duration::from_millis(200),
            backoff_cap: Duration::from_secs(2),
        }
    }

    /// One attempt, no repeats.
    pub const fn once() -> Self {
        Self {
            max_attempts: 1,
            ..Self::new()
        }
    }

    /// The time for the call: all attempts and the waits between them. Clamped between one millisecond and
    /// [`MAX_DEADLINE`](Self::MAX_DEADLINE).
    #[must_use]
    pub fn with_deadline(mut self, deadline: Duration) -> Self {
        self.deadline = deadline.clamp(Duration::from_millis(1), Self::MAX_DEADLINE);
        self
    }

    /// The maximum number of attempts, including the first. Clamped between one and
    /// [`MAX_ATTEMPTS`](Self::MAX_ATTEMPTS).
    #[must_use]
    pub fn with_max_attempts(mut self, attempts: u32) -> Self {
        self.max_attempts = attempts.clamp(1, Self::MAX_ATTEMPTS);
        self
    }

    /// The wait between two attempts is random between zero and a ceiling, which starts at `base` and doubles with
    /// every attempt up to `cap` ("full jitter", so that callers that failed together do not retry together).
    #[must_use]
    pub fn with_backoff(mut self, base: Duration, cap: Duration) -> Self {
        self.backoff_cap = cap.min(Self::MAX_DEADLINE);
        self.backoff_base = base.min(self.backoff_cap);
        self
    }

    /// The time for the call.
    pub const fn deadline(&self) -> Duration {
        self.deadline
    }

    /// The most attempts.
    pub const fn max_attempts(&self) -> u32 {
        self.max_attempts
    }

    /// How long to wait after this many failed attempts.
    pub(crate) fn backoff(&self, failed_attempts: u32, random: u64) -> Duration {
        let doublings = failed_attempts.saturating_sub(1).min(31);
        let ceiling = self
            .backoff_base
            .saturating_mul(1 << doublings)
            .min(self.backoff_cap);
        // The ceiling is at most an hour, 2^42 nanoseconds: the product fits easily.
        let nanos = (ceiling.as_nanos() * u128::from(random)) >> 64;
        u64::try_from(nanos).map_or(ceiling, Duration::from_nanos)
    }
}

impl Default for Policy {
    fn default() -> Self {
        Self::new()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn the_ceiling_doubles_up_to_the_cap() {
        let policy = Policy::new();
        let longest = |failed| policy.backoff(failed, u64::MAX).as_millis();
        assert_eq!(
            [1, 2, 3, 4, 5, 100].map(longest),
            [199, 399, 799, 1599, 1999, 1999]
        );
        assert_eq!(policy.backoff(3, 0), Duration::ZERO);
        assert_eq!(
            policy.backoff(1, u64::MAX / 2 + 1),
            Duration::from_millis(100)
        );
    }

    #[test]
    fn limits_are_clamped_to_finite_values() {
        let policy = Policy::new()
            .with_deadline(Duration::MAX)
            .with_max_attempts(u32::MAX)
            .with_backoff(Duration::MAX, Duration::MAX);
        assert_eq!(policy.deadline(), Policy::MAX_DEADLINE);
        assert_eq!(policy.max_attempts(), Policy::MAX_ATTEMPTS);
        assert!(policy.backoff(9, u64::MAX) <= Policy::MAX_DEADLINE);

        let policy = policy.with_deadline(Duration::ZERO).with_max_attempts(0);
        assert!(policy.deadline() > Duration::ZERO);
        assert_eq!(policy.max_attempts(), 1);
        assert_eq!(Policy::once().max_attempts(), 1);
    }

    proptest! {
        #[test]
        fn a_wait_never_exceeds_the_cap(
            base in 0_u64..10_000_000, cap in 0_u64..10_000_000, failed: u32, random: u64,
        ) {
            let cap = Duration::from_millis(cap);
            let policy = Policy::new().with_backoff(Duration::from_millis(base), cap);
            prop_assert!(policy.backoff(failed, random) <= cap);
        }
    }
}
