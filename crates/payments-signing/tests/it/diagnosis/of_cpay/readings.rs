//! What a sender may have signed instead of what arrived.

use super::*;

fn map<'a>(pairs: impl IntoIterator<Item = (&'a str, &'a str)>) -> BTreeMap<String, String> {
    let pairs = pairs.into_iter();
    pairs
        .map(|(name, value)| (name.to_owned(), value.to_owned()))
        .collect()
}

#[track_caller]
fn assert_found(body: &str, cause: Cause, text: &str) {
    let found = key().diagnose_webhook(body.as_bytes()).unwrap();
    assert_eq!(found.cause(), cause, "{body}: {found}");
    assert!(found.to_string().starts_with(text), "{body}: {found}");
}

#[test]
fn numbers_were_signed_with_more_or_fewer_zeros() {
    let more = "the signature holds over numbers with more zeros";
    let fewer = "the signature holds over numbers with fewer zeros";
    for (signed, received, text) in [
        // Integers beside decimals may be counts.
        (["10.50", "3"], ["10.5", "3"], more),
        (["10.50", "3.00"], ["10.5", "3"], more),
        (["10.5", "3"], ["10.500", "3.000"], fewer),
        (["10.50", "3.00"], ["10.5000", "3.0000"], fewer),
        (["0", "3"], ["0.00000000", "3.00000000"], fewer),
    ] {
        // Values that are no number stay as they are, like the ids and times among them.
        let others = [
            ("date", "1700000000"),
            ("dot", ".5"),
            ("end", "5."),
            ("id", "20003092001.5"),
            ("ip", "10.0.0.1"),
            ("name", "EU"),
            ("nothing", ""),
            ("version", "v1.5"),
        ];
        let message = |[amount, fee]: [&str; 2]| {
            let numbers = [("amount", amount), ("fee", fee)];
            map(numbers.into_iter().chain(others))
        };
        let body = json(&message(received), &sign(&message(signed)));
        assert_found(&body, Cause::NumberFormat, text);
    }
}

#[test]
fn the_values_of_a_form_were_signed_in_their_encoding() {
    let sign = sign(&map([("email", "a%2bb%40shop.example"), ("userId", "7")]));
    let body = format!("email=a%2bb%40shop.example&userId=7&sign={sign}");
    let text = "the signature holds over the values as they stand in the body, undecoded";
    assert_found(&body, Cause::EncodedValues, text);
}

#[test]
fn a_cut_value_is_found_at_each_place_of_a_form() {
    let url = "https://shop.example/?a=1&c=2";
    for fields in [
        &[("callBackURL", url), ("userId", "7")][..],
        &[("userId", "7"), ("callBackURL", url)],
        &[
            ("amount", "1"),
            ("asset", "USDT"),
            ("brand", "EU"),
            ("callBackURL", url),
        ],
        &[("userId", "7"), ("note", "Tee&Mug&Cup"), ("amount", "1")],
        &[
            ("userId", "7"),
            ("note", "Tee? Mug!&Cup?&b=1"),
            ("amount", "1"),
        ],
    ] {
        let sign = sign(&map(fields.iter().copied()));
        let pieces = fields
            .iter()
            .map(|(name, value)| format!("{name}={value}&"));
        let body = format!("{}sign={sign}", pieces.collect::<String>());
        let text = "a value contains an unencoded `&`, which cut it";
        assert_found(&body, Cause::UnencodedAmpersand, text);
    }
}

/// Each field takes a signature of the whole message, so that a long message of many fields is not searched.
#[test]
fn an_added_field_is_searched_in_short_messages_only() {
    let names: Vec<String> = (0..64).map(|at| format!("f{at:02}")).collect();
    for (first, cause) in [
        // With 16 bytes for each field, this makes 64 times 1 KiB.
        ("elevenbytes", Cause::AddedField),
        ("twelve bytes", Cause::WrongSecretOrAltered),
    ] {
        let mut received = map(names.iter().map(|name| (&**name, "elevenbytes")));
        received.insert("f00".to_owned(), first.to_owned());
        let mut signed = received.clone();
        signed.remove("f63");
        assert_found(&json(&received, &sign(&signed)), cause, "");
    }
}
