//! `merchantBillingDay`: the statement of the merchant's account for one day.

use payments_core::wire::{Json, Lenient, List, Millis, Scalar};
use payments_core::{
    Amount, Date, Effect, Fault, InvalidRequest, MerchantRef, Operation, SensitiveString,
    Timestamp, check, debug_masked,
};
use serde::{Deserialize, Deserializer, Serialize, de};
use serde_with::{DeserializeAs, DisplayFromStr, skip_serializing_none};

use crate::protocol::answer::{Answer, Origin, origin_accessors};
use crate::protocol::{Account, Call, json};
use crate::status::OrderType;

/// One page of a day's statement: `POST …/opay/merchantBillingDay`.
///
/// **Effect: read.** Pass it to [`Client::daily_statement`](crate::Client::daily_statement) for this page, or to
/// [`Client::daily_statement_rows`](crate::Client::daily_statement_rows) for the rows of this page and all later ones.
///
/// The specification marks all four fields as required and describes them as optional. The type is sent if you choose one
/// (without it, the statement has all types), day and page unless you leave them out: [`today`](Self::today),
/// [`all_pages`](Self::all_pages).
///
/// ```
/// use chainup_opay_client::{DailyStatement, Date, OrderType};
///
/// let payments = DailyStatement::new(Date::new(2026, 11, 22)?).order_type(OrderType::Payment);
/// # let _ = payments;
/// # Ok::<(), payments_core::InvalidRequest>(())
/// ```
#[serde_with::serde_as]
#[skip_serializing_none]
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
#[must_use = "pass it to `Client::daily_statement` or `Client::daily_statement_rows`"]
pub struct DailyStatement {
    order_type: Option<OrderType>,
    day: Option<Date>,
    #[serde(rename = "pageNum")]
    #[serde_as(as = "Option<DisplayFromStr>")]
    page: Option<u32>,
    #[serde_as(as = "Option<DisplayFromStr>")]
    page_size: Option<u16>,
}

impl DailyStatement {
    /// The default number of rows on a page: some 180 private-key operations for each answer.
    pub const DEFAULT_PAGE_SIZE: u16 = 200;

    /// The largest number of rows on a page (specification): about 1,800 private-key operations for each answer.
    pub const MAX_PAGE_SIZE: u16 = 2_000;

    /// The first page of this day. Its time zone is not documented; UTC+8 is likely (`assumed`).
    ///
    /// Rows of a day that is not over are correct, and more will follow: nothing in the answer shows it.
    pub fn new(day: Date) -> Self {
        Self {
            day: Some(day),
            ..Self::today()
        }
    }

    /// The first page of the platform's current day: no day is sent. The answer does not name the day it is of.
    pub fn today() -> Self {
        Self {
            day: None,
            order_type: None,
            page: Some(1),
            page_size: Some(Self::DEFAULT_PAGE_SIZE),
        }
    }

    /// All rows in one answer: neither page nor size is sent. By the specification, the page's default is "all" and the size's
    /// default is 2,000, its maximum. Which of them wins on a longer day is not documented: compare
    /// [`count`](Statement::count), or use [`Client::daily_statement_rows`](crate::Client::daily_statement_rows), which does.
    pub fn all_pages(mut self) -> Self {
        self.page = None;
        self.page_size = None;
        self
    }

    /// Limits the statement to orders of this type.
    pub fn order_type(mut self, order_type: OrderType) -> Self {
        self.order_type = Some(order_type);
        self
    }

    /// The page, counted from 1.
    pub fn page(mut self, page: u32) -> Self {
        self.page = Some(page);
        self
    }

    /// The number of rows on a page, 1 to 2,000.
    pub fn page_size(mut self, rows: u16) -> Self {
        self.page_size = Some(rows);
        self
    }

    pub(crate) fn is_first_page(&self) -> bool {
        self.page.unwrap_or(1) == 1
    }

    pub(crate) fn rows_per_page(&self) -> usize {
        usize::from(self.page_size.unwrap_or(Self::MAX_PAGE_SIZE))
    }

    /// The next page; `None` after the largest page number.
    pub(crate) fn following(&self) -> Option<Self> {
        let page = self.page.unwrap_or(1).checked_add(1)?;
        let size = self.page_size.unwrap_or(Self::MAX_PAGE_SIZE);
        Some(self.clone().page(page).page_size(size))
    }
}

impl Operation for DailyStatement {
    type Output = Statement;
    const NAME: &'static str = "daily_statement";
    const EFFECT: Effect = Effect::Read;

