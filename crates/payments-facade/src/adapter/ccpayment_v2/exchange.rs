//! `swap`.

use async_trait::async_trait;
use ccpayment_client::v2::{Swap, SwapRecord, SwapStatus, Swapped};
use payments_core::{Fault, InvalidRequest, Timestamp};

use super::confirm::{Made, error_of};
use super::{CcpaymentV2, NAME, check_request, reading, recovery};
use crate::adapter::{money_error, refused, required};
use crate::answer::Answer;
use crate::error::Error;
use crate::exchange::{Exchange, ExchangeOrder, Exchanged};
use crate::lookup::{Lookup, LookupKind};
use crate::money::Money;
use crate::payment::{Observation, Payment, PaymentKind, Phase};
use crate::ticket::Ticket;

const EXECUTE: &str = "exchange";

const OPTIONS: &[&str] = &["minimum"];

/// The request, with the ids of the two coins.
fn request(order: &ExchangeOrder, source: u64, target: u64) -> Result<Swap, InvalidRequest> {
    let minimum = required("minimum", &order.options().minimum)?;
    let reference = order.reference().clone();
    let amount = order.source().amount;
    Ok(Swap::new(reference, source, amount, target, *minimum))
}

fn check(order: &ExchangeOrder) -> Result<(), InvalidRequest> {
    let options = order.options();
    let (source, target) = (&order.source().asset, order.target());
    let on_network = source.network().or_else(|| target.network());
    InvalidRequest::all([
        options.check(OPTIONS),
        options.require(OPTIONS),
        match on_network {
            Some(_) => Err(InvalidRequest::unsupported("network")),
            None => Ok(()),
        },
        match source.symbol().eq_ignore_ascii_case(target.symbol()) {
            true => Err(InvalidRequest::request(
                "target",
                "is the asset that is sold",
            )),
            false => Ok(()),
        },
    ])?;
    let reference = order.reference().as_str();
    check_request("reference", reference, &request(order, 1, 2)?)
}

impl CcpaymentV2 {
    /// What the exchange yielded: by its record, or else by the answer to the call, which names no status.
    fn exchanged(
        &self,
        order: &ExchangeOrder,
        made: Made<Swapped, SwapRecord>,
    ) -> Result<Answer<Exchanged>, payments_core::Error> {
        let (accepted, record) = (made.accepted(), made.found());
        if record.is_some_and(|record| record.status == SwapStatus::Failed) {
            // No document says whether a failed swap has moved anything.
            return Err(error_of::<Swap>(Fault::mismatch("status")));
        }
        let yields = record
            .map(|record| record.net_amount_out)
            .or_else(|| accepted?.net_amount_out);
        let Some(yields) = yields else {
            // It was accepted, so it took effect; what it yielded, only its record states.
            return Err(error_of::<Swap>(Fault::mismatch("netAmountOut")));
        };
        let target = Money::new(yields, order.target().clone());
        // The page says that a swap is carried out at once, so an accepted one is completed unless its record says otherwise.
        let is_made = record.is_none_or(|record| record.status == SwapStatus::Success);
        let phase = match is_made {
            true => Phase::Completed,
            false => Phase::Processing,
        };
        let observation = Observation::new(made.source(), PaymentKind::Exchange)
            .reference(Some(order.reference().clone()))
            .provider_ref(accepted.map(|accepted| accepted.record_id.clone()))
            .phase(phase, "")
            .credited(is_made.then(|| target.clone()));
        let mut payment = Payment::new(self.id.clone(), observation);
        if let Some(record) = record {
            // Both have the same reference and kind, so this cannot fail.
            let _ = payment.merge(reading::swap(&self.id, record));
        }
        let exchanged = Exchanged {
            payment,
            target,
            // The provider's text and its samples state two directions.
            rate: None,
        };
        Ok(Answer::new(exchanged, made.into_response()))
    }
}

#[async_trait]
impl Exchange for CcpaymentV2 {
    fn supported_options(&self) -> &[&'static str] {
        OPTIONS
    }

    fn finds_by(&self, kind: LookupKind) -> bool {
        recovery::finds_by(kind)
    }

    fn check(&self, order: &ExchangeOrder) -> Result<(), InvalidRequest> {
        check(order)
    }

    fn ticket(&self, order: &ExchangeOrder, now: Timestamp) -> Ticket {
        let target = order.target().symbol();
        order.ticket(&self.id, now).detail(recovery::TARGET, target)
    }

    async fn execute(&self, order: &ExchangeOrder) -> Result<Answer<Exchanged>, Error> {
        let refusal = |invalid| refused(NAME, EXECUTE, invalid);
        check(order).map_err(refusal)?;
        let symbol = order.source().asset.symbol();
        let source = self.coin_id(EXECUTE, symbol, "asset").await?;
        let target = order.target().symbol();
        let target = self.coin_id(EXECUTE, target, "target").await?;
        let request = request(order, source, target).map_err(refusal)?;
        let made = self.client.call(&request).await;
        let made = self.confirmed(&request, made).await;
        made.and_then(|made| self.exchanged(order, made))
            .map_err(|error| {
                money_error(error, || Exchange::ticket(self, order, self.executor.now()))
            })
    }

    async fn find(&self, by: &Lookup) -> Result<Option<Answer<Payment>>, Error> {
        self.find_exchange(by).await
    }
}
