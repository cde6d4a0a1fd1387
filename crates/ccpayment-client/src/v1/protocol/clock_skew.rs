//! How far the local clock is off, measured by the timestamps of verified answers.
//!
//! The provider accepts a request for two minutes from its timestamp, so a clock that is off by more gets every call
//! refused. Only the timestamp of an answer whose signature verifies corrects the clock: anyone can write a header.
//!
//! # Why only a read is repeated with the correction
//! No v1 document names the code for an expired timestamp (v2 has 11006), so a refusal cannot be distinguished from a
//! failure half-way. "Valid for two minutes" states what the provider expects of a request, not that it ignored one
//! outside that window. An answer to a call from a clock that is off is not fresh and therefore not verified: a read is
//! repeated once, by then corrected; the outcome of a write is unknown until a (corrected) query resolves it.
//!
//! # What a replay could do
//! A replayed old answer is not accepted as an answer. It could set the correction back by up to [`MAX_SECS`], from
//! inside the TLS connection; the effect would be refused requests, or a second old answer that counts as fresh. A fresh
//! answer corrects it again.

use std::sync::atomic::{AtomicI64, Ordering};

use payments_core::Timestamp;

/// How far the timestamp of an answer may be from our time: the provider's validity of a message. That it applies to the
/// future too is `assumed`.
const WINDOW_SECS: u64 = 120;

/// Smaller differences are not corrected: every measurement includes the transit time.
const TOLERATED_SECS: u64 = 30;

/// Larger differences are ignored. The largest mistake that clocks make is another time zone.
const MAX_SECS: u64 = 24 * 60 * 60;

/// Seconds to add to the local clock to get the provider's time.
#[derive(Debug, Default)]
pub(crate) struct ClockSkew(AtomicI64);

impl ClockSkew {
    /// The correction in seconds.
    pub(crate) fn seconds(&self) -> i64 {
        self.0.load(Ordering::Relaxed)
    }

    /// The provider's time in Unix seconds.
    pub(crate) fn corrected(&self, now: Timestamp) -> u64 {
        now.as_secs().saturating_add_signed(self.seconds())
    }

    /// Records the timestamp of an answer whose signature verified. Returns whether it is fresh: by the local clock, or by
    /// the clock as corrected before. Both count, because the local clock may have been set meanwhile.
    pub(crate) fn observe(&self, stamp_secs: u64, now: Timestamp) -> bool {
        let local = now.as_secs();
        let off = stamp_secs.abs_diff(local);
        let fresh = off <= WINDOW_SECS || stamp_secs.abs_diff(self.corrected(now)) <= WINDOW_SECS;
        if off <= MAX_SECS {
            let seconds = if off <= TOLERATED_SECS { 0 } else { off as i64 };
            let signed = if stamp_secs < local {
                -seconds
            } else {
                seconds
            };
            self.0.store(signed, Ordering::Relaxed);
        }
        fresh
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: u64 = 1_700_000_000;

    fn observed(skew: &ClockSkew, stamp: u64) -> (bool, i64) {
        let fresh = skew.observe(stamp, Timestamp::from_secs(NOW));
        (fresh, skew.seconds())
    }

    #[test]
    fn corrects_only_differences_of_more_than_30_seconds() {
        let skew = ClockSkew::default();
        for stamp in [NOW - 30, NOW, NOW + 30] {
            assert_eq!(observed(&skew, stamp), (true, 0));
        }
        assert_eq!(observed(&skew, NOW + 31), (true, 31));
        assert_eq!(observed(&skew, NOW - 120), (true, -120));
        assert_eq!(observed(&skew, NOW + 1), (true, 0));
    }

    #[test]
    fn accepts_answers_as_fresh_once_the_clock_is_corrected() {
        for off in [121_i64, -121, 3_600, -86_300, 86_300] {
            let skew = ClockSkew::default();
            let stamp = NOW.saturating_add_signed(off);
            assert_eq!(observed(&skew, stamp), (false, off));
            assert_eq!(skew.corrected(Timestamp::from_secs(NOW)), stamp);
            assert_eq!(observed(&skew, stamp + 7), (true, off + 7));
        }
    }

    #[test]
    fn drops_the_correction_once_the_local_clock_is_right() {
        let skew = ClockSkew::default();
        observed(&skew, NOW + 3_600);
        assert_eq!(observed(&skew, NOW + 2), (true, 0));
    }

    #[test]
    fn ignores_timestamps_more_than_a_day_off() {
        let skew = ClockSkew::default();
        for stamp in [0, NOW - 86_401, NOW + 86_401, u64::MAX] {
            assert_eq!(observed(&skew, stamp), (false, 0), "{stamp}");
        }
    }
}
