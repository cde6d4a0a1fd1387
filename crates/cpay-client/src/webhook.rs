//! The gateway's notice that an order succeeded or failed.

use std::fmt;
use std::str::FromStr;

use bytes::Bytes;
use http::header::{CONTENT_TYPE, HeaderValue};
use payments_core::{Amount, ProviderRef, Timestamp, check, debug_masked};
use payments_signing::cpay::{Fields, Key};
use payments_signing::{Refused, Verified};

use crate::{Config, OrderStatus};

/// Verifies webhooks. Made by [`Client::webhooks`](crate::Client::webhooks), or from a [`Config`] alone where a
/// service only receives.
///
/// The body is JSON (the provider documents only "request body"; its own plugins read JSON; a form is read as
/// well). The signature is demanded, though the specification's table calls `sign` optional: a webhook without
/// it is anybody's. That the general signature rule covers webhooks is `assumed`: no document states it.
#[derive(Clone)]
pub struct Webhooks {
    key: Key,
    merchant_id: String,
}

impl Webhooks {
    /// Verifies with the key of `config`.
    #[must_use]
    pub fn new(config: &Config) -> Self {
        Self {
            key: Key::new(config.secret()),
            merchant_id: config.merchant_id().to_owned(),
        }
    }

    /// Verifies the exact bytes of a request's body and reads the event.
    ///
    /// Hand over the bytes as they came: a body that was parsed and written again has another signature.
    /// The same event comes up to ten times until it is acknowledged; handle it once, by
    /// [`order_id`](Event::order_id) and [`status`](Event::status).
    ///
    /// # Errors
    /// [`WebhookError::Refused`] when the body is not this merchant's or not genuine, for one public reason.
    /// [`WebhookError::Unreadable`] when it is genuine but lacks a field that every webhook has.
    ///
    /// ```
    /// use cpay_client::{Config, OrderStatus, Webhooks};
    ///
    /// let webhooks = Webhooks::new(&Config::new("https://api.cpay.ltd", "20003092", "k3y-of-merchant")?);
    /// # let body: &[u8] = br#"{"merchantId":"20003092","merchantTradeNo":"7b785240e426694635bb09fb101ae241",
    /// # "merchantUserId":"test002","orderId":"2209141130105863014","orderStatus":"14",
    /// # "hash":"c4dbbf5737c52072817dc92fa09c41386f8024fee883270b92bfc1943616f957","actualAmount":"10",
    /// # "receivedAmount":"10","fee":"0.5","cryptoCurrency":"USDT","network":"TRON","remark":"\u5145\u503c\u5355\u8865\u5355",
    /// # "extInfo":"{\"reason\":\"x y\",\"sceneTag\":\"EcAcquiring\"}","createTime":"1663155010000",
    /// # "sign":"4e61c543709616ff380f078051c0f61d0ffd7dbd84b3f413566677b6b8e29ee0"}"#;
    /// let event = webhooks.receive(body)?;
    /// assert_eq!(event.status, OrderStatus::Completed);
    /// assert_eq!(event.received_amount, Some("10".parse()?));
    /// // ... commit to the database, then:
    /// let reply = cpay_client::ack();
    /// assert_eq!(reply.body().as_ref(), b"OK");
    ///
    /// assert!(webhooks.receive(b"{\"orderStatus\":\"14\"}").is_err());
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn receive(&self, body: &[u8]) -> Result<Verified<Event>, WebhookError> {
        let fields = self.key.verify_webhook(body)?;
        if fields.get("merchantId") != Some(self.merchant_id.as_str()) {
            return Err(WebhookError::Refused);
        }
        fields.try_map(Event::read)
    }
}

impl fmt::Debug for Webhooks {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Webhooks")
            .field("merchant_id", &self.merchant_id)
            .finish_non_exhaustive()
    }
}

