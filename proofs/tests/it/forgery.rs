//! Forged webhooks.

use payments_proofs::forgery::{SCHEMES, forge};

#[test]
fn no_forged_webhook_is_accepted_with_another_meaning() {
    assert_eq!(SCHEMES.len(), 4);
    let mut same_meaning = 0;
    for scheme in SCHEMES {
        let it = forge(scheme, 1_000);
        println!("{}: {it:?}", scheme.name);
        assert_eq!(it.tried, 1_000, "{}", scheme.name);
        assert_eq!(it.accepted, [""; 0], "{}", scheme.name);
        same_meaning += it.same_meaning;
    }
    // Some mutations change nothing that counts, so the receivers do read what they are given.
    assert!(same_meaning > 0);
}
