//! `Retry-After` of an answer.

use crate::Timestamp;
use http::HeaderMap;
use http::header::RETRY_AFTER;
use std::time::{Duration, UNIX_EPOCH};

/// A longer wait counts as this one: a day.
const LONGEST: Duration = Duration::from_secs(24 * 60 * 60);

/// The time until another request is welcome: whole seconds or an HTTP date. Anything else is ignored; of several values the
/// longest counts.
pub(crate) fn retry_after(headers: &HeaderMap, now: Timestamp) -> Option<Duration> {
    let values = headers.get_all(RETRY_AFTER).iter();
    let waits = values.filter_map(|value| wait(value.to_str().ok()?.trim(), now));
    waits.max()
}

fn wait(value: &str, now: Timestamp) -> Option<Duration> {
    let is_number = !value.is_empty() && value.bytes().all(|byte| byte.is_ascii_digit());
    let wait = if is_number {
        // A number with more digits than fit is longer than the limit.
        value.parse().map_or(LONGEST, Duration::from_secs)
    } else {
        let due = httpdate::parse_http_date(value).ok()?;
        let due = due.duration_since(UNIX_EPOCH).ok()?;
        due.saturating_sub(Duration::from_millis(now.as_millis()))
    };
    Some(wait.min(LONGEST))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// Sun, 06 Nov 1994 08:49:37 GMT.
    const NOW: Timestamp = Timestamp::from_secs(784_111_777);

    fn of(values: &[&str]) -> Option<u64> {
        let mut headers = HeaderMap::new();
        for value in values {
            headers.append(RETRY_AFTER, value.parse().unwrap());
        }
        retry_after(&headers, NOW).map(|wait| wait.as_secs())
    }

    #[test]
    fn reads_seconds_and_the_three_forms_of_a_date() {
        assert_eq!(of(&["0"]), Some(0));
        assert_eq!(of(&[" 3600 "]), Some(3_600));
        for date in [
            "Sun, 06 Nov 1994 08:50:37 GMT",
            "Sunday, 06-Nov-94 08:50:37 GMT",
            "Sun Nov  6 08:50:37 1994",
        ] {
            assert_eq!(of(&[date]), Some(60), "{date}");
        }
        assert_eq!(
            of(&["Sun, 06 Nov 1994 08:48:37 GMT"]),
            Some(0),
            "in the past"
        );
    }

    #[test]
    fn a_long_wait_counts_as_a_day() {
        for long in [
            "86401",
            "18446744073709551616",
            "Fri, 07 Nov 2194 08:49:37 GMT",
        ] {
            assert_eq!(of(&[long]), Some(86_400), "{long}");
        }
    }

    #[test]
    fn ignores_what_is_neither_seconds_nor_a_date() {
        for other in [
            "",
            "-1",
            "+5",
            "1.5",
            "soon",
            "1e3",
            "Sun, 06 Nov 1994",
            "0x10",
        ] {
            assert_eq!(of(&[other]), None, "{other}");
        }
        assert_eq!(of(&[]), None);
        assert_eq!(of(&["soon", "30", "20"]), Some(30), "the longest counts");
    }

    proptest! {
        #[test]
        fn any_value_is_ignored_or_a_wait_of_at_most_a_day(value in "[ -~]{0,40}") {
            let mut headers = HeaderMap::new();
            headers.append(RETRY_AFTER, value.parse().unwrap());
            prop_assert!(retry_after(&headers, NOW).is_none_or(|wait| wait <= LONGEST));
        }
    }
}
