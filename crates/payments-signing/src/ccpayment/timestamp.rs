//! The time of a message, and how old it may be.

use core::fmt;
use core::time::Duration;

use crate::error::TimestampError;

/// Unix seconds in exactly ten digits. With any other length, the signed text could be split in several ways.
///
/// ```
/// use payments_signing::ccpayment::Timestamp;
///
/// assert_eq!(Timestamp::from_secs(1_677_152_490)?.as_str(), "1677152490");
/// assert!(Timestamp::parse("167715249").is_err());
/// # Ok::<(), payments_signing::TimestampError>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Timestamp([u8; 10]);

impl Timestamp {
    /// From Unix seconds between September 2001 and November 2286, which have ten digits.
    ///
    /// # Errors
    ///
    /// [`TimestampError`] outside that range.
    pub fn from_secs(secs: u64) -> Result<Self, TimestampError> {
        Self::parse(&secs.to_string())
    }

    /// From the text of a header.
    ///
    /// # Errors
    ///
    /// [`TimestampError`] unless it has ten ASCII digits and does not begin with a zero.
    pub fn parse(text: &str) -> Result<Self, TimestampError> {
        match <[u8; 10]>::try_from(text.as_bytes()) {
            Ok(digits @ [b'1'..=b'9', ..]) if digits.iter().all(u8::is_ascii_digit) => {
                Ok(Self(digits))
            }
            _ => Err(TimestampError),
        }
    }

    /// The ten digits.
    #[must_use]
    pub fn as_str(&self) -> &str {
        // Always ASCII, so the default is never used.
        core::str::from_utf8(&self.0).unwrap_or_default()
    }

    /// Unix seconds.
    #[must_use]
    pub fn as_secs(self) -> u64 {
        // Ten digits always fit, so the default is never used.
        self.as_str().parse().unwrap_or_default()
    }
}

impl fmt::Display for Timestamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

/// How far a timestamp may differ from the receiver's time, both limits included.
///
/// The default is 120 seconds both ways: the provider documents two minutes for the past, the limit for the future is
/// assumed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Window {
    /// How old a message may be; fractions of a second are ignored.
    pub past: Duration,
    /// How far ahead the sender's clock may be; fractions of a second are ignored.
    pub future: Duration,
}

impl Default for Window {
    fn default() -> Self {
        Self {
            past: Duration::from_secs(120),
            future: Duration::from_secs(120),
        }
    }
}

impl Window {
    pub(crate) fn contains(&self, timestamp: Timestamp, now_s: u64) -> bool {
        let then_s = timestamp.as_secs();
        match now_s.checked_sub(then_s) {
            Some(age) => age <= self.past.as_secs(),
            None => then_s - now_s <= self.future.as_secs(),
        }
    }
}
