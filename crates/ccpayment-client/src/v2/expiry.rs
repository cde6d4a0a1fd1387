//! When an order or an invoice ends.

use std::time::Duration;

use payments_core::{InvalidRequest, Timestamp};

/// `expiredAt` is an instant, unlike the duration of v1. It is always sent: for orders, two tables of the provider name two
/// different defaults.
///
/// An instant in the past is refused here, and so is one more than `most` ahead, by the clock that also signs the request. Only
/// whole seconds are sent, so only they count.
pub(crate) fn check(
    expires_at: Timestamp,
    most: Option<Duration>,
    now: Timestamp,
) -> Result<(), InvalidRequest> {
    let ahead = expires_at.as_secs().saturating_sub(now.as_secs());
    if ahead == 0 {
        return Err(InvalidRequest::request(
            "expires_at",
            "is not in the future",
        ));
    }
    if most.is_some_and(|most| ahead > most.as_secs()) {
        return Err(InvalidRequest::request("expires_at", "is too far ahead").allowed("10 days"));
    }
    Ok(())
}

/// The longest that an order may be open: code 11012 refuses more.
pub(crate) const ORDER: Duration = Duration::from_secs(10 * 24 * 60 * 60);
