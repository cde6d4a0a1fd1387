//! Why a webhook was refused, for the owner of the listener. The reply never contains it.

use http::HeaderMap;
use payments_core::Timestamp;
use payments_signing::ccpayment::TIMESTAMP_HEADER;

/// How long a CCPayment webhook is valid, in seconds.
const WINDOW_S: u64 = 120;

/// A sentence about the time of a webhook that has one. `None` if the time is not the reason.
pub(super) fn clock(headers: &HeaderMap, now: Timestamp) -> Option<String> {
    let stated = headers.get(TIMESTAMP_HEADER)?.to_str().ok()?;
    let Ok(stamp) = stated.parse::<u64>() else {
        return Some("its Timestamp is not a number of seconds".to_owned());
    };
    if stated.len() == 13 {
        return Some("its Timestamp has 13 digits: milliseconds instead of seconds".to_owned());
    }
    let now = now.as_secs();
    let (distance, direction) = match stamp.checked_sub(now) {
        Some(ahead) => (ahead, "ahead of"),
        None => (now.saturating_sub(stamp), "behind"),
    };
    (distance > WINDOW_S).then(|| {
        format!(
            "its Timestamp is {distance} seconds {direction} this machine's clock; {WINDOW_S} are allowed"
        )
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn states_how_far_the_timestamp_is_from_the_clock() {
        let now = Timestamp::from_millis(1_700_000_000_000);
        let reason = |stamp: &str| {
            let mut headers = HeaderMap::new();
            headers.insert("timestamp", stamp.parse().unwrap());
            clock(&headers, now).unwrap_or_default()
        };
        assert!(reason("1700086400").contains("86400 seconds ahead of"));
        assert!(reason("1699999879").contains("121 seconds behind"));
        for close in ["1699999880", "1700000120"] {
            assert_eq!(reason(close), "");
        }
        assert!(reason("1700000000000").contains("13 digits"));
        assert!(reason("now").contains("not a number"));
        assert_eq!(clock(&HeaderMap::new(), now), None);
    }
}
