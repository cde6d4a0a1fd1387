use proptest::prelude::*;

use super::*;

fn account() -> Account {
    Account::new(&Config::new("https://api.cpay.ltd", "20003092", "k3y-of-merchant").unwrap())
}

proptest! {
    /// A text that outgrew its room would leave a copy of a card's number behind, in memory nobody wipes.
    #[test]
    fn a_body_that_is_to_be_wiped_never_moves(one in any::<String>(), two in "[^a-z]{0,400}") {
        let fields = [("cardNumber", &*one), ("cvv", &*two)];
        let target = String::with_capacity(most_encoded_len(&fields));
        let (place, room) = (target.as_ptr(), target.capacity());
        let form = account().sign_onto(target, &fields).unwrap();
        prop_assert_eq!((form.as_ptr(), form.capacity()), (place, room));
        prop_assert!(form.len() <= room);
    }
}

#[test]
fn a_wiped_body_is_the_same_body() {
    let fields = [
        ("cardNumber", "4111111111111111"),
        ("cvv", "987"),
        ("merchantId", "20003092"),
    ];
    let plain = account().post("pwpp", &fields).unwrap();
    let wiped = account().post_wiped("pwpp", &fields).unwrap();
    assert_eq!(plain.body(), wiped.body());
    assert_eq!(
        (plain.uri(), plain.headers()),
        (wiped.uri(), wiped.headers())
    );
}
