//! A ticket as JSON and as text.

use payments_core::{Asset, MerchantRef, Timestamp};
use payments_facade::ticket::{MoneyCall, TicketError};
use payments_facade::{Destination, Fee, Money, Payee, PayoutOrder, Ticket};
use proptest::prelude::*;

use super::{id, ticket};
use crate::support::reference;

proptest! {
    #[test]
    fn both_forms_bring_a_ticket_back(
        text in "[!-~]{1,64}", symbol in "[!-~é€]{1,20}", network in proptest::option::of("[!-~]{1,20}"),
        coefficient in 0_u64..u64::MAX, decimals in 0_u8..18, at: u64,
        details in proptest::collection::btree_map("[a-z_]{1,8}", "\\PC{0,40}", 0..4),
    ) {
        let amount = payments_core::Amount::from_parts(u128::from(coefficient), decimals).unwrap();
        let mut asset = Asset::new(symbol).unwrap();
        if let Some(network) = network {
            asset = asset.on_network(network).unwrap();
        }
        let ticket = Ticket::new(
            id(),
            MoneyCall::Exchange,
            MerchantRef::new(text).unwrap(),
            Money::new(amount, asset),
            Timestamp::from_millis(at),
        );
        let ticket = details.iter().fold(ticket, |ticket, (name, value)| ticket.detail(name, value));

        let word = ticket.export();
        let word = word.expose();
        prop_assert!(word.bytes().all(|byte| byte.is_ascii_graphic()), "{word}");
        let back: Ticket = word.parse().unwrap();
        prop_assert_eq!(&back, &ticket);
        prop_assert_eq!(back.money().to_string(), ticket.money().to_string());

        let json = serde_json::to_string(&ticket).unwrap();
        prop_assert_eq!(&serde_json::from_str::<Ticket>(&json).unwrap(), &ticket);

        // The label has nothing of the details in it, and is no ticket where there are some.
        let label = ticket.to_string();
        prop_assert_eq!(format!("{ticket:?}"), format!("Ticket({label})"));
        if details.is_empty() {
            prop_assert_eq!(label, word);
        } else {
            prop_assert!(label.contains(&format!(":+{}:", details.len())), "{label}");
            prop_assert_eq!(label.parse::<Ticket>(), Err(TicketError::Label));
        }
    }

    #[test]
    fn a_ticket_of_any_length_is_read_back(
        letter in "[a%ü€]", lengths in proptest::collection::vec(0_usize..9_000, 0..4), payee in 1_usize..=256,
    ) {
        let order = PayoutOrder::new(
            reference("r-1"),
            Payee::Chain(Destination::with_memo(&letter.repeat(payee), "xrp", &letter.repeat(payee)).unwrap()),
            crate::support::usdt("4"),
            Fee::OnTop,
        );
        let ticket = order.ticket(&id(), crate::support::NOW);
        let label: Ticket = ticket.to_string().parse().unwrap();
        prop_assert_eq!(label.get("payee"), None);
        let longer = lengths.iter().enumerate().fold(ticket, |ticket, (place, length)| {
            ticket.detail(&format!("d{place}"), letter.repeat(*length))
        });
        let text = longer.export();
        prop_assert_eq!(&text.expose().parse::<Ticket>().unwrap(), &longer);
        let json = serde_json::to_string(&longer).unwrap();
        prop_assert_eq!(&serde_json::from_str::<Ticket>(&json).unwrap(), &longer);
    }

    #[test]
    fn a_changed_letter_is_found(place in 0_usize..60, letter in "[0-9a-z]") {
        let word = ticket(MoneyCall::Payout).to_string();
        let place = place % word.len();
        let changed = format!("{}{letter}{}", &word[..place], &word[place + 1..]);
        prop_assert!(changed == word || changed.parse::<Ticket>().is_err(), "{changed}");
        prop_assert!(word[..place].parse::<Ticket>().is_err());
    }

    #[test]
    fn no_text_makes_the_reader_panic(text in "\\PC{0,80}|pt1(:[0-9a-f%]{0,9}){0,12}") {
        let _ = text.parse::<Ticket>();
    }
}

#[test]
fn refuses_other_versions() {
    let mut json = serde_json::to_value(ticket(MoneyCall::Payout)).unwrap();
    assert_eq!(
        json,
        serde_json::json!({
            "version": 1, "gateway": "imaginary/main", "call": "payout", "reference": "r-1",
            "money": {"amount": "4.00", "asset": "USDT"}, "at": 1_700_000_000_000_u64,
        })
    );
    for (field, value) in [
        ("version", 2.into()),
        ("call", "gift".into()),
        ("more", 1.into()),
    ] {
        let mut json = json.clone();
        let fields: &mut serde_json::Map<_, _> = json.as_object_mut().unwrap();
        let _: Option<serde_json::Value> = fields.insert(field.to_owned(), value);
        assert!(serde_json::from_value::<Ticket>(json).is_err(), "{field}");
    }
    // A version is looked at before the fields that came with it.
    json["version"] = 2.into();
    json["more"] = 1.into();
    let error = serde_json::from_value::<Ticket>(json).unwrap_err();
    assert!(error.to_string().contains("another version"), "{error}");
    assert_eq!("pt2:whatever".parse::<Ticket>(), Err(TicketError::Version));
    assert_eq!("pt1:cpay/main".parse::<Ticket>(), Err(TicketError::Damaged));
    assert_eq!(
        "order-1".parse::<Ticket>(),
        Err(TicketError::Malformed("beginning"))
    );
}
