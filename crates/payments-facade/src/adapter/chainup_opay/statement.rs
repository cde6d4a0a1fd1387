//! `merchantBillingDay`: the statement of a day.

use std::pin::Pin;
use std::task::{Context, Poll};

use chainup_opay_client::{DailyStatement, StatementRow, StatementRows};
use futures_core::Stream;

use super::{ChainupOpay, CustomerId, reading};
use crate::adapter::read_error;
use crate::answer::{Answer, ProviderResponse};
use crate::error::Error;
use crate::facts::Fact;
use crate::gateway::GatewayId;
use crate::payment::Payment;
use crate::statement::{DayZone, Rows, StatementQuery, Statements};

impl Statements for ChainupOpay {
    fn rows<'a>(&'a self, query: &StatementQuery) -> Rows<'a> {
        // The client's stream detects repeated pages and missing rows.
        Box::pin(Posted {
            gateway: &self.id,
            customer_id: self.customer_id,
            rows: self
                .client
                .daily_statement_rows(DailyStatement::new(query.day)),
        })
    }

    fn day_zone(&self) -> Fact<DayZone> {
        Fact::assumed(
            DayZone::hours_east(8),
            "no document names the time zone of a day; that of the provider's offices is likely",
        )
    }
}

/// The client's rows as payments.
struct Posted<'a> {
    gateway: &'a GatewayId,
    customer_id: CustomerId,
    rows: StatementRows,
}

impl Posted<'_> {
    fn payment(&self, row: StatementRow) -> Answer<Payment> {
        let payment = Payment::new(self.gateway.clone(), reading::row(self.customer_id, &row));
        Answer::new(payment, ProviderResponse::new(row))
    }
}

impl Stream for Posted<'_> {
    type Item = Result<Answer<Payment>, Error>;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let row = Pin::new(&mut self.rows).poll_next(cx);
        row.map(|row| row.map(|row| row.map(|row| self.payment(row)).map_err(read_error)))
    }
}
