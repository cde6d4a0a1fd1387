//! Callbacks: the platform's messages to `notifyPage` about the status of an order.

use std::fmt;
use std::sync::Arc;

use bytes::Bytes;
use http::StatusCode;
use http::header::{CONTENT_TYPE, HeaderValue};
use payments_core::wire::{self, Json, NonEmpty, Scalar};
use payments_core::{Amount, ProviderRef, WebhookError, check, debug_masked};
use payments_signing::Verified;
use payments_signing::chainup_opay::Sealed;
#[cfg(feature = "explain")]
use payments_signing::{Cause, Diagnosis};
use serde::{Deserialize, Serialize};
use serde_with::DeserializeAs;

use crate::codes;
use crate::config::{AckForm, Config};
use crate::protocol::answer::Plaintext;
use crate::status::OrderStatus;

/// Decrypts and verifies callbacks. [`Client::webhooks`](crate::Client::webhooks) returns one; a service that only receives
/// callbacks needs no client, only a [`Config`].
///
/// A callback must be decrypted before it can be verified, at a URL that anyone can reach. Therefore shape, app id and
/// number of blocks ([`Config::callback_blocks`]) are checked before the private key is used, and **everything that is not
/// authentic is the same error**. Keep it indistinguishable: reply to each failure with [`nack`] at once, and limit the
/// request rate.
#[derive(Clone)]
pub struct Webhooks(Arc<Config>);

impl Webhooks {
    /// A receiver with the keys and the [`AckForm`] of `config`.
    #[must_use]
    pub fn new(config: &Config) -> Self {
        Self(Arc::new(config.clone()))
    }

    /// Decrypts and verifies a request body, exactly as received, and reads the event. The envelope's `time` is ignored and
    /// may be missing or of any form (`assumed`: it is not signed, and one page of the provider does not require it).
    ///
    /// Handle each pair of [`order_num`](Event::order_num) and [`status`](Event::status) once, and never move an order back
    /// from [`Paid`](OrderStatus::Paid): a captured callback can be replayed at any time. Do not de-duplicate by a hash of
    /// the body, because the body can be changed without changing the event.
    ///
    /// # Errors
    /// - [`WebhookError::Refused`] if it is not a genuine message to this app. It has one form for every cause, because any
    ///   difference would help an attacker to decrypt messages.
    /// - [`WebhookError::Unreadable`] if it is genuine, but a field is missing or unreadable: query the order instead. An
    ///   answer of the platform that someone sends as a callback looks like this, too.
    ///
    /// ```
    /// use chainup_opay_client::{Config, OrderStatus, Webhooks, nack};
    ///
    /// # let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../../fixtures/signatures/chainup_opay/");
    /// # let read = |name: &str| std::fs::read_to_string(format!("{folder}{name}"));
    /// # let (private_key, platform_key) = (read("merchant.pri.pem")?, read("platform.pub.pem")?);
    /// # let body = read("envelope_notify_paid.json")?;
    /// let config = Config::new("https://service.exchange.example", "xxx_xxx", &private_key, &platform_key)?;
    /// let webhooks = Webhooks::new(&config);
    ///
    /// let event = webhooks.receive(body.as_bytes())?;
    /// assert_eq!(event.status, OrderStatus::Paid);
    /// assert_eq!((event.app_order_id.as_str(), event.amount), ("11321", "10".parse()?)); // 10 of what? See `Event`.
    /// // ... `Client::confirm`, commit to the database, then:
    /// let reply = webhooks.ack();
    /// assert!(reply.body().starts_with(br#"{"code":"0","msg":"success","data":"success","sign":""#));
    ///
    /// assert!(webhooks.receive(b"{}").is_err());
    /// assert_eq!(nack().status(), 500); // the reply to it
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn receive(&self, body: &[u8]) -> Result<Verified<Event>, WebhookError> {
        self.0
            .keys
            .open_callback(self.0.app_id(), body)
            .map_err(|_| WebhookError::Refused)?
            .try_map(|text| Event::read(Plaintext::new(text)))
    }

    /// Why [`receive`](Self::receive) does not accept a body, for **the owner of the private key**; `None` if it does.
    ///
    /// Print or log it, and never send it back. **Reply first**: the time it takes depends on the padding of the encrypted
    /// text, and would help to decrypt messages if a sender could measure it.
    #[cfg(feature = "explain")]
    #[cfg_attr(docsrs, doc(cfg(feature = "explain")))]
    #[must_use]
    pub fn diagnose(&self, body: &[u8]) -> Option<Diagnosis> {
        match self.receive(body).err()? {
            error @ WebhookError::Unreadable { .. } => {
                Some(Diagnosis::new(Cause::UnreadableField, error.to_string()))
            }
            _ => self.0.keys.diagnose_callback(self.0.app_id(), body),
        }
    }

    /// The reply once the event is committed: HTTP status 200, in the configured [`AckForm`].
    ///
    /// Which reply the platform accepts, and how often it sends a callback again, is not documented. Do not rely on
    /// callbacks alone: ask with [`order_detail`](crate::Client::order_detail) and compare the
    /// [`daily_statement`](crate::Client::daily_statement).
    #[must_use]
    pub fn ack(&self) -> http::Response<Bytes> {
        let Sealed { data, sign } = &self.0.success;
        match self.0.ack_form {
            AckForm::Signed => json_reply(StatusCode::OK, &Reply::success("success", sign)),
            AckForm::Encrypted => json_reply(StatusCode::OK, &Reply::success(data, sign)),
            AckForm::Bare => reply(
                StatusCode::OK,
                "text/plain; charset=utf-8",
                Bytes::from_static(b"success"),
            ),
        }
    }
}

