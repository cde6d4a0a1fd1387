//! `merchantBillingDay`: what was posted to the merchant's account on one day.

use bytes::Bytes;
use payments_core::wire::{self, Json, informative};
use payments_core::{
    Amount, Effect, Fault, InvalidRequest, MerchantRef, Operation, Timestamp, check, debug_masked,
};
use serde::{Deserialize, Deserializer, Serialize, de};

use crate::answer::{Answer, Origin, keeps_origin};
use crate::protocol::wiring::Wired;
use crate::protocol::{Account, OPEN};
use crate::{Date, OrderType};

/// One page of a day's statement: `POST …/opay/merchantBillingDay`.
///
/// **Effect: read.** Give it to [`Client::daily_statement`](crate::Client::daily_statement) for the one page, or to
/// [`Client::daily_statement_rows`](crate::Client::daily_statement_rows) for the rows of this page and all that follow.
///
/// The specification marks day and paging as required and describes them as optional: they are always sent.
///
/// ```
/// use chainup_opay_client::{DailyStatement, Date, OrderType};
///
/// let payments = DailyStatement::new(Date::new(2026, 11, 22)?).order_type(OrderType::Payment);
/// # let _ = payments;
/// # Ok::<(), payments_core::InvalidRequest>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[must_use = "a statement is read by `Client::daily_statement` or `Client::daily_statement_rows`"]
pub struct DailyStatement {
    day: Date,
    order_type: Option<OrderType>,
    page: u32,
    page_size: u16,
}

impl DailyStatement {
    /// The rows on a page if nothing else is asked for: some 180 private-key operations an answer.
    pub const DEFAULT_PAGE_SIZE: u16 = 200;

    /// The most rows on a page (specification). Its answer takes about 1,800 private-key operations.
    pub const MAX_PAGE_SIZE: u16 = 2_000;

    /// The first page of everything posted on this day. In which time zone a day begins is not documented; UTC+8 is
    /// likely (`assumed`).
    pub fn new(day: Date) -> Self {
        Self {
            day,
            order_type: None,
            page: 1,
            page_size: Self::DEFAULT_PAGE_SIZE,
        }
    }

    /// Only orders of this type; without it all of them.
    pub fn order_type(mut self, order_type: OrderType) -> Self {
        self.order_type = Some(order_type);
        self
    }

    /// The page, counted from 1.
    pub fn page(mut self, page: u32) -> Self {
        self.page = page;
        self
    }

    /// Rows on a page, 1 to 2,000.
    pub fn page_size(mut self, rows: u16) -> Self {
        self.page_size = rows;
        self
    }

    pub(crate) fn is_first_page(&self) -> bool {
        self.page == 1
    }

    pub(crate) fn rows_per_page(&self) -> usize {
        usize::from(self.page_size)
    }

    /// The page after this one; `None` at the end of the numbers.
    pub(crate) fn following(&self) -> Option<Self> {
        let page = self.page.checked_add(1)?;
        Some(self.clone().page(page))
    }
}

impl Operation for DailyStatement {
    type Output = Statement;
    const NAME: &'static str = "daily_statement";
    const EFFECT: Effect = Effect::Read;

    fn check(&self) -> Result<(), InvalidRequest> {
        if self.page == 0 {
            return Err(InvalidRequest::request("page", "is zero").allowed("1 and up"));
        }
        if !(1..=Self::MAX_PAGE_SIZE).contains(&self.page_size) {
            return Err(
                InvalidRequest::request("page_size", "is outside the limits")
                    .allowed("1 to 2000 rows"),
            );
        }
        let order_type = self.order_type.as_ref().map_or("1", OrderType::as_str);
        check::text("order_type", order_type, 16)
    }
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Parameters<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    order_type: Option<&'a str>,
    day: Date,
    page_num: String,
    page_size: String,
}

impl Wired for DailyStatement {
    fn write(
        &self,
        account: &Account,
        now: Timestamp,
    ) -> Result<http::Request<Bytes>, InvalidRequest> {
        let parameters = Parameters {
            order_type: self.order_type.as_ref().map(OrderType::as_str),
            day: self.day,
            page_num: self.page.to_string(),
            page_size: self.page_size.to_string(),
        };
        account.sealed((OPEN, "merchantBillingDay"), &parameters, now)
    }

