//! What shows that a found payment is not the ticket's.

use payments_facade::Money;

use super::*;

fn found(kind: PaymentKind, state: impl Fn(Observation) -> Observation) -> Payment {
    let observation = Observation::new(Source::Queried, kind);
    Payment::new(id(), state(observation.reference(Some(reference("r-1")))))
}

#[test]
fn another_coin_or_price_is_a_difference() {
    let bitcoin = || Some(Money::of("4.00", "BTC").unwrap());
    for (call, state, expected) in [
        // A payout is in the coin that was asked for.
        (
            MoneyCall::Payout,
            found(PaymentKind::Payout, |one| one.paid(bitcoin())),
            vec![Difference::Asset],
        ),
        (
            MoneyCall::Payout,
            found(PaymentKind::Payout, |one| one.paid(Some(usdt("5.00")))),
            vec![Difference::Amount],
        ),
        (
            MoneyCall::Checkout,
            found(PaymentKind::Checkout, |one| {
                one.expected(Some(usdt("5.00")))
            }),
            vec![Difference::Amount],
        ),
        // The price may be stated in a currency that it was converted to.
        (
            MoneyCall::Checkout,
            found(PaymentKind::Checkout, |one| one.expected(bitcoin())),
            vec![],
        ),
    ] {
        assert_eq!(ticket(call).differences(&state), expected, "{state:?}");
    }
}

#[test]
fn a_difference_has_words_for_a_sentence() {
    assert_eq!(Difference::Amount.to_string(), "amount");
    let earlier = Difference::EarlierCall.to_string();
    assert_eq!(earlier, "the call that made it");
}
