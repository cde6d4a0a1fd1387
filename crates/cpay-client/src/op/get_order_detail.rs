//! `getOrderDetail`: the state of an order.

use bytes::Bytes;
use payments_core::wire::{Lenient, Millis, Optional, Scalar};
use payments_core::{
    Amount, Answer, Effect, Fault, InvalidRequest, MerchantRef, Operation, ProviderRef, RawAnswer,
    Timestamp, check, debug_masked, keeps_raw,
};
use serde::Deserialize;

use crate::protocol::{Account, Call};
use crate::status::OrderStatus;

/// Queries one order: `GET /openapi/v1/getOrderDetail`.
///
/// **Effect: read.** By the merchant's reference, the gateway's id or the transaction hash. The provider requires one
/// of the three, so there is no empty query.
///
/// ```
/// use cpay_client::OrderQuery;
/// use payments_core::MerchantRef;
///
/// let query = OrderQuery::by_trade_no(MerchantRef::new("order-1001")?);
/// # let _ = query;
/// # Ok::<(), payments_core::InvalidRequest>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[must_use = "a query is made by `Client::order_detail`"]
pub struct OrderQuery {
    merchant_trade_no: Option<MerchantRef>,
    order_id: Option<ProviderRef>,
    hash: String,
}

impl OrderQuery {
    /// The common start of the queries; it is not a query.
    const NOTHING: Self = Self {
        merchant_trade_no: None,
        order_id: None,
        hash: String::new(),
    };

    /// By the merchant's own reference: the way to resolve an unknown outcome.
    pub fn by_trade_no(merchant_trade_no: MerchantRef) -> Self {
        Self {
            merchant_trade_no: Some(merchant_trade_no),
            ..Self::NOTHING
        }
    }

    /// By the gateway's id of the order, sent as `cpayOrderId`.
    pub fn by_order_id(order_id: ProviderRef) -> Self {
        Self {
            order_id: Some(order_id),
            ..Self::NOTHING
        }
    }

    /// By the hash of the transaction on its chain, up to 128 characters: the way to find a deposit without an order.
    pub fn by_hash(hash: impl Into<String>) -> Self {
        Self {
            hash: hash.into(),
            ..Self::NOTHING
        }
    }
}

impl Operation for OrderQuery {
    type Output = OrderDetail;
    const NAME: &'static str = "order_detail";
    const EFFECT: Effect = Effect::Read;

    fn check(&self) -> Result<(), InvalidRequest> {
        match (&self.merchant_trade_no, &self.order_id) {
            (Some(merchant_trade_no), _) => {
                check::no_ampersand("merchant_trade_no", merchant_trade_no.as_str(), 64)
            }
            (None, Some(order_id)) => check::no_ampersand("order_id", order_id.as_str(), 64),
            (None, None) => check::no_ampersand("hash", &self.hash, 128),
        }
    }
}

impl Call for OrderQuery {
    fn encode(
        &self,
        account: &Account,
        _now: Timestamp,
    ) -> Result<http::Request<Bytes>, InvalidRequest> {
        account.get(
            "getOrderDetail",
            &mut [
                (
                    "cpayOrderId",
                    self.order_id.as_ref().map_or("", ProviderRef::as_str),
                ),
                ("hash", &self.hash),
                ("merchantId", account.merchant_id()),
                (
                    "merchantTradeNo",
                    self.merchant_trade_no
                        .as_ref()
                        .map_or("", MerchantRef::as_str),
                ),
            ],
        )
    }

    fn decode(&self, answer: Answer<'_>) -> Result<OrderDetail, Fault> {
        let detail: OrderDetail = answer.data()?;
        if let Some(asked) = &self.merchant_trade_no {
            answer.expect_reference(
                "merchantTradeNo",
                asked.as_str(),
                detail.merchant_trade_no.as_deref(),
            )?;
        }
        if let Some(asked) = &self.order_id {
            answer.expect_reference("orderId", asked, Some(&detail.order_id))?;
        }
        let hash = detail.hash.as_deref().filter(|_| !self.hash.is_empty());
        if hash.is_some_and(|hash| !hash.eq_ignore_ascii_case(&self.hash)) {
            return Err(Fault::foreign("hash"));
        }
        Ok(answer.keep(detail))
    }
}

/// The answer to `getOrderDetail`. Missing and empty fields are `None`. So are malformed fields that do not affect the
/// order (fee, pledge, time, notes). A malformed received amount makes the answer undecodable instead.
#[serde_with::apply(Option => #[serde(default)])]
#[serde_with::serde_as]
#[derive(Clone, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct OrderDetail {
    /// The gateway's id of the order.
    #[serde_as(as = "Scalar")]
    pub order_id: ProviderRef,
    /// The state. Only [`OrderStatus::Completed`] is a success.
    #[serde_as(as = "Scalar")]
    pub status: OrderStatus,
    /// The merchant's reference; `None` for a deposit without an order.
    #[serde_as(as = "Optional")]
    pub merchant_trade_no: Option<String>,
    /// The customer in the merchant's system.
    #[serde_as(as = "Lenient")]
    pub merchant_user_id: Option<String>,
    /// The merchant id. A number on the wire here.
    #[serde_as(as = "Lenient")]
    pub merchant_id: Option<String>,
    /// The hash of the transaction on its chain.
    #[serde_as(as = "Lenient")]
    pub hash: Option<String>,
    /// The amount that C-Pay received, in units of `currency`. It may differ from the ordered amount.
    #[serde_as(as = "Optional")]
    pub actual_amount: Option<Amount>,
    /// The amount that the merchant's account received.
    #[serde_as(as = "Optional")]
    pub received_amount: Option<Amount>,
    /// `pledgeAmount`; no document explains it.
    #[serde_as(as = "Lenient")]
    pub pledge_amount: Option<Amount>,
    /// The fee of the gateway.
    #[serde_as(as = "Lenient")]
    pub fee: Option<Amount>,
    /// The coin of the amounts. Named `cryptoCurrency` in webhooks.
    #[serde_as(as = "Optional")]
    pub currency: Option<String>,
    /// The network in the short form of orders: `TRON`.
    #[serde_as(as = "Lenient")]
    pub network: Option<String>,
    /// When the order was created. A number on the wire here.
    #[serde_as(as = "Lenient<Millis>")]
    pub create_time: Option<Timestamp>,
    /// `extInfo`: JSON text.
    #[serde_as(as = "Lenient")]
    pub ext_info: Option<String>,
    /// A note of the gateway, in any language.
    #[serde_as(as = "Lenient")]
    pub remark: Option<String>,
    #[serde(skip)]
    raw: Option<RawAnswer>,
}

keeps_raw!(OrderDetail);

debug_masked!(OrderDetail shows order_id, status, merchant_trade_no, merchant_user_id, merchant_id, hash, actual_amount,
    received_amount, pledge_amount, fee, currency, network, create_time; masks ext_info, remark; ends raw);
