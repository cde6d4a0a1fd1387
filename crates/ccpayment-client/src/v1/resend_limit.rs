//! The limit of `webhook/resend`: once a minute, 25 times a day.

use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use payments_core::{InvalidRequest, Timestamp};

/// By the page of `webhook/resend`. That a day is any 24 hours is `assumed`, the stricter reading.
const MIN_GAP: Duration = Duration::from_secs(60);
const DAY: Duration = Duration::from_secs(24 * 60 * 60);
const PER_DAY: usize = 25;

/// The times of the calls within a day. Clones of a client share it; other processes do not.
#[derive(Debug, Default)]
pub(crate) struct ResendLimit(Mutex<Vec<Timestamp>>);

impl ResendLimit {
    /// Counts one call, or refuses it.
    ///
    /// Calls up to a minute in the future still count: setting the clock back by a second does not allow another one. Calls
    /// further in the future are forgotten, because the clock was wrong then; the gateway counts as well.
    pub(crate) fn take(&self, now: Timestamp) -> Result<(), InvalidRequest> {
        let mut taken = self.locked();
        // `since` is zero for a later time.
        taken.retain(|then| then.since(now) <= MIN_GAP && now.since(*then) < DAY);
        let problem = if taken.iter().any(|then| now.since(*then) < MIN_GAP) {
            "was called less than a minute ago"
        } else if taken.len() >= PER_DAY {
            "was called 25 times within a day"
        } else {
            taken.push(now);
            return Ok(());
        };
        Err(InvalidRequest::busy("resend_webhooks", problem)
            .allowed("once a minute and 25 times a day, by the gateway's rule"))
    }

    /// Removes a counted call that was not sent.
    pub(crate) fn give_back(&self, taken_at: Timestamp) {
        let mut taken = self.locked();
        if let Some(at) = taken.iter().position(|then| *then == taken_at) {
            taken.swap_remove(at);
        }
    }

    /// A panic elsewhere leaves the list valid.
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
    fn allows_one_call_a_minute_and_25_a_day() {
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
    fn does_not_count_calls_that_were_not_sent() {
        let limit = ResendLimit::default();
        limit.take(at(0)).unwrap();
        limit.give_back(at(0));
        limit.give_back(at(7));
        assert_eq!(refusal(&limit, 1), None);
    }

    #[test]
    fn forgets_calls_far_in_the_future_when_the_clock_is_set_back() {
        let limit = ResendLimit::default();
        limit.take(at(100_000)).unwrap();
        assert_eq!(refusal(&limit, 0), None);
    }

    #[test]
    fn keeps_the_gap_when_the_clock_is_set_back_by_up_to_a_minute() {
        for back in [1, 59, 60] {
            let limit = ResendLimit::default();
            limit.take(at(1_000)).unwrap();
            let refused = refusal(&limit, 1_000 - back);
            assert!(refused.unwrap().contains("a minute"), "{back}");
            assert_eq!(
                refusal(&limit, 1_060),
                None,
                "a minute after the first call"
            );
        }
        let limit = ResendLimit::default();
        limit.take(at(1_000)).unwrap();
        assert_eq!(refusal(&limit, 939), None);
    }

    #[test]
    fn keeps_the_daily_count_when_the_clock_is_set_back() {
        let limit = ResendLimit::default();
        for n in 0..25 {
            limit.take(at(n * 60)).unwrap();
        }
        let last = 24 * 60;
        assert!(refusal(&limit, last - 30).is_some());
        assert!(refusal(&limit, last + 60).unwrap().contains("25 times"));
    }
}
