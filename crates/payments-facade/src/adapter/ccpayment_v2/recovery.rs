//! Queries of orders, payouts and exchanges.

use std::collections::BTreeSet;

use async_trait::async_trait;
use ccpayment_client::v2::{
    Deposit, DepositQuery, DepositStatus, InvoiceQuery, OrderQuery, SwapQuery, WithdrawType,
    WithdrawalQuery, WithdrawalRecord,
};
use payments_core::{InvalidRequest, Kind, MerchantRef, ProviderRef, Refusal};

use super::{CcpaymentV2, NAME, reading};
use crate::adapter::ccpayment_shared::is_account_id;
use crate::adapter::{read_error, refused};
use crate::answer::{Answer, ProviderResponse};
use crate::checkout::CheckoutKind;
use crate::error::Error;
use crate::lookup::{Lookup, LookupKind};
use crate::money::Money;
use crate::payment::{Observation, Payment, PaymentKind, Source};
use crate::recovery::{LookupResult, Recovery};
use crate::ticket::{Difference, MoneyCall, Ticket};

const FIND: &str = "find";

/// The detail of a checkout's ticket that says which of the two kinds of orders it is.
pub(super) const CHECKOUT_KIND: &str = "checkout_kind";

/// The detail of an exchange's ticket: the symbol of what is bought.
pub(super) const TARGET: &str = "target";

pub(super) const fn finds_by(kind: LookupKind) -> bool {
    match kind {
        LookupKind::Reference | LookupKind::Provider => true,
        LookupKind::Transaction => false,
    }
}

fn unsupported(by: &Lookup) -> Error {
    let invalid = InvalidRequest::unsupported(by.kind().as_str());
    refused(NAME, FIND, invalid)
}

/// The record. `None` if the provider answered "not found".
fn found<T>(answer: Result<T, payments_core::Error>) -> Result<Option<T>, Error> {
    match answer {
        Ok(found) => Ok(Some(found)),
        Err(error) if error.kind() == Kind::Refused(Refusal::NotFound) => Ok(None),
        Err(error) => Err(read_error(error)),
    }
}

type Found = Result<Option<Answer<Payment>>, Error>;

/// How many records one query of an order reads at most: one for each payment of which the order does not state whether it is
/// flagged as risky.
const MOST_RECORDS: usize = 10;

/// The record of a payment, and where its order should state whether it is flagged as risky.
type Unstated<'a> = (&'a ProviderRef, &'a mut Option<bool>);

/// `None` unless the payment is confirmed and its order does not state whether it is flagged as risky.
fn unstated<'a>(
    status: &DepositStatus,
    record: Option<&'a ProviderRef>,
    is_risky: &'a mut Option<bool>,
) -> Option<Unstated<'a>> {
    let is_unstated = *status == DepositStatus::Success && is_risky.is_none();
    let record = record.filter(|_| is_unstated)?;
    Some((record, is_risky))
}

/// What a record states. Before the payment is confirmed, the flag may still change.
fn flag(record: &Deposit) -> Option<bool> {
    let is_confirmed = record.status == DepositStatus::Success;
    record.is_flagged_as_risky.filter(|_| is_confirmed)
}

impl CcpaymentV2 {
    /// Reads the records of these payments. A record that does not state the flag either leaves it unstated.
    async fn fill_in_flags(
        &self,
        payments: Vec<Unstated<'_>>,
        known: Option<&Deposit>,
    ) -> Result<(), Error> {
        for (record, is_risky) in payments.into_iter().take(MOST_RECORDS) {
            *is_risky = match known.filter(|deposit| deposit.record_id == *record) {
                Some(deposit) => flag(deposit),
                None => {
                    let query = DepositQuery::new(record.clone());
                    let deposit = found(self.client.deposit(query).await)?;
                    deposit.as_ref().and_then(flag)
                }
            };
        }
        Ok(())
    }

    /// - `known`: the record of one of its payments, which is not queried again.
    async fn find_order(&self, reference: &MerchantRef, known: Option<&Deposit>) -> Found {
        let order = found(self.client.order(OrderQuery::new(reference.clone())).await)?;
        let Some(mut order) = order else {
            return Ok(None);
        };
        let payments = order.payments.iter_mut().filter_map(|one| {
            let record = one.record_id.as_ref();
            unstated(&one.status, record, &mut one.is_flagged_as_risky)
        });
        self.fill_in_flags(payments.collect(), known).await?;
        let payment = reading::order(&self.id, reference, &order, self.executor.now());
        Ok(Some(Answer::new(payment, ProviderResponse::new(order))))
    }

