//! Statements and recovery of a fake gateway.

use async_trait::async_trait;
use payments_core::{InvalidRequest, Timestamp};

use super::{FakeGateway, FakeGroup, FakeRequest};
use payments_core::Date;
use payments_facade::adapter;
use payments_facade::layer::Call;
use payments_facade::payment::Source;
use payments_facade::recovery::{LookupResult, Recovery};
use payments_facade::statement::{Page, Rows, StatementQuery, Statements, pages};
use payments_facade::{Error, Gateway, Lookup, Ticket};

/// How many rows a page has.
const ROWS: usize = 2;

impl FakeGateway {
    async fn page(&self, query: StatementQuery, number: u32) -> Result<Page, Error> {
        if !self.offers(FakeGroup::Statements) {
            let refused = InvalidRequest::unsupported("statements");
            return Err(self.local(Call::Statement)(refused));
        }
        let page = self.send(FakeRequest::Statement(query, number), |state| {
            let orders = state.orders.iter();
            let of_the_day = orders.filter(|order| day(order.made_at) == Some(query.day));
            let before = ROWS * usize::try_from(number - 1).unwrap_or(usize::MAX);
            let mut rest = of_the_day.skip(before);
            let rows = rest.by_ref().take(ROWS);
            let rows = rows.map(|order| order.answer(self.id(), Source::Statement));
            let rows = rows.collect();
            let more = rest.next().is_some();
            Ok(Page { rows, more })
        });
        page.await.map_err(adapter::read_error)
    }
}

impl Statements for FakeGateway {
    /// By the day in UTC on which a payment was made, each as it stands now.
    fn rows<'a>(&'a self, query: &StatementQuery) -> Rows<'a> {
        let query = *query;
        pages(move |number| self.page(query, number))
    }
}

#[async_trait]
impl Recovery for FakeGateway {
    async fn lookup(&self, ticket: &Ticket) -> Result<LookupResult, Error> {
        let by = Lookup::Reference(ticket.reference().clone());
        let result = self.send(FakeRequest::Resolve(ticket.clone()), |state| {
            let order = state.look_up(ticket.call().kind(), &by);
            Ok(match order {
                Some(order) => LookupResult::Found(order.answer(self.id(), Source::Queried)),
                None => LookupResult::NotFound,
            })
        });
        result.await.map_err(adapter::read_error)
    }
}

/// The day in UTC. Counted in eras of 400 years from 1 March of year 0, so that a leap day is the last one of its year.
fn day(time: Timestamp) -> Option<Date> {
    let days = time.as_secs() / 86_400 + 719_468;
    let (era, of_era) = (days / 146_097, days % 146_097);
    let year = (of_era - of_era / 1_460 + of_era / 36_524 - of_era / 146_096) / 365;
    let of_year = of_era - (365 * year + year / 4 - year / 100);
    let month = (5 * of_year + 2) / 153;
    let day = of_year - (153 * month + 2) / 5 + 1;
    let (month, next_year) = if month < 10 {
        (month + 3, 0)
    } else {
        (month - 9, 1)
    };
    let year = era * 400 + year + next_year;
    Date::new(
        u16::try_from(year).ok()?,
        u8::try_from(month).ok()?,
        u8::try_from(day).ok()?,
    )
    .ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_by_the_calendar() {
        for (secs, expected) in [
            (0, "1970-01-01"),
            (951_782_400, "2000-02-29"),
            (951_868_799, "2000-02-29"),
            (951_868_800, "2000-03-01"),
            (1_700_000_000, "2023-11-14"),
            (1_709_164_800, "2024-02-29"),
            (4_102_444_799, "2099-12-31"),
        ] {
            let date = day(Timestamp::from_secs(secs)).unwrap();
            assert_eq!(date.to_string(), expected);
        }
    }
}
