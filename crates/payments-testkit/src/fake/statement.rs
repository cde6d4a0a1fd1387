//! Statements.

use jiff::tz::Offset;
use payments_core::{Date, InvalidRequest, Timestamp};
use payments_facade::facts::Fact;
use payments_facade::layer::Call;
use payments_facade::payment::{PaymentKind, Source};
use payments_facade::statement::{DayZone, Page, Rows, StatementQuery, Statements, pages};
use payments_facade::{Error, Gateway, adapter};

use super::features::FakeGroup;
use super::gateway::FakeGateway;
use super::request::FakeRequest;

/// The number of rows on a page. Small, so that tests meet several pages.
const ROWS: usize = 2;

impl FakeGateway {
    async fn page(&self, query: StatementQuery, number: u32) -> Result<Page, Error> {
        if !self.offers(FakeGroup::Statements) {
            let unsupported = InvalidRequest::unsupported("statements");
            return Err(self.refuse(Call::Statement)(unsupported));
        }
        if query.kind == Some(PaymentKind::Unstated) {
            let unsupported = InvalidRequest::unsupported("kind");
            return Err(self.refuse(Call::Statement)(unsupported));
        }
        let page = self.send(FakeRequest::Statement(query, number), |state| {
            let orders = state.orders.iter();
            let of_the_day = orders.filter(|order| {
                let is_selected = query.kind.is_none_or(|kind| kind == order.kind);
                is_selected && utc_day(order.made_at) == Some(query.day)
            });
            let skipped = ROWS * usize::try_from(number - 1).unwrap_or(usize::MAX);
            let mut remaining = of_the_day.skip(skipped);
            let rows = remaining.by_ref().take(ROWS);
            let rows = rows.map(|order| order.answer(self.id(), Source::Statement));
            let rows = rows.collect();
            let more = remaining.next().is_some();
            Ok(Page { rows, more })
        });
        page.await.map_err(adapter::read_error)
    }
}

impl Statements for FakeGateway {
    /// The orders, payouts, exchanges and deposits that were created on this day in UTC, each in its current state.
    fn rows<'a>(&'a self, query: &StatementQuery) -> Rows<'a> {
        let query = *query;
        pages(move |number| self.page(query, number))
    }

    fn selects(&self, kind: PaymentKind) -> bool {
        self.offers(FakeGroup::Statements) && kind.is_stated()
    }

    fn day_zone(&self) -> Fact<DayZone> {
        Fact::documented(DayZone::UTC, "the fake gateway: days of UTC")
    }
}

fn utc_day(time: Timestamp) -> Option<Date> {
    let secs = i64::try_from(time.as_secs()).ok()?;
    let day = Offset::UTC.to_datetime(jiff::Timestamp::from_second(secs).ok()?);
    let year = u16::try_from(day.year()).ok()?;
    let (month, day) = (day.month().unsigned_abs(), day.day().unsigned_abs());
    Date::new(year, month, day).ok()
}