impl fmt::Debug for Webhooks {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Webhooks")
            .field("app_id", &self.0.app_id())
            .field("ack_form", &self.0.ack_form)
            .finish_non_exhaustive()
    }
}

/// The content of a callback. Let handlers take a [`Verified<Event>`](Verified), which only [`Webhooks::receive`] creates.
///
/// **It does not contain the coin**, so its amount has no unit. [`Client::confirm`](crate::Client::confirm) queries the
/// order, which has the coin. Compare reference, number, amount and coin with your own record.
///
/// Source: specification, step 3; all five fields are required. The fields are named as in the other calls.
#[derive(Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Event {
    /// `outOrderId`: the merchant's id of the order, `appOrderId` in all other calls. Up to 256 characters here.
    pub app_order_id: String,
    /// `orderNum`: the platform's number of the order.
    pub order_num: ProviderRef,
    /// `orderStatus`. Only [`OrderStatus::Paid`] is a success; the specification's own sample is
    /// [`Pending`](OrderStatus::Pending).
    pub status: OrderStatus,
    /// `payAmount`: the amount of the order, `orderAmount` everywhere else, in units of a coin that the callback does not contain.
    pub amount: Amount,
    /// `returnUrl`: the page the payer's browser returns to, `returnPage` in the order.
    pub return_page: String,
    text: Plaintext,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Fields<'a> {
    #[serde(borrow)]
    out_order_id: Option<Json<'a>>,
    #[serde(borrow)]
    order_num: Option<Json<'a>>,
    #[serde(borrow)]
    order_status: Option<Json<'a>>,
    #[serde(borrow)]
    pay_amount: Option<Json<'a>>,
    #[serde(borrow)]
    return_url: Option<Json<'a>>,
}

/// A required field.
fn required<'a, A: DeserializeAs<'a, T>, T>(
    value: Option<Json<'a>>,
    field: &'static str,
) -> Result<T, WebhookError> {
    let value = value.and_then(|value| value.read_as::<A, T>().ok());
    value.ok_or(WebhookError::Unreadable { field })
}

impl Event {
    /// The signed text, for fields that this type does not list.
    #[must_use]
    pub fn plaintext(&self) -> &Plaintext {
        &self.text
    }

    /// Strict, because the platform's answers can be decrypted as callbacks too and must not count as one.
    fn read(text: Plaintext) -> Result<Self, WebhookError> {
        // A text that is no object, or has a field twice.
        let broken = |_| WebhookError::Unreadable { field: "data" };
        let fields: Fields<'_> = wire::read::<Json<'_>>(text.as_bytes())
            .and_then(Json::read_object)
            .map_err(broken)?;
        const REFERENCE: &str = "outOrderId";
        let app_order_id: String = required::<Scalar, _>(fields.out_order_id, REFERENCE)?;
        check::text(REFERENCE, &app_order_id, 256)
            .map_err(|_| WebhookError::Unreadable { field: REFERENCE })?;
        let order_num = required::<Scalar, _>(fields.order_num, "orderNum")?;
        let status = required::<NonEmpty, _>(fields.order_status, "orderStatus")?;
        let amount = required::<Scalar, _>(fields.pay_amount, "payAmount")?;
        let return_page = required::<Scalar, _>(fields.return_url, "returnUrl")?;
        Ok(Self {
            app_order_id,
            order_num,
            status,
            amount,
            return_page,
            text,
        })
    }
}

// The page may contain personal data.
debug_masked!(Event shows app_order_id, order_num, status, amount; hides return_page; ends text);

/// The reply to a callback that was refused or could not be committed: HTTP status 500 and a body without a success. That
/// the platform then sends the callback again is `assumed`.
#[must_use]
pub fn nack() -> http::Response<Bytes> {
    let body = Bytes::from_static(br#"{"code":"10015","msg":"fail","data":"fail"}"#);
    reply(StatusCode::INTERNAL_SERVER_ERROR, JSON, body)
}

const JSON: &str = "application/json";

#[derive(Serialize)]
struct Reply<'a> {
    code: &'static str,
    msg: &'static str,
    data: &'a str,
    sign: &'a str,
}

impl<'a> Reply<'a> {
    fn success(data: &'a str, sign: &'a str) -> Self {
        Self {
            code: codes::SUCCESS,
            msg: "success",
            data,
            sign,
        }
    }
}

fn json_reply(status: StatusCode, body: &Reply<'_>) -> http::Response<Bytes> {
    // Serialising text cannot fail.
    let body = serde_json::to_vec(body).unwrap_or_default();
    reply(status, JSON, Bytes::from(body))
}

fn reply(status: StatusCode, kind: &'static str, body: Bytes) -> http::Response<Bytes> {
    let mut reply = http::Response::new(body);
    *reply.status_mut() = status;
    reply
        .headers_mut()
        .insert(CONTENT_TYPE, HeaderValue::from_static(kind));
    reply
}
