//! Queries for one order, by the application and for tickets.

use async_trait::async_trait;
use payments_core::InvalidRequest;
use payments_facade::layer::Call;
use payments_facade::payment::{PaymentKind, Source};
use payments_facade::recovery::{LookupResult, Recovery};
use payments_facade::{Answer, Error, Gateway, Lookup, Payment, Ticket, adapter};

use super::features::FakeGroup;
use super::gateway::FakeGateway;
use super::request::FakeRequest;

impl FakeGateway {
    pub(super) fn check_lookup(&self, group: FakeGroup, by: &Lookup) -> Result<(), InvalidRequest> {
        if self.offers(group) && self.features().lookups.contains(&by.kind()) {
            Ok(())
        } else {
            Err(InvalidRequest::unsupported(by.kind().as_str()))
        }
    }

    /// The `find` of a group.
    pub(super) async fn find_order(
        &self,
        group: FakeGroup,
        call: Call,
        kind: PaymentKind,
        by: &Lookup,
    ) -> Result<Option<Answer<Payment>>, Error> {
        self.check_lookup(group, by).map_err(self.refuse(call))?;
        let found = self.send(FakeRequest::Find(call, by.clone()), |state| {
            let order = state.query(kind, by);
            Ok(order.map(|order| order.answer(self.id(), Source::Queried)))
        });
        found.await.map_err(adapter::read_error)
    }
}

#[async_trait]
impl Recovery for FakeGateway {
    async fn lookup(&self, ticket: &Ticket) -> Result<LookupResult, Error> {
        let by = Lookup::Reference(ticket.reference().clone());
        let result = self.send(FakeRequest::Resolve(ticket.clone()), |state| {
            let order = state.query(ticket.call().kind(), &by);
            Ok(match order {
                Some(order) => LookupResult::Found(order.answer(self.id(), Source::Queried)),
                None => LookupResult::NotFound,
            })
        });
        result.await.map_err(adapter::read_error)
    }
}
