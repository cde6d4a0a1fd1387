//! `createThirdOrder`, `orderDetail` and `cancelOrder`.

use async_trait::async_trait;
use chainup_opay_client::{CancelOrder, CancelReceipt, OrderDetail, OrderStatus};
use payments_core::{InvalidRequest, Operation, Timestamp};

use super::order::{self, Wanted};
use super::{ChainupOpay, PROVIDER, lookup, reading};
use crate::adapter::{money_error, read_error, refused};
use crate::answer::{Answer, ProviderResponse};
use crate::checkout::{
    Cancellation, Checkout, CheckoutKind, CheckoutOrder, CreatedCheckout, CustomerStep,
};
use crate::error::Error;
use crate::lookup::{Lookup, LookupKind};
use crate::payment::{Closure, Observation, Payment, PaymentKind, Phase, Source};
use crate::ticket::Ticket;

/// The result of an accepted cancellation.
#[derive(Debug)]
#[non_exhaustive]
pub struct Cancelled {
    /// The response to the cancellation. It names no order, and may be unsigned.
    pub receipt: CancelReceipt,
    /// The order right afterwards, or why the query failed.
    pub detail: Result<OrderDetail, payments_core::Error>,
}

#[async_trait]
impl Checkout for ChainupOpay {
    fn supported_options(&self, kind: CheckoutKind) -> Option<&[&'static str]> {
        match kind {
            CheckoutKind::Hosted => Some(order::OPTIONS),
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
        let ticket = order.ticket(&self.id, now);
        // An invalid order is never sent, so its ticket needs no details.
        match Wanted::by_order(self, order) {
            Ok(wanted) => wanted.kept_in(ticket),
            Err(_) => ticket,
        }
    }

    async fn create(&self, order: &CheckoutOrder) -> Result<Answer<CreatedCheckout>, Error> {
        let refused = |invalid| refused(PROVIDER, "create_checkout", invalid);
        let wanted = Wanted::by_order(self, order).map_err(refused)?;
        let made = self.client.call(&wanted.request()).await;
        let made = made.map_err(|error| {
            money_error(error, || Checkout::ticket(self, order, self.executor.now()))
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
                self.payment(&detail),
                ProviderResponse::new(detail),
            ))),
            // "Order does not exist". It may be too early, so the client does not report it as "not found". Under another HTTP
            // status the code proves nothing.
            Err(error)
                if error.code() == Some("70001")
                    && error.status().is_some_and(|status| status == 200) =>
            {
                Ok(None)
            }
            Err(error) => Err(read_error(error)),
        }
    }

    fn cancellation(&self) -> Option<&dyn Cancellation> {
        Some(self)
    }
}

/// The response to a cancellation names no order and may be unsigned, so the order is queried afterwards. If the payment is not
/// in a final phase, the cancellation was accepted but is not confirmed.
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
        let receipt = receipt.map_err(read_error)?;
        let detail = self.detail(number).await;
        let observation = match &detail {
            Ok(detail) => reading::detail(&self.id, self.customer_id, detail),
            Err(_) => Observation::new(Source::Queried, PaymentKind::Checkout)
                .provider_ref(Some(number.clone())),
        };
        let is_closed = |detail: &OrderDetail| detail.status == OrderStatus::Closed;
        // The response does not state why it is closed, but it was cancelled.
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