    /// - `known`: as in [`find_order`](Self::find_order).
    async fn find_invoice(&self, reference: &MerchantRef, known: Option<&Deposit>) -> Found {
        let query = InvoiceQuery::new(reference.clone());
        let Some(mut invoice) = found(self.client.invoice(query).await)? else {
            return Ok(None);
        };
        let payments = invoice.payments.iter_mut().filter_map(|one| {
            let record = one.record_id.as_ref();
            unstated(&one.status, record, &mut one.is_flagged_as_risky)
        });
        self.fill_in_flags(payments.collect(), known).await?;
        let payment = reading::invoice(&self.id, reference, &invoice, self.executor.now());
        Ok(Some(Answer::new(payment, ProviderResponse::new(invoice))))
    }

    /// A native order, or else an invoice: the provider has a query for each.
    async fn find_checkout_of(&self, reference: &MerchantRef, known: Option<&Deposit>) -> Found {
        match self.find_order(reference, known).await? {
            Some(order) => Ok(Some(order)),
            None => self.find_invoice(reference, known).await,
        }
    }

    /// A payment by its id: with the order that it is for, or as a separate deposit.
    async fn find_deposit(&self, record: &ProviderRef) -> Found {
        let query = DepositQuery::new(record.clone());
        let Some(deposit) = found(self.client.deposit(query).await)? else {
            return Ok(None);
        };
        let order = deposit.order_id.as_deref();
        let Some(reference) = order.and_then(reading::reference) else {
            let payment = reading::deposit(&self.id, &deposit);
            return Ok(Some(Answer::new(payment, ProviderResponse::new(deposit))));
        };
        let part = reading::order_deposit(&self.id, &reference, &deposit);
        let whole = self.find_checkout_of(&reference, Some(&deposit)).await?;
        Ok(Some(match whole {
            // An invoice states its payments in the currency of its price: each is stated once, so that its effect key has one sum.
            Some(order) if states_all_of(&order, &part) => order,
            Some(order) => order.map(|mut payment| {
                // Both have the same reference and kind, so this cannot fail.
                let _ = payment.merge(part);
                payment
            }),
            None => Answer::new(part, ProviderResponse::new(deposit)),
        }))
    }

    pub(super) async fn find_checkout(&self, by: &Lookup) -> Found {
        match by {
            Lookup::Reference(reference) => self.find_checkout_of(reference, None).await,
            Lookup::Provider(record) => self.find_deposit(record).await,
            Lookup::Transaction(_) => Err(unsupported(by)),
        }
    }

    async fn withdrawal(&self, by: &Lookup) -> Result<Option<WithdrawalRecord>, Error> {
        let query = match by {
            Lookup::Reference(reference) => WithdrawalQuery::by_order(reference.clone()),
            Lookup::Provider(record) => WithdrawalQuery::by_record(record.clone()),
            Lookup::Transaction(_) => return Err(unsupported(by)),
        };
        found(self.client.withdrawal(query).await)
    }

    pub(super) async fn find_payout(&self, by: &Lookup) -> Found {
        let record = self.withdrawal(by).await?;
        Ok(record.map(|record| {
            let payment = reading::withdrawal(&self.id, &record, None);
            Answer::new(payment, ProviderResponse::new(record))
        }))
    }

    pub(super) async fn find_exchange(&self, by: &Lookup) -> Found {
        let query = match by {
            Lookup::Reference(reference) => SwapQuery::by_order(reference.clone()),
            Lookup::Provider(record) => SwapQuery::by_record(record.clone()),
            Lookup::Transaction(_) => return Err(unsupported(by)),
        };
        let record = found(self.client.swap_record(query).await)?;
        Ok(record.map(|record| {
            let payment = reading::swap(&self.id, &record);
            Answer::new(payment, ProviderResponse::new(record))
        }))
    }

    /// Both kinds of orders have their own references (`assumed`), so an order of the other kind is another order.
    async fn lookup_checkout(&self, ticket: &Ticket) -> Result<LookupResult, Error> {
        let reference = ticket.reference();
        let kind = ticket.get(CHECKOUT_KIND);
        let is_hosted = kind == Some(CheckoutKind::Hosted.as_str());
        let of_kind = match is_hosted {
            true => self.find_invoice(reference, None).await?,
            false => self.find_order(reference, None).await?,
        };
        if let Some(found) = of_kind {
            return Ok(checked(ticket, found));
        }
        let other = match is_hosted {
            true => self.find_order(reference, None).await?,
            false => self.find_invoice(reference, None).await?,
        };
        Ok(match other {
            None => LookupResult::NotFound,
            // A ticket of another release does not name the kind.
            Some(found) if kind.is_none() => checked(ticket, found),
            Some(found) => LookupResult::Other {
                found,
                differences: vec![Difference::Kind],
            },
        })
    }

