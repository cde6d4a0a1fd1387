use crate::DecimalText;
use std::fmt;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

/// A moment, in milliseconds since the Unix epoch.
///
/// Gateways count in milliseconds or in seconds; ask for the one the provider documents.
///
/// ```
/// use payments_core::Timestamp;
///
/// let created = Timestamp::from_millis(1_678_438_482_250);
/// assert_eq!(created.as_secs(), 1_678_438_482);
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Timestamp(u64);

impl Timestamp {
    /// The moment this many milliseconds after the Unix epoch.
    pub const fn from_millis(millis: u64) -> Self {
        Self(millis)
    }

    /// The moment this many seconds after the Unix epoch, held at the greatest that fits.
    pub const fn from_secs(secs: u64) -> Self {
        Self(secs.saturating_mul(1_000))
    }

    /// Milliseconds since the Unix epoch.
    pub const fn as_millis(self) -> u64 {
        self.0
    }

    /// Seconds since the Unix epoch, rounded down.
    pub const fn as_secs(self) -> u64 {
        self.0 / 1_000
    }

    /// The milliseconds as text, on the stack: for signing without the heap.
    ///
    /// ```
    /// # use payments_core::Timestamp;
    /// assert_eq!(&*Timestamp::from_millis(1_678_438_482_000).to_text(), "1678438482000");
    /// ```
    pub fn to_text(self) -> DecimalText {
        DecimalText::new(u128::from(self.0), 0)
    }

    /// The moment `later`, to the millisecond; `None` when it does not fit.
    pub fn checked_add(self, later: Duration) -> Option<Self> {
        let millis = u64::try_from(later.as_millis()).ok()?;
        self.0.checked_add(millis).map(Self)
    }

    /// How long after `earlier` this is; zero when it is not after it.
    pub const fn since(self, earlier: Self) -> Duration {
        Duration::from_millis(self.0.saturating_sub(earlier.0))
    }
}

/// The number of milliseconds.
impl fmt::Display for Timestamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.0, f)
    }
}

/// A time before the Unix epoch becomes the epoch itself.
impl From<SystemTime> for Timestamp {
    fn from(time: SystemTime) -> Self {
        let since_epoch = time.duration_since(UNIX_EPOCH).unwrap_or_default();
        Self(u64::try_from(since_epoch.as_millis()).unwrap_or(u64::MAX))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn seconds_and_milliseconds_are_the_same_moment() {
        assert_eq!(Timestamp::from_secs(7), Timestamp::from_millis(7_000));
        assert_eq!(Timestamp::from_millis(7_999).as_secs(), 7);
        assert_eq!(Timestamp::from_secs(u64::MAX).as_millis(), u64::MAX);
    }

    #[test]
    fn distance_never_wraps() {
        let (early, late) = (Timestamp::from_secs(1), Timestamp::from_secs(3));
        assert_eq!(late.since(early), Duration::from_secs(2));
        assert_eq!(early.since(late), Duration::ZERO);
        assert_eq!(early.checked_add(Duration::from_secs(2)), Some(late));
        assert_eq!(early.checked_add(Duration::MAX), None);
    }

    #[test]
    fn a_time_before_the_epoch_is_the_epoch() {
        assert_eq!(
            Timestamp::from(UNIX_EPOCH - Duration::from_secs(1)),
            Timestamp::default()
        );
        assert_eq!(
            Timestamp::from(UNIX_EPOCH + Duration::from_millis(5)),
            Timestamp::from_millis(5)
        );
    }
}
