//! What is due by a clock that can be wrong.

use std::time::Duration;

use payments_core::Timestamp;

/// How far clocks may differ without being wrong.
const MARGIN: Duration = Duration::from_secs(24 * 3_600);

/// The times of what is due, as first and last: those that have come, and then those that no wait reaches. The latter were written
/// while a clock was ahead, which was set back since, and would not come for long.
pub(crate) fn times(now: Timestamp, longest_wait: Duration) -> [(Timestamp, Timestamp); 2] {
    let last = Timestamp::from_millis(i64::MAX.unsigned_abs());
    let unreached = now.checked_add(longest_wait.saturating_add(MARGIN));
    let unreached = unreached.unwrap_or(last).min(last);
    [(Timestamp::from_millis(0), now), (unreached, last)]
}
