//! What the tests of layers and the router share.

use std::future::poll_fn;

use payments_core::Date;
use payments_core::MerchantRef;
use payments_facade::address::AddressRequest;
use payments_facade::exchange::ExchangeOrder;
use payments_facade::layer::Call;
use payments_facade::rate::RateRequest;
use payments_facade::statement::{Rows, StatementQuery};
use payments_facade::ticket::MoneyCall;
use payments_facade::{
    Answer, CheckoutOrder, Destination, Error, Fee, Gateway, Money, Payee, Payment, PayoutOrder,
    Ticket, network,
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

/// Makes this call under the reference `name` at a gateway that has all groups.
pub(crate) async fn make(gateway: &dyn Gateway, call: Call, name: &str) -> Result<(), Error> {
    let by = reference(name).into();
    match call {
        Call::CreateCheckout => gateway
            .checkout()
            .unwrap()
            .create(&checkout_order(name))
            .await
            .map(drop),
        Call::FindCheckout => gateway.checkout().unwrap().find(&by).await.map(drop),
        Call::CancelCheckout => {
            let cancellation = gateway.checkout().unwrap().cancellation().unwrap();
            cancellation.cancel(&by).await.map(drop)
        }
        Call::CreatePayout => {
            let payout = payout_order(name, "1", Fee::OnTop);
            gateway.payouts().unwrap().create(&payout).await.map(drop)
        }
        Call::FindPayout => gateway.payouts().unwrap().find(&by).await.map(drop),
        Call::Exchange => {
            let order =
                ExchangeOrder::new(reference(name), money("1", "USDT"), money("0", "BTC").asset);
            gateway.exchange().unwrap().execute(&order).await.map(drop)
        }
        Call::FindExchange => gateway.exchange().unwrap().find(&by).await.map(drop),
        Call::Addresses => {
            let request = AddressRequest::new("customer-7");
            gateway.addresses().unwrap().get(&request).await.map(drop)
        }
        Call::Quote => {
            let request = RateRequest::spending(money("1", "USDT"), money("0", "BTC").asset);
            gateway.rates().unwrap().quote(&request).await.map(drop)
        }
        Call::Balances => gateway.balances().unwrap().list().await.map(drop),
        Call::Statement => {
            let query = StatementQuery::of(Date::new(2023, 11, 14).unwrap());
            collect(gateway.statements().unwrap().rows(&query))
                .await
                .map(drop)
        }
        Call::Resolve => {
            let now = payments_core::Timestamp::from_secs(1_700_000_000);
            let ticket = Ticket::new(
                gateway.id().clone(),
                MoneyCall::Payout,
                reference(name),
                money("1", "USDT"),
                now,
            );
            gateway.recovery().lookup(&ticket).await.map(drop)
        }
        Call::ResendWebhooks => {
            let resending = gateway.webhooks().resending().unwrap();
            resending.resend(&by).await.map(drop)
        }
        other => panic!("{other} is not tested"),
    }
}
