//! References and assets: what they take, and that they keep it.

use payments_core::{Asset, InvalidKind, InvalidRequest, MerchantRef, ProviderRef};

const REFUSED: [&str; 7] = ["", " ", " a", "a\t", "a\nb", "a\0", "a\u{85}b"];

#[test]
fn references_refuse_invalid_text() {
    for text in REFUSED {
        assert!(MerchantRef::new(text).is_err(), "{text:?}");
        assert!(ProviderRef::new(text).is_err(), "{text:?}");
    }
    assert!(MerchantRef::new("x".repeat(65)).is_err());
    assert!(ProviderRef::new("x".repeat(256)).is_ok());
    assert!(ProviderRef::new("x".repeat(257)).is_err());
}

#[test]
fn references_keep_their_text() {
    let longest = "é".repeat(64);
    // Texts of up to 23 bytes are stored in another way than longer ones.
    let [last_inline, first_shared] = [23, 24].map(|len| "x".repeat(len));
    for text in [
        "1",
        "order-2026/0001",
        "a b",
        &last_inline,
        &first_shared,
        &longest,
    ] {
        let reference = MerchantRef::new(text).unwrap();
        assert_eq!(reference.as_str(), text);
        assert_eq!(reference.to_string(), text);
        assert_eq!(String::from(reference.clone()), text);
        assert_eq!(text.parse::<MerchantRef>(), Ok(reference.clone()));
        assert_eq!(MerchantRef::try_from(text), Ok(reference.clone()));
        assert_eq!(MerchantRef::try_from(text.to_owned()), Ok(reference));
    }
    assert_eq!(
        format!("{:?}", ProviderRef::new("7").unwrap()),
        "ProviderRef(\"7\")"
    );
}

#[test]
fn copies_do_not_allocate() {
    for text in ["order-2026/0001", "0c2b2c7e-6c1f-4b5e-9f0a-3d1c8a7e5b42"] {
        let reference = MerchantRef::new(text).unwrap();
        let asset = Asset::new("USDT").unwrap().on_network(text).unwrap();
        let counted = allocation_counter::measure(|| {
            assert_eq!(reference.clone(), reference);
            assert_eq!(asset.clone(), asset);
        });
        assert_eq!(counted.count_total, 0, "{text}");
    }
}

#[test]
fn references_are_checked_when_read_too() {
    let reference: MerchantRef = serde_json::from_str("\"order-1\"").unwrap();
    assert_eq!(serde_json::to_string(&reference).unwrap(), "\"order-1\"");
    assert!(serde_json::from_str::<MerchantRef>("\" \"").is_err());
}

#[test]
fn a_refusal_names_the_field_and_not_the_value() {
    let invalid: InvalidRequest = MerchantRef::new("hush\n").unwrap_err();
    assert_eq!(invalid.kind(), InvalidKind::Request);
    assert_eq!(invalid.field(), "merchant reference");
    assert_eq!(
        invalid.to_string(),
        "merchant reference has a control character (allowed: 1 to 64 characters)"
    );
}

#[test]
fn assets() {
    let tron = Asset::new("USDT")
        .unwrap()
        .on_network("TRON(TRC-20)")
        .unwrap();
    assert_eq!(
        (tron.symbol(), tron.network()),
        ("USDT", Some("TRON(TRC-20)"))
    );
    assert_eq!(tron.to_string(), "USDT on TRON(TRC-20)");
    assert_ne!(tron, Asset::new("USDT").unwrap());
    assert_ne!(Asset::new("usdt").unwrap(), Asset::new("USDT").unwrap());
    for text in REFUSED {
        assert!(Asset::new(text).is_err(), "{text:?}");
        assert!(
            Asset::new("USDT").unwrap().on_network(text).is_err(),
            "{text:?}"
        );
    }
}
