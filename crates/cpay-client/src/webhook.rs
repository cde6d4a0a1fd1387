//! Webhooks: the gateway's notice that an order succeeded or failed.

mod hint;

pub use hint::Hint;

use std::fmt;

use bytes::Bytes;
use http::header::{CONTENT_TYPE, HeaderValue};
use payments_core::wire::FromText;
use payments_core::{Amount, ProviderRef, Timestamp, WebhookError, check, debug_masked};
use payments_signing::Verified;
use payments_signing::cpay::{Fields, Key};
#[cfg(feature = "explain")]
use payments_signing::{Cause, Diagnosis};

use crate::{Config, OrderStatus};

/// Verifies webhooks. Get it from [`Client::webhooks`](crate::Client::webhooks), or create it from a [`Config`] in a
/// service that only receives.
///
/// The body is JSON (the provider documents only "request body"; its own plugins read JSON); a form is accepted as well.
/// The signature is required, although the specification's table calls `sign` optional: anyone can send a webhook without
/// one. That the general signature rule covers webhooks is `assumed`: no document states it.
#[derive(Clone)]
pub struct Webhooks {
    key: Key,
    merchant_id: String,
}

impl Webhooks {
    /// A receiver with the key and merchant id of `config`.
    #[must_use]
    pub fn new(config: &Config) -> Self {
        Self {
            key: Key::new(config.secret()),
            merchant_id: config.merchant_id().to_owned(),
        }
    }

    /// Verifies the body of a webhook and reads the event.
    ///
    /// Pass the bytes exactly as received: a body that was parsed and written again has another signature. The gateway sends
    /// the same event up to ten times until it is acknowledged; handle it once per [`order_id`](Event::order_id) and
    /// [`status`](Event::status).
    ///
    /// # Errors
    /// - [`WebhookError::Refused`] when the signature is wrong or the webhook is for another merchant.
    /// - [`WebhookError::Unreadable`] when it is genuine, but a field is missing or unreadable: ask with
    ///   [`order_detail`](crate::Client::order_detail) instead.
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
        let fields = self
            .key
            .verify_webhook(body)
            .map_err(|_| WebhookError::Refused)?;
        if fields.get("merchantId") != Some(self.merchant_id.as_str()) {
            return Err(WebhookError::Refused);
        }
        fields.try_map(Event::read)
    }

    /// Why [`receive`](Self::receive) does not accept a body, for **the owner of the secret**; `None` if it does.
    ///
    /// Print or log it, and never send it back: each difference between refusals helps a forger. Call it after the reply is
    /// sent.
    ///
    /// ```
    /// use cpay_client::{Cause, Config, Webhooks};
    ///
    /// let webhooks = Webhooks::new(&Config::new("https://api.cpay.ltd", "20003092", "k3y-of-merchant")?);
    /// let diagnosis = webhooks.diagnose(b"<title>502 Bad Gateway</title>").ok_or("accepted")?;
    /// assert_eq!(diagnosis.cause(), Cause::WebPage);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[cfg(feature = "explain")]
    #[cfg_attr(docsrs, doc(cfg(feature = "explain")))]
    #[must_use]
    pub fn diagnose(&self, body: &[u8]) -> Option<Diagnosis> {
        let error = self.receive(body).err()?;
        if matches!(error, WebhookError::Unreadable { .. }) {
            return Some(Diagnosis::new(Cause::UnreadableField, error.to_string()));
        }
        let signed = self.key.diagnose_webhook(body);
        signed.or_else(|| {
            let fields = self.key.verify_webhook(body).ok()?;
            let own = &self.merchant_id;
            let text = match fields.get("merchantId") {
                Some(other) => {
                    // Signed with the secret of this account, so it is safe to show.
                    format!(
                        "the webhook is for the merchant {other:?}, but this account is {own:?}"
                    )
                }
                None => format!("the webhook names no merchantId, but this account is {own:?}"),
            };
            Some(Diagnosis::new(Cause::OtherAccount, text))
        })
    }

    /// Reads an *unsigned* webhook, as a [`Hint`] to query an order.
    ///
    /// Only for an account whose webhooks come without a signature: C-Pay's table calls `sign` optional, and no document
    /// says when it is missing. Call it only if you decided to, never because [`receive`](Self::receive) failed: a body
    /// that carries a signature is never a hint, whether the signature is right or wrong.
    ///
    /// # Errors
    /// [`WebhookError::Refused`] for a body that is signed, names another merchant, or names no order.
    pub fn hint(&self, body: &[u8]) -> Result<Hint, WebhookError> {
        Hint::read(body, &self.merchant_id)
    }
}

