//! Data of people that cannot be right is refused before any I/O.

use crate::calls;
use crate::calls::{note, refusal};
use cpay_client::{Date, FullName, Gender, IdDocument, SubmitKyc};

fn day(year: u16, month: u8, day: u8) -> Date {
    Date::new(year, month, day).unwrap()
}

#[test]
fn bad_people() {
    let person = |user: &str, name: FullName, document| {
        SubmitKyc::new(vec![
            calls::hart_lee(),
            calls::person(user, name, Gender::Female, document),
        ])
    };
    let name = || FullName::new("Ana", "Lima");
    let document = calls::document;
    let mut table = String::new();
    for (what, call) in [
        ("no people", SubmitKyc::new(Vec::new())),
        ("1001 people", calls::kyc(1_001)),
        ("no user", person("", name(), document())),
        (
            "no first name",
            person("u", FullName::new("", "Lima"), document()),
        ),
        (
            "no last name",
            person("u", FullName::new("Ana", ""), document()),
        ),
        (
            "a middle name with a line end",
            person("u", name().middle("x\n"), document()),
        ),
        (
            "no document",
            person(
                "u",
                name(),
                IdDocument::new("", day(2008, 1, 1), day(2038, 1, 1)),
            ),
        ),
        (
            "ended before it began",
            person(
                "u",
                name(),
                IdDocument::new("1", day(2038, 1, 2), day(2038, 1, 1)),
            ),
        ),
        (
            "a picture without a host",
            person("u", name(), document().id_card_url("pi.jpg")),
        ),
        (
            "a document that is a script",
            person("u", name(), document().document_url("javascript:x")),
        ),
    ] {
        note(&mut table, what, &call);
    }
    insta::assert_snapshot!(table);
    assert_eq!(refusal(&calls::kyc(1_000)), None);
    for (year, month, d) in [
        (2023, 2, 29),
        (1900, 2, 29),
        (2024, 13, 1),
        (2024, 0, 1),
        (2024, 4, 31),
        (1899, 1, 1),
    ] {
        assert!(Date::new(year, month, d).is_err(), "{year}-{month}-{d}");
    }
    assert_eq!(day(2000, 2, 29).to_string(), "2000-02-29");
}

#[test]
fn one_refusal_names_the_problems_of_ten_people_and_counts_the_others() {
    let nameless = || {
        let name = FullName::new("", "Lima");
        calls::person("", name, Gender::Female, calls::document())
    };
    let two = SubmitKyc::new(vec![nameless(), calls::hart_lee(), nameless()]);
    let text = refusal(&two).unwrap().to_string();
    for problem in [
        "number 1: user_id is empty",
        "; first_name is empty",
        "; number 3: user_id",
    ] {
        assert!(text.contains(problem), "{text}");
    }
    assert!(
        !text.contains("number 2") && !text.contains("more of them"),
        "{text}"
    );
    let many = SubmitKyc::new((0..12).map(|_| nameless()).collect());
    let text = refusal(&many).unwrap().to_string();
    assert!(
        text.contains("number 10: ") && !text.contains("number 11: "),
        "{text}"
    );
    assert!(text.ends_with("; and 2 more of them"), "{text}");
}

#[test]
fn a_long_list_of_people_is_split_in_order() {
    let people: Vec<_> = (0..2_001)
        .map(|n| {
            calls::person(
                &format!("u{n}"),
                FullName::new("A", "B"),
                Gender::Male,
                calls::document(),
            )
        })
        .collect();
    let calls = SubmitKyc::split(people.clone());
    assert_eq!(
        calls
            .iter()
            .map(|call| call.people().len())
            .collect::<Vec<_>>(),
        [1_000, 1_000, 1]
    );
    assert_eq!(
        calls
            .iter()
            .flat_map(|call| call.people().to_vec())
            .collect::<Vec<_>>(),
        people
    );
    assert!(calls.iter().all(|call| refusal(call).is_none()));
    assert_eq!(
        SubmitKyc::split(people.into_iter().take(1_000).collect()).len(),
        1
    );
    assert_eq!(SubmitKyc::split(Vec::new()), []);
}
