//! Tokens for requests.

use std::collections::VecDeque;
use std::time::Duration;

use crate::facts::RateLimit;

/// The most tokens that are kept account of. A greater rate is cut into shorter spans of the same rate.
const MOST: u32 = 4096;

/// A bucket of tokens, of which each comes back a whole span after it was used. So no span of time, wherever it begins,
/// sees more requests than there are tokens; a bucket that fills evenly would let nearly twice as many through in the
/// first one.
#[derive(Debug)]
pub(super) struct Bucket {
    tokens: usize,
    per: Duration,
    /// When each token that is not known to be back was used, or will be: ascending, at most `tokens` of them.
    used: VecDeque<Duration>,
}

impl Bucket {
    pub(super) fn new(rate: RateLimit) -> Self {
        let parts = rate.requests.div_ceil(MOST).max(1);
        Self {
            tokens: usize::try_from(rate.requests / parts).unwrap_or(usize::MAX),
            per: rate.per / parts,
            used: VecDeque::new(),
        }
    }

    /// How long the next request would have to wait; none where there are no tokens at all.
    pub(super) fn wait(&self, now: Duration) -> Option<Duration> {
        if self.used.len() < self.tokens {
            return Some(Duration::ZERO);
        }
        let oldest = self.used.front()?;
        Some(oldest.saturating_add(self.per).saturating_sub(now))
    }

    /// Takes the token that is free after `wait`.
    pub(super) fn take(&mut self, now: Duration, wait: Duration) {
        let latest = self.used.back().copied().unwrap_or_default();
        self.used.push_back(now.saturating_add(wait).max(latest));
        while self.used.len() > self.tokens {
            self.used.pop_front();
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
        fn no_span_sees_more_requests_than_there_are_tokens(
            requests in 1_u32..8,
            millis in 1_u64..500,
            gaps in prop::collection::vec(0_u64..120, 1..120),
        ) {
            let mut bucket = bucket(requests, millis);
            let mut now = Duration::ZERO;
            let mut slots = Vec::new();
            for gap in gaps {
                now += Duration::from_millis(gap);
                let wait = bucket.wait(now).unwrap();
                bucket.take(now, wait);
                slots.push(now + wait);
            }
            prop_assert!(slots.is_sorted());
            for (first, from) in slots.iter().enumerate() {
                let in_span = slots[first..].iter().filter(|slot| **slot < *from + Duration::from_millis(millis));
                prop_assert!(in_span.count() <= requests as usize);
            }
        }
    }

    #[test]
    fn nobody_waits_without_need() {
        let mut bucket = bucket(2, 100);
        for (now, wait) in [(0, 0), (10, 0), (20, 80), (150, 0), (199, 1)] {
            let (now, wait) = (Duration::from_millis(now), Duration::from_millis(wait));
            assert_eq!(bucket.wait(now), Some(wait), "at {now:?}");
            bucket.take(now, wait);
        }
    }

    #[test]
    fn without_tokens_there_is_no_wait_that_helps() {
        let mut bucket = bucket(0, 100);
        bucket.take(Duration::ZERO, Duration::ZERO);
        assert_eq!(bucket.wait(Duration::from_secs(9)), None);
    }

    #[test]
    fn a_great_rate_is_cut_into_shorter_spans() {
        let bucket = bucket(1_000_000, 60_000);
        assert!(bucket.tokens <= MOST as usize);
        // Not above the rate, and not far below it.
        let rate = bucket.tokens as f64 / bucket.per.as_secs_f64();
        assert!((16_000.0..=16_667.0).contains(&rate), "{rate}");
    }
}
