//! The zone of a statement's days, and when a day is over.

use std::fmt;
use std::time::Duration;

use payments_core::{Date, InvalidRequest, Timestamp};

use crate::facts::{Basis, Fact};

/// The time zone in which a provider's statements count days: a fixed distance from UTC, as providers of these gateways use
/// it. `Display` writes `UTC+08:00`.
///
/// ```
/// use payments_core::Date;
/// use payments_facade::statement::DayZone;
///
/// let zone = DayZone::hours_east(8);
/// assert_eq!(zone.to_string(), "UTC+08:00");
/// // 2026-11-23 00:00 in UTC+8.
/// assert_eq!(zone.end_of(Date::new(2026, 11, 22)?).as_secs(), 1_795_363_200);
/// # Ok::<(), payments_core::InvalidRequest>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct DayZone {
    hours_east: i8,
}

/// The last zone in which a day ends.
const LAST: DayZone = DayZone { hours_east: -12 };

impl DayZone {
    /// UTC.
    pub const UTC: Self = Self::hours_east(0);

    /// So many hours ahead of UTC; from -12 to 14, or else the nearest of them.
    #[must_use]
    pub const fn hours_east(hours: i8) -> Self {
        let hours_east = match hours {
            ..-12 => -12,
            15.. => 14,
            hours => hours,
        };
        Self { hours_east }
    }

    /// The first moment after this day.
    #[must_use]
    pub fn end_of(self, day: Date) -> Timestamp {
        const DAY: u64 = 24 * 60 * 60;
        // Counted from UTC+14, so that the distance is never negative.
        let hours_west = u64::from((14 - i16::from(self.hours_east)).unsigned_abs());
        let end = day.start_in_utc().as_secs() + DAY + hours_west * 60 * 60;
        Timestamp::from_secs(end.saturating_sub(14 * 60 * 60))
    }

    /// The day of this moment.
    ///
    /// ```
    /// # use payments_core::{Date, Timestamp};
    /// # use payments_facade::statement::DayZone;
    /// let midnight = Timestamp::from_secs(1_795_363_200);
    /// assert_eq!(DayZone::hours_east(8).day_of(midnight)?, Date::new(2026, 11, 23)?);
    /// assert_eq!(DayZone::UTC.day_of(midnight)?, Date::new(2026, 11, 22)?);
    /// # Ok::<(), payments_core::InvalidRequest>(())
    /// ```
    ///
    /// # Errors
    /// [`InvalidRequest`] after the year 9999.
    pub fn day_of(self, time: Timestamp) -> Result<Date, InvalidRequest> {
        let hours = u64::from(self.hours_east.unsigned_abs());
        let distance = hours * 60 * 60 * 1_000;
        let local = match self.hours_east < 0 {
            true => time.as_millis().saturating_sub(distance),
            false => time.as_millis().saturating_add(distance),
        };
        Date::in_utc(Timestamp::from_millis(local))
    }
}

impl fmt::Display for DayZone {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let sign = if self.hours_east < 0 { '-' } else { '+' };
        write!(f, "UTC{sign}{:02}:00", self.hours_east.unsigned_abs())
    }
}

/// When a statement of this day can be complete: from the end of the day on. If the zone is only assumed, from when the day is
/// over in every zone, so that a wrong assumption never makes an open day look complete.
pub(super) fn complete_from(zone: Fact<DayZone>, day: Date) -> Timestamp {
    match zone.source {
        Basis::Documented(_) => zone.value.end_of(day),
        Basis::Assumed(_) => zone.value.end_of(day).max(LAST.end_of(day)),
    }
}

/// Whether a statement of this day that was read from `started` on can be complete.
pub(super) fn is_complete(zone: Fact<DayZone>, day: Date, started: Timestamp) -> bool {
    // A row of the last second may be posted a moment later.
    const SETTLING: Duration = Duration::from_secs(60);
    complete_from(zone, day)
        .checked_add(SETTLING)
        .is_some_and(|from| started >= from)
}
