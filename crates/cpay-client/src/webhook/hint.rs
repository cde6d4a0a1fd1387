//! A webhook without a signature, as nothing but a reason to query an order.

use payments_core::{MerchantRef, ProviderRef, WebhookError, check};
use payments_signing::cpay::Unsigned;

use crate::OrderQuery;

/// An *unsigned* webhook: the order that it names, and nothing else of it. Anyone can send one.
///
/// It has no status and no amount, because whoever sent it chose them. Query the order, and act on the answer only:
///
/// ```
/// use cpay_client::{Config, OrderQuery, Webhooks};
/// use payments_core::ProviderRef;
///
/// let webhooks = Webhooks::new(&Config::new("https://api.cpay.ltd", "20003092", "k3y-of-merchant")?);
/// let body = br#"{"merchantId":"20003092","orderId":"2209141130105863014","orderStatus":"14"}"#;
/// assert!(webhooks.receive(body).is_err(), "not signed");
///
/// let hint = webhooks.hint(body)?;
/// assert_eq!(hint.query(), OrderQuery::by_order_id(ProviderRef::new("2209141130105863014")?));
/// // let order = client.order_detail(hint.query()).await?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// Acknowledge it with [`ack`](crate::ack) only after the query showed the order in a final state and you committed that
/// state; otherwise answer with [`nack`](crate::nack), and the gateway sends it again. Every hint costs a query: limit how
/// many you follow, or strangers can use up your rate limit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Hint {
    merchant_trade_no: Option<MerchantRef>,
    order_id: Option<ProviderRef>,
    hash: Option<String>,
}

impl Hint {
    /// `merchant_id`: hints for another merchant are refused.
    pub(super) fn read(body: &[u8], merchant_id: &str) -> Result<Self, WebhookError> {
        let fields = Unsigned::read(body).map_err(|_| WebhookError::Refused)?;
        if fields.get("merchantId") != Some(merchant_id) {
            return Err(WebhookError::Refused);
        }
        // A value that no query could contain is not worth one.
        let queried = |name: &'static str, max| {
            let text = fields.get(name)?;
            check::no_ampersand(name, text, max).ok().map(|()| text)
        };
        let hint = Self {
            merchant_trade_no: queried("merchantTradeNo", 64)
                .and_then(|text| MerchantRef::new(text).ok()),
            order_id: queried("orderId", 64).and_then(|text| ProviderRef::new(text).ok()),
            hash: queried("hash", 128).map(str::to_owned),
        };
        if hint.merchant_trade_no.is_none() && hint.order_id.is_none() && hint.hash.is_none() {
            return Err(WebhookError::Refused);
        }
        Ok(hint)
    }

    /// The query for the order: by the gateway's id, else by the merchant's reference, else by the transaction's hash.
    pub fn query(&self) -> OrderQuery {
        match (&self.order_id, &self.merchant_trade_no) {
            (Some(order_id), _) => OrderQuery::by_order_id(order_id.clone()),
            (None, Some(trade_no)) => OrderQuery::by_trade_no(trade_no.clone()),
            (None, None) => OrderQuery::by_hash(self.hash.clone().unwrap_or_default()),
        }
    }

    /// The merchant's reference that the sender wrote. Unproven.
    #[must_use]
    pub fn merchant_trade_no(&self) -> Option<&MerchantRef> {
        self.merchant_trade_no.as_ref()
    }

    /// The gateway's id of an order that the sender wrote. Unproven.
    #[must_use]
    pub fn order_id(&self) -> Option<&ProviderRef> {
        self.order_id.as_ref()
    }

    /// The hash of a transaction that the sender wrote. Unproven.
    #[must_use]
    pub fn hash(&self) -> Option<&str> {
        self.hash.as_deref()
    }
}
