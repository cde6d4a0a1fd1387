//! The two RSA backends against each other: each accepts what the other creates, and both refuse the same.

use payments_signing::chainup_opay::{Backend, Keys};
use payments_signing::rsa::{PrivateKey, PublicKey};
use proptest::prelude::*;
use proptest::strategy::ValueTree as _;
use proptest::test_runner::TestRunner;

use crate::support::read;

fn keys(own: &str, peer: &str, backend: Backend) -> Keys {
    Keys::new(
        PrivateKey::parse_with(&read(&format!("chainup_opay/{own}.pri.pem")), backend).unwrap(),
        PublicKey::parse_with(&read(&format!("chainup_opay/{peer}.pub.pem")), backend).unwrap(),
    )
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    #[test]
    fn each_opens_what_the_other_sealed(text in proptest::collection::vec(any::<u8>(), 0..600)) {
        for (sealer, opener) in [(Backend::AwsLc, Backend::Portable), (Backend::Portable, Backend::AwsLc)] {
            let sealed = keys("merchant", "platform", sealer).seal(&text).unwrap();
            let platform = keys("platform", "merchant", opener);
            let opened = platform.open(&sealed.data, &sealed.sign).unwrap();
            prop_assert_eq!(opened.as_slice(), &text[..]);
        }
    }

    #[test]
    fn both_make_the_same_signature(text in proptest::collection::vec(any::<u8>(), 0..600)) {
        let portable = keys("merchant", "platform", Backend::Portable).sign(&text).unwrap();
        prop_assert_eq!(keys("merchant", "platform", Backend::AwsLc).sign(&text).unwrap(), portable);
    }

    #[test]
    fn both_refuse_a_changed_character(at in 0_usize..684, to in "[A-Za-z0-9_-]") {
        let sealed = keys("merchant", "platform", Backend::AwsLc).seal(&[b'x'; 300]).unwrap();
        let mut data = sealed.data.clone();
        let at = at % data.len();
        data.replace_range(at..=at, &to);
        let unchanged = data == sealed.data;
        for backend in [Backend::AwsLc, Backend::Portable] {
            let opened = keys("platform", "merchant", backend).open(&data, &sealed.sign);
            prop_assert_eq!(opened.is_ok(), unchanged, "{:?}", backend);
        }
    }
}

/// A thousand messages of one block, each sealed, signed and opened by both, on two threads because RSA takes long.
#[test]
fn both_agree_on_a_thousand_messages() {
    let half = |side: &'static str, other: &'static str| {
        move || {
            let (portable, aws_lc) = (Backend::Portable, Backend::AwsLc);
            let (ours, theirs) = (keys(side, other, portable), keys(side, other, aws_lc));
            let (our_peer, their_peer) = (keys(other, side, portable), keys(other, side, aws_lc));
            let mut runner = TestRunner::default();
            let texts = proptest::collection::vec(any::<u8>(), 0..=245);
            for _ in 0..500 {
                let text = texts.new_tree(&mut runner).unwrap().current();
                let (one, two) = (ours.seal(&text).unwrap(), theirs.seal(&text).unwrap());
                assert_eq!(one.sign, two.sign, "{text:?}");
                let by_the_other = their_peer.open(&one.data, &one.sign).unwrap();
                assert_eq!(by_the_other.as_slice(), text);
                let by_the_other = our_peer.open(&two.data, &two.sign).unwrap();
                assert_eq!(by_the_other.as_slice(), text);
            }
        }
    };
    std::thread::scope(|scope| {
        scope.spawn(half("merchant", "platform"));
        scope.spawn(half("platform", "merchant"));
    });
}
