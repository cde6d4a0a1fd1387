//! `cancelOrder`: an order that nobody is to pay any more.

use bytes::Bytes;
use payments_core::wire::{self, Json};
use payments_core::{Effect, Fault, InvalidRequest, Operation, ProviderRef, Timestamp};
use serde::{Deserialize, Serialize};

use crate::OrderStatus;
use crate::answer::{Answer, Origin, keeps_origin};
use crate::protocol::Account;
use crate::protocol::wiring::Wired;

/// Cancels a pending order: `POST …/opay/cancelOrder`; where that is differs, see [`CancelPath`](crate::CancelPath).
///
/// **Effect: keyed by `order_num`.** It names one order and one end of it, so a second one finds nothing left to do: it
/// is refused with 70003 ("order status exception"; that this is what comes is `assumed`). This client sends it again
/// where that may help. A refusal with 70003 after an attempt that may have arrived leaves the outcome unknown, for the
/// order may just as well have been paid in the meantime: ask with [`order_detail`](crate::Client::order_detail).
///
/// **A success is not yet a cancelled order**: see [`CancelReceipt`].
///
/// Whether cancelling brings a callback is not documented.
#[derive(Clone, Debug, PartialEq, Eq)]
#[must_use = "an order is cancelled by `Client::cancel_order`"]
pub struct CancelOrder {
    order_num: ProviderRef,
}

impl CancelOrder {
    /// The order of this number.
    pub fn new(order_num: ProviderRef) -> Self {
        Self { order_num }
    }
}

impl Operation for CancelOrder {
    type Output = CancelReceipt;
    const NAME: &'static str = "cancel_order";
    const EFFECT: Effect = Effect::Keyed;
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Parameters<'a> {
    order_num: &'a str,
}

impl Wired for CancelOrder {
    fn write(
        &self,
        account: &Account,
        now: Timestamp,
    ) -> Result<http::Request<Bytes>, InvalidRequest> {
        let parameters = Parameters {
            order_num: self.order_num.as_str(),
        };
        account.sealed((account.cancel_folder(), "cancelOrder"), &parameters, now)
    }

    fn read(&self, answer: Answer) -> Result<CancelReceipt, Fault> {
        let told = answer
            .signed()
            .map_or_else(|| Ok(Told::default()), Told::of)?;
        if let Some(told) = &told.order_num {
            Answer::expect("orderNum", &self.order_num, told)?;
        }
        let is_closed = told
            .order_status
            .map(|status| status == OrderStatus::Closed);
        if is_closed == Some(false) {
            // It proves nothing then, and the order itself has to be asked.
            return Err(Fault::undecodable("a success whose order is not closed"));
        }
        let mut origin = answer.origin();
        origin.verified = told.order_num.is_some() && is_closed == Some(true);
        Ok(CancelReceipt {
            order_num: self.order_num.clone(),
            origin: Some(origin),
        })
    }
}

/// What a signed answer may tell; nothing of it is documented.
#[derive(Default, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Told {
    #[serde(default, deserialize_with = "wire::optional_provider_ref")]
    order_num: Option<ProviderRef>,
    #[serde(default, deserialize_with = "crate::status::optional")]
    order_status: Option<OrderStatus>,
}

impl Told {
    /// A text that is no object tells nothing: one page of the provider has a list.
    fn of(text: &crate::Plaintext) -> Result<Self, Fault> {
        let json = wire::read::<Json<'_>>(text.as_bytes()).ok();
        match json.filter(|json| json.as_str().starts_with('{')) {
            Some(object) => Ok(object.read_object()?),
            None => Ok(Self::default()),
        }
    }
}

/// The platform's word that an order was cancelled. **As a rule it is not signed, and then it is TLS's word alone**: no
/// document shows any data in this answer, and what is not in data is not signed.
///
/// [`is_verified`](Self::is_verified) is true only if a signed text names this order *and* says that it is closed (that a
/// cancelled order is [`Closed`](crate::OrderStatus::Closed) is `assumed`). Any other signed text could be that of another
/// answer. For all others there is [`Client::confirm_cancelled`](crate::Client::confirm_cancelled), which asks for the
/// order. Sell its goods to somebody else only then.
///
/// A signed text that names another order is refused as [`Kind::Integrity`](payments_core::Kind::Integrity), and one that
/// tells another state leaves the outcome unknown. Data that is there and not signed is refused, as for every call; a
/// success without data under a status other than 2xx as well.
#[derive(Clone, Debug, PartialEq)]
#[must_use = "as a rule it is not signed: see `Client::confirm_cancelled`"]
#[non_exhaustive]
pub struct CancelReceipt {
    /// The order that was to be cancelled, as it was asked.
    pub order_num: ProviderRef,
    origin: Option<Origin>,
}

keeps_origin!(CancelReceipt);
