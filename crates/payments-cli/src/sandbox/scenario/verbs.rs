//! One step of a scenario from its table, by the key that names what it does.

use std::time::Duration;

use http::StatusCode;
use payments_core::{Amount, Asset, Outcome};
use payments_sandbox::{DeliveryState, FaultKind, FaultWhen};

use super::fields::Fields;
use super::known::{Known, Maker};
use super::step::*;
use crate::commands::input;

/// What a step does, by the one key that names it.
const VERBS: [&str; 23] = [
    "create",
    "payout",
    "expect_order",
    "choose",
    "pay",
    "process",
    "expire",
    "fail",
    "complete",
    "reject",
    "refund",
    "fault",
    "switch",
    "advance",
    "answer",
    "rotate_secret",
    "resend",
    "resolve",
    "expect_webhook",
    "expect_status",
    "expect_payment",
    "expect_no_webhook",
    "expect_deliveries",
];

const REFUSED: &str = "expect_refused_webhook";

/// Reads a step, and checks that all keys are known.
pub(super) fn read(fields: &Fields<'_>, known: &mut Known) -> Option<Kind> {
    let mut verbs = VERBS.into_iter().chain([REFUSED]);
    let Some(verb) = verbs.find(|verb| fields.has(verb)) else {
        let all = VERBS.join(", ");
        fields.wrong(format!(
            "unknown step; it must begin with one of {all}, {REFUSED}"
        ));
        return None;
    };
    let kind = read_verb(verb, fields, known);
    fields.finish();
    kind
}

fn read_verb(verb: &'static str, fields: &Fields<'_>, known: &mut Known) -> Option<Kind> {
    Some(match verb {
        "create" => {
            let order = known.add(verb, fields, Maker::Scenario);
            let (amount, asset) = money(fields);
            let pay_with = fields.read_text("pay_with", input::asset);
            let outcome = outcome(fields);
            Kind::Create(Create {
                order: order?,
                amount: amount?,
                asset: asset?,
                pay_with,
                outcome,
            })
        }
        "payout" => {
            let maker = known.maker_of_payouts();
            let reference = known.add(verb, fields, maker);
            let (amount, asset) = money(fields);
            let (arrives, outcome) = (fields.parsed("arrives"), outcome(fields));
            Kind::Payout(Payout {
                reference: reference?,
                amount: amount?,
                asset: asset?,
                arrives,
                outcome,
            })
        }
        "pay" => {
            let (order, share) = (known.find(verb, fields), share(fields));
            Kind::Pay(order?, share)
        }
        "refund" => {
            let (order, share) = (known.find(verb, fields), share(fields));
            if !fields.has("amount") && !fields.has("percent") {
                fields.wrong("amount or percent is missing");
            }
            Kind::Refund(order?, share?)
        }
        "expect_order" => {
            known.only_running(verb, fields);
            Kind::ExpectOrder(known.add(verb, fields, Maker::Program)?)
        }
        "choose" => {
            known.only_with_choice(verb, fields);
            let order = known.find(verb, fields);
            let asset = fields.required("asset", fields.read_text("asset", input::asset));
            if asset
                .as_ref()
                .is_some_and(|asset| asset.network().is_none())
            {
                fields.wrong("asset: name the network too, as in \"USDT@TRX\"");
            }
            Kind::Choose(order?, asset?)
        }
        "process" => Kind::Act(known.find(verb, fields)?, Action::Process),
        "expire" => Kind::Act(known.find(verb, fields)?, Action::Expire),
        "fail" => Kind::Act(known.find(verb, fields)?, Action::Fail),
        "complete" => Kind::Act(known.find(verb, fields)?, Action::Complete),
        "reject" => Kind::Act(known.find(verb, fields)?, Action::Reject),
        "fault" => Kind::Fault(fault(fields)?),
        "switch" => {
            known.only_v2(verb, fields);
            let name = fields.required(verb, one_of(fields, verb, &SWITCHES));
            Kind::Switch(name?, fields.flag("on").unwrap_or(true))
        }
        "advance" => {
            let by = fields.read_text(verb, time);
            let times = fields.number("times");
            Kind::Advance {
                by: by?,
                times: times.unwrap_or(1),
            }
        }
        "answer" => {
            known.only_with_inbox(verb, fields);
            let status = fields.number::<u16>(verb)?;
            let Ok(status) = StatusCode::from_u16(status) else {
                fields.wrong("answer: write an HTTP status, as 500");
                return None;
            };
            Kind::Answer(Some(status).filter(|status| *status != StatusCode::OK))
        }
        "rotate_secret" => Kind::RotateSecret(fields.read_text(verb, time)?),
        "resend" => Kind::Resend(known.find(verb, fields)?),
        "resolve" => {
            let words = [
                ("found", Resolved::Found),
                ("conflict", Resolved::Conflict),
                ("absent", Resolved::Absent),
                ("pending", Resolved::Pending),
            ];
            let resolution = fields.required("resolution", fields.word("resolution", &words));
            let reference = known.find(verb, fields);
            known.only_of_scenario(verb, fields, reference.as_ref());
            Kind::Resolve(reference?, resolution?)
        }
        "expect_webhook" => expect(verb, Source::Webhook, fields, known)?,
        "expect_status" => expect(verb, Source::Query, fields, known)?,
        "expect_payment" => expect(verb, Source::Payment, fields, known)?,
        "expect_no_webhook" => {
            let order = known.find(verb, fields);
            known.only_with_webhooks(verb, fields, order.as_ref());
            Kind::ExpectNoWebhook(order?)
        }
        "expect_deliveries" => {
            let words = DeliveryState::ALL.map(DeliveryState::as_str);
            let deliveries = Deliveries {
                state: one_of(fields, "state", &words),
                attempts: fields.number("attempts"),
                count: fields.number("count"),
            };
            Kind::ExpectDeliveries(known.find(verb, fields)?, deliveries)
        }
        _ => {
            known.only_with_inbox(verb, fields);
            if fields.flag(verb) == Some(false) {
                fields.wrong(format!("{verb}: write true"));
            }
            Kind::ExpectRefusedWebhook
        }
    })
}

