//! Invalid card payments and card orders are refused before any I/O, by field and never by value.

use crate::calls;
use crate::calls::{amount, note, refusal};
use crate::support::reference;
use cpay_client::{
    BillingAddress, Browser, CardPayment, Contact, CreateCardOrder, FiatPayout, FullName, Payer,
    PixKey, Product, Purchase, StoredCardId,
};

fn card_payment(payer: Payer, browser: Browser) -> CardPayment {
    let purchase = Purchase::new(amount("1"), "USD", vec![calls::mac()]);
    CardPayment::new(
        reference("c-1"),
        "u",
        purchase,
        calls::card(),
        payer,
        browser,
    )
}

pub(crate) fn card_order(purchase: Purchase, country: &str, email: &str) -> CreateCardOrder {
    let ip = "203.0.113.7".parse().unwrap();
    CreateCardOrder::new(reference("c-1"), "u", purchase, country, email, ip)
}

pub(crate) fn purchase(sum: &str, currency: &str) -> Purchase {
    Purchase::new(amount(sum), currency, vec![calls::mac()])
}

#[test]
fn bad_card_payments_and_orders() {
    let mut table = String::new();
    let pay = calls::card_payment_of;
    let payer = |contact, address| Payer::new(FullName::new("Ana", "Lima"), contact, address);
    let address = BillingAddress::new;
    let browser = |accept: &str, agent: &str| {
        card_payment(
            calls::payer(),
            Browser::new("203.0.113.7".parse().unwrap(), accept, agent),
        )
    };
    let from = |address| card_payment(payer(calls::contact(), address), calls::browser());
    let of = |contact| card_payment(payer(contact, calls::address()), calls::browser());
    for (name, call) in [
        ("zero", pay(purchase("0", "USD"))),
        ("three decimals", pay(purchase("19.011", "USD"))),
        (
            "decimals that would come to nothing",
            pay(purchase("0.009", "EUR")),
        ),
        ("reais", pay(purchase("1", "BRL"))),
        (
            "no products",
            pay(Purchase::new(amount("1"), "USD", Vec::new())),
        ),
        (
            "1025 characters of products",
            pay(Purchase::new(amount("1"), "USD", vec![calls::iphone(); 16])),
        ),
        (
            "no pieces",
            pay(Purchase::new(
                amount("1"),
                "USD",
                vec![Product::new("a", amount("1"), 0, "USD")],
            )),
        ),
        (
            "no name",
            pay(Purchase::new(
                amount("1"),
                "USD",
                vec![Product::new("", amount("1"), 1, "USD")],
            )),
        ),
        (
            "a product's name with the border of a field",
            pay(Purchase::new(
                amount("1"),
                "USD",
                vec![Product::new("a&amount=0", amount("1"), 1, "USD")],
            )),
        ),
        (
            "a slash in the address",
            from(address("Main Street 1/2", "Lisboa", "1", "PT")),
        ),
        (
            "two spaces in the address",
            from(address("Main  Street", "Lisboa", "1", "PT")),
        ),
        (
            "an address of 51",
            from(address(&"a".repeat(51), "Lisboa", "1", "PT")),
        ),
        (
            "a city with a digit",
            from(address("a", "Sao Paulo 2", "1", "BR")),
        ),
        (
            "a city with a space before",
            from(address("a", " Lisboa", "1", "PT")),
        ),
        (
            "a city of 16",
            from(address("a", &"b".repeat(16), "1", "BR")),
        ),
        ("no zip", from(address("a", "b", "", "BR"))),
        ("a country of three", from(address("a", "b", "1", "BRA"))),
        ("no e-mail", of(Contact::new("", "35", "712345678"))),
        (
            "a plus in the code",
            of(Contact::new("a@b.example", "+35", "712345678")),
        ),
        (
            "dashes in the mobile",
            of(Contact::new("a@b.example", "35", "71-23")),
        ),
        ("an empty accept", browser("", "Mozilla/5.0")),
        ("a user agent of 257", browser("*/*", &"m".repeat(257))),
        (
            "a channel of 17",
            pay(purchase("1", "USD")).pay_channel("p".repeat(17)),
        ),
        (
            "a language of 17",
            pay(purchase("1", "USD")).language("l".repeat(17)),
        ),
        (
            "an empty stored card",
            pay(purchase("1", "USD")).stored_card(StoredCardId::new("")),
        ),
        (
            "a relative page",
            pay(purchase("1", "USD")).fail_url("/fail"),
        ),
    ] {
        note(&mut table, name, &call);
    }
    for (name, call) in [
        (
            "nine decimals",
            card_order(purchase("1.123456789", "USD"), "PT", "a@b.example"),
        ),
        (
            "coins",
            card_order(purchase("1", "USDT"), "PT", "a@b.example"),
        ),
        (
            "a country of three",
            card_order(purchase("1", "USD"), "PRT", "a@b.example"),
        ),
        ("no e-mail", card_order(purchase("1", "USD"), "PT", "ana")),
        (
            "a language in small letters",
            card_order(purchase("1", "USD"), "PT", "a@b.example").language("en-us"),
        ),
        (
            "extInfo of 257",
            card_order(purchase("1", "USD"), "PT", "a@b.example").ext_info("e".repeat(257)),
        ),
        (
            "a relative page",
            card_order(purchase("1", "USD"), "PT", "a@b.example").success_url("ok"),
        ),
    ] {
        note(&mut table, name, &call);
    }
    insta::assert_snapshot!(table);
    assert_eq!(
        refusal(&card_order(
            purchase("1.12345678", "BRL"),
            "BR",
            "a@b.example"
        )),
        None
    );
    for sum in ["19.01", "7.000", "1.120000000000"] {
        assert_eq!(refusal(&pay(purchase(sum, "EUR"))), None, "{sum}");
    }
    for (line, city) in [
        ("Rua São João 12", "São Paulo"),
        ("Straße_1-a.", "Baden-Baden"),
        ("ул. Ленина 1", "Нижний"),
        ("1", "Foz do-Iguaçu"),
    ] {
        assert_eq!(
            refusal(&from(BillingAddress::new(line, city, "1", "BR"))),
            None,
            "{line}"
        );
    }
    assert_eq!(refusal(&browser("a&b", "m&x=1")), None, "as browsers write");
    assert_eq!(refusal(&of(Contact::new("a&b@c.example", "35", "1"))), None);
}

/// The specification limits `products` to 16 characters, `toAccount` to 12 and `sign` to 32: no real value fits.
#[test]
fn does_not_enforce_limits_that_real_values_exceed() {
    assert_eq!(refusal(&calls::card_payment()), None, "products");
    let key = PixKey::cnpj("11444777000161").unwrap();
    assert_eq!(
        refusal(&FiatPayout::pix(reference("p"), "u", amount("1"), key)),
        None,
        "toAccount"
    );
}
