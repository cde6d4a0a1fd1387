//! A scenario from its text: typed, with all mistakes at once.

use std::collections::BTreeSet;
use std::time::Duration;

use http::StatusCode;
use payments_core::{Amount, Asset, MerchantRef, Outcome};
use payments_sandbox::{FaultKind, FaultWhen};
use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::fields::{Fields, Mistakes};
use super::step::*;
use crate::commands::input;

/// A scenario that can run.
pub(super) struct Scenario {
    pub(super) title: String,
    /// The gateway's provider, as accounts name it: `cpay`.
    pub(super) provider: &'static str,
    /// Whether the gateway also sends webhooks of states that are not final.
    pub(super) push_every_state: bool,
    pub(super) steps: Vec<Step>,
}

const PROVIDERS: [(&str, &str); 3] = [
    ("cpay", "cpay"),
    ("chainup-opay", "chainup-opay"),
    ("ccpayment", "ccpayment"),
];

impl Scenario {
    /// Reads the text, or lists all mistakes with their lines.
    pub(super) fn read(text: &str) -> Result<Self, String> {
        let mistakes = Mistakes::of(text);
        let (document, errors) = DeTable::parse_recoverable(text);
        for error in &errors {
            let at = error.span().unwrap_or_default().start;
            mistakes.add(at, format!("this is not TOML: {}", error.message()));
        }
        if !errors.is_empty() {
            return Err(mistakes.lines());
        }
        let fields = Fields::new(document.get_ref(), 0..0, &mistakes);
        let title = fields.required("title", fields.text("title"));
        let provider = fields.required("gateway", fields.word("gateway", &PROVIDERS));
        let push_every_state = fields.flag("push_every_state").unwrap_or_default();
        let steps = fields.required("steps", fields.value("steps"));
        fields.finish();
        let steps = steps.map(|steps| all_steps(steps, text, &mistakes));
        match (title, provider, steps) {
            (Some(title), Some(provider), Some(steps)) if mistakes.is_empty() => Ok(Self {
                title,
                provider,
                push_every_state,
                steps,
            }),
            _ => Err(mistakes.lines()),
        }
    }
}

fn all_steps<'a>(
    steps: &'a Spanned<DeValue<'a>>,
    text: &str,
    mistakes: &'a Mistakes<'a>,
) -> Vec<Step> {
    let Some(list) = steps.get_ref().as_array() else {
        mistakes.add(steps.span().start, "steps: write a list of tables");
        return Vec::new();
    };
    if list.is_empty() {
        mistakes.add(steps.span().start, "steps: write at least one");
    }
    let mut made = BTreeSet::new();
    let mut all = Vec::new();
    for step in list {
        let span = step.span();
        let Some(table) = step.get_ref().as_table() else {
            mistakes.add(span.start, "a step is a table, as { pay = \"order-1\" }");
            continue;
        };
        let fields = Fields::new(table, span.clone(), mistakes);
        if let Some(kind) = kind(&fields, &mut made) {
            let text = text.get(span.clone()).unwrap_or_default();
            all.push(Step {
                line: mistakes.line(span.start),
                text: text.trim_matches(['{', '}', ' ']).to_owned(),
                kind,
            });
        }
    }
    all
}