    fn check(&self) -> Result<(), InvalidRequest> {
        let page = match self.page {
            Some(0) => Err(InvalidRequest::request("page", "is zero").allowed("1 and up")),
            _ => Ok(()),
        };
        let sizes = 1..=Self::MAX_PAGE_SIZE;
        let page_size = match self.page_size {
            Some(rows) if !sizes.contains(&rows) => Err(InvalidRequest::request(
                "page_size",
                "is outside the limits",
            )
            .allowed("1 to 2000 rows")),
            _ => Ok(()),
        };
        let order_type = self.order_type.as_ref().map_or("1", OrderType::as_str);
        let order_type = check::text("order_type", order_type, 16);
        InvalidRequest::all([page, page_size, order_type])
    }
}

impl Call for DailyStatement {
    fn wire_name(&self) -> &str {
        "merchantBillingDay"
    }

    fn text(&self, _account: &Account) -> Result<SensitiveString, InvalidRequest> {
        json(self)
    }

    fn decode(&self, answer: Answer) -> Result<Statement, Fault> {
        let mut statement: Statement = answer.data()?;
        let counted = statement.count.is_some_and(|count| count > 0);
        if self.is_first_page() && counted && statement.rows.is_empty() {
            return Err(Fault::undecodable(
                "`count` is not zero, but the first page has no rows",
            ));
        }
        if let Some(order_type) = &self.order_type
            && statement
                .rows
                .iter()
                .any(|row| row.order_type != *order_type)
        {
            return Err(Fault::mismatch("orderType"));
        }
        statement.origin = Some(answer.origin());
        Ok(statement)
    }
}

/// The answer of `merchantBillingDay`: one page.
///
/// A malformed row makes the page undecodable, because a statement with a missing row would be wrong. So does a missing
/// list: otherwise any signed object would count as a day without rows. And so does a first page without rows if the
/// count is not zero.
#[serde_with::apply(Option => #[serde(default)])]
#[serde_with::serde_as]
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[non_exhaustive]
pub struct Statement {
    /// The number of rows of the day on all pages (source: an older document).
    #[serde_as(as = "Lenient")]
    pub count: Option<u64>,
    /// `list`: the rows of this page. Required; `null` means no rows.
    #[serde(rename = "list")]
    #[serde_as(as = "List<Object>")]
    pub rows: Vec<StatementRow>,
    #[serde(skip)]
    origin: Option<Origin>,
}

origin_accessors!(Statement);

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

/// One order of a statement. It contains neither the platform's number nor a status: match it by the merchant's id and the
/// type, with [`is_of`](Self::is_of).
///
/// `Debug` hides the payer.
#[serde_with::apply(Option => #[serde(default)])]
#[serde_with::serde_as]
#[derive(Clone, PartialEq, Eq, Hash, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct StatementRow {
    /// The merchant's id of the order.
    #[serde_as(as = "Scalar")]
    pub app_order_id: String,
    /// The type of the order.
    #[serde_as(as = "Scalar")]
    pub order_type: OrderType,
    /// `orderAmount`, in units of [`coin`](Self::coin). Here a JSON number, read from its text.
    #[serde(rename = "orderAmount")]
    #[serde_as(as = "Scalar")]
    pub amount: Amount,
    /// `payCoinSymbol`: the platform's symbol, in upper or lower case.
    #[serde(rename = "payCoinSymbol")]
    #[serde_as(as = "Scalar")]
    pub coin: String,
    /// When the order was created.
    #[serde_as(as = "Lenient<Millis>")]
    pub create_time: Option<Timestamp>,
    /// When it was paid.
    #[serde_as(as = "Lenient<Millis>")]
    pub pay_time: Option<Timestamp>,
    /// The payee's number on the exchange.
    #[serde_as(as = "Lenient")]
    pub merchant_user_id: Option<String>,
    /// The payer's number on the exchange.
    #[serde_as(as = "Lenient")]
    pub user_id: Option<String>,
    /// The payer's id for this app.
    #[serde_as(as = "Lenient")]
    pub open_id: Option<String>,
}

debug_masked!(StatementRow shows app_order_id, order_type, amount, coin, create_time, pay_time;
    masks user_id, open_id; ends merchant_user_id);

impl StatementRow {
    /// Whether the row is about this order. A payment and a transfer may have the same id.
    #[must_use]
    pub fn is_of(&self, app_order_id: &MerchantRef, order_type: &OrderType) -> bool {
        self.app_order_id == app_order_id.as_str() && self.order_type == *order_type
    }

    /// Whether it is in this coin, compared without regard to case.
    #[must_use]
    pub fn is_in(&self, coin: &str) -> bool {
        self.coin.eq_ignore_ascii_case(coin)
    }
}

/// An object. Derived readers accept an array for a struct as well.
struct Object;

impl<'de, T: Deserialize<'de>> DeserializeAs<'de, T> for Object {
    fn deserialize_as<D: Deserializer<'de>>(deserializer: D) -> Result<T, D::Error> {
        let json = Json::deserialize(deserializer)?;
        json.read_object().map_err(de::Error::custom)
    }
}
