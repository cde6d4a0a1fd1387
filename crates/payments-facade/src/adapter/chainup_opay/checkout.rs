//! `createThirdOrder`, `orderDetail` and `cancelOrder`.

use async_trait::async_trait;
use chainup_opay_client::{CancelOrder, CancelReceipt, OrderDetail, OrderStatus};
use payments_core::{InvalidRequest, Operation, Timestamp};

use super::order::{self, Wanted};
use super::{ChainupOpay, PROVIDER, lookup, reading};
use crate::options::survey;
use crate::{
    Answer, Cancellation, Checkout, CheckoutKind, CheckoutOrder, Closure, CreatedCheckout,
    CustomerStep, Error, Lookup, LookupKind, MoneyCall, Observation, OptionNames, Payment,
    PaymentKind, Phase, ProviderResponse, Source, Ticket,
};

/// What came of a cancellation that was accepted.
#[derive(Debug)]
#[non_exhaustive]
pub struct Cancelled {
    /// The answer to the cancellation. It names no order, and may be unsigned.
    pub receipt: CancelReceipt,
    /// How the order stood right afterwards, or why that could not be asked.
    pub detail: Result<OrderDetail, payments_core::Error>,
}

#[async_trait]
impl Checkout for ChainupOpay {
    fn offers(&self, kind: CheckoutKind) -> Option<OptionNames> {
        match kind {
            CheckoutKind::Hosted => Some(survey(order::survey)),
            CheckoutKind::Native | CheckoutKind::CardPage => None,
        }
    }

    fn finds_by(&self, kind: LookupKind) -> bool {
        lookup::works_by(kind)
    }

    fn check(&self, order: &CheckoutOrder) -> Result<(), InvalidRequest> {
        Wanted::by_order(self, order)?.request().check()
    }

    fn ticket(&self, order: &CheckoutOrder, now: Timestamp) -> Ticket {
        let ticket = Ticket::new(
            self.id.clone(),
            MoneyCall::Checkout,
            order.reference().clone(),
            order.money().clone(),
            now,
        );
        // An order that is not good is not sent either, so its ticket needs nothing more.
        match Wanted::by_order(self, order) {
            Ok(wanted) => wanted.kept_in(ticket),
            Err(_) => ticket,
        }
    }

    async fn create(&self, order: &CheckoutOrder) -> Result<Answer<CreatedCheckout>, Error> {
        let refused = |invalid| Error::local(PROVIDER, "create_checkout", invalid);
        let wanted = Wanted::by_order(self, order).map_err(refused)?;
        let made = self.client.create_order(wanted.request()).await;
        let made = made.map_err(|error| {
            Error::of_move(error, || Checkout::ticket(self, order, self.executor.now()))
        })?;
        let observation = reading::created(&made, order.reference().clone(), order.money().clone());
        let created = CreatedCheckout {
            payment: Payment::new(self.id.clone(), observation),
            next: self
                .page(&made.order_num, wanted.payer())
                .unwrap_or(CustomerStep::Nothing),
        };
        Ok(Answer::new(created, ProviderResponse::new(made)))
    }

    async fn find(&self, by: &Lookup) -> Result<Option<Answer<Payment>>, Error> {
        let number = lookup::number(by, "find_checkout")?;
        match self.detail(number).await {
            Ok(detail) => Ok(Some(Answer::new(
                self.told(&detail),
                ProviderResponse::new(detail),
            ))),
            // "Order does not exist". It may only be too early, which is why its kind is not "not found".
            Err(error) if error.code() == Some("70001") => Ok(None),
            Err(error) => Err(Error::of_read(error)),
        }
    }

    fn cancellation(&self) -> Option<&dyn Cancellation> {
        Some(self)
    }
}

/// A cancellation that was accepted is not believed before the order itself says so: the answer names nothing, and its
/// success need not be signed. So a payment whose phase is none of the ends was called off, as far as was said, and is not
/// closed, as far as is known.
#[async_trait]
impl Cancellation for ChainupOpay {
    fn cancels_by(&self, kind: LookupKind) -> bool {
        lookup::works_by(kind)
    }

    async fn cancel(&self, by: &Lookup) -> Result<Answer<Payment>, Error> {
        let number = lookup::number(by, "cancel_checkout")?;
        let receipt = self
            .client
            .cancel_order(CancelOrder::new(number.clone()))
            .await;
        let receipt = receipt.map_err(Error::of_read)?;
        let detail = self.detail(number).await;
        let observation = match &detail {
            Ok(detail) => reading::detail(&self.id, detail),
            Err(_) => Observation::new(Source::Queried, PaymentKind::Checkout)
                .provider_ref(Some(number.clone())),
        };
        let is_closed = |detail: &OrderDetail| detail.status == OrderStatus::Closed;
        // It does not say why it is closed. We know.
        let observation = if detail.as_ref().is_ok_and(is_closed) {
            let text = OrderStatus::Closed;
            observation.phase(Phase::Closed(Closure::Cancelled), text.as_str())
        } else {
            observation
        };
        let payment = Payment::new(self.id.clone(), observation);
        let cancelled = Cancelled { receipt, detail };
        Ok(Answer::new(payment, ProviderResponse::new(cancelled)))
    }
}
