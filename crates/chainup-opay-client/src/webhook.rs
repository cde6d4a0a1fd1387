//! The platform's notice about an order: the callback to `notifyPage`.

use std::fmt;

use bytes::Bytes;
use http::StatusCode;
use http::header::{CONTENT_TYPE, HeaderValue};
use payments_core::wire::{self, Json};
use payments_core::{Amount, ProviderRef, check};
use payments_signing::chainup_opay::{Keys, Sealed};
use payments_signing::{Refused, Verified};
use serde::{Deserialize, Serialize};

use crate::answer::Plaintext;
use crate::{AckForm, Config, OrderStatus};

/// Opens and verifies callbacks. Made by [`Client::webhooks`](crate::Client::webhooks), or from a [`Config`] alone where
/// a service only receives.
///
/// A callback must be decrypted before it can be verified, at an URL anyone can reach. So: shape, app id and number of
/// blocks ([`Config::callback_blocks`]) are looked at before the private key is used, and **there is one refusal for every cause**. Keep
/// it that way: answer everything that gives no event with [`nack`], at once and alike, log no cause, and limit the
/// rate of what is let in.
#[derive(Clone)]
pub struct Webhooks {
    keys: Keys,
    app_id: String,
    ack_form: AckForm,
    success: Sealed,
}

impl Webhooks {
    /// Opens with the keys of `config`, and replies in its [`AckForm`].
    #[must_use]
    pub fn new(config: &Config) -> Self {
        let (ack_form, success) = config.reply();
        Self {
            keys: config.keys().clone(),
            app_id: config.app_id().to_owned(),
            ack_form,
            success: success.clone(),
        }
    }

    /// Opens and verifies the exact bytes of a request's body and reads the event. The envelope's `time` may be missing
    /// and is not read (`assumed`: the specification names it, one page of the provider does not call it required, and it
    /// is not signed).
    ///
    /// Handle an event once, by [`order_num`](Event::order_num) and [`status`](Event::status), and never let a later one
    /// move an order back from [`Paid`](OrderStatus::Paid): a captured callback can be sent again for ever, and its time is
    /// not signed. Do not de-duplicate by a hash of the body: it can be changed without changing the event.
    ///
    /// # Errors
    /// [`WebhookError::Refused`] for whatever is not a callback of this app, genuine and complete.
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
    /// assert!(webhooks.receive(b"{}").is_err()); // reply with `nack()`
    /// # let _ = nack();
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn receive(&self, body: &[u8]) -> Result<Verified<Event>, WebhookError> {
        self.keys
            .open_callback(&self.app_id, body)?
            .try_map(|text| Event::read(Plaintext::new(text)))
    }

    /// The reply after the event was committed, in the configured [`AckForm`], under HTTP status 200.
    ///
    /// What the platform takes for an acknowledgement, how often and for how long it sends again is not documented. Never
    /// rely on callbacks alone: ask with [`order_detail`](crate::Client::order_detail), and compare the
    /// [`daily_statement`](crate::Client::daily_statement).
    #[must_use]
    pub fn ack(&self) -> http::Response<Bytes> {
        let Sealed { data, sign } = &self.success;
        match self.ack_form {
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
            .field("app_id", &self.app_id)
            .field("ack_form", &self.ack_form)
            .finish_non_exhaustive()
    }
}

/// What a callback tells. Handlers take a [`Verified<Event>`](Verified), which only [`Webhooks::receive`] makes.
///
/// **The coin is not in it.** An amount without its unit is no settlement: [`Client::confirm`](crate::Client::confirm) asks
/// the platform for the order and gives the coin with it. Compare reference, number, amount and coin with your own record.
///
/// Source: specification, step 3; all five fields are required. The names are those of the other calls, not the
/// callback's own.
#[derive(Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Event {
    /// `outOrderId`: the merchant's id of the order, `appOrderId` everywhere else. Up to 256 characters here.
    pub app_order_id: String,
    /// `orderNum`: the platform's number of the order.
    pub order_num: ProviderRef,
    /// `orderStatus`. Only [`OrderStatus::Paid`] is a success; the specification's own sample is
    /// [`Pending`](OrderStatus::Pending).
    pub status: OrderStatus,
    /// `payAmount`: the amount of the order, `orderAmount` everywhere else, in units of a coin that is not told.
    pub amount: Amount,
    /// `returnUrl`: the page the payer's browser returns to, `returnPage` in the order.
    pub return_page: String,
    text: Plaintext,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Told {
    #[serde(deserialize_with = "wire::text")]
    out_order_id: String,
    #[serde(deserialize_with = "wire::provider_ref")]
    order_num: ProviderRef,
    #[serde(deserialize_with = "crate::status::required")]
    order_status: OrderStatus,
    #[serde(deserialize_with = "wire::amount")]
    pay_amount: Amount,
    #[serde(deserialize_with = "wire::text")]
    return_url: String,
}

impl Event {
    /// The signed text as it came, for fields that are not listed here.
    #[must_use]
    pub fn plaintext(&self) -> &Plaintext {
        &self.text
    }

    /// Strictly: the platform's answers open as callbacks too, and must not pass for one.
    fn read(text: Plaintext) -> Result<Self, WebhookError> {
        let told: Told = wire::read::<Json<'_>>(text.as_bytes())
            .and_then(Json::read_object)
            .map_err(|_| WebhookError::Refused)?;
        check::text("outOrderId", &told.out_order_id, 256).map_err(|_| WebhookError::Refused)?;
        if told.order_status.as_str().is_empty() {
            return Err(WebhookError::Refused);
        }
        Ok(Self {
            app_order_id: told.out_order_id,
            order_num: told.order_num,
            status: told.order_status,
            amount: told.pay_amount,
            return_page: told.return_url,
            text,
        })
    }
}

/// Shows no page: what a shop puts into its URLs may be about a person.
impl fmt::Debug for Event {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            app_order_id,
            order_num,
            status,
            amount,
            return_page: _,
            text,
        } = self;
        f.debug_struct("Event")
            .field("app_order_id", app_order_id)
            .field("order_num", order_num)
            .field("status", status)
            .field("amount", amount)
            .field("return_page", &payments_core::redact::Masked)
            .field("text", text)
            .finish()
    }
}

/// Why a callback gave no event. Answer with [`nack`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum WebhookError {
    /// Not this app's, not genuine, or not a complete callback. Which of them, and why, is told to nobody: each
    /// difference would help whoever tries.
    #[error("the callback was refused: nothing in it may be acted on")]
    Refused,
}

impl From<Refused> for WebhookError {
    fn from(_: Refused) -> Self {
        Self::Refused
    }
}

/// The reply to a callback that was refused or could not be committed, the same for both: HTTP status 500, with a body
/// that says no success. That the platform then sends it again is `assumed`.
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
            code: crate::codes::SUCCESS,
            msg: "success",
            data,
            sign,
        }
    }
}

fn json_reply(status: StatusCode, body: &Reply<'_>) -> http::Response<Bytes> {
    // Text never fails to serialise.
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
