//! How long an order can be paid: `order_valid_period`.

use std::time::Duration;

use payments_core::InvalidRequest;

/// The validity that an order asks for; without one it is the gateway's 24 hours.
///
/// It goes out as a length in seconds. The page's "10 digits" is a slip: its own sample, 823456, is a length.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum ValidFor {
    #[default]
    Unset,
    Any(Duration),
    Satoshi(Duration),
}

impl ValidFor {
    const MOST: Duration = Duration::from_secs(10 * 24 * 60 * 60);
    const MOST_SATOSHI: Duration = Duration::from_secs(2 * 60 * 60);

    pub(crate) fn check(self) -> Result<(), InvalidRequest> {
        let (length, most, allowed) = match self {
            Self::Unset => return Ok(()),
            Self::Any(length) => (length, Self::MOST, "1 second to 10 days"),
            Self::Satoshi(length) => (
                length,
                Self::MOST_SATOSHI,
                "1 second to 2 hours for Satoshi",
            ),
        };
        // Zero would mean the gateway's default.
        let problem = if length.subsec_nanos() != 0 {
            "has parts of a second"
        } else if length.is_zero() {
            "is zero"
        } else if length > most {
            "is too long"
        } else {
            return Ok(());
        };
        Err(InvalidRequest::request("valid_for", problem).allowed(allowed))
    }

    pub(crate) const fn seconds(self) -> Option<u64> {
        match self {
            Self::Unset => None,
            Self::Any(length) | Self::Satoshi(length) => Some(length.as_secs()),
        }
    }
}
