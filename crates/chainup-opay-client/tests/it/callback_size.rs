//! The length of callbacks: the callback of an accepted order must not be refused for its length.
use std::fmt::Write as _;

use chainup_opay_client::{ConfigError, CreateOrder, Payer};

use crate::support::{self, reference};

/// The text in JSON, with HTML characters, slashes and everything but ASCII escaped.
fn escape_all(text: &str) -> String {
    let mut json = String::new();
    for character in text.chars() {
        match character {
            '/' => json.push_str("\\/"),
            _ if character.is_ascii() && !"&<>='".contains(character) => json.push(character),
            _ => {
                for unit in character.encode_utf16(&mut [0; 2]) {
                    write!(json, "\\u{unit:04x}").unwrap();
                }
            }
        }
    }
    json
}

#[test]
fn every_accepted_order_has_a_callback_that_fits() {
    let client = support::client();
    let base = "https://shop.example/?";
    for (what, id, filler) in [
        ("plain", "1".repeat(64), "p"),
        ("slashes", "/".repeat(64), "/"),
        ("a query", "order=1&".repeat(8), "a=1&"),
        ("escapes alone", "充".repeat(64), "&"),
        ("other scripts", "\u{20000}".repeat(64), "充"),
    ] {
        let page = |length: usize| format!("{base}{}", filler.repeat(length));
        let order = |length| {
            CreateOrder::new(
                reference(&id),
                Payer::by_user_id("7"),
                "1".parse().unwrap(),
                "BTC",
                page(length),
                "https://shop.example/notify",
            )
        };
        let is_accepted = |length: &usize| client.prepare(&order(*length), support::now()).is_ok();
        let longest = (1..512).take_while(is_accepted).last().unwrap();
        let text = format!(
            r#"{{"outOrderId":"{}", "orderNum":"{}", "orderStatus":"3", "payAmount":"{}", "returnUrl":"{}"}}"#,
            escape_all(&id),
            "f".repeat(64),
            "12345678901234567890.123456789012345678",
            escape_all(&page(longest)),
        );
        let event = client
            .webhooks()
            .receive(support::callback(&text).as_bytes());
        let event = event.unwrap_or_else(|_| panic!("{what}: {} bytes", text.len()));
        assert_eq!(
            (&event.app_order_id, &event.return_page),
            (&id, &page(longest))
        );
    }
}

#[test]
fn callback_blocks_must_be_1_to_64() {
    for wrong in [0, 65, usize::MAX] {
        let error = support::config().callback_blocks(wrong).unwrap_err();
        assert_eq!(error, ConfigError::CallbackBlocks);
    }
    assert!(support::config().callback_blocks(64).is_ok());
}