/// What a webhook tells. Handlers take a [`Verified<Event>`](Verified), which only
/// [`Webhooks::receive`] makes.
///
/// Source: specification, chapter 15. The amounts are in units of `crypto_currency`.
#[derive(Clone)]
#[non_exhaustive]
pub struct Event {
    /// The state of the order. Only [`OrderStatus::Completed`] is a success.
    pub status: OrderStatus,
    /// What C-Pay received.
    pub actual_amount: Option<Amount>,
    /// What the merchant's account received: the sum to credit.
    pub received_amount: Option<Amount>,
    /// What the gateway charged.
    pub fee: Option<Amount>,
    /// When the order was made.
    pub create_time: Option<Timestamp>,
    /// The merchant's reference, of up to 256 characters here (64 in every call); absent for a deposit that came
    /// without an order.
    pub merchant_trade_no: Option<String>,
    /// The customer in the merchant's system.
    pub merchant_user_id: Option<String>,
    /// The gateway's id of the order.
    pub order_id: Option<ProviderRef>,
    /// The hash of the transaction on its chain.
    pub hash: Option<String>,
    /// The coin of the amounts.
    pub crypto_currency: Option<String>,
    /// The network in the short form of orders: `TRON`.
    pub network: Option<String>,
    /// A note of the gateway.
    pub remark: Option<String>,
    /// `extInfo`, JSON text.
    pub ext_info: Option<String>,
    fields: Fields,
}

impl Event {
    /// Every signed field as it came, by its wire name: also those that are not listed here.
    ///
    /// A field that came empty is not among them. The signature covers only those that are not, so whoever can change
    /// the message on its way could drop, add or rename an empty one: verifying leaves them all out.
    #[must_use]
    pub fn fields(&self) -> &Fields {
        &self.fields
    }

    fn read(fields: Fields) -> Result<Self, WebhookError> {
        let text = |name: &str| fields.get(name).filter(|text| !text.is_empty());
        let owned = |name: &str| text(name).map(str::to_owned);
        let status = text("orderStatus").ok_or(WebhookError::Unreadable {
            field: "orderStatus",
        })?;
        Ok(Self {
            status: OrderStatus::from(status),
            actual_amount: read_as(&fields, "actualAmount", |text| Amount::from_str(text).ok())?,
            received_amount: read_as(&fields, "receivedAmount", |text| {
                Amount::from_str(text).ok()
            })?,
            fee: read_as(&fields, "fee", |text| Amount::from_str(text).ok())?,
            create_time: read_as(&fields, "createTime", |text| {
                text.parse().ok().map(Timestamp::from_millis)
            })?,
            merchant_trade_no: read_as(&fields, "merchantTradeNo", |text| {
                check::text("merchantTradeNo", text, 256)
                    .ok()
                    .map(|()| text.to_owned())
            })?,
            merchant_user_id: owned("merchantUserId"),
            order_id: read_as(&fields, "orderId", |text| ProviderRef::new(text).ok())?,
            hash: owned("hash"),
            crypto_currency: owned("cryptoCurrency"),
            network: owned("network"),
            remark: owned("remark"),
            ext_info: owned("extInfo"),
            fields,
        })
    }
}

debug_masked!(Event shows status, actual_amount, received_amount, fee, create_time, merchant_trade_no,
    merchant_user_id, order_id, hash, crypto_currency, network; masks remark, ext_info; ends fields);

/// An empty or missing field is none; one that is there but cannot be read is never taken for none.
fn read_as<T>(
    fields: &Fields,
    field: &'static str,
    read: impl Fn(&str) -> Option<T>,
) -> Result<Option<T>, WebhookError> {
    match fields.get(field) {
        None | Some("") => Ok(None),
        Some(text) => read(text)
            .map(Some)
            .ok_or(WebhookError::Unreadable { field }),
    }
}

/// Why a webhook gave no event. Answer with [`nack`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum WebhookError {
    /// Not genuine, or not for this merchant. Which of the two, and why, is nobody's business outside.
    #[error("the webhook was refused: nothing in it may be acted on")]
    Refused,
    /// Genuine, but a field that every webhook has is missing or cannot be read. Ask for the order with
    /// [`order_detail`](crate::Client::order_detail) instead.
    #[error("the webhook is genuine but its {field} cannot be read: query the order instead")]
    Unreadable {
        /// The wire name.
        field: &'static str,
    },
}

impl From<Refused> for WebhookError {
    fn from(_: Refused) -> Self {
        Self::Refused
    }
}

/// The reply after the event was committed: `OK` under HTTP status 200. The gateway then sends it no more.
#[must_use]
pub fn ack() -> http::Response<Bytes> {
    reply("OK")
}

/// The reply that makes the gateway send the webhook again: `FAIL` under HTTP status 200.
#[must_use]
pub fn nack() -> http::Response<Bytes> {
    reply("FAIL")
}

fn reply(text: &'static str) -> http::Response<Bytes> {
    let mut reply = http::Response::new(Bytes::from_static(text.as_bytes()));
    reply.headers_mut().insert(
        CONTENT_TYPE,
        HeaderValue::from_static("text/plain; charset=utf-8"),
    );
    reply
}
