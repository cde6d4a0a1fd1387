//! What the tests share: gateways over a script and over the sandbox, and orders for them.
#![allow(dead_code, clippy::unwrap_used, clippy::panic)] // each test uses its part

use std::sync::Arc;

use payments_core::scripted::{FixedEntropy, ManualClock, ScriptedTransport};
use payments_core::{Executor, MerchantRef, Timestamp};
use payments_facade::cpay::{Config, Cpay};
use payments_facade::{
    Browser, CardCharge, CardSource, CheckoutOrder, Contact, Destination, Fee, Item, Money, Payee,
    Payer, PayoutOrder, PersonName, PixKey, PostalAddress, network, standard_executor,
};
use payments_sandbox::Sandbox;

/// The clock of every scripted gateway stands here.
pub(crate) const NOW: Timestamp = Timestamp::from_secs(1_700_000_000);

pub(crate) fn config() -> Config {
    Config::new(
        "https://sandbox-api.cpay.ltd",
        "20003092",
        "k3y-of-merchant",
    )
    .unwrap()
}

pub(crate) fn scripted(transport: &ScriptedTransport) -> Cpay {
    let executor = Executor::new(
        Arc::new(transport.clone()),
        Arc::new(ManualClock::new()),
        Arc::new(FixedEntropy::new(0)),
    );
    Cpay::new("main", &config(), executor).unwrap()
}

pub(crate) async fn sandbox() -> (Sandbox, Cpay) {
    let sandbox = Sandbox::builder()
        .cpay_callback_url("http://127.0.0.1:9/hook")
        .start()
        .await
        .unwrap();
    let test = &sandbox.credentials().cpay;
    let config = Config::new(sandbox.base_url(), &test.merchant_id, &test.secret).unwrap();
    let gateway = Cpay::new("main", &config, standard_executor().unwrap()).unwrap();
    (sandbox, gateway)
}

pub(crate) fn reference(text: &str) -> MerchantRef {
    MerchantRef::new(text).unwrap()
}

pub(crate) fn usdt(amount: &str) -> Money {
    Money::of(amount, "USDT").unwrap()
}

pub(crate) fn hosted(text: &str) -> CheckoutOrder {
    CheckoutOrder::hosted(reference(text), usdt("10.50")).customer("customer-7")
}

pub(crate) fn item() -> Item {
    Item::new("macBook", "19.01".parse().unwrap(), 1)
}

pub(crate) fn card_page(text: &str) -> CheckoutOrder {
    CheckoutOrder::card_page(reference(text), Money::of("19.01", "EUR").unwrap())
        .customer("customer-7")
        .items(vec![item()])
        .country("PT")
        .email("ana@cliente.example")
        .ip(std::net::IpAddr::from([203, 0, 113, 7]))
}

pub(crate) fn to_chain(text: &str) -> PayoutOrder {
    let to = Destination::new("TRMYtLHzmTeMm1FW86LZh2LGnE2D7kJnnw", network::TRON).unwrap();
    let arrives = "3".parse().unwrap();
    PayoutOrder::new(
        reference(text),
        Payee::Chain(to),
        usdt("4"),
        Fee::Split { arrives },
    )
    .customer("customer-7")
}

pub(crate) fn by_pix(text: &str) -> PayoutOrder {
    let key = PixKey::Email("ana@cliente.example".into());
    let money = Money::of("5.00", "BRL").unwrap();
    PayoutOrder::new(reference(text), Payee::Pix(key), money, Fee::OnTop).customer("customer-7")
}

pub(crate) fn charge(text: &str, number: &str) -> CardCharge {
    let payer = Payer {
        name: PersonName {
            first: "Ana".into(),
            middle: None,
            last: "Lima".into(),
        },
        contact: contact(),
        address: PostalAddress {
            line: "Main-Street-1".into(),
            city: "Lisboa".into(),
            zip: "1000-001".into(),
            country: "PT".into(),
        },
    };
    let card = CardSource::Details {
        number: number.into(),
        expiry_month: 12,
        expiry_year: 2099,
        cvv: "123".into(),
    };
    let browser = Browser {
        ip: std::net::IpAddr::from([203, 0, 113, 7]),
        accept: "text/html".to_owned(),
        user_agent: "Mozilla/5.0".to_owned(),
    };
    let money = Money::of("19.01", "EUR").unwrap();
    CardCharge::new(reference(text), money, card, payer, browser)
        .customer("customer-7")
        .items(vec![item()])
}

pub(crate) fn contact() -> Contact {
    Contact {
        email: "ana@cliente.example".into(),
        calling_code: "351".into(),
        mobile: "712345678".into(),
    }
}
