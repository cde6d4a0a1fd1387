//! Planted mistakes are named, good messages get no diagnosis, and random forgeries get the honest one.

mod of_ccpayment;
#[cfg(feature = "rsa")]
mod of_chainup_opay;
mod of_cpay;
mod reserialised;

use std::collections::BTreeMap;

use hmac::{Hmac, KeyInit as _, Mac as _};
use of_ccpayment::Version;
use payments_signing::cpay::Rules;
use payments_signing::{Cause, Diagnosis, Secret, cpay};
use sha2::{Digest as _, Sha256};

use crate::support::{cases, reference_sign};

/// A sequence of numbers from a seed (SplitMix64).
struct Random(u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    fn below(&mut self, end: u64) -> u64 {
        self.next() % end
    }

    fn text(&mut self) -> String {
        const PARTS: [&str; 12] = [
            "a", "Z", "7", "0", " ", "+", "%", "ü", "充", "/", "\"", "\\",
        ];
        let len = self.below(20);
        (0..len)
            .map(|_| PARTS[self.below(PARTS.len() as u64) as usize])
            .collect()
    }
}

#[track_caller]
fn assert_cause(name: &str, found: Option<Diagnosis>, expected: Cause) {
    let found = found.unwrap_or_else(|| panic!("{name}: no diagnosis"));
    assert_eq!(found.cause(), expected, "{name}: {found}");
    assert!(!found.to_string().contains('\n'), "{name}: one line");
}

#[test]
fn names_planted_mistakes_of_cpay() {
    let mistakes = of_cpay::mistakes();
    println!("{} planted mistakes of C-Pay", mistakes.len());
    for (name, body, cause) in mistakes {
        assert_cause(&name, of_cpay::key().diagnose_webhook(&body), cause);
    }
}

#[test]
fn names_planted_mistakes_of_both_versions_of_ccpayment() {
    for version in Version::ALL {
        let mistakes = of_ccpayment::mistakes(version);
        println!(
            "{} planted mistakes of CCPayment {version:?}",
            mistakes.len()
        );
        for (name, message, cause) in mistakes {
            assert_cause(&name, version.diagnose(&message), cause);
        }
    }
}

#[test]
fn good_messages_have_no_diagnosis() {
    let mut random = Random(7);
    for _ in 0..5_000 {
        let body = of_cpay::good(&mut random);
        assert_eq!(
            of_cpay::key().diagnose_webhook(body.as_bytes()),
            None,
            "{body}"
        );
        for version in Version::ALL {
            let message = of_ccpayment::good(version, &mut random);
            assert_eq!(version.diagnose(&message), None, "{message:?}");
        }
    }
    println!("15,000 good messages, no diagnosis");
}

#[test]
fn random_forgeries_get_no_specific_cause() {
    let mut random = Random(11);
    for _ in 0..500 {
        let body = of_cpay::good(&mut random);
        let sign = base16ct::lower::encode_string(&Sha256::digest(random.text()));
        let at = body.len() - if body.ends_with('}') { 66 } else { 64 };
        let body = format!("{}{sign}{}", &body[..at], &body[at + 64..]);
        let found = of_cpay::key().diagnose_webhook(body.as_bytes());
        assert_cause("forged", found, Cause::WrongSecretOrAltered);
        for version in Version::ALL {
            let mut message = of_ccpayment::good(version, &mut random);
            message.0[2].1 = sign.clone().into_bytes();
            let found = version.diagnose(&message);
            assert_cause("forged", found, Cause::WrongSecretOrAltered);
        }
    }
}

/// Cases of the fixtures whose signature is wrong by a mistake that has a name.
#[test]
fn names_the_mistakes_of_the_golden_cases_of_cpay() {
    for (name, cause) in [
        ("empty-value-not-skipped", Cause::EmptyValues),
        ("plain-sha256", Cause::PlainHash),
        ("no-key-in-text", Cause::SignedText),
        ("not-sorted", Cause::Unsorted),
        ("zeros-dropped", Cause::ZeroValues),
        ("sorted-without-case", Cause::Unsorted),
        ("values-percent-encoded", Cause::EncodedValues),
        ("upper-case-digits", Cause::UpperCaseSignature),
        ("63-digits", Cause::SignatureForm),
        ("65-digits", Cause::SignatureForm),
        ("no-digits", Cause::SignatureForm),
        ("one-bit", Cause::WrongSecretOrAltered),
        ("another-key", Cause::WrongSecretOrAltered),
        ("another-value", Cause::WrongSecretOrAltered),
        ("one-more", Cause::AddedField),
    ] {
        let case = cases("cpay/negative.json")
            .into_iter()
            .find(|case| case.text("name") == name)
            .unwrap_or_else(|| panic!("no case {name}"));
        let key = cpay::Key::new(Secret::new(case.text("key")).unwrap());
        let found = key.diagnose(case.pairs("params"), case.text("sign"));
        assert_cause(name, found, cause);
    }
}

#[test]
fn a_diagnosis_contains_neither_the_secret_nor_a_valid_signature() {
    let params = |amount: &str| -> BTreeMap<String, String> {
        [("amount".to_owned(), amount.to_owned())].into()
    };
    let valid = reference_sign("k3y-of-merchant", &params("9"), Rules::default());
    let given = reference_sign("k3y-of-merchant", &params("1"), Rules::default());
    let found = of_cpay::key()
        .diagnose(
            params("9").iter().map(|(name, value)| (&**name, &**value)),
            &given,
        )
        .unwrap();
    for hidden in ["k3y-of-merchant", &*valid] {
        assert!(!format!("{found} {found:?}").contains(hidden));
    }
}
