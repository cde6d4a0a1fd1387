//! `orderDetail`: what became of an order.

use bytes::Bytes;
use payments_core::wire::{self, Json, informative};
use payments_core::{
    Amount, Effect, Fault, InvalidRequest, Operation, ProviderRef, Timestamp, check, debug_masked,
};
use payments_core::{SensitiveString, redact};
use serde::{Deserialize, Deserializer, Serialize};

use super::{TOKEN, present};
use crate::OrderStatus;
use crate::answer::{Answer, Origin, keeps_origin};
use crate::protocol::wiring::Wired;
use crate::protocol::{Account, OPEN};

/// Asks for one order by its number: `POST …/opay/orderDetail`.
///
/// **Effect: read.** An order that was made just now may not be found yet: code 70001 is no proof of its absence, and
/// [`NextStep::Query`](payments_core::NextStep) says to ask again.
///
/// The app id stands inside the signed text as `appKey` (specification). Without it the text would be that of
/// [`CancelOrder`](crate::CancelOrder), byte for byte, and a copy of a query could be sent as a cancellation.
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
#[must_use = "a query is made by `Client::order_detail`"]
pub struct OrderQuery {
    order_num: ProviderRef,
    token: SensitiveString,
}

impl OrderQuery {
    /// By the platform's number.
    pub fn new(order_num: ProviderRef) -> Self {
        Self {
            order_num,
            token: SensitiveString::default(),
        }
    }

    /// The payer's token, up to 2,048 characters (`assumed`). What it changes is not documented.
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
        check::optional_text("token", &self.token, TOKEN)
    }
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Parameters<'a> {
    app_key: &'a str,
    order_num: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    token: Option<&'a str>,
}

impl Wired for OrderQuery {
    fn write(
        &self,
        account: &Account,
        now: Timestamp,
    ) -> Result<http::Request<Bytes>, InvalidRequest> {
        let parameters = Parameters {
            app_key: account.app_id(),
            order_num: self.order_num.as_str(),
            token: present(&self.token),
        };
        let call = (OPEN, "orderDetail");
        if account.asks_plainly() {
            account.plain(call, &parameters)
        } else {
            account.sealed(call, &parameters, now)
        }
    }

    fn read(&self, answer: Answer) -> Result<OrderDetail, Fault> {
        let mut detail: OrderDetail = answer.data()?;
        Answer::expect("orderNum", &self.order_num, &detail.order_num)?;
        detail.origin = Some(answer.origin());
        Ok(detail)
    }

    fn takes_plain(&self, account: &Account) -> bool {
        account.asks_plainly()
    }

    fn redact(&self, words: String) -> String {
        redact::without(&words, &self.token)
    }
}

/// What `orderDetail` answers. It tells about the payer's accounts and security as well: `Debug` shows none of that, and
/// none of it belongs into a log.
///
/// A field the platform leaves out or sends empty is absent, and one nobody books by that cannot be read. An amount that
/// cannot be read makes the answer undecodable: it is never taken for none.
///
/// [`is_verified`](Self::is_verified) is false where [`OrderDetailMode::Plain`](crate::OrderDetailMode) was chosen.
#[derive(Clone, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct OrderDetail {
    /// The platform's number of the order.
    #[serde(deserialize_with = "wire::provider_ref")]
    pub order_num: ProviderRef,
    /// The state. Only [`OrderStatus::Paid`] is a success.
    #[serde(rename = "orderStatus", deserialize_with = "crate::status::required")]
    pub status: OrderStatus,
    /// The merchant's id of the order, as sent; `outOrderId` in the callback.
    #[serde(default, deserialize_with = "wire::optional_text")]
    pub app_order_id: Option<String>,
    /// `orderAmount`: what is to be paid, in units of [`coin`](Self::coin).
    #[serde(
        rename = "orderAmount",
        default,
        deserialize_with = "wire::optional_amount"
    )]
    pub amount: Option<Amount>,
    /// `payCoinSymbol`: the platform's symbol, in capitals or not. Compare without regard to that.
    #[serde(
        rename = "payCoinSymbol",
        default,
        deserialize_with = "wire::optional_text"
    )]
    pub coin: Option<String>,
    /// `showName`: what the coin is called where it is shown. In no document; seen in live answers.
    #[serde(rename = "showName", default, deserialize_with = "informative::text")]
    pub coin_name: Option<String>,
    /// How many decimals are shown.
    #[serde(default, deserialize_with = "informative::integer")]
    pub show_precision: Option<u64>,
    /// `ctime`: when the order was made. That it counts milliseconds is `assumed`: the document's sample means nothing.
    #[serde(rename = "ctime", default, deserialize_with = "informative::millis")]
    pub create_time: Option<Timestamp>,
    /// The app the order belongs to.
    #[serde(default, deserialize_with = "informative::text")]
    pub app_key: Option<String>,
    /// The payer's number on the exchange.
    #[serde(default, deserialize_with = "informative::text")]
    pub user_id: Option<String>,
    /// `googleStatus`: whether the payer has two-factor codes of an app.
    #[serde(
        rename = "googleStatus",
        default,
        deserialize_with = "informative::flag"
    )]
    pub has_google_codes: Option<bool>,
    /// `isOpenMobileCheck`: whether the payer is asked for a code by SMS.
    #[serde(
        rename = "isOpenMobileCheck",
        default,
        deserialize_with = "informative::flag"
    )]
    pub has_sms_codes: Option<bool>,
    /// `totalAccount`: the payer's accounts that may pay the order.
    #[serde(rename = "totalAccount", default, deserialize_with = "accounts")]
    pub accounts: Option<Vec<PayerAccount>>,
    #[serde(skip)]
    origin: Option<Origin>,
}

keeps_origin!(OrderDetail);

debug_masked!(OrderDetail shows order_num, status, app_order_id, amount, coin, coin_name, show_precision, create_time,
    app_key; masks user_id, has_google_codes, has_sms_codes, accounts; ends origin);

impl OrderDetail {
    /// Whether the order is in this coin, in capitals or not.
    #[must_use]
    pub fn is_in(&self, coin: &str) -> bool {
        self.coin
            .as_deref()
            .is_some_and(|told| told.eq_ignore_ascii_case(coin))
    }
}

/// An account of the payer's. `Debug` shows nothing of it.
#[derive(Clone, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct PayerAccount {
    /// `accountName`, for people.
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
    /// `accountBalance`: what is on it.
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

/// An array, as the documents have it, or a JSON text that holds one, as live answers do. Nothing else is read.
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
