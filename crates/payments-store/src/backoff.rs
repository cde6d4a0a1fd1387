//! When a failed event is handled again.

use std::time::Duration;

use payments_core::Entropy;

/// The first wait. Each further one is two and a half times as long: eleven of them are 22 hours.
const FIRST: Duration = Duration::from_secs(5);

/// How long to wait after the failed attempt of this number, from 1: about 5 s, 12 s, 31 s, and so on.
pub(crate) fn after(attempt: u64, entropy: &dyn Entropy) -> Duration {
    jittered(unjittered(attempt), entropy)
}

/// A wait that is never exceeded, if so many attempts are made.
pub(crate) fn longest(attempts: u64) -> Duration {
    unjittered(attempts) * 5 / 4
}

fn unjittered(attempt: u64) -> Duration {
    let mut wait = FIRST;
    for _ in 1..attempt.min(20) {
        wait = wait * 5 / 2;
    }
    wait
}

/// A time from three quarters to five quarters of `wait`, so that not everything comes at the same moment.
pub(crate) fn jittered(wait: Duration, entropy: &dyn Entropy) -> Duration {
    let part = wait / 2;
    let parts = u32::try_from(entropy.next_u64() % 1024).unwrap_or(0);
    wait - part / 2 + part * parts / 1024
}

#[cfg(test)]
mod tests {
    use payments_core::scripted::FixedEntropy;

    use super::*;

    #[test]
    fn twelve_attempts_take_about_a_day() {
        let middle = FixedEntropy::new(512);
        let waits: Vec<Duration> = (1..12).map(|attempt| after(attempt, &middle)).collect();
        assert_eq!(waits[0], Duration::from_secs(5));
        let total: Duration = waits.iter().sum();
        let hours = total.as_secs() / 3_600;
        assert!((20..=24).contains(&hours), "{hours} hours");
    }

    /// Whatever is due later than that was written while a clock was ahead.
    #[test]
    fn no_wait_is_longer_than_the_longest_one() {
        assert_eq!(longest(1), Duration::from_millis(6_250));
        for attempt in 1..=12 {
            let wait = after(attempt, &FixedEntropy::new(1023));
            assert!(wait <= longest(attempt), "{attempt}: {wait:?}");
        }
    }

    #[test]
    fn jitter_stays_within_a_quarter() {
        let wait = Duration::from_secs(8);
        assert_eq!(
            jittered(wait, &FixedEntropy::new(0)),
            Duration::from_secs(6)
        );
        assert_eq!(jittered(wait, &FixedEntropy::new(512)), wait);
        let longest = jittered(wait, &FixedEntropy::new(1023));
        assert!(
            longest > Duration::from_secs(9) && longest < Duration::from_secs(10),
            "{longest:?}"
        );
    }
}