fn money(fields: &Fields<'_>) -> (Option<Amount>, Option<Asset>) {
    let amount = fields.required("amount", fields.parsed("amount"));
    let asset = fields.required("asset", fields.read_text("asset", input::asset));
    (amount, asset)
}

fn outcome(fields: &Fields<'_>) -> Outcome {
    let words = [
        ("applied", Outcome::Applied),
        ("not_applied", Outcome::NotApplied),
        ("unknown", Outcome::Unknown),
    ];
    fields.word("outcome", &words).unwrap_or(Outcome::Applied)
}

fn share(fields: &Fields<'_>) -> Option<Share> {
    let amount = fields.parsed("amount").map(Share::Amount);
    let percent = fields.number("percent").map(Share::Percent);
    if fields.has("amount") && fields.has("percent") {
        fields.wrong("write amount or percent, not both");
    }
    amount.or(percent)
}

fn time(text: &str) -> Result<Duration, String> {
    Ok(input::duration(text)?)
}

fn fault(fields: &Fields<'_>) -> Option<Fault> {
    let call = fields.text("fault");
    let when = [
        ("instead", FaultWhen::Instead),
        ("after", FaultWhen::After),
        ("webhook", FaultWhen::Webhook),
    ];
    let when = fields.required("when", fields.word("when", &when));
    let kinds = FaultKind::ALL.iter().map(|kind| (kind.as_str(), *kind));
    let kinds: Vec<(&str, FaultKind)> = kinds.collect();
    // Every field is read before one that is missing ends this, so that no known key is called unknown.
    let fault = Fault {
        kind: fields.word("kind", &kinds),
        code: fields.number("code"),
        http_status: fields.number("http_status"),
        field: fields.text("field"),
        bytes: fields.number("bytes"),
        delay: fields.read_text("delay", time),
        times: fields.number("times").unwrap_or(1),
        call: Some(call?).filter(|call| call != "any"),
        when: when?,
    };
    if fault.when == FaultWhen::Webhook && fault.kind.is_none() && !fields.has("kind") {
        fields.wrong("kind is missing (a fault of a webhook has one)");
    }
    Some(fault)
}

/// The switches of CCPayment v2 that are on or off.
const SWITCHES: [&str; 6] = [
    "risky",
    "approval",
    "final_states_only",
    "millisecond_timestamps",
    "signed_answers",
    "exact_acknowledgement",
];

fn one_of(fields: &Fields<'_>, key: &'static str, words: &[&str]) -> Option<String> {
    let words: Vec<(&str, &str)> = words.iter().map(|word| (*word, *word)).collect();
    fields.word(key, &words).map(str::to_owned)
}

fn expect(verb: &'static str, source: Source, fields: &Fields<'_>, known: &Known) -> Option<Kind> {
    let order = known.find(verb, fields);
    let kinds = [
        "checkout", "card", "deposit", "payout", "exchange", "refund", "unstated",
    ];
    let phases = ["open", "processing", "unrecognised", "completed", "closed"];
    let closures = ["unstated", "expired", "cancelled", "rejected", "failed"];
    let settlements = ["unstated", "nothing", "missing", "exact", "excess"];
    let mut expected = Expected {
        kind: one_of(fields, "kind", &kinds),
        phase: one_of(fields, "phase", &phases),
        closure: one_of(fields, "closure", &closures),
        received: fields.parsed("received"),
        refunded: fields.parsed("refunded"),
        settlement: one_of(fields, "settlement", &settlements),
        late: fields.flag("late"),
        paid_in_full: fields.flag("paid_in_full"),
        repeated: None,
    };
    if matches!(source, Source::Webhook) {
        known.only_with_webhooks(verb, fields, order.as_ref());
        expected.repeated = fields.flag("repeated");
    }
    Some(Kind::Expect(source, order?, expected))
}
