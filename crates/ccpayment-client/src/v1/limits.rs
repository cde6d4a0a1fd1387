//! Limits on request values that several calls share, beyond those of [`payments_core::check`]. Where the documents give
//! no limit, the one here is `assumed`.

use std::time::Duration;

use payments_core::InvalidRequest;
use serde::{Serialize, Serializer};

/// Characters of an id and of a chain's or coin's name; the documents show up to 36.
pub(crate) const ID: usize = 64;

/// Characters of the merchant's notes and names.
pub(crate) const NOTE: usize = 512;

/// Characters of a URL.
pub(crate) const URL: usize = 2048;

/// Characters of a withdrawal's address. A Lightning invoice has several hundred.
pub(crate) const ADDRESS: usize = 2048;

/// Characters of a memo or tag.
pub(crate) const MEMO: usize = 256;

/// `order_valid_period`: how long an order can be paid. Unset means the gateway's 24 hours.
///
/// It is sent as a duration in seconds. The page's "10 digits" is a mistake: its own sample, 823456, is a duration.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum ValidFor {
    #[default]
    Unset,
    Any(Duration),
    Satoshi(Duration),
}

impl ValidFor {
    const MAX: Duration = Duration::from_secs(10 * 24 * 60 * 60);
    const MAX_SATOSHI: Duration = Duration::from_secs(2 * 60 * 60);

    pub(crate) fn check(self) -> Result<(), InvalidRequest> {
        let (length, max, allowed) = match self {
            Self::Unset => return Ok(()),
            Self::Any(length) => (length, Self::MAX, "1 second to 10 days"),
            Self::Satoshi(length) => (length, Self::MAX_SATOSHI, "1 second to 2 hours for Satoshi"),
        };
        // The gateway reads zero as its default.
        let problem = if length.subsec_nanos() != 0 {
            "has parts of a second"
        } else if length.is_zero() {
            "is zero"
        } else if length > max {
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

    pub(crate) const fn is_unset(&self) -> bool {
        matches!(self, Self::Unset)
    }
}

/// Whole seconds.
impl Serialize for ValidFor {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.seconds().serialize(serializer)
    }
}