/// What a step does, by the one key that names it.
const VERBS: [&str; 20] = [
    "create",
    "payout",
    "pay",
    "process",
    "expire",
    "fail",
    "complete",
    "reject",
    "refund",
    "fault",
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

fn kind(fields: &Fields<'_>, made: &mut BTreeSet<String>) -> Option<Kind> {
    let mut verbs = VERBS.into_iter().chain([REFUSED]);
    let Some(verb) = verbs.find(|verb| fields.has(verb)) else {
        let known = VERBS.join(", ");
        fields.wrong(format!(
            "the step does nothing known; it begins with one of {known}, {REFUSED}"
        ));
        return None;
    };
    let kind = read(verb, fields, made);
    fields.finish();
    kind
}

fn read(verb: &'static str, fields: &Fields<'_>, made: &mut BTreeSet<String>) -> Option<Kind> {
    Some(match verb {
        "create" => {
            let order = new(verb, fields, made);
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
            let reference = new(verb, fields, made);
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
            let (order, share) = (known(verb, fields, made), share(fields));
            Kind::Pay(order?, share)
        }
        "refund" => {
            let (order, share) = (known(verb, fields, made), share(fields));
            if !fields.has("amount") && !fields.has("percent") {
                fields.wrong("amount or percent is missing");
            }
            Kind::Refund(order?, share?)
        }
        "process" => Kind::Act(known(verb, fields, made)?, Action::Process),
        "expire" => Kind::Act(known(verb, fields, made)?, Action::Expire),
        "fail" => Kind::Act(known(verb, fields, made)?, Action::Fail),
        "complete" => Kind::Act(known(verb, fields, made)?, Action::Complete),
        "reject" => Kind::Act(known(verb, fields, made)?, Action::Reject),
        "fault" => Kind::Fault(fault(fields)?),
        "advance" => {
            let by = fields.read_text(verb, time);
            let times = fields.number("times");
            Kind::Advance {
                by: by?,
                times: times.unwrap_or(1),
            }
        }
        "answer" => {
            let status = fields.number::<u16>(verb)?;
            let Ok(status) = StatusCode::from_u16(status) else {
                fields.wrong("answer: write an HTTP status, as 500");
                return None;
            };
            Kind::Answer(Some(status).filter(|status| *status != StatusCode::OK))
        }
        "rotate_secret" => Kind::RotateSecret(fields.read_text(verb, time)?),
        "resend" => Kind::Resend(known(verb, fields, made)?),
        "resolve" => {
            let words = [
                ("found", Resolved::Found),
                ("conflict", Resolved::Conflict),
                ("absent", Resolved::Absent),
                ("pending", Resolved::Pending),
            ];
            let resolution = fields.required("resolution", fields.word("resolution", &words));
            Kind::Resolve(known(verb, fields, made)?, resolution?)
        }
        "expect_webhook" => expect(verb, Source::Webhook, fields, made)?,
        "expect_status" => expect(verb, Source::Query, fields, made)?,
        "expect_payment" => expect(verb, Source::Payment, fields, made)?,
        "expect_no_webhook" => Kind::ExpectNoWebhook(known(verb, fields, made)?),
        "expect_deliveries" => {
            let words = ["waiting", "sending", "delivered", "given_up", "refused"];
            let deliveries = Deliveries {
                state: one_of(fields, "state", &words),
                attempts: fields.number("attempts"),
                count: fields.number("count"),
            };
            Kind::ExpectDeliveries(known(verb, fields, made)?, deliveries)
        }
        _ => {
            if fields.flag(verb) == Some(false) {
                fields.wrong(format!("{verb}: write true"));
            }
            Kind::ExpectRefusedWebhook
        }
    })
}

/// A reference that no step before has used.
fn new(
    verb: &'static str,
    fields: &Fields<'_>,
    made: &mut BTreeSet<String>,
) -> Option<MerchantRef> {
    let reference = fields.read_text(verb, input::reference)?;
    if !made.insert(reference.to_string()) {
        fields.wrong(format!("{verb}: {reference} exists already"));
    }
    Some(reference)
}

/// A reference that a step before has made.
fn known(verb: &'static str, fields: &Fields<'_>, made: &BTreeSet<String>) -> Option<MerchantRef> {
    let reference = fields.read_text(verb, input::reference)?;
    if !made.contains(reference.as_str()) {
        fields.wrong(format!("{verb}: no step before makes {reference}"));
    }
    Some(reference)
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

fn one_of(fields: &Fields<'_>, key: &'static str, words: &[&str]) -> Option<String> {
    let words: Vec<(&str, &str)> = words.iter().map(|word| (*word, *word)).collect();
    fields.word(key, &words).map(str::to_owned)
}

fn expect(
    verb: &'static str,
    source: Source,
    fields: &Fields<'_>,
    made: &BTreeSet<String>,
) -> Option<Kind> {
    let order = known(verb, fields, made);
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
        expected.repeated = fields.flag("repeated");
    }
    Some(Kind::Expect(source, order?, expected))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reports_all_mistakes_with_their_lines() {
        let text = "titel = \"x\"\ngateway = \"cpai\"\nsteps = [\n  { create = \"o-1\", amount = 10, asset = \"USDT\", custmer = 1 },\n  { pay = \"o-2\", percent = 40, amount = \"x\" },\n  { dance = 1 },\n  7,\n  { create = \"o-1\", amount = \"1\", asset = \"USDT\" },\n  { fault = \"withdraw\", code = 5 },\n  { fault = \"any\", when = \"webhook\" },\n]\n";
        let mistakes = Scenario::read(text).err().unwrap();
        for expected in [
            "line 1: title is missing",
            "line 1: titel is no key here; known are title, gateway,",
            "line 2: gateway: write one of \"cpay\", ",
            "line 4: amount: write a text in quotes",
            "line 4: custmer is no key here",
            "line 5: amount: ",
            "line 5: pay: no step before makes o-2",
            "line 5: write amount or percent, not both",
            "line 6: the step does nothing known",
            "line 7: a step is a table",
            "line 8: create: o-1 exists already",
            "line 9: when is missing",
            "line 10: kind is missing",
        ] {
            assert!(mistakes.contains(expected), "{expected}: {mistakes}");
        }
        assert_eq!(mistakes.lines().count(), 14, "{mistakes}");
    }

    #[test]
    fn text_that_is_not_toml_has_its_line() {
        let mistakes = Scenario::read("title = \"x\"\nsteps = [\n{ pay }\n")
            .err()
            .unwrap();
        assert!(mistakes.contains("line 3: this is not TOML"), "{mistakes}");
    }
}
