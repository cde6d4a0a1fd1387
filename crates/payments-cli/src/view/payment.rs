//! A payment, for scripts and for people.

use std::collections::BTreeSet;

use payments_core::Timestamp;
use payments_facade::payment::{Closure, Observation, PaymentKind, Source};
use payments_facade::{Money, Payment, Phase, Settlement};
use serde::Serialize;

use super::{MoneyView, moment};
use crate::failure::Failure;
use crate::table::{Details, Tone};

#[derive(Serialize)]
pub(crate) struct PaymentView {
    gateway: String,
    kind: PaymentKind,
    reference: Option<String>,
    provider_id: Option<String>,
    phase: &'static str,
    closure: Option<&'static str>,
    provider_status: BTreeSet<String>,
    expected: Option<Amount>,
    received: Option<Amount>,
    credited: Option<Amount>,
    fee: Option<Amount>,
    settlement: SettlementView,
    late: bool,
    paid_in_full: bool,
    contested: bool,
    transactions: BTreeSet<String>,
    made_at_ms: Option<u64>,
}

#[derive(Serialize)]
struct SettlementView {
    state: &'static str,
    difference: Option<Amount>,
}

/// Money that is the view's own.
#[derive(Serialize)]
#[serde(transparent)]
struct Amount(serde_json::Value);

impl From<&Money> for Amount {
    fn from(money: &Money) -> Self {
        // Texts and null always are JSON.
        Self(serde_json::to_value(MoneyView::from(money)).unwrap_or_default())
    }
}

impl From<&Payment> for PaymentView {
    fn from(payment: &Payment) -> Self {
        let (status, funds) = (payment.status(), payment.funds());
        let (phase, closure) = phase(status.phase);
        let money = |money: &Option<Money>| money.as_ref().map(Amount::from);
        let (state, difference) = settlement(&funds.settlement());
        Self {
            gateway: payment.gateway().to_string(),
            kind: told_kind(payment),
            reference: payment.reference().map(ToString::to_string),
            provider_id: payment.provider_ref().map(ToString::to_string),
            phase,
            closure,
            provider_status: payment.status_texts().map(str::to_owned).collect(),
            expected: money(&funds.expected),
            received: money(&funds.received),
            credited: money(&funds.credited),
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
        }
    }
}

fn phase(phase: Phase) -> (&'static str, Option<&'static str>) {
    match phase {
        Phase::Open => ("open", None),
        Phase::Processing => ("processing", None),
        Phase::Unrecognised => ("unrecognised", None),
        Phase::Completed => ("completed", None),
        Phase::Closed(closure) => (
            "closed",
            Some(match closure {
                Closure::Unstated => "unstated",
                Closure::Expired => "expired",
                Closure::Cancelled => "cancelled",
                Closure::Rejected => "rejected",
                Closure::Failed => "failed",
            }),
        ),
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

fn kind(kind: PaymentKind) -> &'static str {
    match kind {
        PaymentKind::Checkout => "checkout",
        PaymentKind::Card => "card",
        PaymentKind::Deposit => "deposit",
        PaymentKind::Payout => "payout",
        PaymentKind::Exchange => "exchange",
        PaymentKind::Refund => "refund",
        _ => "unstated",
    }
}

/// What the provider says it is. Books may know more: they say how its sums are to be read.
fn told_kind(payment: &Payment) -> PaymentKind {
    let told = payment.observations().iter();
    let told = told.filter(|one| one.source() != Source::Books);
    told.map(Observation::kind)
        .max()
        .unwrap_or(PaymentKind::Unstated)
}

fn told(payment: &Payment) -> (String, Tone) {
    let (phase_text, closure) = phase(payment.phase());
    let text = match closure {
        Some(closure) => format!("{phase_text} ({closure})"),
        None => phase_text.to_owned(),
    };
    let tone = match payment.phase() {
        Phase::Completed => Tone::Good,
        Phase::Open | Phase::Processing => Tone::Waiting,
        Phase::Unrecognised | Phase::Closed(_) => Tone::Bad,
    };
    (text, tone)
}

/// For people, a line a fact.
pub(crate) fn print(payment: &Payment) -> Result<(), Failure> {
    let funds = payment.funds();
    let mut details = Details::default();
    details.add("gateway", Some(payment.gateway()));
    let (told_kind, taken_for) = (told_kind(payment), payment.kind());
    details.add("kind", Some(kind(told_kind)));
    let note = format!(
        "as those of a {}; the provider does not tell what it is",
        kind(taken_for)
    );
    details.add("sums are read", (told_kind != taken_for).then_some(note));
    details.add("reference", payment.reference());
    details.add("provider's id", payment.provider_ref());
    let (text, tone) = told(payment);
    details.add_toned("phase", text, tone);
    let words: BTreeSet<&str> = payment.status_texts().collect();
    for word in words {
        details.add("provider's status", Some(word));
    }
    details.add("expected", funds.expected.as_ref());
    details.add("received", funds.received.as_ref());
    details.add("credited", funds.credited.as_ref());
    details.add("fee", payment.fee());
    match settlement(&funds.settlement()) {
        ("unstated", _) => {}
        (state, None) => details.add("settlement", Some(state)),
        (state, Some(money)) => details.add("settlement", Some(format!("{state} {money}"))),
    }
    details.add("late", funds.late.then_some("money came after the end"));
    let contested = "sources contradict each other: a person has to look";
    details.add("contested", payment.is_contested().then_some(contested));
    let transactions: BTreeSet<&str> = payment.transactions().collect();
    for transaction in transactions {
        details.add("transaction", Some(transaction));
    }
    details.add("made at", payment.made_at().map(moment));
    details.print()
}

/// The headings of [`row`].
pub(crate) const ROW: [&str; 6] = [
    "reference",
    "provider's id",
    "kind",
    "phase",
    "received#",
    "made at",
];

/// For people, one row among others.
pub(crate) fn row(payment: &Payment) -> [String; 6] {
    let text = |value: Option<String>| value.unwrap_or_default();
    [
        text(payment.reference().map(ToString::to_string)),
        text(payment.provider_ref().map(ToString::to_string)),
        kind(payment.kind()).to_owned(),
        told(payment).0,
        text(payment.funds().received.map(|money| money.to_string())),
        text(payment.made_at().map(moment)),
    ]
}