    async fn lookup_payout(&self, ticket: &Ticket) -> Result<LookupResult, Error> {
        let by = Lookup::Reference(ticket.reference().clone());
        let Some(record) = self.withdrawal(&by).await? else {
            return Ok(LookupResult::NotFound);
        };
        let is_transfer = record.withdraw_type == WithdrawType::Cwallet;
        let was_transfer = ticket.get("payee_network").is_none();
        let mut payment = reading::withdrawal(&self.id, &record, None);
        if let Some(account) = comparable_account(ticket, &record) {
            let observation = Observation::new(Source::Queried, PaymentKind::Payout)
                .reference(Some(ticket.reference().clone()))
                .payee(Some(account), None);
            // Both have the same reference and kind, so this cannot fail.
            let _ = payment.merge(Payment::new(self.id.clone(), observation));
        }
        let found = Answer::new(payment, ProviderResponse::new(record));
        Ok(
            if ticket.get("payee").is_some() && is_transfer != was_transfer {
                LookupResult::Other {
                    found,
                    differences: vec![Difference::Payee],
                }
            } else {
                LookupResult::Found(found)
            },
        )
    }

    async fn lookup_exchange(&self, ticket: &Ticket) -> Result<LookupResult, Error> {
        let by = Lookup::Reference(ticket.reference().clone());
        let Some(found) = self.find_exchange(&by).await? else {
            return Ok(LookupResult::NotFound);
        };
        let record = found.provided::<ccpayment_client::v2::SwapRecord>();
        let bought = record.and_then(|record| record.coin_out_symbol.as_deref());
        let targets = ticket.get(TARGET).zip(bought);
        Ok(
            if targets.is_some_and(|(asked, bought)| !asked.eq_ignore_ascii_case(bought)) {
                LookupResult::Other {
                    found,
                    differences: vec![Difference::Asset],
                }
            } else {
                LookupResult::Found(found)
            },
        )
    }
}

/// The account of a transfer, if it can be compared with the ticket's: the record may name by its id whom the order named by
/// an e-mail address.
fn comparable_account(ticket: &Ticket, record: &WithdrawalRecord) -> Option<String> {
    let named = record.cwallet_user.as_ref()?;
    let asked = ticket.get("payee")?;
    let is_comparable = named == asked || (is_account_id(named) && is_account_id(asked));
    is_comparable.then(|| named.clone())
}

/// A native order in a currency does not repeat its price, but names the currency and the rate.
fn checked(ticket: &Ticket, found: Answer<Payment>) -> LookupResult {
    let order = found.provided::<ccpayment_client::v2::Order>();
    match order.and_then(|order| other_price(ticket.money(), order)) {
        Some(difference) => LookupResult::Other {
            found,
            differences: vec![difference],
        },
        None => LookupResult::Found(found),
    }
}

/// How the price of an order differs from the one asked. An amount of a coin is in the payment as well, where it is compared.
fn other_price(asked: &Money, order: &ccpayment_client::v2::Order) -> Option<Difference> {
    let in_currency = order.fiat_id.is_some();
    let priced_in = match in_currency {
        true => order.fiat_symbol.as_deref(),
        false => order.coin_symbol.as_deref(),
    };
    if priced_in.is_some_and(|symbol| !symbol.eq_ignore_ascii_case(asked.asset.symbol())) {
        return Some(Difference::Asset);
    }
    let is_other_sum = in_currency && order.costs(asked.amount) == Some(false);
    is_other_sum.then_some(Difference::Amount)
}

/// Whether `payment` has the events of `part`, with their money.
fn states_all_of(payment: &Payment, part: &Payment) -> bool {
    let keys = |payment: &Payment| {
        let stated = payment.observations().iter();
        let keys = stated.filter_map(|one| one.effect_key().cloned());
        keys.collect::<BTreeSet<_>>()
    };
    let of_part = keys(part);
    !of_part.is_empty() && of_part.is_subset(&keys(payment))
}

#[async_trait]
impl Recovery for CcpaymentV2 {
    async fn lookup(&self, ticket: &Ticket) -> Result<LookupResult, Error> {
        match ticket.call() {
            MoneyCall::Checkout => self.lookup_checkout(ticket).await,
            MoneyCall::Payout => self.lookup_payout(ticket).await,
            MoneyCall::Exchange => self.lookup_exchange(ticket).await,
            call @ MoneyCall::Card => {
                let invalid = InvalidRequest::unsupported(call.as_str());
                Err(refused(NAME, FIND, invalid))
            }
        }
    }
}
