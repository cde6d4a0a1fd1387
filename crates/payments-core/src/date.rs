use crate::{InvalidRequest, Timestamp};
use serde::{Serialize, Serializer};
use std::fmt;

/// A calendar day, written `2026-11-22`: for birthdays, documents and statements.
///
/// It has no time zone: the provider defines which day a moment belongs to.
///
/// ```
/// use payments_core::Date;
///
/// assert_eq!(Date::new(2026, 11, 22)?.to_string(), "2026-11-22");
/// assert!(Date::new(2027, 2, 29).is_err());
/// # Ok::<(), payments_core::InvalidRequest>(())
/// ```
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Date {
    year: u16,
    month: u8,
    day: u8,
}

/// The days from 0000-03-01 to 1970-01-01.
const EPOCH: u64 = 719_468;

impl Date {
    /// A day of the years 1900 to 9999.
    ///
    /// # Errors
    /// [`InvalidRequest`] when the day does not exist.
    pub fn new(year: u16, month: u8, day: u8) -> Result<Self, InvalidRequest> {
        let leap =
            year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400));
        let days = match month {
            1 | 3 | 5 | 7 | 8 | 10 | 12 => 31,
            4 | 6 | 9 | 11 => 30,
            2 if leap => 29,
            2 => 28,
            _ => 0,
        };
        if (1900..=9999).contains(&year) && (1..=days).contains(&day) {
            Ok(Self { year, month, day })
        } else {
            Err(InvalidRequest::request("date", "is no day of the calendar")
                .allowed("years 1900 to 9999"))
        }
    }

    /// The start of this day in UTC. A day before 1970 starts at the epoch.
    ///
    /// ```
    /// # use payments_core::Date;
    /// assert_eq!(Date::new(2026, 11, 22)?.start_in_utc().as_secs(), 1_795_305_600);
    /// # Ok::<(), payments_core::InvalidRequest>(())
    /// ```
    pub fn start_in_utc(self) -> Timestamp {
        // Years that begin in March have their leap day at the end.
        let (year, month) = match self.month {
            1 | 2 => (u64::from(self.year) - 1, u64::from(self.month) + 9),
            _ => (u64::from(self.year), u64::from(self.month) - 3),
        };
        let days_before_month = (153 * month + 2) / 5;
        let days = 365 * year + year / 4 - year / 100 + year / 400;
        let days = (days + days_before_month + u64::from(self.day) - 1).saturating_sub(EPOCH);
        Timestamp::from_secs(days * 24 * 60 * 60)
    }

    /// The day of this moment in UTC.
    ///
    /// ```
    /// # use payments_core::{Date, Timestamp};
    /// let day = Date::in_utc(Timestamp::from_secs(1_795_305_600))?;
    /// assert_eq!(day, Date::new(2026, 11, 22)?);
    /// # Ok::<(), payments_core::InvalidRequest>(())
    /// ```
    ///
    /// # Errors
    /// [`InvalidRequest`] after the year 9999.
    pub fn in_utc(time: Timestamp) -> Result<Self, InvalidRequest> {
        // As in `start_in_utc`, years begin in March. They are counted in eras of 400 years, which are all equally long.
        let days = time.as_secs() / (24 * 60 * 60) + EPOCH;
        let (era, day_of_era) = (days / 146_097, days % 146_097);
        let leap_days = day_of_era / 1_460 - day_of_era / 36_524 + day_of_era / 146_096;
        let year_of_era = (day_of_era - leap_days) / 365;
        let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
        let month = (5 * day_of_year + 2) / 153;
        let day = day_of_year - (153 * month + 2) / 5 + 1;
        let (year, month) = match era * 400 + year_of_era {
            year if month < 10 => (year, month + 3),
            year => (year + 1, month - 9),
        };
        let small = |number| u8::try_from(number).unwrap_or(0);
        Self::new(u16::try_from(year).unwrap_or(0), small(month), small(day))
    }

    /// Year, month and day.
    pub const fn parts(self) -> (u16, u8, u8) {
        (self.year, self.month, self.day)
    }
}

impl fmt::Display for Date {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:04}-{:02}-{:02}", self.year, self.month, self.day)
    }
}

impl fmt::Debug for Date {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Date({self})")
    }
}

/// As its text.
impl Serialize for Date {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn refuses_days_that_do_not_exist() {
        for (year, month, day) in [
            (1900, 1, 1),
            (2000, 2, 29),
            (2024, 2, 29),
            (2026, 4, 30),
            (9999, 12, 31),
        ] {
            let date = Date::new(year, month, day).unwrap();
            assert_eq!(date.parts(), (year, month, day));
        }
        for (year, month, day) in [
            (1899, 12, 31),
            (1900, 2, 29),
            (2023, 2, 29),
            (2026, 4, 31),
            (2026, 0, 1),
            (2026, 13, 1),
            (2026, 1, 0),
            (2026, 1, 32),
            (10_000, 1, 1),
        ] {
            assert!(Date::new(year, month, day).is_err(), "{year}-{month}-{day}");
        }
    }

    #[test]
    fn days_start_where_the_calendar_says() {
        for ((year, month, day), days) in [
            ((1970, 1, 1), 0),
            ((1970, 3, 1), 59),
            ((1972, 2, 29), 789),
            ((2000, 2, 29), 11_016),
            ((2000, 3, 1), 11_017),
            ((2026, 11, 22), 20_779),
            ((2100, 3, 1), 47_541),
            ((9999, 12, 31), 2_932_896),
            ((1969, 12, 31), 0),
            ((1900, 1, 1), 0),
        ] {
            let start = Date::new(year, month, day).unwrap().start_in_utc();
            assert_eq!(start.as_secs(), days * 86_400, "{year}-{month}-{day}");
        }
    }

    #[test]
    fn every_day_has_its_first_and_its_last_second() {
        const DAY: u64 = 24 * 60 * 60;
        let of = |secs| Date::in_utc(Timestamp::from_secs(secs)).unwrap();
        let mut day = of(0);
        for number in 0..2_932_897 {
            let (next, start) = (of(number * DAY), number * DAY);
            assert_eq!(next.start_in_utc().as_secs(), start, "{next}");
            assert_eq!(of(start + DAY - 1), next);
            assert!(number == 0 || next > day, "{next} after {day}");
            day = next;
        }
        assert_eq!(day, Date::new(9999, 12, 31).unwrap());
        assert!(Date::in_utc(Timestamp::from_secs(2_932_897 * DAY)).is_err());
    }

    #[test]
    fn days_are_written_and_ordered_alike() {
        let (may, november) = (
            Date::new(1987, 5, 1).unwrap(),
            Date::new(1987, 11, 1).unwrap(),
        );
        assert!(may < november);
        assert_eq!(serde_json::to_string(&may).unwrap(), r#""1987-05-01""#);
        assert_eq!(format!("{november:?}"), "Date(1987-11-01)");
    }
}
