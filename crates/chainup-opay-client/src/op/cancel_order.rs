//! `cancelOrder`: closes an order that was not paid.

use payments_core::wire::{self, Json, Optional};
use payments_core::{Effect, Fault, InvalidRequest, Operation, ProviderRef, SensitiveString};
use serde::{Deserialize, Serialize};

use crate::protocol::answer::{Answer, Origin, Plaintext, origin_accessors};
use crate::protocol::{Account, Call, json};
use crate::status::OrderStatus;

/// Cancels a pending order: `POST …/opay/cancelOrder`. For its path see [`CancelPath`](crate::CancelPath).
///
/// **Effect: keyed by `order_num`.** A second cancellation of the same order changes nothing and is refused with 70003
/// ("order status exception"; that the platform uses this code is `assumed`), so this client repeats the call where that
/// may help. If 70003 follows an attempt that may have arrived, the outcome is unknown: the first attempt may have
/// cancelled the order, or it was paid meanwhile. Ask with [`order_detail`](crate::Client::order_detail).
///
/// **A success does not prove that the order is cancelled**: see [`CancelReceipt`].
///
/// Whether a cancellation causes a callback is not documented.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
#[must_use = "pass it to `Client::cancel_order`"]
pub struct CancelOrder {
    order_num: ProviderRef,
}

impl CancelOrder {
    /// Cancels the order with this number.
    pub fn new(order_num: ProviderRef) -> Self {
        Self { order_num }
    }
}

impl Operation for CancelOrder {
    type Output = CancelReceipt;
    const NAME: &'static str = "cancel_order";
    const EFFECT: Effect = Effect::Keyed;
}

impl Call for CancelOrder {
    fn wire_name(&self) -> &str {
        "cancelOrder"
    }

    fn text(&self, _account: &Account) -> Result<SensitiveString, InvalidRequest> {
        json(self)
    }

    fn decode(&self, answer: Answer) -> Result<CancelReceipt, Fault> {
        let fields = answer
            .signed()
            .map_or_else(|| Ok(Fields::default()), Fields::read)?;
        if let Some(order_num) = &fields.order_num
            && *order_num != self.order_num
        {
            return Err(Fault::foreign("orderNum"));
        }
        let closed = fields
            .order_status
            .map(|status| status == OrderStatus::Closed);
        if closed == Some(false) {
            return Err(Fault::undecodable("a success whose order is not closed"));
        }
        let mut origin = answer.origin();
        origin.verified = fields.order_num.is_some() && closed == Some(true);
        Ok(CancelReceipt {
            order_num: self.order_num.clone(),
            origin: Some(origin),
        })
    }
}

/// What a signed answer may contain. None of it is documented.
#[serde_with::apply(Option => #[serde(default)])]
#[serde_with::serde_as]
#[derive(Default, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Fields {
    #[serde_as(as = "Optional")]
    order_num: Option<ProviderRef>,
    #[serde_as(as = "Optional")]
    order_status: Option<OrderStatus>,
}

impl Fields {
    /// Anything but an object has no fields: one page of the provider shows a list.
    fn read(text: &Plaintext) -> Result<Self, Fault> {
        let json = wire::read::<Json<'_>>(text.as_bytes()).ok();
        match json.filter(|json| json.as_str().starts_with('{')) {
            Some(object) => Ok(object.read_object()?),
            None => Ok(Self::default()),
        }
    }
}

/// A success of `cancelOrder`. **As a rule it is not signed, and then only TLS protects it**: no document shows `data` in
/// this answer, and only `data` is signed.
///
/// [`is_verified`](Self::is_verified) is true only if a signed text contains this order's number *and* the status
/// [`Closed`](crate::OrderStatus::Closed) (that cancelled orders get this status is `assumed`). Any other signed text could
/// belong to another answer. Otherwise call [`Client::confirm_cancelled`](crate::Client::confirm_cancelled), which queries
/// the order, before you sell its goods to someone else.
///
/// A signed text with another order's number fails with [`Kind::Integrity`](payments_core::Kind::Integrity), one with
/// another status leaves the outcome unknown. `data` without a valid signature is refused as in every call.
#[derive(Clone, Debug, PartialEq)]
#[must_use = "as a rule it is not signed: see `Client::confirm_cancelled`"]
#[non_exhaustive]
pub struct CancelReceipt {
    /// The number of the order, from the request.
    pub order_num: ProviderRef,
    origin: Option<Origin>,
}

origin_accessors!(CancelReceipt);
