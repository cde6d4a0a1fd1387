//! `merchantBillingDay`: the statement of a day.

use std::pin::Pin;
use std::task::{Context, Poll};

use chainup_opay_client::{DailyStatement, OrderType, StatementRow, StatementRows};
use futures_core::Stream;
use payments_core::InvalidRequest;

use super::{ChainupOpay, CustomerId, PROVIDER, reading};
use crate::adapter::{read_error, refused};
use crate::answer::{Answer, ProviderResponse};
use crate::error::Error;
use crate::facts::Fact;
use crate::gateway::GatewayId;
use crate::payment::{Payment, PaymentKind};
use crate::statement::{DayZone, Rows, StatementQuery, Statements, failed};

impl Statements for ChainupOpay {
    fn rows<'a>(&'a self, query: &StatementQuery) -> Rows<'a> {
        let mut statement = DailyStatement::new(query.day);
        if let Some(kind) = query.kind {
            let Some(order_type) = order_type(kind) else {
                let unsupported = InvalidRequest::unsupported("kind").allowed("checkout, refund");
                return failed(refused(PROVIDER, "statement", unsupported));
            };
            statement = statement.order_type(order_type);
        }
        // The client's stream detects repeated pages and missing rows.
        Box::pin(Posted {
            gateway: &self.id,
            customer_id: self.customer_id,
            rows: self.client.daily_statement_rows(statement),
        })
    }

    fn selects(&self, kind: PaymentKind) -> bool {
        order_type(kind).is_some()
    }

    fn day_zone(&self) -> Fact<DayZone> {
        Fact::assumed(
            DayZone::hours_east(8),
            "no document names the time zone of a day; that of the provider's offices is likely",
        )
    }
}

/// The type of the rows of this kind, the reverse of [`reading::row`].
fn order_type(kind: PaymentKind) -> Option<OrderType> {
    match kind {
        PaymentKind::Checkout => Some(OrderType::Payment),
        PaymentKind::Refund => Some(OrderType::Transfer),
        _ => None,
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
