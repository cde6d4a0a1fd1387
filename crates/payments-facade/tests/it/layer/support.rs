//! What the tests of wrappers, the fake and the router share.
#![allow(dead_code)]

use std::future::poll_fn;
use std::net::{IpAddr, Ipv4Addr};

use payments_core::MerchantRef;
use payments_facade::{
    AddressRequest, Answer, Browser, Call, CardCharge, CardSource, CheckoutOrder, Contact, Date,
    Destination, Error, ExchangeOrder, Fee, Gateway, Gender, IdDocument, KycPerson, Money,
    MoneyCall, Payee, Payer, Payment, PayoutOrder, PersonName, PostalAddress, RateRequest, Rows,
    SensitiveString, StatementQuery, Ticket, network,
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

fn person_name() -> PersonName {
    PersonName {
        first: "Ana".into(),
        middle: None,
        last: "Souza".into(),
    }
}

fn contact() -> Contact {
    Contact {
        email: "ana@cliente.example".into(),
        calling_code: "55".into(),
        mobile: "11987654321".into(),
    }
}

fn charge(name: &str) -> CardCharge {
    let address = PostalAddress {
        line: "Rua A 1".into(),
        city: "Recife".into(),
        zip: "50000".into(),
        country: "BR".into(),
    };
    CardCharge::new(
        reference(name),
        money("10", "USDT"),
        CardSource::Stored(SensitiveString::from("card-1")),
        Payer {
            name: person_name(),
            contact: contact(),
            address,
        },
        Browser {
            ip: IpAddr::V4(Ipv4Addr::LOCALHOST),
            accept: "*/*".into(),
            user_agent: "test".into(),
        },
    )
}

fn person() -> KycPerson {
    let day = Date::new(1990, 1, 1).unwrap();
    KycPerson {
        customer: "customer-7".into(),
        name: person_name(),
        birthday: day,
        gender: Some(Gender::Female),
        country: "BR".into(),
        contact: contact(),
        document: IdDocument {
            number: "1".into(),
            valid_from: day,
            valid_until: day,
            card_urls: Vec::new(),
            document_urls: Vec::new(),
        },
    }
}

/// Makes this call at a gateway that has all groups, with a reference of its own.
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
        Call::ChargeCard => gateway
            .cards()
            .unwrap()
            .charge(&charge(name))
            .await
            .map(drop),
        Call::FindCard => gateway.cards().unwrap().find(&by).await.map(drop),
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
        Call::SubmitKyc => gateway.kyc().unwrap().submit(&[person()]).await.map(drop),
        Call::Statement => {
            let query = StatementQuery {
                day: Date::new(2023, 11, 14).unwrap(),
            };
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
        other => panic!("{other} is not tested"),
    }
}
