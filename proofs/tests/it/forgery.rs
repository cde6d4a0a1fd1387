//! Forged webhooks.

use payments_proofs::forgery;

#[test]
fn no_forged_webhook_is_accepted_with_another_meaning() {
    let all = forgery::forge(1_000);
    assert_eq!(all.len(), 4, "one for each scheme");
    for it in &all {
        println!("{it:?}");
        assert_eq!(it.tried, 1_000, "{}", it.scheme);
        assert_eq!(it.accepted, [""; 0], "{}", it.scheme);
    }
    // Some mutations change nothing that counts, so the receivers do read what they are given.
    assert!(all.iter().any(|it| it.same_meaning > 0));
}
