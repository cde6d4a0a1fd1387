//! How far the clock here is off, by the stamps of verified answers.
//!
//! The provider takes a request for two minutes from its stamp, so a clock that is off by more has every call refused.
//! What corrects it is the stamp of an answer, and only of one whose signature held: anybody can write a header.
//!
//! # Why nothing but a read is repeated with the correction
//! A stamp that was too old is refused under a code that no v1 document names (v2 has 11006; that v1 has it too is not
//! known), so a refusal cannot be told from a failure half-way. "Valid for two minutes" says what the provider expects
//! of a request, not that one outside of it was left undone. So the answer to a call from a clock that is off counts as
//! not verified, for it is not fresh: a read is repeated once, with the correction by then, and of a call that moves or
//! makes something the outcome is unknown, until a query, which the correction lets through, tells it.
//!
//! # What a replay could do
//! An old answer that somebody plays back is not taken for an answer. It could set the correction back, by up to
//! [`MOST_S`]; to do so one has to be inside the TLS connection, and what follows is refused requests, or that a second
//! old answer passes for fresh. A fresh answer sets it right again.

use std::sync::atomic::{AtomicI64, Ordering};

use payments_core::Timestamp;

/// How far the stamp of an answer may lie from our time, either way: as long as the provider says that a message is
/// valid. That it goes for the future too is `assumed`.
pub(crate) const WINDOW_S: u64 = 120;

/// What is off by less is not corrected: the time on the way is part of every measurement.
const TOLERATED_S: u64 = 30;

/// What is off by more is not believed. The greatest mistake that clocks make is another zone's time.
pub(crate) const MOST_S: u64 = 24 * 60 * 60;

/// Seconds to be added to the clock here, to have the provider's.
#[derive(Debug, Default)]
pub(crate) struct Skew(AtomicI64);

impl Skew {
    /// The correction in seconds.
    pub(crate) fn seconds(&self) -> i64 {
        self.0.load(Ordering::Relaxed)
    }

    /// The provider's time in Unix seconds.
    pub(crate) fn corrected(&self, now: Timestamp) -> u64 {
        now.as_secs().saturating_add_signed(self.seconds())
    }

    /// Takes in the stamp of an answer whose signature held, and says whether it is fresh: by the clock here, or by the
    /// clock as it was corrected before. Both count, for a clock may have been set right meanwhile.
    pub(crate) fn observe(&self, stamp_s: u64, now: Timestamp) -> bool {
        let plain = now.as_secs();
        let fresh = stamp_s.abs_diff(plain) <= WINDOW_S
            || stamp_s.abs_diff(self.corrected(now)) <= WINDOW_S;
        let off = stamp_s.abs_diff(plain);
        if off <= MOST_S {
            let seconds = if off <= TOLERATED_S { 0 } else { off as i64 };
            let signed = if stamp_s < plain { -seconds } else { seconds };
            self.0.store(signed, Ordering::Relaxed);
        }
        fresh
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: u64 = 1_700_000_000;

    fn observed(skew: &Skew, stamp: u64) -> (bool, i64) {
        let fresh = skew.observe(stamp, Timestamp::from_secs(NOW));
        (fresh, skew.seconds())
    }

    #[test]
    fn what_is_nearly_right_is_not_corrected() {
        let skew = Skew::default();
        for stamp in [NOW - 30, NOW, NOW + 30] {
            assert_eq!(observed(&skew, stamp), (true, 0));
        }
        assert_eq!(observed(&skew, NOW + 31), (true, 31));
        assert_eq!(observed(&skew, NOW - 120), (true, -120));
        assert_eq!(observed(&skew, NOW + 1), (true, 0));
    }

    #[test]
    fn a_clock_that_is_off_is_corrected_from_the_second_answer_on() {
        for off in [121_i64, -121, 3_600, -86_300, 86_300] {
            let skew = Skew::default();
            let stamp = NOW.saturating_add_signed(off);
            assert_eq!(observed(&skew, stamp), (false, off));
            assert_eq!(skew.corrected(Timestamp::from_secs(NOW)), stamp);
            assert_eq!(observed(&skew, stamp + 7), (true, off + 7));
        }
    }

    #[test]
    fn a_clock_that_was_set_right_is_believed_at_once() {
        let skew = Skew::default();
        observed(&skew, NOW + 3_600);
        assert_eq!(observed(&skew, NOW + 2), (true, 0));
    }

    #[test]
    fn what_is_off_by_more_than_a_day_is_not_believed() {
        let skew = Skew::default();
        for stamp in [0, NOW - 86_401, NOW + 86_401, u64::MAX] {
            assert_eq!(observed(&skew, stamp), (false, 0), "{stamp}");
        }
    }
}
