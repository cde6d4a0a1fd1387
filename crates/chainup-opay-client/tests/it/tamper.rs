//! A genuine callback with any bit changed or its blocks rearranged is refused.
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chainup_opay_client::Webhooks;
use payments_signing::chainup_opay::Sealed;

use crate::support;

const BLOCK: usize = 256;

/// A callback of two blocks.
fn genuine() -> Sealed {
    let text = format!(
        r#"{{"outOrderId":"11321","orderNum":"{}","orderStatus":"3","payAmount":"10","returnUrl":"https://shop.example/{}"}}"#,
        support::NUMBER,
        "r".repeat(200)
    );
    support::platform().seal(text.as_bytes()).unwrap()
}

fn decode(text: &str) -> Vec<u8> {
    URL_SAFE_NO_PAD.decode(text).unwrap()
}

fn accepted(data: &[u8], sign: &[u8]) -> bool {
    let (data, sign) = (URL_SAFE_NO_PAD.encode(data), URL_SAFE_NO_PAD.encode(sign));
    let body = Sealed { data, sign }.envelope(support::APP, 1_715_310_032_123);
    Webhooks::new(&CONFIG).receive(body.as_bytes()).is_ok()
}

static CONFIG: std::sync::LazyLock<chainup_opay_client::Config> =
    std::sync::LazyLock::new(support::config);

fn flipped(bytes: &[u8], bit: usize) -> Vec<u8> {
    let mut changed = bytes.to_vec();
    changed[bit / 8] ^= 1 << (bit % 8);
    changed
}

#[test]
fn refuses_a_callback_with_any_bit_changed() {
    let sealed = genuine();
    let (data, sign) = (decode(&sealed.data), decode(&sealed.sign));
    assert!(accepted(&data, &sign));
    assert_eq!((data.len(), sign.len()), (2 * BLOCK, BLOCK));
    for bit in 0..sign.len() * 8 {
        assert!(!accepted(&data, &flipped(&sign, bit)), "sign, bit {bit}");
    }
    for bit in 0..data.len() * 8 {
        assert!(!accepted(&flipped(&data, bit), &sign), "data, bit {bit}");
    }
}

#[test]
fn refuses_swapped_dropped_and_repeated_blocks() {
    let sealed = genuine();
    let (data, sign) = (decode(&sealed.data), decode(&sealed.sign));
    let (first, second) = data.split_at(BLOCK);
    for (what, blocks) in [
        ("swapped", [second, first].concat()),
        ("the first dropped", second.to_vec()),
        ("the last dropped", first.to_vec()),
        ("all dropped", Vec::new()),
        ("the last repeated", [first, second, second].concat()),
        ("the first repeated", [first, first, second].concat()),
        ("a byte more", [&data[..], &[0]].concat()),
        ("a byte less", data[..data.len() - 1].to_vec()),
        ("random behind", [&data[..], &[0x42; BLOCK]].concat()),
        ("above the modulus", vec![0xff; BLOCK]),
    ] {
        assert!(!accepted(&blocks, &sign), "{what}");
    }
    assert!(!accepted(&data, &[]) && !accepted(&data, &[&sign[..], &[0]].concat()));
}
