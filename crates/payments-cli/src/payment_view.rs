//! A payment, for scripts and for people.

use std::collections::BTreeSet;

use payments_core::Timestamp;
use payments_facade::payment::{Observation, PaymentKind, Source};
use payments_facade::{Money, Payment, Phase, Settlement};
use serde::Serialize;

use crate::output;
use crate::table::{Details, Tone};
use crate::view::{MoneyView, moment};

#[derive(Serialize)]
pub(crate) struct PaymentView {
    gateway: String,
    kind: PaymentKind,
    reference: Option<String>,
    provider_id: Option<String>,
    phase: &'static str,
    closure: Option<&'static str>,
    provider_status: BTreeSet<String>,
    /// The amount that was requested; for a payout, whoever bears the fee.
    ordered: Option<Amount>,
    expected: Option<Amount>,
    received: Option<Amount>,
    credited: Option<Amount>,
    /// What was sent back to the payer. It is part of `received`.
    refunded: Option<Amount>,
    /// Whether something was sent back whose amount is not known.
    has_unknown_refund: bool,
    fee: Option<Amount>,
    settlement: SettlementView,
    late: bool,
    paid_in_full: bool,
    contested: bool,
    transactions: BTreeSet<String>,
    made_at_ms: Option<u64>,
    /// The merchant's own id of the customer.
    customer: Option<String>,
    metadata: Option<String>,
    invoice_id: Option<String>,
}

#[derive(Serialize)]
struct SettlementView {
    state: &'static str,
    difference: Option<Amount>,
}

/// Owned money.
#[derive(Serialize)]
#[serde(transparent)]
struct Amount(serde_json::Value);

impl From<&Money> for Amount {
    fn from(money: &Money) -> Self {
        // Strings and null cannot fail to serialise.
        Self(serde_json::to_value(MoneyView::from(money)).unwrap_or_default())
    }
}

impl From<&Payment> for PaymentView {
    fn from(payment: &Payment) -> Self {
        let (status, funds) = (payment.status(), payment.funds());
        let (phase, closure) = phase_of(payment);
        let money = |money: &Option<Money>| money.as_ref().map(Amount::from);
        let (state, difference) = settlement(&funds.settlement());
        Self {
            gateway: payment.gateway().to_string(),
            kind: stated_kind(payment),
            reference: payment.reference().map(ToString::to_string),
            provider_id: payment.provider_ref().map(ToString::to_string),
            phase,
            closure,
            provider_status: payment.status_texts().map(str::to_owned).collect(),
            ordered: payment.ordered().map(Amount::from),
            expected: money(&funds.expected),
            received: money(&funds.received),
            credited: money(&funds.credited),
            refunded: money(&funds.refunded),
            has_unknown_refund: funds.has_unknown_refund,
            fee: payment.fee().map(Amount::from),
            settlement: SettlementView {
                state,
                difference: difference.map(|money| Amount::from(&money)),
            },
            late: funds.late,
            paid_in_full: status.is_paid_in_full(),
            contested: payment.is_contested(),
            transactions: payment.transactions().map(str::to_owned).collect(),
            made_at_ms: payment.made_at().map(Timestamp::as_millis),
            customer: payment.customer().map(str::to_owned),
            metadata: payment.metadata().map(str::to_owned),
            invoice_id: payment.invoice().map(str::to_owned),
        }
    }
}

/// A payout or an exchange is never open for someone to pay: the provider works on it.
fn phase_of(payment: &Payment) -> (&'static str, Option<&'static str>) {
    match (payment.phase(), payment.kind()) {
        (Phase::Open, PaymentKind::Payout | PaymentKind::Exchange) => {
            (Phase::Processing.as_str(), None)
        }
        (phase @ Phase::Closed(closure), _) => (phase.as_str(), Some(closure.as_str())),
        (phase, _) => (phase.as_str(), None),
    }
}

fn settlement(settlement: &Settlement) -> (&'static str, Option<Money>) {
    match settlement {
        Settlement::Unstated => ("unstated", None),
        Settlement::Nothing => ("nothing", None),
        Settlement::Missing(money) => ("missing", Some(money.clone())),
        Settlement::Exact => ("exact", None),
        Settlement::Excess(money) => ("excess", Some(money.clone())),
    }
}

/// The kind that the provider states. The kind of the merchant's own books is only used to interpret the amounts.
fn stated_kind(payment: &Payment) -> PaymentKind {
    let stated = payment.observations().iter();
    let stated = stated.filter(|one| one.source() != Source::Books);
    stated
        .map(Observation::kind)
        .max()
        .unwrap_or(PaymentKind::Unstated)
}

/// For people: the phase, and its colour.
pub(crate) fn phase_text(payment: &Payment) -> (String, Tone) {
    let text = match phase_of(payment) {
        (phase, Some(closure)) => format!("{phase} ({closure})"),
        (phase, None) => phase.to_owned(),
    };
    let tone = match payment.phase() {
        Phase::Completed => settled_tone(payment),
        Phase::Open | Phase::Processing => Tone::Waiting,
        Phase::Unrecognised | Phase::Closed(_) => Tone::Bad,
    };
    (text, tone)
}

/// A customer's payment, whose price matters.
fn has_price(payment: &Payment) -> bool {
    matches!(payment.kind(), PaymentKind::Checkout | PaymentKind::Card)
}

