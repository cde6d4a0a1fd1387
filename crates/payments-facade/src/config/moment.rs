//! From a date and time as RFC 3339 writes it to a [`Timestamp`].

use payments_core::Timestamp;

/// `2026-12-01T00:00:00Z`, or with an offset, as the TOML parser has checked it. `None` without an offset and before 1970.
pub(super) fn timestamp(text: &str) -> Option<Timestamp> {
    let (day, clock) = text.split_once(['T', 't', ' '])?;
    let zone_at = clock.find(['Z', 'z', '+', '-'])?;
    let (time, zone) = clock.split_at_checked(zone_at)?;
    let [year, month, day] = numbers(day.split('-'))?;
    let whole = time.split_once('.').map_or(time, |(whole, _)| whole);
    let [hour, minute, second] = match whole.matches(':').count() {
        1 => {
            let [hour, minute] = numbers(whole.split(':'))?;
            [hour, minute, 0]
        }
        _ => numbers(whole.split(':'))?,
    };
    let offset = match zone.split_at_checked(1)? {
        ("Z" | "z", _) => 0,
        (sign, rest) => {
            let [hours, minutes] = numbers(rest.split(':'))?;
            let ahead = hours * 3_600 + minutes * 60;
            if sign == "-" { -ahead } else { ahead }
        }
    };
    let seconds =
        days_since_1970(year, month, day) * 86_400 + hour * 3_600 + minute * 60 + second - offset;
    u64::try_from(seconds).ok().map(Timestamp::from_secs)
}

fn numbers<'t, const N: usize>(parts: impl Iterator<Item = &'t str>) -> Option<[i64; N]> {
    let numbers: Option<Vec<i64>> = parts.map(|part| part.parse().ok()).collect();
    numbers?.try_into().ok()
}

/// Counts from a first of March, so that a leap day is a year's last.
fn days_since_1970(year: i64, month: i64, day: i64) -> i64 {
    let year = if month <= 2 { year - 1 } else { year };
    let month = (month + 9) % 12;
    let leap_days = year.div_euclid(4) - year.div_euclid(100) + year.div_euclid(400);
    year * 365 + leap_days + (month * 153 + 2) / 5 + day - 1 - 719_468
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn moments_are_those_of_the_calendar() {
        let seconds = |text| timestamp(text).map(Timestamp::as_secs);
        assert_eq!(seconds("1970-01-01T00:00:00Z"), Some(0));
        assert_eq!(seconds("2000-02-29T23:59:59Z"), Some(951_868_799));
        assert_eq!(seconds("2023-11-14T22:13:20Z"), Some(1_700_000_000));
        assert_eq!(seconds("2026-12-01 02:00:00+02:00"), Some(1_796_083_200));
        assert_eq!(seconds("2026-11-30T19:00-05:00"), Some(1_796_083_200));
        assert_eq!(seconds("2026-12-01T00:00:00.5Z"), Some(1_796_083_200));
        assert_eq!(seconds("2100-03-01T00:00:00Z"), Some(4_107_542_400));
        assert_eq!(seconds("1969-12-31T23:59:59Z"), None);
        assert_eq!(seconds("2026-12-01T00:00:00"), None);
        assert_eq!(seconds("2026-12-01"), None);
    }
}
