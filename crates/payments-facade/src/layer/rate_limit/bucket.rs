//! A sliding window of requests.

use std::collections::VecDeque;
use std::time::Duration;

use crate::facts::RateLimit;

/// The most requests that are remembered. A higher rate is divided into shorter windows of the same rate.
const MAX_REQUESTS: u32 = 4096;

/// The requests of the last window. Any window, wherever it begins, contains at most `requests` requests; a bucket that
/// refills steadily would admit nearly twice as many in the first window (see ADR 27).
#[derive(Debug)]
pub(super) struct Bucket {
    requests: usize,
    per: Duration,
    /// When the latest `requests` requests are or will be sent, in ascending order.
    sent: VecDeque<Duration>,
}

impl Bucket {
    pub(super) fn new(rate: RateLimit) -> Self {
        let parts = rate.requests.div_ceil(MAX_REQUESTS).max(1);
        Self {
            requests: usize::try_from(rate.requests / parts).unwrap_or(usize::MAX),
            per: rate.per / parts,
            sent: VecDeque::new(),
        }
    }

    /// How long the next request has to wait. `None` if the rate admits no requests.
    pub(super) fn wait(&self, now: Duration) -> Option<Duration> {
        if self.sent.len() < self.requests {
            return Some(Duration::ZERO);
        }
        let oldest = self.sent.front()?;
        Some(oldest.saturating_add(self.per).saturating_sub(now))
    }

    /// Records a request that is sent after `wait`.
    pub(super) fn take(&mut self, now: Duration, wait: Duration) {
        let latest = self.sent.back().copied().unwrap_or_default();
        self.sent.push_back(now.saturating_add(wait).max(latest));
        while self.sent.len() > self.requests {
            self.sent.pop_front();
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn bucket(requests: u32, millis: u64) -> Bucket {
        let per = Duration::from_millis(millis);
        Bucket::new(RateLimit { requests, per })
    }

    proptest! {
        #[test]
        fn admits_no_more_than_the_limit_in_any_window(
            requests in 1_u32..8,
            millis in 1_u64..500,
            gaps in prop::collection::vec(0_u64..120, 1..120),
        ) {
            let mut bucket = bucket(requests, millis);
            let mut now = Duration::ZERO;
            let mut sent = Vec::new();
            for gap in gaps {
                now += Duration::from_millis(gap);
                let wait = bucket.wait(now).unwrap();
                bucket.take(now, wait);
                sent.push(now + wait);
            }
            prop_assert!(sent.is_sorted());
            for (first, from) in sent.iter().enumerate() {
                let end = *from + Duration::from_millis(millis);
                let in_window = sent[first..].iter().filter(|at| **at < end);
                prop_assert!(in_window.count() <= requests as usize);
            }
        }
    }

    #[test]
    fn waits_only_while_the_window_is_full() {
        let mut bucket = bucket(2, 100);
        for (now, wait) in [(0, 0), (10, 0), (20, 80), (150, 0), (199, 1)] {
            let (now, wait) = (Duration::from_millis(now), Duration::from_millis(wait));
            assert_eq!(bucket.wait(now), Some(wait), "at {now:?}");
            bucket.take(now, wait);
        }
    }

    #[test]
    fn offers_no_wait_at_a_rate_of_zero() {
        let mut bucket = bucket(0, 100);
        bucket.take(Duration::ZERO, Duration::ZERO);
        assert_eq!(bucket.wait(Duration::from_secs(9)), None);
    }

    #[test]
    fn divides_a_high_rate_into_shorter_windows() {
        let bucket = bucket(1_000_000, 60_000);
        assert!(bucket.requests <= MAX_REQUESTS as usize);
        // Not above the rate, and not far below it.
        let rate = bucket.requests as f64 / bucket.per.as_secs_f64();
        assert!((16_000.0..=16_667.0).contains(&rate), "{rate}");
    }
}
