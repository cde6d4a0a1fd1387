//! `getOrderDetail`: what became of an order.

use bytes::Bytes;
use payments_core::{
    Amount, Effect, Fault, InvalidRequest, MerchantRef, Operation, ProviderRef, RawAnswer,
    Timestamp, check, debug_masked, wire,
};
use serde::Deserialize;

use crate::OrderStatus;
use crate::protocol::wiring::Wired;
use crate::protocol::{Account, Answer, keeps_raw};

/// Asks for one order: `GET /openapi/v1/getOrderDetail`.
///
/// **Effect: read.** By the merchant's reference, the gateway's id or the transaction hash. The
/// provider demands at least one of the three, so there is no empty query.
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
    /// What each query adds to; none of them is this.
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

    /// By the hash of the transaction on its chain, up to 128 characters: the way to find a deposit that
    /// came without an order.
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
                check::separable("merchant_trade_no", merchant_trade_no.as_str(), 64)
            }
            (None, Some(order_id)) => check::separable("order_id", order_id.as_str(), 64),
            (None, None) => check::separable("hash", &self.hash, 128),
        }
    }
}

impl Wired for OrderQuery {
    fn write(
        &self,
        account: &Account,
        _now: Timestamp,
    ) -> Result<http::Request<Bytes>, InvalidRequest> {
        account.get(
            "getOrderDetail",
            &[
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

    fn read(&self, answer: Answer<'_>) -> Result<OrderDetail, Fault> {
        let detail: OrderDetail = answer.data()?;
        if let Some(asked) = &self.merchant_trade_no {
            answer.expect(
                "merchantTradeNo",
                asked.as_str(),
                detail.merchant_trade_no.as_deref(),
            )?;
        }
        if let Some(asked) = &self.order_id {
            answer.expect("orderId", asked, Some(&detail.order_id))?;
        }
        Ok(answer.keep(detail))
    }
}

/// What `getOrderDetail` answers. A field the gateway leaves out or sends empty is absent, and one nobody books by
/// (fee, pledge, time, notes) that cannot be read. An amount received that cannot be read makes the answer
/// undecodable: it is never taken for none.
#[derive(Clone, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct OrderDetail {
    /// The gateway's id of the order.
    #[serde(deserialize_with = "wire::provider_ref")]
    pub order_id: ProviderRef,
    /// The state. Only [`OrderStatus::Completed`] is a success.
    #[serde(deserialize_with = "crate::status::required")]
    pub status: OrderStatus,
    /// The merchant's reference; absent for a deposit that came without an order.
    #[serde(default, deserialize_with = "wire::optional_text")]
    pub merchant_trade_no: Option<String>,
    /// The customer in the merchant's system.
    #[serde(default, deserialize_with = "crate::informative::text")]
    pub merchant_user_id: Option<String>,
    /// The merchant this order belongs to. A number on the wire here.
    #[serde(default, deserialize_with = "crate::informative::text")]
    pub merchant_id: Option<String>,
    /// The hash of the transaction on its chain.
    #[serde(default, deserialize_with = "crate::informative::text")]
    pub hash: Option<String>,
    /// What C-Pay received, in units of `currency`. May differ from what was ordered.
    #[serde(default, deserialize_with = "wire::optional_amount")]
    pub actual_amount: Option<Amount>,
    /// What the merchant's account received.
    #[serde(default, deserialize_with = "wire::optional_amount")]
    pub received_amount: Option<Amount>,
    /// `pledgeAmount`; no document says what it is.
    #[serde(default, deserialize_with = "crate::informative::amount")]
    pub pledge_amount: Option<Amount>,
    /// What the gateway charged.
    #[serde(default, deserialize_with = "crate::informative::amount")]
    pub fee: Option<Amount>,
    /// The coin of the amounts. Named `cryptoCurrency` in webhooks.
    #[serde(default, deserialize_with = "wire::optional_text")]
    pub currency: Option<String>,
    /// The network in the short form of orders: `TRON`.
    #[serde(default, deserialize_with = "crate::informative::text")]
    pub network: Option<String>,
    /// When the order was made. A number on the wire here.
    #[serde(default, deserialize_with = "crate::informative::millis")]
    pub create_time: Option<Timestamp>,
    /// `extInfo`, JSON text.
    #[serde(default, deserialize_with = "crate::informative::text")]
    pub ext_info: Option<String>,
    /// A note of the gateway, in any language.
    #[serde(default, deserialize_with = "crate::informative::text")]
    pub remark: Option<String>,
    #[serde(skip)]
    raw: Option<RawAnswer>,
}

keeps_raw!(OrderDetail);

debug_masked!(OrderDetail shows order_id, status, merchant_trade_no, merchant_user_id, merchant_id, hash, actual_amount,
    received_amount, pledge_amount, fee, currency, network, create_time; masks ext_info, remark; ends raw);
