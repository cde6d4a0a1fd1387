//! What the tests share: gateways over a script and over the sandbox, and orders for them.

use std::net::Ipv4Addr;
use std::sync::Arc;

use cpay_client::{
    BillingAddress, Browser, Card, CardExpiry, CardNumber, CardPayment, Contact, Cvv, FullName,
    Payer, Product, Purchase,
};
use payments_core::scripted::{FixedEntropy, ManualClock, ScriptedTransport};
use payments_core::{Executor, MerchantRef, Timestamp};
use payments_facade::checkout::Item;
use payments_facade::cpay::{Config, Cpay};
use payments_facade::payout::PixKey;
use payments_facade::{
    CheckoutOrder, Destination, Fee, Money, Payee, PayoutOrder, network, standard_executor,
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
        .cpay_kyc_required(false)
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

/// A host-to-host charge, which is made on the typed client.
pub(crate) fn charge(text: &str, number: &str) -> CardPayment {
    let card = Card::new(
        CardNumber::new(number).unwrap(),
        CardExpiry::new(12, 2099).unwrap(),
        Cvv::new("123").unwrap(),
    );
    let payer = Payer::new(
        FullName::new("Ana", "Lima"),
        contact(),
        BillingAddress::new("Main-Street-1", "Lisboa", "1000-001", "PT"),
    );
    let browser = Browser::new(Ipv4Addr::new(203, 0, 113, 7), "text/html", "Mozilla/5.0");
    let price = "19.01".parse().unwrap();
    let products = vec![Product::new("macBook", price, 1, "EUR")];
    let purchase = Purchase::new(price, "EUR", products);
    CardPayment::new(
        reference(text),
        "customer-7",
        purchase,
        card,
        payer,
        browser,
    )
}

pub(crate) fn contact() -> Contact {
    Contact::new("ana@cliente.example", "351", "712345678")
}
