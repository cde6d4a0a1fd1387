//! `orderDetail`: the current state of an order.

use payments_core::wire::{Json, Lenient, Millis, Optional, Scalar};
use payments_core::{
    Amount, Effect, Fault, InvalidRequest, Operation, ProviderRef, SensitiveString, Timestamp,
    check, debug_masked,
};
use serde::{Deserialize, Deserializer, Serialize, de};
use serde_with::DeserializeAs;
use serde_with::json::JsonString;

use crate::payer::MAX_TOKEN;
use crate::protocol::answer::{Answer, Origin, origin_accessors};
use crate::protocol::{Account, Call, json};
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
    fn wire_name(&self) -> &str {
        "orderDetail"
    }

    fn text(&self, account: &Account) -> Result<SensitiveString, InvalidRequest> {
        json(&Fields {
            app_key: account.config().app_id(),
            order_num: &self.order_num,
            token: self.token.expose(),
        })
    }

    fn decode(&self, answer: Answer) -> Result<OrderDetail, Fault> {
        let mut detail: OrderDetail = answer.data()?;
        if detail.order_num != self.order_num {
            return Err(Fault::foreign("orderNum"));
        }
        detail.origin = Some(answer.origin());
        Ok(detail)
    }

    fn accepts_plain(&self, account: &Account) -> bool {
        account.plain_order_detail()
    }
}

/// The answer of `orderDetail`. It contains the payer's balances and security settings, which `Debug` hides: keep them out
/// of logs.
///
/// Missing and empty fields are `None`. So are malformed ones, except id, amount, coin and status: if one of those is
/// malformed, the answer is undecodable.
///
/// [`is_verified`](Self::is_verified) is false with [`OrderDetailMode::Plain`](crate::OrderDetailMode).
#[serde_with::apply(Option => #[serde(default)])]
#[serde_with::serde_as]
#[derive(Clone, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct OrderDetail {
    /// The platform's number of the order.
    #[serde_as(as = "Scalar")]
    pub order_num: ProviderRef,
    /// The status. Only [`OrderStatus::Paid`] is a success.
    #[serde(rename = "orderStatus")]
    #[serde_as(as = "Scalar")]
    pub status: OrderStatus,
    /// The merchant's id of the order; `outOrderId` in the callback.
    #[serde_as(as = "Optional")]
    pub app_order_id: Option<String>,
    /// `orderAmount`: the amount to pay, in units of [`coin`](Self::coin).
    #[serde(rename = "orderAmount")]
    #[serde_as(as = "Optional")]
    pub amount: Option<Amount>,
    /// `payCoinSymbol`: the platform's symbol, in upper or lower case. Compare with [`is_in`](Self::is_in).
    #[serde(rename = "payCoinSymbol")]
    #[serde_as(as = "Optional")]
    pub coin: Option<String>,
    /// `showName`: the coin's display name. Undocumented; seen in live answers.
    #[serde(rename = "showName")]
    #[serde_as(as = "Lenient")]
    pub coin_name: Option<String>,
    /// The number of decimals for display.
    #[serde_as(as = "Lenient")]
    pub show_precision: Option<u64>,
    /// `ctime`: when the order was created. That it counts milliseconds is `assumed`: the documented sample is meaningless.
    #[serde(rename = "ctime")]
    #[serde_as(as = "Lenient<Millis>")]
    pub create_time: Option<Timestamp>,
    /// The app the order belongs to.
    #[serde_as(as = "Lenient")]
    pub app_key: Option<String>,
    /// The payer's number on the exchange.
    #[serde_as(as = "Lenient")]
    pub user_id: Option<String>,
    /// `googleStatus`: whether the payer uses an authenticator app.
    #[serde(rename = "googleStatus")]
    #[serde_as(as = "Lenient")]
    pub has_google_codes: Option<bool>,
    /// `isOpenMobileCheck`: whether the payer must enter an SMS code.
    #[serde(rename = "isOpenMobileCheck")]
    #[serde_as(as = "Lenient")]
    pub has_sms_codes: Option<bool>,
    /// `totalAccount`: the payer's accounts that can pay the order.
    #[serde(rename = "totalAccount")]
    #[serde_as(as = "Lenient<ArrayOrText>")]
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
#[serde_with::apply(Option => #[serde(default)])]
#[serde_with::serde_as]
#[derive(Clone, PartialEq, Eq, Deserialize)]
#[non_exhaustive]
pub struct PayerAccount {
    /// `accountName`, for display.
    #[serde(rename = "accountName")]
    #[serde_as(as = "Lenient")]
    pub name: Option<String>,
    /// `accountType`: 201 is the usual balance.
    #[serde(rename = "accountType")]
    #[serde_as(as = "Lenient")]
    pub account_type: Option<String>,
    /// `accountBalance`.
    #[serde(rename = "accountBalance")]
    #[serde_as(as = "Lenient")]
    pub balance: Option<Amount>,
}

impl std::fmt::Debug for PayerAccount {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("PayerAccount(***)")
    }
}

/// An array, as documented, or JSON text of an array, as seen in live answers.
struct ArrayOrText;

impl<'de> DeserializeAs<'de, Vec<PayerAccount>> for ArrayOrText {
    fn deserialize_as<D: Deserializer<'de>>(
        deserializer: D,
    ) -> Result<Vec<PayerAccount>, D::Error> {
        let json = Json::deserialize(deserializer)?;
        let accounts = if json.as_str().starts_with('"') {
            json.read_as::<JsonString, _>()
        } else {
            json.read()
        };
        accounts.map_err(de::Error::custom)
    }
}
