//! `orderDetail`: the current state of an order.

use bytes::Bytes;
use payments_core::wire::{self, Json, informative};
use payments_core::{
    Amount, Effect, Fault, InvalidRequest, Operation, ProviderRef, SensitiveString, Timestamp,
    check, debug_masked, redact,
};
use serde::{Deserialize, Deserializer, Serialize};

use crate::payer::MAX_TOKEN;
use crate::protocol::answer::{Answer, Origin, origin_accessors};
use crate::protocol::{Account, Call};
use crate::status::OrderStatus;

/// Queries an order by its number: `POST …/opay/orderDetail`.
///
/// **Effect: read.** A new order may not be found yet: code 70001 does not prove that it does not exist, and
/// [`NextStep::Query`](payments_core::NextStep) asks you to query again.
///
/// The signed text contains the app id as `appKey` (specification). Without it the text would equal that of
/// [`CancelOrder`](crate::CancelOrder), and a captured query could be replayed as a cancellation.
///
/// ```
/// use chainup_opay_client::OrderQuery;
/// use payments_core::ProviderRef;
///
/// let query = OrderQuery::new(ProviderRef::new("1cbdc77d81874fadabe42ea485863d91")?);
/// # let _ = query;
/// # Ok::<(), payments_core::InvalidRequest>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[must_use = "pass it to `Client::order_detail`"]
pub struct OrderQuery {
    order_num: ProviderRef,
    token: SensitiveString,
}

impl OrderQuery {
    /// Queries the order with this number of the platform.
    pub fn new(order_num: ProviderRef) -> Self {
        Self {
            order_num,
            token: SensitiveString::default(),
        }
    }

    /// The payer's token, up to 2,048 characters (`assumed`). Its effect is not documented.
    pub fn token(mut self, token: impl Into<String>) -> Self {
        self.token = SensitiveString::from(token);
        self
    }
}

impl Operation for OrderQuery {
    type Output = OrderDetail;
    const NAME: &'static str = "order_detail";
    const EFFECT: Effect = Effect::Read;

    fn check(&self) -> Result<(), InvalidRequest> {
        check::optional_text("token", self.token.expose(), MAX_TOKEN)
    }
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Fields<'a> {
    app_key: &'a str,
    order_num: &'a ProviderRef,
    #[serde(skip_serializing_if = "str::is_empty")]
    token: &'a str,
}

impl Call for OrderQuery {
    fn encode(
        &self,
        account: &Account,
        now: Timestamp,
    ) -> Result<http::Request<Bytes>, InvalidRequest> {
        let fields = Fields {
            app_key: account.app_id(),
            order_num: &self.order_num,
            token: self.token.expose(),
        };
        if account.plain_order_detail() {
            account.plain("orderDetail", &fields)
        } else {
            account.sealed("orderDetail", &fields, now)
        }
    }

    fn decode(&self, answer: Answer) -> Result<OrderDetail, Fault> {
        let mut detail: OrderDetail = answer.data()?;
        if detail.order_num != self.order_num {
            return Err(Fault::mismatch("orderNum"));
        }
        detail.origin = Some(answer.origin());
        Ok(detail)
    }

    fn accepts_plain(&self, account: &Account) -> bool {
        account.plain_order_detail()
    }

    fn redact(&self, message: String) -> String {
        redact::without(&message, self.token.expose())
    }
}

