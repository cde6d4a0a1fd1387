//! How often webhooks may be asked for again.

use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use payments_core::{InvalidRequest, Timestamp};

/// By the page of `webhook/resend`: once a minute, 25 times a day. That the day is any 24 hours is `assumed`, the
/// stricter reading.
const GAP: Duration = Duration::from_secs(60);
const DAY: Duration = Duration::from_secs(24 * 60 * 60);
const A_DAY: usize = 25;

/// When it was asked for, within a day. Shared by the clones of a client; another process has its own.
#[derive(Debug, Default)]
pub(crate) struct ResendLimit(Mutex<Vec<Timestamp>>);

impl ResendLimit {
    /// Takes one of the day's.
    ///
    /// What lies up to a minute ahead of the clock still counts, so that a clock that is put right by a second frees nothing.
    /// What lies further ahead is forgotten, so that a clock that was far ahead locks nobody out: the gateway counts as well.
    pub(crate) fn take(&self, now: Timestamp) -> Result<(), InvalidRequest> {
        let mut taken = self.locked();
        // One of the two lengths is zero.
        taken.retain(|then| then.since(now) <= GAP && now.since(*then) < DAY);
        let problem = if taken.iter().any(|then| now.since(*then) < GAP) {
            "was called less than a minute ago"
        } else if taken.len() >= A_DAY {
            "was called 25 times within a day"
        } else {
            taken.push(now);
            return Ok(());
        };
        Err(InvalidRequest::request("resend_webhooks", problem)
            .allowed("once a minute and 25 times a day, by the gateway's rule"))
    }

    /// Gives it back: nothing was asked for after all.
    pub(crate) fn give_back(&self, taken_at: Timestamp) {
        let mut taken = self.locked();
        if let Some(at) = taken.iter().position(|then| *then == taken_at) {
            taken.swap_remove(at);
        }
    }

    /// The list is whole also after a panic elsewhere.
    fn locked(&self) -> MutexGuard<'_, Vec<Timestamp>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(second: u64) -> Timestamp {
        Timestamp::from_secs(1_700_000_000 + second)
    }

    fn refusal(limit: &ResendLimit, second: u64) -> Option<String> {
        limit
            .take(at(second))
            .err()
            .map(|invalid| invalid.problem().to_owned())
    }

    #[test]
    fn once_a_minute_and_25_times_a_day() {
        let limit = ResendLimit::default();
        assert_eq!(refusal(&limit, 0), None);
        assert!(refusal(&limit, 59).unwrap().contains("a minute"));
        for n in 1..25 {
            assert_eq!(refusal(&limit, n * 60), None, "{n}");
        }
        assert!(refusal(&limit, 25 * 60).unwrap().contains("25 times"));
        let day = 24 * 60 * 60;
        assert!(refusal(&limit, day - 1).is_some());
        assert_eq!(refusal(&limit, day), None);
    }

    #[test]
    fn what_was_not_asked_for_does_not_count() {
        let limit = ResendLimit::default();
        limit.take(at(0)).unwrap();
        limit.give_back(at(0));
        limit.give_back(at(7));
        assert_eq!(refusal(&limit, 1), None);
    }

    #[test]
    fn a_clock_that_was_set_back_locks_nobody_out() {
        let limit = ResendLimit::default();
        limit.take(at(100_000)).unwrap();
        assert_eq!(refusal(&limit, 0), None);
    }

    #[test]
    fn a_clock_that_was_put_back_by_a_little_frees_nothing() {
        for back in [1, 59, 60] {
            let limit = ResendLimit::default();
            limit.take(at(1_000)).unwrap();
            let refused = refusal(&limit, 1_000 - back);
            assert!(refused.unwrap().contains("a minute"), "{back}");
            assert_eq!(refusal(&limit, 1_060), None, "as if nothing had been");
        }
        let limit = ResendLimit::default();
        limit.take(at(1_000)).unwrap();
        assert_eq!(refusal(&limit, 939), None);
    }

    #[test]
    fn the_days_count_outlives_a_step_back() {
        let limit = ResendLimit::default();
        for n in 0..25 {
            limit.take(at(n * 60)).unwrap();
        }
        let last = 24 * 60;
        assert!(refusal(&limit, last - 30).is_some());
        assert!(refusal(&limit, last + 60).unwrap().contains("25 times"));
    }
}