impl fmt::Debug for Webhooks {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Webhooks")
            .field("merchant_id", &self.merchant_id)
            .finish_non_exhaustive()
    }
}

/// The content of a webhook. Let handlers take a [`Verified<Event>`](Verified), which only [`Webhooks::receive`]
/// returns.
///
/// Source: specification, chapter 15. The amounts are in units of `crypto_currency`.
#[derive(Clone)]
#[non_exhaustive]
pub struct Event {
    /// The state of the order. Only [`OrderStatus::Completed`] is a success.
    pub status: OrderStatus,
    /// What C-Pay received.
    pub actual_amount: Option<Amount>,
    /// What the merchant's account received: the amount to credit.
    pub received_amount: Option<Amount>,
    /// The fee of the gateway. `None` too if it cannot be read: no amount depends on it.
    pub fee: Option<Amount>,
    /// When the order was created. Documented in milliseconds; a number of ten digits is read as seconds, and anything else is
    /// `None`.
    pub create_time: Option<Timestamp>,
    /// The merchant's reference, with up to 256 characters here (64 in every call); `None` for a deposit without an
    /// order.
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
    /// `extInfo`: JSON text.
    pub ext_info: Option<String>,
    fields: Fields,
}

impl Event {
    /// Every signed field as received, by its name on the wire, including those that are not listed here.
    ///
    /// Empty fields are left out: the signature does not cover them, so they could have been added, removed or renamed.
    #[must_use]
    pub fn fields(&self) -> &Fields {
        &self.fields
    }

    fn read(fields: Fields) -> Result<Self, WebhookError> {
        let owned = |name: &str| {
            let text = fields.get(name).filter(|text| !text.is_empty());
            text.map(str::to_owned)
        };
        let merchant_trade_no: Option<String> = parse(&fields, "merchantTradeNo")?;
        if let Some(trade_no) = &merchant_trade_no {
            const FIELD: &str = "merchantTradeNo";
            check::text(FIELD, trade_no, 256)
                .map_err(|_| WebhookError::Unreadable { field: FIELD })?;
        }
        Ok(Self {
            status: parse(&fields, "orderStatus")?.ok_or(WebhookError::Unreadable {
                field: "orderStatus",
            })?,
            actual_amount: parse_amount(&fields, "actualAmount")?,
            received_amount: parse_amount(&fields, "receivedAmount")?,
            fee: fields.get("fee").and_then(|text| text.parse().ok()),
            create_time: fields.get("createTime").and_then(Timestamp::from_text),
            merchant_trade_no,
            merchant_user_id: owned("merchantUserId"),
            order_id: parse(&fields, "orderId")?,
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

fn parse<T: FromText>(fields: &Fields, field: &'static str) -> Result<Option<T>, WebhookError> {
    parse_with(fields, field, T::from_text)
}

/// A plain decimal: webhooks are signed text, and no exponent was ever seen in them.
fn parse_amount(fields: &Fields, field: &'static str) -> Result<Option<Amount>, WebhookError> {
    parse_with(fields, field, |text| text.parse().ok())
}

/// A missing or empty field is `None`; a field that cannot be read is an error.
fn parse_with<T>(
    fields: &Fields,
    field: &'static str,
    parse: impl Fn(&str) -> Option<T>,
) -> Result<Option<T>, WebhookError> {
    match fields.get(field) {
        None | Some("") => Ok(None),
        Some(text) => parse(text)
            .map(Some)
            .ok_or(WebhookError::Unreadable { field }),
    }
}

/// The reply after the event was committed: `OK` with HTTP status 200. The gateway then stops sending it.
#[must_use]
pub fn ack() -> http::Response<Bytes> {
    reply("OK")
}

/// The reply to a webhook that was not accepted or not committed: `FAIL` with HTTP status 200. The gateway then sends it
/// again.
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