/// The colour of a completed payment: good only if what arrived is what was expected.
fn settled_tone(payment: &Payment) -> Tone {
    match payment.funds().settlement() {
        _ if payment.is_contested() => Tone::Bad,
        Settlement::Missing(_) | Settlement::Nothing => Tone::Bad,
        Settlement::Excess(_) => Tone::Waiting,
        Settlement::Unstated if has_price(payment) => Tone::Waiting,
        Settlement::Exact | Settlement::Unstated => Tone::Good,
    }
}

/// `{"payment":{…}}` for scripts, or [`print()`] for people.
pub(crate) fn print_result(payment: &Payment, json: bool) -> std::io::Result<()> {
    #[derive(Serialize)]
    struct Shown {
        payment: PaymentView,
    }
    if json {
        let payment = PaymentView::from(payment);
        return output::json(&Shown { payment });
    }
    print(payment)
}

/// For people, one fact per line.
pub(crate) fn print(payment: &Payment) -> std::io::Result<()> {
    let funds = payment.funds();
    let mut details = Details::default();
    details.add("gateway", Some(payment.gateway()));
    let (stated, used) = (stated_kind(payment), payment.kind());
    details.add("kind", Some(stated.as_str()));
    let note = format!("{}; the provider does not state the kind", used.as_str());
    details.add("treated as", (stated != used).then_some(note));
    details.add("reference", payment.reference());
    details.add("provider's id", payment.provider_ref());
    let (text, tone) = phase_text(payment);
    details.add_toned("phase", text, tone);
    let statuses: BTreeSet<&str> = payment.status_texts().collect();
    for status in statuses {
        details.add("provider's status", Some(status));
    }
    details.add("ordered", payment.ordered().filter(|_| !has_price(payment)));
    match &funds.expected {
        None if has_price(payment) => details.add(
            "expected",
            Some("unknown here (run checkout show with --expect \"10.50 USDT\")"),
        ),
        expected => details.add("expected", expected.as_ref()),
    }
    details.add("received", funds.received.as_ref());
    details.add("credited", funds.credited.as_ref());
    details.add("refunded", funds.refunded.as_ref());
    let unknown = "an amount that is not known: check this payment by hand";
    details.add("refunded", funds.has_unknown_refund.then_some(unknown));
    details.add("fee", payment.fee());
    match settlement(&funds.settlement()) {
        ("unstated", _) if !has_price(payment) => {}
        ("unstated", _) => details.add("settlement", Some("unknown here")),
        (state, None) => details.add_toned("settlement", state, settled_tone(payment)),
        (state, Some(money)) => {
            let text = format!("{state} {money}");
            details.add_toned("settlement", text, settled_tone(payment));
        }
    }
    details.add(
        "late",
        funds
            .late
            .then_some("money arrived after the order was closed"),
    );
    let contested = "the sources contradict each other: check this payment by hand";
    details.add("contested", payment.is_contested().then_some(contested));
    let transactions: BTreeSet<&str> = payment.transactions().collect();
    for transaction in transactions {
        details.add("transaction", Some(transaction));
    }
    details.add("created at", payment.made_at().map(moment));
    details.add("customer", payment.customer());
    details.add("invoice", payment.invoice());
    details.add("metadata", payment.metadata());
    details.print()
}

/// The phase, and what is missing or too much.
fn settled_text(payment: &Payment) -> String {
    let phase = phase_text(payment).0;
    match (payment.phase(), settlement(&payment.funds().settlement())) {
        (Phase::Completed | Phase::Closed(_), (state, Some(money))) => {
            format!("{phase}, {state} {money}")
        }
        // Some webhooks state neither the kind nor the price: an order may be paid in part.
        (Phase::Completed, ("unstated", _))
            if has_price(payment) || !payment.kind().is_stated() =>
        {
            format!("{phase}, compare the amount")
        }
        _ => phase,
    }
}

/// The headings of [`row`].
pub(crate) const ROW: [&str; 6] = [
    "reference",
    "provider's id",
    "kind",
    "phase",
    "received#",
    "created at",
];

/// For people, one row of a table.
pub(crate) fn row(payment: &Payment) -> [String; 6] {
    let text = |value: Option<String>| value.unwrap_or_default();
    [
        text(payment.reference().map(ToString::to_string)),
        text(payment.provider_ref().map(ToString::to_string)),
        payment.kind().as_str().to_owned(),
        settled_text(payment),
        text(payment.funds().received.map(|money| money.to_string())),
        text(payment.made_at().map(moment)),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;

    /// C-Pay's webhooks state neither the kind nor the price, and an order that was paid in part is completed.
    #[test]
    fn completed_without_a_price_asks_to_compare_the_amount() {
        let shown = |kind| {
            let observation = Observation::new(Source::Event, kind)
                .phase(Phase::Completed, "14")
                .paid(Money::of("10", "USDT").ok());
            settled_text(&Payment::new("cpay/main".parse().unwrap(), observation))
        };
        assert_eq!(
            shown(PaymentKind::Unstated),
            "completed, compare the amount"
        );
        assert_eq!(
            shown(PaymentKind::Checkout),
            "completed, compare the amount"
        );
        assert_eq!(shown(PaymentKind::Deposit), "completed");
    }
}
