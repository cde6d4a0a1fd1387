//! The calls of the fixtures, as this crate's types.

use std::fmt::Write as _;

use cpay_client::{
    BillingAddress, Browser, Call, Card, CardExpiry, CardNumber, CardPayment, Contact, Conversion,
    CreateCardOrder, Cvv, Date, Exchange, FiatPayout, FullName, Gender, IdDocument, Payer, Person,
    PixKey, Product, Purchase, StoredCardId, SubmitKyc, Withdraw,
};
use payments_core::scripted::ScriptedTransport;
use payments_core::{Amount, Fault, InvalidRequest, MerchantRef, Timestamp};
use serde_json::Value;

use crate::support;

pub(crate) const CARD: &str = "4111111111111111";
pub(crate) const CVV: &str = "987";
pub(crate) const SUCCESS: &str = "https://cashier.cpay.ltd/succed";
pub(crate) const FAIL: &str = "https://cashier.cpay.ltd/lose";

/// A recorded answer.
pub(crate) fn recorded(name: &str) -> Value {
    support::json(&format!("wire/cpay/{name}.answer.json"))
}

/// What the client makes of an answer.
pub(crate) fn parse<C: Call>(call: &C, body: impl Into<bytes::Bytes>) -> Result<C::Output, Fault> {
    let client = support::scripted(&ScriptedTransport::new());
    client.parse(call, &support::answer(body), support::now())
}

/// Why the client does not send a call.
pub(crate) fn refusal(call: &impl Call) -> Option<InvalidRequest> {
    let client = support::scripted(&ScriptedTransport::new());
    client.prepare(call, support::now()).err()
}

pub(crate) fn amount(text: &str) -> Amount {
    text.parse().unwrap()
}

pub(crate) fn reference(text: &str) -> MerchantRef {
    MerchantRef::new(text).unwrap()
}

pub(crate) fn at(millis: u64) -> Timestamp {
    Timestamp::from_millis(millis)
}

pub(crate) fn withdraw() -> Withdraw {
    Withdraw::new(
        reference("100000230"),
        "2345",
        amount("4.000000"),
        amount("3"),
        "USDT",
        "TRON(TRC-20)",
        "TRMYtLHzmTeMm1FW86LZh2LGnE2D7kJnnw",
    )
    .create_time(at(1_653_669_353_000))
}

pub(crate) fn payout(key: PixKey) -> FiatPayout {
    FiatPayout::pix(reference("test07"), "1001", amount("5"), key)
        .create_time(at(1_663_674_686_509))
}

pub(crate) fn pix() -> PixKey {
    PixKey::cpf("52998224725").unwrap()
}

pub(crate) fn exchange() -> Exchange {
    Exchange::new(
        reference("100"),
        "xxx-1001",
        amount("9.12345678"),
        "USD",
        "BTC",
    )
    .create_time(at(1_655_899_200_000))
}

pub(crate) fn spending() -> Conversion {
    Conversion::spending(amount("100"), "USD", "BTC")
}

fn day(year: u16, month: u8, day: u8) -> Date {
    Date::new(year, month, day).unwrap()
}

pub(crate) fn document() -> IdDocument {
    IdDocument::new("12341234123", day(2008, 1, 1), day(2038, 1, 1))
}

pub(crate) fn person(
    user_id: &str,
    name: FullName,
    gender: Gender,
    document: IdDocument,
) -> Person {
    let contact = Contact::new("asdf@gmail.com", "7", "23452345");
    Person::new(
        user_id,
        name,
        day(1987, 5, 1),
        gender,
        "RU",
        contact,
        document,
    )
}

/// The specification's sample.
pub(crate) fn hart_lee() -> Person {
    let document = document()
        .id_card_url("https://files.shop.example/pi.jpg")
        .document_url("https://files.shop.example/pi.pdf?a=1&b=2");
    person(
        "231xsd23",
        FullName::new("hart", "lee"),
        Gender::Male,
        document,
    )
}

pub(crate) fn kyc(people: usize) -> SubmitKyc {
    SubmitKyc::new(vec![hart_lee(); people])
}

pub(crate) fn card() -> Card {
    Card::new(
        CardNumber::new(CARD).unwrap(),
        CardExpiry::new(2, 2027).unwrap(),
        Cvv::new(CVV).unwrap(),
    )
}

pub(crate) fn mac() -> Product {
    Product::new("macBook", amount("1234.00"), 1, "USD")
}

pub(crate) fn iphone() -> Product {
    Product::new("iphone 11", amount("5300.00"), 2, "CNY")
}

pub(crate) fn address() -> BillingAddress {
    BillingAddress::new("Main-Street_1.a", "Lisboa", "1000-001", "PT")
}

pub(crate) fn contact() -> Contact {
    Contact::new("ana@cliente.example", "35", "712345678")
}

pub(crate) fn payer() -> Payer {
    Payer::new(FullName::new("Ana", "Lima"), contact(), address())
}

pub(crate) fn browser() -> Browser {
    Browser::new(
        "203.0.113.7".parse().unwrap(),
        "text/html,application/xhtml+xml,*/*;q=0.8",
        "Mozilla/5.0 (iPhone; CPU iPhone OS 11_3_1 like Mac OS X)",
    )
}

pub(crate) fn card_payment_of(purchase: Purchase) -> CardPayment {
    CardPayment::new(
        reference("card-7"),
        "1001",
        purchase,
        card(),
        payer(),
        browser(),
    )
    .create_time(at(1_677_838_016_000))
}

pub(crate) fn card_payment_by(payer: Payer) -> CardPayment {
    let purchase = Purchase::new(amount("1"), "USD", vec![mac()]);
    CardPayment::new(reference("c-1"), "u", purchase, card(), payer, browser())
}

pub(crate) fn card_payment() -> CardPayment {
    card_payment_of(Purchase::new(amount("19.01"), "EUR", vec![mac()]))
}

pub(crate) fn stored_card_payment(id: &str) -> CardPayment {
    let purchase = Purchase::new(amount("19.01"), "EUR", vec![mac()]);
    let id = StoredCardId::new(id);
    CardPayment::by_stored_card(
        reference("card-7"),
        "1001",
        purchase,
        id,
        payer(),
        browser(),
    )
    .create_time(at(1_677_838_016_000))
}

/// With every optional field.
pub(crate) fn full_card_payment() -> CardPayment {
    card_payment_of(Purchase::new(amount("19.01"), "EUR", vec![iphone(), mac()]))
        .language("English")
        .store_card()
        .stored_card(StoredCardId::new("cc-4711"))
        .pay_channel("payChannel2")
        .callback_url("https://shop.example/cb?a=1")
        .success_url(SUCCESS)
        .fail_url(FAIL)
}

pub(crate) fn card_order_from(ip: &str) -> CreateCardOrder {
    CreateCardOrder::new(
        reference("test901"),
        "1001",
        Purchase::new(amount("2"), "USD", vec![mac()]),
        "PT",
        "ana@cliente.example",
        ip.parse().unwrap(),
    )
    .create_time(at(1_667_902_332_000))
}

pub(crate) fn card_order() -> CreateCardOrder {
    card_order_from("203.0.113.7")
}

/// Adds the refusal of a call to a table.
pub(crate) fn note(table: &mut String, name: &str, call: &impl Call) {
    match refusal(call) {
        Some(invalid) => writeln!(table, "{name}: {invalid}").unwrap(),
        None => panic!("{name} was taken"),
    }
}
