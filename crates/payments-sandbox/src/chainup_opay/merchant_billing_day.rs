//! `POST merchantBillingDay` (specification, "Merchant Daily Posting Statement"): what was paid on a day.

use jiff::civil::Date;
use jiff::tz::Offset;
use jiff::{Timestamp, tz};
use serde::Serialize;
use serde_json::value::RawValue;

use super::answer::{self, Outcome, Refusal};
use super::order::{Order, Status};
use super::params::Params;
use super::state::ChainupOpay;
use crate::shared::text::{date, is_digits};

pub(super) const FIELDS: [&str; 4] = ["orderType", "day", "pageNum", "pageSize"];

/// The most rows of an answer.
const MOST_ROWS: usize = 2_000;
/// The merchant's number at the platform (assumed: no document has a rule for it).
const MERCHANT_USER_ID: u64 = 10_001;
const PAYMENT: u8 = 1;
const TRANSFER: u8 = 11;
/// Days are those of UTC+8 (assumed).
const ZONE: Offset = tz::offset(8);

#[derive(Serialize)]
struct Statement {
    /// All rows of the day, not only those of the page.
    count: usize,
    list: Vec<Row>,
}

/// The documents' table has neither `orderNum` nor `orderStatus`.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Row {
    merchant_user_id: u64,
    app_order_id: String,
    /// In small letters, as in the documents' sample.
    pay_coin_symbol: String,
    /// A number with exactly the digits of the order.
    order_amount: Box<RawValue>,
    order_type: u8,
    user_id: u64,
    open_id: &'static str,
    create_time: String,
    pay_time: String,
}

pub(super) fn run(opay: &ChainupOpay, params: &Params) -> Outcome {
    let kind = match params.optional("orderType", 8)? {
        None => None,
        Some("1") => Some(PAYMENT),
        Some("11") => Some(TRANSFER),
        Some(_) => return Err(parameter("orderType", "is neither 1 nor 11")),
    };
    let day = match params.optional("day", 32)? {
        Some(text) => {
            date(text).ok_or_else(|| parameter("day", "is not a day in the form yyyy-MM-dd"))?
        }
        None => day_of(opay.context.clock.now_ms()),
    };
    let page = positive(params, "pageNum", usize::MAX)?;
    let size = positive(params, "pageSize", MOST_ROWS)?;
    // "Do not pass to check all": without a page the size does not matter (assumed), and 2000 is the most.
    let (page, size) = match page {
        None => (1, MOST_ROWS),
        Some(page) => (page, size.unwrap_or(MOST_ROWS)),
    };

    let state = opay.state();
    let mut paid: Vec<&Order> = state
        .orders
        .iter()
        .filter(|order| {
            kind.is_none_or(|kind| kind == type_of(order))
                && order.status == Status::Paid
                && order
                    .settled_ms
                    .is_some_and(|paid_ms| day_of(paid_ms) == day)
        })
        .collect();
    paid.sort_by_key(|order| order.settled_ms);
    let list = paid
        .iter()
        .skip((page - 1).saturating_mul(size))
        .take(size)
        .map(|order| row(order))
        .collect::<Result<Vec<_>, _>>()?;
    let statement = Statement {
        count: paid.len(),
        list,
    };
    drop(state);
    let notes = vec![
        "assumed: days of UTC+8, by the time of the payment, oldest first; without pageNum all rows, at most 2000"
            .to_owned(),
    ];
    answer::sealed(&statement, notes)
}

fn type_of(order: &Order) -> u8 {
    if order.refund_of.is_some() {
        TRANSFER
    } else {
        PAYMENT
    }
}

fn row(order: &Order) -> Result<Row, Refusal> {
    // Plain decimals, as amounts are, are JSON numbers.
    let amount = RawValue::from_string(order.amount.text().to_owned());
    Ok(Row {
        merchant_user_id: MERCHANT_USER_ID,
        app_order_id: order.app_order_id.clone(),
        pay_coin_symbol: order.coin.symbol.to_ascii_lowercase(),
        order_amount: amount
            .map_err(|_| Refusal::new(answer::SYSTEM, "an order cannot be written as a row"))?,
        order_type: type_of(order),
        user_id: order.payer.number(),
        open_id: order.payer.open_id,
        create_time: order.created_ms.to_string(),
        pay_time: order.settled_ms.unwrap_or_default().to_string(),
    })
}

/// An integer of at least 1.
fn positive(params: &Params, name: &str, most: usize) -> Result<Option<usize>, Refusal> {
    let Some(text) = params.optional(name, 20)? else {
        return Ok(None);
    };
    let number = text.parse::<usize>().ok().filter(|_| is_digits(text));
    match number {
        Some(number) if (1..=most).contains(&number) => Ok(Some(number)),
        _ if most == MOST_ROWS => Err(parameter(name, "is not an integer from 1 to 2000")),
        _ => Err(parameter(name, "is not an integer of at least 1")),
    }
}

fn parameter(name: &str, problem: &str) -> Refusal {
    Refusal::field(name, problem).assuming("assumed: code 10020 for unusable values")
}

/// The day of an instant; the last day of the calendar for later instants.
fn day_of(ms: u64) -> Date {
    let instant = i64::try_from(ms)
        .ok()
        .and_then(|ms| Timestamp::from_millisecond(ms).ok())
        .unwrap_or(Timestamp::MAX);
    ZONE.to_datetime(instant).date()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_day_begins_at_16_utc_of_the_day_before() {
        // 2022-11-16 15:59:59.999 and 16:00 UTC
        assert_eq!(day_of(1_668_614_399_999).to_string(), "2022-11-16");
        assert_eq!(day_of(1_668_614_400_000).to_string(), "2022-11-17");
        // Past the calendar's end.
        day_of(u64::MAX);
    }
}
