//! Several threads open and refuse the same envelopes as one.

use std::num::NonZeroUsize;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use payments_signing::chainup_opay::Limits;

use crate::support::{BLOCK, cases, keys};

fn workers(count: usize) -> NonZeroUsize {
    NonZeroUsize::new(count).unwrap()
}

#[test]
fn opens_the_same_text_with_any_number_of_workers() {
    let (platform, merchant) = (keys("platform", "merchant"), keys("merchant", "platform"));
    for blocks in [0, 1, 7, 8, 9, 17, 40] {
        let text: Vec<u8> = (0..blocks * 245).map(|at| (at % 251) as u8).collect();
        let sealed = platform.seal(&text).unwrap();
        assert_eq!(merchant.blocks_in(&sealed.data), blocks);
        for count in [1, 2, 3, 64] {
            let opened = merchant
                .open_with_workers(&sealed.data, &sealed.sign, workers(count))
                .unwrap();
            assert_eq!(opened.as_slice(), text, "{blocks} blocks, {count} workers");
        }
    }
}

#[test]
fn refuses_the_same_texts_with_several_workers() {
    let platform = keys("platform", "merchant");
    for file in [
        "chainup_opay/negative.json",
        "chainup_opay/negative_more.json",
    ] {
        for case in cases(file) {
            let opened =
                platform.open_with_workers(case.text("data"), case.text("sign"), workers(3));
            assert_eq!(opened.is_ok(), case.accepts(), "{}", case.name());
        }
    }
}

#[test]
fn refuses_changed_or_too_many_blocks_with_several_workers() {
    let (platform, merchant) = (keys("platform", "merchant"), keys("merchant", "platform"));
    let text: Vec<u8> = (0..30 * 245).map(|at| (at / 245) as u8).collect();
    let sealed = platform.seal(&text).unwrap();
    let raw = URL_SAFE_NO_PAD.decode(&sealed.data).unwrap();
    let blocks: Vec<&[u8]> = raw.chunks(BLOCK).collect();
    let open = |blocks: &[&[u8]]| {
        let data = URL_SAFE_NO_PAD.encode(blocks.concat());
        merchant.open_with_workers(&data, &sealed.sign, workers(4))
    };
    assert_eq!(open(&blocks).unwrap().as_slice(), text);
    // Within a portion, across portions, and with complete portions exchanged.
    for (a, b) in [(0, 1), (7, 8), (3, 29)] {
        let mut swapped = blocks.clone();
        swapped.swap(a, b);
        assert!(open(&swapped).is_err(), "{a} and {b} exchanged");
    }
    assert!(open(&[&blocks[8..16], &blocks[..8], &blocks[16..]].concat()).is_err());
    assert!(open(&blocks[..29]).is_err(), "the last one dropped");
    assert!(
        open(&[&blocks[..], &blocks[29..]].concat()).is_err(),
        "the last one twice"
    );
    let random = [7; BLOCK];
    let mut broken = blocks.clone();
    broken[20] = &random;
    assert!(open(&broken).is_err(), "bad padding in the middle");

    for (limit, opens) in [(30, true), (29, false)] {
        let limited = merchant.clone().with_limits(Limits {
            answer_blocks: limit,
            ..Limits::default()
        });
        let opened = limited.open_with_workers(&sealed.data, &sealed.sign, workers(2));
        assert_eq!(opened.is_ok(), opens, "{limit}");
    }
}
