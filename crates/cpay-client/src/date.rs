//! A day, for birthdays and the dates of documents.

use std::fmt;

use payments_core::Invalid;

/// A day of the calendar, written `1987-05-01`.
///
/// ```
/// use cpay_client::Date;
///
/// assert_eq!(Date::new(1987, 5, 1)?.to_string(), "1987-05-01");
/// assert!(Date::new(2023, 2, 29).is_err());
/// # Ok::<(), payments_core::Invalid>(())
/// ```
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Date {
    year: u16,
    month: u8,
    day: u8,
}

impl Date {
    /// A day of the years 1900 to 9999.
    ///
    /// # Errors
    /// [`Invalid`] when the calendar has no such day.
    pub fn new(year: u16, month: u8, day: u8) -> Result<Self, Invalid> {
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
            Err(Invalid::request("date", "is no day of the calendar").allowed("years 1900 to 9999"))
        }
    }
}

impl fmt::Display for Date {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:04}-{:02}-{:02}", self.year, self.month, self.day)
    }
}

impl serde::Serialize for Date {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl fmt::Debug for Date {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Date({self})")
    }
}
