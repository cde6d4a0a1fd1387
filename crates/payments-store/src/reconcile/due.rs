//! A row of payments that is due, and its place on the schedule.

use payments_core::Timestamp;
use payments_facade::payment::{PaymentKind, Payments};
use payments_facade::{Gateway, Payment, Phase};

use super::arrive::{is_closed_without_money, is_unbooked};
use super::query::Query;
use super::schedule;
use super::settings::ReconcileSettings;
use crate::document;
use crate::engine::Row;
use crate::error::StoreError;

/// A row that is due.
pub(super) struct Due {
    pub(super) id: String,
    pub(super) payments: Vec<Payment>,
    pub(super) seen_at: Timestamp,
    pub(super) changed_at: Timestamp,
    pub(super) ended_at: Option<Timestamp>,
    pub(super) polled_at: Option<Timestamp>,
    /// Until when others leave it alone. If the row is due at another time, it was changed since.
    pub(super) lease_end: Timestamp,
}

/// The columns that [`Due::read`] reads.
pub(super) const COLUMNS: &str = "id, document, seen_at, changed_at, ended_at, polled_at";

impl Due {
    /// Reads a row. What is later than now was written by a clock that was ahead, or this clock is behind. Its schedule then begins
    /// with the latest query, and else with one at once. The row keeps its times.
    pub(super) fn read(
        row: &Row,
        now: Timestamp,
        lease_end: Timestamp,
    ) -> Result<Self, StoreError> {
        let id = row.text(0)?;
        let payments: Vec<Payment> = document::read(document::PAYMENT, id, row.text(1)?)?;
        let polled_at = row.optional_time(5)?.filter(|at| *at <= now);
        let begun = |at: Timestamp| match at <= now {
            true => at,
            false => polled_at.unwrap_or(Timestamp::from_millis(0)),
        };
        Ok(Self {
            id: id.to_owned(),
            payments: Payments::from_iter(payments).all(),
            seen_at: begun(row.time(2)?),
            changed_at: begun(row.time(3)?),
            ended_at: row.optional_time(4)?.map(begun),
            polled_at,
            lease_end,
        })
    }

    /// Where the row is on the schedule, now that it consists of these payments.
    pub(super) fn place(
        &self,
        gateway: &dyn Gateway,
        settings: &ReconcileSettings,
        now: Timestamp,
    ) -> Place {
        let orders = || {
            let all = self.payments.iter();
            all.filter(|it| it.kind() != PaymentKind::Refund)
        };
        let is_open = orders()
            .any(|it| !it.phase().is_final() || (is_unbooked(it) && !is_closed_without_money(it)));
        let is_closed = orders().any(|it| matches!(it.phase(), Phase::Closed(_)));
        let schedule = &settings.schedule;
        let (steps, ended_at) = match (is_open, self.ended_at.unwrap_or(self.changed_at)) {
            (true, _) => (&schedule.open, None),
            (false, ended) if is_closed => (&schedule.closed, Some(ended)),
            (false, ended) => (&schedule.completed, Some(ended)),
        };
        let since = ended_at.unwrap_or(self.seen_at);
        let is_queried = orders().any(|it| Query::of(gateway, it).is_some());
        let next = schedule::next(steps, since, self.polled_at).filter(|_| is_queried);
        // The webhook of what cannot be booked is requested again when it is overdue.
        let overdue_at = self.overdue_at(settings);
        let resend_at = overdue_at.filter(|at| self.polled_at < Some(*at));
        let query_at = next.map(|next| resend_at.map_or(next, |resend| next.min(resend)));
        let look_at = overdue_at.filter(|at| *at > now);
        Place {
            ended_at,
            query_at,
            look_at: look_at.into_iter().chain(query_at).min(),
        }
    }

    /// When the webhook is overdue of something that cannot be booked without it.
    fn overdue_at(&self, settings: &ReconcileSettings) -> Option<Timestamp> {
        let overdue_at = self.changed_at.checked_add(settings.webhook_grace);
        overdue_at.filter(|_| self.payments.iter().any(is_unbooked))
    }

    /// What cannot be booked, if its webhook is overdue.
    pub(super) fn overdue(&self, settings: &ReconcileSettings, now: Timestamp) -> Vec<&Payment> {
        match self.overdue_at(settings) {
            Some(at) if at <= now => self.payments.iter().filter(|it| is_unbooked(it)).collect(),
            _ => Vec::new(),
        }
    }
}

/// A place on the schedule.
pub(super) struct Place {
    pub(super) ended_at: Option<Timestamp>,
    /// When to query. `None` if that is over.
    pub(super) query_at: Option<Timestamp>,
    /// When to look at the row again.
    pub(super) look_at: Option<Timestamp>,
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use payments_facade::Money;
    use payments_facade::payment::{Observation, Source};
    use payments_testkit::FakeGateway;

    use super::*;

    #[test]
    fn what_cannot_be_queried_is_looked_at_once_when_its_webhook_is_overdue() {
        let gateway = FakeGateway::builder("fake", "main").lookups(&[]);
        let gateway = gateway.build().unwrap();
        let paid = Observation::new(Source::Statement, PaymentKind::Checkout)
            .phase(Phase::Completed, "")
            .paid(Money::of("10", "USDT").ok());
        let start = Timestamp::from_secs(1_700_000_000);
        let due = Due {
            id: "row-1".to_owned(),
            payments: vec![Payment::new(gateway.id().clone(), paid)],
            seen_at: start,
            changed_at: start,
            ended_at: None,
            polled_at: None,
            lease_end: start,
        };
        let settings = ReconcileSettings::default();
        let after = |secs| start.checked_add(Duration::from_secs(secs)).unwrap();
        for (secs, look_at) in [(899, Some(after(900))), (900, None), (901, None)] {
            let place = due.place(&gateway, &settings, after(secs));
            let times = (place.query_at, place.look_at);
            assert_eq!(times, (None, look_at), "after {secs} seconds");
        }
    }
}
