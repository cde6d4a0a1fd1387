//! Payouts that are stored until they are made.

use payments_core::{MerchantRef, SensitiveString};
use payments_facade::payout::{Coin, PayoutOptions, PixKey};
use payments_facade::{Destination, Fee, Money, Payee, PayoutOrder, network};
use payments_testkit::conformance::{Order, with_option};

const TRON: &str = "TRMYtLHzmTeMm1FW86LZh2LGnE2D7kJnnw";
const SHARED: &str = "rEb8TK3gBgk5auZkwc6sHnwrGVJH8DuaLh";

fn payout(payee: Payee, fee: Fee) -> PayoutOrder {
    let reference = MerchantRef::new("payout-7").unwrap();
    let money = Money::of("4.00", "USDT").unwrap();
    PayoutOrder::new(reference, payee, money, fee)
}

fn to_tron() -> Payee {
    Payee::Chain(Destination::new(TRON, network::TRON).unwrap())
}

#[test]
fn every_payout_is_read_as_it_was_written() {
    let native = Destination::new(TRON, network::TRON).unwrap();
    let contract = "TR7NHqjeKQxGTCi8q8ZY4pL8otSzgjLj6t".to_owned();
    let token = native.clone().paid_in(Coin::Token { contract });
    let text = SensitiveString::from;
    let payees = [
        to_tron(),
        Payee::Chain(native.clone().paid_in(Coin::Native)),
        Payee::Chain(token),
        Payee::Chain(native.allow_unchecked_address()),
        Payee::Chain(Destination::with_memo(SHARED, network::XRP, "1001").unwrap()),
        Payee::Chain(Destination::without_memo(SHARED, network::XRP).unwrap()),
        Payee::Pix(PixKey::Cpf(text("52998224725"))),
        Payee::Pix(PixKey::Cnpj(text("11222333000181"))),
        Payee::Pix(PixKey::Email(text("ana@example.com"))),
        Payee::Pix(PixKey::Mobile(text("+5511987654321"))),
        Payee::Pix(PixKey::Random(text("123e4567-e89b-42d3-a456-426614174000"))),
        Payee::Account(text("customer@example.com")),
    ];
    let arrives = "3".parse().unwrap();
    for payee in payees {
        for fee in [Fee::Included, Fee::OnTop, Fee::Split { arrives }] {
            let order = payout(payee.clone(), fee);
            let json = serde_json::to_string(&order).unwrap();
            assert_eq!(
                serde_json::from_str::<PayoutOrder>(&json).unwrap(),
                order,
                "{json}"
            );
        }
    }
    for option in PayoutOptions::NAMES {
        let set = with_option(Order::Payout(payout(to_tron(), Fee::OnTop)), option);
        let Order::Payout(order) = set.unwrap().order else {
            unreachable!("a payout stays one");
        };
        assert_eq!(order.options().set(), [*option]);
        let json = serde_json::to_string(&order).unwrap();
        assert_eq!(
            serde_json::from_str::<PayoutOrder>(&json).unwrap(),
            order,
            "{json}"
        );
    }
}

#[test]
fn refuses_a_payout_that_it_does_not_understand() {
    let json = serde_json::to_string(&payout(to_tron(), Fee::OnTop)).unwrap();
    for (part, changed) in [
        (r#""reference""#, r#""urgent":true,"reference""#),
        (r#""note":null"#, r#""later":"x","note":null"#),
        (r#""memo":null"#, r#""tag":"1","memo":null"#),
        (r#""on_top""#, r#""free""#),
        (TRON, ""),
        // Coins sent to this network need a memo.
        (r#""tron""#, r#""xrp""#),
    ] {
        let other = json.replacen(part, changed, 1);
        assert_ne!(other, json, "{part}");
        assert!(
            serde_json::from_str::<PayoutOrder>(&other).is_err(),
            "{other}"
        );
    }
}
