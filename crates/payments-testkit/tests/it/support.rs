//! Orders that the tests share.

use std::future::poll_fn;

use payments_core::MerchantRef;
use payments_facade::statement::Rows;
use payments_facade::{
    Answer, CheckoutOrder, Destination, Error, Fee, Money, Payee, Payment, PayoutOrder, network,
};

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
    let to = Destination::new("TRMYtLHzmTeMm1FW86LZh2LGnE2D7kJnnw", network::TRON).unwrap();
    PayoutOrder::new(
        reference(name),
        Payee::Chain(to),
        money(amount, "USDT"),
        fee,
    )
}

pub(crate) async fn collect(mut rows: Rows<'_>) -> Result<Vec<Answer<Payment>>, Error> {
    let mut all = Vec::new();
    while let Some(row) = poll_fn(|cx| rows.as_mut().poll_next(cx)).await {
        all.push(row?);
    }
    Ok(all)
}