    fn read(&self, answer: Answer) -> Result<Statement, Fault> {
        let mut statement: Statement = answer.data()?;
        let counted = statement.count.is_some_and(|count| count > 0);
        if self.is_first_page() && counted && statement.rows.is_empty() {
            return Err(Fault::undecodable("rows are counted and none is told"));
        }
        statement.origin = Some(answer.origin());
        Ok(statement)
    }
}

/// What `merchantBillingDay` answers: one page.
///
/// A row that cannot be read makes the page undecodable: a statement with a row left out would be a wrong one. So does a
/// text without a list, for every signed object would otherwise be a day without rows; and a first page without rows
/// though some are counted.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[non_exhaustive]
pub struct Statement {
    /// How many rows the day has on all pages (an older document of the provider).
    #[serde(default, deserialize_with = "informative::integer")]
    pub count: Option<u64>,
    /// `list`: the rows of this page. It has to be there; `null` is none.
    #[serde(rename = "list", deserialize_with = "rows")]
    pub rows: Vec<StatementRow>,
    #[serde(skip)]
    origin: Option<Origin>,
}

keeps_origin!(Statement);

impl Statement {
    /// The row of this order on this page.
    #[must_use]
    pub fn find(
        &self,
        app_order_id: &MerchantRef,
        order_type: &OrderType,
    ) -> Option<&StatementRow> {
        self.rows
            .iter()
            .find(|row| row.is_of(app_order_id, order_type))
    }
}

/// One order of a statement. There is no number of the platform's in it and no state: match it by the merchant's own id
/// and the type, with [`is_of`](Self::is_of).
///
/// `Debug` shows no payer.
#[derive(Clone, PartialEq, Eq, Hash, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct StatementRow {
    /// The merchant's id of the order.
    #[serde(deserialize_with = "wire::text")]
    pub app_order_id: String,
    /// What the order is.
    #[serde(deserialize_with = "crate::status::required_type")]
    pub order_type: OrderType,
    /// `orderAmount`, in units of [`coin`](Self::coin). A JSON number on the wire here, read from its text.
    #[serde(rename = "orderAmount", deserialize_with = "wire::amount")]
    pub amount: Amount,
    /// `payCoinSymbol`: the platform's symbol, in capitals or not.
    #[serde(rename = "payCoinSymbol", deserialize_with = "wire::text")]
    pub coin: String,
    /// When the order was made.
    #[serde(default, deserialize_with = "informative::millis")]
    pub create_time: Option<Timestamp>,
    /// When it was paid.
    #[serde(default, deserialize_with = "informative::millis")]
    pub pay_time: Option<Timestamp>,
    /// Who received it, by the number on the exchange.
    #[serde(default, deserialize_with = "informative::text")]
    pub merchant_user_id: Option<String>,
    /// Who paid it, by the number on the exchange.
    #[serde(default, deserialize_with = "informative::text")]
    pub user_id: Option<String>,
    /// Who paid it, by the id for this app.
    #[serde(default, deserialize_with = "informative::text")]
    pub open_id: Option<String>,
}

debug_masked!(StatementRow shows app_order_id, order_type, amount, coin, create_time, pay_time;
    masks user_id, open_id; ends merchant_user_id);

impl StatementRow {
    /// Whether the row is about this order: a payment and a transfer may have the same id.
    #[must_use]
    pub fn is_of(&self, app_order_id: &MerchantRef, order_type: &OrderType) -> bool {
        self.app_order_id == app_order_id.as_str() && self.order_type == *order_type
    }

    /// Whether it is in this coin, in capitals or not.
    #[must_use]
    pub fn is_in(&self, coin: &str) -> bool {
        self.coin.eq_ignore_ascii_case(coin)
    }
}

/// Rows that are objects each; `null` and `""` are no rows.
fn rows<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<StatementRow>, D::Error> {
    let json = Json::deserialize(deserializer)?;
    if json.is_blank() {
        return Ok(Vec::new());
    }
    let rows: Result<Vec<StatementRow>, _> = json
        .read::<Vec<Json<'_>>>()
        .and_then(|rows| rows.into_iter().map(Json::read_object).collect());
    rows.map_err(de::Error::custom)
}
