//! [`Statements`](crate::statement::Statements) of a layered gateway.

use payments_core::Timestamp;

use super::{Layer, Layered, called};
use crate::facts::Fact;
use crate::gateway::Gateway;
use crate::layer::call::Call;
use crate::payment::PaymentKind;
use crate::statement::{DayZone, Rows, StatementQuery, Statements, failed};

#[deny(clippy::missing_trait_methods)]
impl<G: Gateway, L: Layer> Statements for Layered<G, L> {
    fn rows<'a>(&'a self, query: &StatementQuery) -> Rows<'a> {
        let query = *query;
        match called(self.inner.statements(), "statements", Call::Statement) {
            Ok(inner) => self.layer.rows(move || inner.rows(&query)),
            Err(error) => failed(error),
        }
    }

    fn selects(&self, kind: PaymentKind) -> bool {
        let inner = self.inner.statements();
        inner.is_some_and(|inner| inner.selects(kind))
    }

    fn day_zone(&self) -> Fact<DayZone> {
        self.inner
            .statements()
            .map_or(NO_ZONE, Statements::day_zone)
    }

    fn is_complete(&self, query: &StatementQuery, started: Timestamp) -> bool {
        let inner = self.inner.statements();
        inner.is_some_and(|inner| inner.is_complete(query, started))
    }
}

/// Of a gateway without statements.
const NO_ZONE: Fact<DayZone> = Fact::assumed(DayZone::UTC, "this gateway has no statements");
