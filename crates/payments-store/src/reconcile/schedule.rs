//! When a provider is queried about a payment.

use std::time::Duration;

use payments_core::Timestamp;

/// How often the provider is queried about a payment, by its age. It is data: replace the steps to poll more or less often.
///
/// ```
/// use std::time::Duration;
/// use payments_store::{ReconcileSettings, Step};
///
/// let mut settings = ReconcileSettings::default();
/// let hour = Duration::from_secs(3_600);
/// settings.schedule.open = vec![Step { until: hour, every: hour / 60 }, Step { until: 48 * hour, every: hour }];
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Schedule {
    /// For payments that have not ended, by the time since they were stored first: every 5 minutes for an hour, every 30 minutes
    /// for a day, every 4 hours for a week, and daily for 30 days.
    pub open: Vec<Step>,
    /// For those that ended without success, by the time since: every 6 hours for 72 hours, because money may be late.
    pub closed: Vec<Step>,
    /// For those that are completed, by the time since: every 36 hours for 72 hours, because more money may arrive, or be
    /// refunded.
    pub completed: Vec<Step>,
}

/// A part of a [`Schedule`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Step {
    /// Up to this age. The last query of all steps is made when it is over.
    pub until: Duration,
    /// The time from one query to the next one, at least a second.
    pub every: Duration,
}

impl Step {
    const fn minutes(until: u64, every: u64) -> Self {
        Self {
            until: Duration::from_secs(60 * until),
            every: Duration::from_secs(60 * every),
        }
    }
}

/// The shortest time between two queries, so that a run comes to an end.
const SHORTEST: Duration = Duration::from_secs(1);

const HOUR: u64 = 60;
const DAY: u64 = 24 * HOUR;

impl Default for Schedule {
    fn default() -> Self {
        Self {
            open: vec![
                Step::minutes(HOUR, 5),
                Step::minutes(DAY, 30),
                Step::minutes(7 * DAY, 4 * HOUR),
                Step::minutes(30 * DAY, DAY),
            ],
            closed: vec![Step::minutes(3 * DAY, 6 * HOUR)],
            completed: vec![Step::minutes(3 * DAY, 36 * HOUR)],
        }
    }
}

/// When the next query is due, `None` if there is no further one. `since` is the beginning of the schedule, and `latest` the
/// latest query.
pub(super) fn next(
    steps: &[Step],
    since: Timestamp,
    latest: Option<Timestamp>,
) -> Option<Timestamp> {
    let latest = latest.map_or(since, |latest| latest.max(since));
    let age = latest.since(since);
    let step = steps.iter().find(|step| age < step.until)?;
    latest.checked_add(step.every.max(SHORTEST))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The hours since the beginning at which queries are made.
    fn hours(steps: &[Step]) -> Vec<u64> {
        let start = Timestamp::from_secs(1_700_000_000);
        let mut latest = None;
        let mut hours = Vec::new();
        while let Some(due) = next(steps, start, latest) {
            hours.push(due.since(start).as_secs() / 3_600);
            latest = Some(due);
        }
        hours
    }

    #[test]
    fn backs_off_and_ends() {
        let schedule = Schedule::default();
        let open = hours(&schedule.open);
        // 12 in the first hour, 46 in the first day, 36 in the first week, and 23 in the month.
        assert_eq!(open.len(), 12 + 46 + 36 + 23);
        assert_eq!(open.last(), Some(&(30 * 24)));
    }

    #[test]
    fn the_last_query_is_made_when_72_hours_are_over() {
        let schedule = Schedule::default();
        let every_six: Vec<u64> = (1..=12).map(|number| 6 * number).collect();
        assert_eq!(hours(&schedule.closed), every_six);
        assert_eq!(hours(&schedule.completed), [36, 72]);
    }

    #[test]
    fn a_query_from_before_the_beginning_does_not_count() {
        let start = Timestamp::from_secs(1_700_000_000);
        let steps = [Step::minutes(60, 10)];
        let due = start.checked_add(Duration::from_secs(600));
        assert_eq!(next(&steps, start, Some(Timestamp::from_secs(7))), due);
        assert_eq!(next(&[], start, None), None);
    }
}
