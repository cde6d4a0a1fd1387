//! Values and helpers that several tests use.

use std::future::poll_fn;

use payments_core::{Asset, Date, MerchantRef, Timestamp};
use payments_facade::statement::Rows;
use payments_facade::{
    Answer, CheckoutOrder, Destination, Error, Fee, Money, Payee, Payment, PayoutOrder, network,
};

#[path = "../../../../fixtures/leaks.rs"]
pub(crate) mod leaks;

pub(crate) fn reference(text: &str) -> MerchantRef {
    MerchantRef::new(text).unwrap()
}

pub(crate) fn money(amount: &str, symbol: &str) -> Money {
    Money::of(amount, symbol).unwrap()
}

pub(crate) fn checkout_order(name: &str) -> CheckoutOrder {
    CheckoutOrder::hosted(reference(name), money("10", "USDT"))
}

pub(crate) fn payout_order(name: &str, amount: &str, fee: Fee) -> PayoutOrder {
    PayoutOrder::new(reference(name), tron_payee(), money(amount, "USDT"), fee)
}

pub(crate) async fn collect(mut rows: Rows<'_>) -> Result<Vec<Answer<Payment>>, Error> {
    let mut all = Vec::new();
    while let Some(row) = poll_fn(|cx| rows.as_mut().poll_next(cx)).await {
        all.push(row?);
    }
    Ok(all)
}

/// The day of this moment at an offset from UTC in hours.
pub(crate) fn day(time: Timestamp, offset: i8) -> Date {
    let seconds = i64::try_from(time.as_secs()).unwrap();
    let time = jiff::Timestamp::from_second(seconds).unwrap();
    let local = jiff::tz::offset(offset).to_datetime(time);
    let year = u16::try_from(local.year()).unwrap();
    Date::new(
        year,
        local.month().unsigned_abs(),
        local.day().unsigned_abs(),
    )
    .unwrap()
}

pub(crate) fn money_on(amount: &str, symbol: &str, network: &str) -> Money {
    let asset = Asset::new(symbol).unwrap().on_network(network).unwrap();
    Money::new(amount.parse().unwrap(), asset)
}

/// The USDT recipient of all on-chain payouts.
pub(crate) fn tron_payee() -> Payee {
    let to = Destination::new("TRMYtLHzmTeMm1FW86LZh2LGnE2D7kJnnw", network::TRON);
    Payee::Chain(to.unwrap())
}

/// The same fee mode, where a split has amounts for a payout of 4.
pub(crate) fn fee_of_four(fee: Fee) -> Fee {
    match fee {
        Fee::Split { .. } => Fee::Split {
            arrives: "3".parse().unwrap(),
        },
        fee => fee,
    }
}