/// The answer of `orderDetail`. It contains the payer's balances and security settings, which `Debug` hides: keep them out
/// of logs.
///
/// Missing and empty fields are `None`. So are malformed ones, except id, amount, coin and status: if one of those is
/// malformed, the answer is undecodable.
///
/// [`is_verified`](Self::is_verified) is false with [`OrderDetailMode::Plain`](crate::OrderDetailMode).
#[derive(Clone, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct OrderDetail {
    /// The platform's number of the order.
    #[serde(deserialize_with = "wire::provider_ref")]
    pub order_num: ProviderRef,
    /// The status. Only [`OrderStatus::Paid`] is a success.
    #[serde(rename = "orderStatus", deserialize_with = "crate::status::required")]
    pub status: OrderStatus,
    /// The merchant's id of the order; `outOrderId` in the callback.
    #[serde(default, deserialize_with = "wire::optional_text")]
    pub app_order_id: Option<String>,
    /// `orderAmount`: the amount to pay, in units of [`coin`](Self::coin).
    #[serde(
        rename = "orderAmount",
        default,
        deserialize_with = "wire::optional_amount"
    )]
    pub amount: Option<Amount>,
    /// `payCoinSymbol`: the platform's symbol, in upper or lower case. Compare with [`is_in`](Self::is_in).
    #[serde(
        rename = "payCoinSymbol",
        default,
        deserialize_with = "wire::optional_text"
    )]
    pub coin: Option<String>,
    /// `showName`: the coin's display name. Undocumented; seen in live answers.
    #[serde(rename = "showName", default, deserialize_with = "informative::text")]
    pub coin_name: Option<String>,
    /// The number of decimals for display.
    #[serde(default, deserialize_with = "informative::integer")]
    pub show_precision: Option<u64>,
    /// `ctime`: when the order was created. That it counts milliseconds is `assumed`: the documented sample is meaningless.
    #[serde(rename = "ctime", default, deserialize_with = "informative::millis")]
    pub create_time: Option<Timestamp>,
    /// The app the order belongs to.
    #[serde(default, deserialize_with = "informative::text")]
    pub app_key: Option<String>,
    /// The payer's number on the exchange.
    #[serde(default, deserialize_with = "informative::text")]
    pub user_id: Option<String>,
    /// `googleStatus`: whether the payer uses an authenticator app.
    #[serde(
        rename = "googleStatus",
        default,
        deserialize_with = "informative::flag"
    )]
    pub has_google_codes: Option<bool>,
    /// `isOpenMobileCheck`: whether the payer must enter an SMS code.
    #[serde(
        rename = "isOpenMobileCheck",
        default,
        deserialize_with = "informative::flag"
    )]
    pub has_sms_codes: Option<bool>,
    /// `totalAccount`: the payer's accounts that can pay the order.
    #[serde(rename = "totalAccount", default, deserialize_with = "accounts")]
    pub accounts: Option<Vec<PayerAccount>>,
    #[serde(skip)]
    origin: Option<Origin>,
}

origin_accessors!(OrderDetail);

debug_masked!(OrderDetail shows order_num, status, app_order_id, amount, coin, coin_name, show_precision, create_time,
    app_key; masks user_id, has_google_codes, has_sms_codes, accounts; ends origin);

impl OrderDetail {
    /// Whether the order is in this coin, compared without regard to case.
    #[must_use]
    pub fn is_in(&self, coin: &str) -> bool {
        self.coin
            .as_deref()
            .is_some_and(|own| own.eq_ignore_ascii_case(coin))
    }
}

/// An account of the payer. `Debug` hides it.
#[derive(Clone, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct PayerAccount {
    /// `accountName`, for display.
    #[serde(
        rename = "accountName",
        default,
        deserialize_with = "informative::text"
    )]
    pub name: Option<String>,
    /// `accountType`: 201 is the usual balance.
    #[serde(
        rename = "accountType",
        default,
        deserialize_with = "informative::text"
    )]
    pub account_type: Option<String>,
    /// `accountBalance`.
    #[serde(
        rename = "accountBalance",
        default,
        deserialize_with = "informative::amount"
    )]
    pub balance: Option<Amount>,
}

impl std::fmt::Debug for PayerAccount {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("PayerAccount(***)")
    }
}

/// An array, as documented, or JSON text of an array, as seen in live answers. Anything else is `None`.
fn accounts<'de, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<Option<Vec<PayerAccount>>, D::Error> {
    let json = Json::deserialize(deserializer)?;
    let read = match json.read::<String>() {
        Ok(text) => wire::read(text.as_bytes()),
        Err(_) => json.read(),
    };
    Ok(read.ok())
}
