//! `getOrderDetail`: how an order of any kind stands.

use async_trait::async_trait;
use cpay_client::{OrderDetail, OrderQuery};
use payments_core::{Effect, Fault, InvalidRequest};

use super::{Cpay, PROVIDER, reading};
use crate::recovery::LookupResult;
use crate::{
    Answer, Error, Lookup, LookupKind, MoneyCall, Observation, Payment, ProviderResponse, Recovery,
    Source, Ticket,
};

/// All that there are today; a kind that is added has to be answered for here.
pub(super) const fn finds_by(kind: LookupKind) -> bool {
    match kind {
        LookupKind::Reference | LookupKind::Provider | LookupKind::Transaction => true,
    }
}

/// Exchanges: they have no transaction on a chain.
pub(super) const fn finds_off_chain_by(kind: LookupKind) -> bool {
    match kind {
        LookupKind::Reference | LookupKind::Provider => true,
        LookupKind::Transaction => false,
    }
}

fn query(by: &Lookup) -> OrderQuery {
    match by {
        Lookup::Reference(reference) => OrderQuery::by_trade_no(reference.clone()),
        Lookup::Provider(id) => OrderQuery::by_order_id(id.clone()),
        Lookup::Transaction(hash) => OrderQuery::by_hash(hash),
    }
}

impl Cpay {
    pub(super) async fn detail(&self, by: &Lookup) -> Result<Answer<Payment>, Error> {
        let detail = self.client.order_detail(query(by)).await;
        let detail = detail.map_err(Error::of_read)?;
        Ok(self.told(by, detail))
    }

    /// As [`detail`](Self::detail), of what is not on a chain.
    pub(super) async fn off_chain_detail(
        &self,
        operation: &'static str,
        by: &Lookup,
    ) -> Result<Answer<Payment>, Error> {
        if !finds_off_chain_by(by.kind()) {
            let invalid = InvalidRequest::unsupported(by.kind().as_str());
            return Err(Error::local(PROVIDER, operation, invalid));
        }
        self.detail(by).await
    }

    fn told(&self, by: &Lookup, detail: OrderDetail) -> Answer<Payment> {
        let observation = reading::detail(&self.id, by, &detail);
        let payment = Payment::new(self.id.clone(), observation);
        Answer::new(payment, ProviderResponse::new(detail))
    }
}

#[async_trait]
impl Recovery for Cpay {
    async fn lookup(&self, ticket: &Ticket) -> Result<LookupResult, Error> {
        let by = Lookup::Reference(ticket.reference().clone());
        let detail = self.client.order_detail(query(&by)).await;
        let detail = detail.map_err(Error::of_read)?;
        if is_other_asset(ticket, &detail) {
            let fault = Fault::mismatch("asset");
            let error =
                payments_core::Error::from_fault(PROVIDER, OPERATION, Effect::Read, fault, None);
            return Err(Error::of_read(error));
        }
        let found = self.told(&by, detail);
        Ok(LookupResult::Found(found.map(|mut payment| {
            // What it is, C-Pay does not say; the merchant's ticket does.
            let books = Observation::new(Source::Books, ticket.call().kind())
                .reference(Some(ticket.reference().clone()));
            // A kind joins what has none, under one reference.
            let _ = payment.merge(Payment::new(self.id.clone(), books));
            payment
        })))
    }
}

const OPERATION: &str = "getOrderDetail";

/// Whether an order is in another asset than the payout of this ticket, which C-Pay tells before it tells sums. It does not
/// say what an order is, so a payout that never left could be taken for an order of another kind under the same reference. Of
/// the other calls nothing can be compared: of cards and exchanges no document says which of two assets is named.
fn is_other_asset(ticket: &Ticket, detail: &OrderDetail) -> bool {
    let asked = ticket.money().asset.symbol();
    let currency = detail.currency.as_deref();
    ticket.call() == MoneyCall::Payout
        && currency.is_some_and(|currency| !currency.eq_ignore_ascii_case(asked))
}
