//! The application's own record of a call, and who bears the fee of a payout.

use payments_facade::payment::{Observation, PaymentKind, Source};
use payments_facade::ticket::MoneyCall;
use payments_facade::{Destination, Fee, Payee, Payment, PayoutOrder, network};

use super::{id, ticket};
use crate::support::{NOW, reference, usdt};

fn payout(fee: Fee) -> PayoutOrder {
    let to = Destination::new("TRMYtLHzmTeMm1FW86LZh2LGnE2D7kJnnw", network::TRON).unwrap();
    PayoutOrder::new(reference("r-1"), Payee::Chain(to), usdt("4.00"), fee)
}

#[test]
fn the_record_of_a_call_states_what_is_to_arrive_if_that_is_known() {
    let four = || Some(usdt("4.00"));
    for (call, ordered, expected) in [
        (MoneyCall::Checkout, None, four()),
        (MoneyCall::Card, None, four()),
        (MoneyCall::Exchange, four(), None),
        // The ticket of an earlier release.
        (MoneyCall::Payout, None, four()),
    ] {
        let record = ticket(call).own_record();
        assert_eq!(record.kind(), call.kind());
        assert_eq!(record.ordered().cloned(), ordered, "{call:?}");
        assert_eq!(record.funds().expected, expected, "{call:?}");
    }
    let arrives = usdt("3").amount;
    for (fee, expected) in [
        (Fee::Included, None),
        (Fee::OnTop, four()),
        (Fee::Split { arrives }, Some(usdt("3"))),
    ] {
        let record = payout(fee).ticket(&id(), NOW).own_record();
        assert_eq!(record.ordered().cloned(), four(), "{fee:?}");
        assert_eq!(record.funds().expected, expected, "{fee:?}");
        assert_eq!(record.includes_fee(), fee == Fee::Included, "{fee:?}");
    }
}

#[test]
fn a_fee_is_included_only_by_a_statement_of_the_application_or_an_answer() {
    let of =
        |kind, source: Source| Observation::new(source, kind).reference(Some(reference("r-1")));
    let payout = |source| of(PaymentKind::Payout, source);
    let includes = |one| Payment::new(id(), one).includes_fee();
    let ordered = || Some(usdt("4"));
    assert!(includes(payout(Source::Created)));
    assert!(includes(payout(Source::Books).ordered(ordered())));
    assert!(!includes(payout(Source::Books)));
    assert!(!includes(payout(Source::Queried).ordered(ordered())));
    assert!(!includes(payout(Source::Created).expected(ordered())));
    assert!(!includes(of(PaymentKind::Exchange, Source::Created)));

    let mut both = Payment::new(id(), payout(Source::Created));
    let record = payout(Source::Books).ordered(ordered()).expected(ordered());
    both.merge(Payment::new(id(), record)).unwrap();
    assert!(!both.includes_fee());
}
