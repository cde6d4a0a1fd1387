//! `getOrderDetail`: queries of orders of all kinds.

use async_trait::async_trait;
use cpay_client::{OrderDetail, OrderQuery};
use payments_core::{Amount, InvalidRequest};

use super::{Cpay, PROVIDER, reading};
use crate::adapter::{read_error, refused};
use crate::answer::{Answer, ProviderResponse};
use crate::error::Error;
use crate::lookup::{Lookup, LookupKind};
use crate::money::Money;
use crate::payment::{Agreement, Observation, Payment, Source};
use crate::recovery::{LookupResult, Recovery};
use crate::ticket::{Difference, MoneyCall, Ticket};

pub(super) const fn finds_by(kind: LookupKind) -> bool {
    match kind {
        LookupKind::Reference | LookupKind::Provider | LookupKind::Transaction => true,
    }
}

/// Exchanges have no transaction on a chain.
pub(super) const fn finds_exchange_by(kind: LookupKind) -> bool {
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
        let detail = detail.map_err(read_error)?;
        Ok(self.found(by, detail))
    }

    pub(super) async fn exchange_detail(&self, by: &Lookup) -> Result<Answer<Payment>, Error> {
        if !finds_exchange_by(by.kind()) {
            let invalid = InvalidRequest::unsupported(by.kind().as_str());
            return Err(refused(PROVIDER, "find_exchange", invalid));
        }
        self.detail(by).await
    }

    fn found(&self, by: &Lookup, detail: OrderDetail) -> Answer<Payment> {
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
        let detail = detail.map_err(read_error)?;
        let is_other_asset = is_other_asset(ticket, &detail);
        let sum = unconfirmed_sum(ticket, &detail);
        let found = self.found(&by, detail).map(|mut payment| {
            // C-Pay does not state the kind, but the ticket does.
            let about = |source| {
                let reference = Some(ticket.reference().clone());
                Observation::new(source, ticket.call().kind()).reference(reference)
            };
            let mut observations = vec![about(Source::Books)];
            if let Some(sum) = sum {
                observations.push(about(Source::Queried).ordered(Some(sum)));
            }
            for observation in observations {
                // All have the same reference, and the payment found has no kind, so this cannot fail.
                let _ = payment.merge(Payment::new(self.id.clone(), observation));
            }
            payment
        });
        Ok(if is_other_asset {
            let differences = vec![Difference::Asset];
            LookupResult::Other { found, differences }
        } else {
            LookupResult::Found(found)
        })
    }
}

/// Whether the order is certainly in another asset than the ticket's. C-Pay does not state the kind of an order, so an order of
/// another kind under the same reference could be mistaken for the ticket's. That an order for coins names these coins is
/// `assumed`. Other calls cannot be compared: no document says which of an exchange's two assets is named, or in what a card order
/// is.
fn is_other_asset(ticket: &Ticket, detail: &OrderDetail) -> bool {
    let asked = ticket.money().asset.symbol();
    let is_card_order = CARD_CURRENCIES.contains(&asked);
    let is_comparable = match ticket.call() {
        MoneyCall::Payout => true,
        MoneyCall::Checkout => !is_card_order,
        MoneyCall::Exchange | MoneyCall::Card => false,
    };
    let currency = detail.currency.as_deref();
    is_comparable && currency.is_some_and(|currency| !currency.eq_ignore_ascii_case(asked))
}

/// The currencies of card orders, by the specification's table of `createOrderByCreditCard`.
const CARD_CURRENCIES: [&str; 3] = ["USD", "EUR", "BRL"];

/// The sum of a payout that is not final yet, if C-Pay states one: the ticket's if what is stated agrees with it. It counts as
/// nothing that was paid. Zero is what C-Pay states before it knows the sum (`assumed`).
fn unconfirmed_sum(ticket: &Ticket, detail: &OrderDetail) -> Option<Money> {
    if ticket.call() != MoneyCall::Payout || detail.status.is_final() {
        return None;
    }
    let asked = ticket.money();
    let money = |amount: Option<Amount>| {
        let amount = amount.filter(|amount| !amount.is_zero())?;
        Some(Money::new(amount, asked.asset.clone()))
    };
    let (paid, credited) = (money(detail.actual_amount), money(detail.received_amount));
    let stated = paid.clone().or_else(|| credited.clone())?;
    let moved = Observation::new(Source::Queried, ticket.call().kind())
        .paid(paid)
        .credited(credited)
        .fee(money(detail.fee));
    let moved = Payment::new(ticket.gateway().clone(), moved);
    Some(match ticket.agreement(&moved) {
        Agreement::Same => asked.clone(),
        _ => stated,
    })
}
