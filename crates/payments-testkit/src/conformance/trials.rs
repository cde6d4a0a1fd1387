//! The trials of a gateway, selected by its capabilities.

use payments_core::MerchantRef;
use payments_facade::address::AddressOptions;
use payments_facade::checkout::CheckoutKind;
use payments_facade::lookup::LookupKind;
use payments_facade::payment::PaymentKind;
use payments_facade::payout::PayeeKind;
use payments_facade::rate::RatePurpose;
use payments_facade::{Fee, Gateway};

use super::env::Act;
use super::order::Op;
use super::trial::Trial;
use super::{
    address, balance, cancellation, money_calls, options, rate, recovery, statement, unsupported,
    webhooks,
};

/// A trial of `$capability` that runs the async function `$run` with these arguments. A macro, because closures that return
/// a future which borrows their argument cannot be written without naming the future's type.
macro_rules! trial {
    ($name:expr, $capability:expr, $run:path $(, $argument:expr)*) => {
        Trial::new($name, $capability, move |context| Box::pin($run(context $(, $argument)*)))
    };
}

/// The trials of this gateway: its capabilities must work, and everything else must be refused before any I/O.
pub(super) fn trials(gateway: &dyn Gateway) -> Vec<Trial> {
    let mut all = always();
    let ops = Op::all_of(gateway);
    let mut seen: Vec<String> = Vec::new();
    for op in &ops {
        all.extend(money_call(gateway, *op));
        // Options and lookups do not depend on the fee mode.
        if !seen.contains(&op.capability()) {
            seen.push(op.capability());
            all.extend(money_call_options(gateway, *op));
            all.extend(lookups(gateway, *op));
        }
    }
    all.extend(unsupported_kinds(gateway, &ops));
    all.extend(cancellations(gateway, &ops));
    all.extend(addresses(gateway));
    all.extend(rates(gateway));
    if gateway.webhooks().resending().is_some() {
        let name = "sends a webhook again";
        all.push(trial!(name, "webhooks.resend", webhooks::resends));
    }
    if gateway.balances().is_some() {
        let run = trial!("balances add up", "balances", balance::balances_add_up);
        all.push(run);
    }
    all.extend(statements(gateway));
    all
}

fn statements(gateway: &dyn Gateway) -> Vec<Trial> {
    let Some(statements) = gateway.statements() else {
        return Vec::new();
    };
    let name = "the statement is complete";
    let mut all = vec![trial!(name, "statements", statement::is_complete)];
    for kind in PaymentKind::STATED {
        let capability = format!("statements.kind.{}", kind.as_str());
        all.push(if statements.selects(*kind) {
            let name = "limits the statement to this kind";
            trial!(name, capability, statement::selects_kind, *kind)
        } else {
            let name = "refuses to limit the statement to this kind";
            trial!(name, capability, statement::refuses_kind, *kind)
        });
    }
    all
}

fn always() -> Vec<Trial> {
    let webhooks = "webhooks";
    let constant = "reports constant capabilities";
    let run = unsupported::reports_constant_capabilities;
    vec![
        trial!(
            "accepts a genuine webhook, and the provider accepts the replies",
            webhooks,
            webhooks::accepts_genuine
        ),
        trial!(
            "refuses every altered webhook",
            webhooks,
            webhooks::refuses_altered
        ),
        trial!(
            "refuses empty, malformed and foreign webhooks",
            webhooks,
            webhooks::refuses_foreign
        ),
        trial!(
            "keeps one effect key per event",
            webhooks,
            webhooks::keeps_effect_keys
        ),
        trial!(
            "merges webhooks with answers and queries",
            webhooks,
            webhooks::merges_in_any_order
        ),
        trial!(
            "accepts a webhook for an unknown order",
            webhooks,
            webhooks::accepts_unknown_order
        ),
        trial!(constant, "capabilities", run),
    ]
}

fn money_call(gateway: &dyn Gateway, op: Op) -> Vec<Trial> {
    let name = op.name();
    let recovery = format!("recovery.{name}");
    let mut all = vec![
        trial!(
            "creates one order and reports it",
            name.clone(),
            money_calls::creates_order,
            op
        ),
        trial!(
            "creates no second order under one reference",
            name.clone(),
            money_calls::creates_no_duplicate,
            op
        ),
        trial!(
            "resolves a ticket from before the call",
            "recovery",
            recovery::resolves_early_ticket,
            op
        ),
        trial!(
            "confirms no order of another call",
            "recovery",
            recovery::confirms_no_other_order,
            op
        ),
        trial!(
            "resolves a lost answer",
            recovery.clone(),
            recovery::resolves_lost_answer,
            op
        ),
        trial!(
            "resolves a lost request",
            recovery,
            recovery::resolves_lost_request,
            op
        ),
    ];
    let acts: &[(&'static str, Act)] = match op {
        Op::Checkout(_) => &[
            ("reports an exact payment", Act::PayExactly),
            ("reports an underpayment", Act::PayLess),
            ("reports an overpayment", Act::PayMore),
            ("reports a risky payment", Act::PayRisky),
            ("reports an expiry", Act::Expire),
            ("reports a late payment", Act::PayLate),
        ],
        Op::Payout(..) => &[
            ("reports a completed payout", Act::Complete),
            ("reports a rejected payout", Act::Reject),
        ],
        Op::Exchange => &[],
    };
    for (reports, act) in acts.iter().copied() {
        let run = trial!(reports, name.clone(), money_calls::reports_act, op, act);
        all.push(run);
    }
    if let (Op::Payout(PayeeKind::Chain, fee), Some(payouts)) = (op, gateway.payouts()) {
        let memo = "payouts.chain.memo";
        all.push(if payouts.takes_memo() {
            trial!("sends the memo", memo, options::sends_memo, fee)
        } else {
            let name = format!("no {memo}");
            trial!("refuses the memo", name, options::refuses_memo, fee)
        });
        let name = "payouts.chain.address";
        let run = options::refuses_mistyped_address;
        all.push(trial!("refuses a mistyped address", name, run, fee));
    }
    let limit = gateway.facts().reference_chars.map(|fact| fact.value);
    let too_long = limit.and_then(|chars| usize::try_from(chars).ok()?.checked_add(1));
    if let Some(chars) = too_long.filter(|chars| *chars <= MerchantRef::MAX_CHARS) {
        all.push(trial!(
            "refuses a reference that is too long",
            name,
            unsupported::refuses_long_reference,
            op,
            chars
        ));
    }
    all
}

fn money_call_options(gateway: &dyn Gateway, op: Op) -> Vec<Trial> {
    let supported = op.supported_options(gateway).unwrap_or_default();
    let trial_of = |option: &'static str| {
        let name = format!("{}.{option}", op.capability());
        if supported.contains(&option) {
            trial!("sends the option", name, options::sends_option, op, option)
        } else {
            let name = format!("no {name}");
            let run = "refuses the option";
            trial!(run, name, options::refuses_option, op, option)
        }
    };
    op.all_options().iter().copied().map(trial_of).collect()
}

fn lookups(gateway: &dyn Gateway, op: Op) -> Vec<Trial> {
    let mut all = Vec::new();
    for kind in LookupKind::ALL.iter().copied() {
        let name = format!("{}.find.{}", op.group(), kind.as_str());
        if op.finds_by(gateway, kind) {
            all.push(trial!(
                "finds an order",
                name.clone(),
                money_calls::finds_order,
                op,
                kind
            ));
            all.push(trial!(
                "does not find a missing order",
                name,
                money_calls::does_not_find_missing_order,
                op,
                kind
            ));
        } else {
            all.push(trial!(
                "refuses the lookup",
                format!("no {name}"),
                unsupported::refuses_lookup,
                op,
                kind
            ));
        }
    }
    all
}

/// Kinds of orders, payees and fee modes that a group does not support.
fn unsupported_kinds(gateway: &dyn Gateway, supported: &[Op]) -> Vec<Trial> {
    let mut ops = Vec::new();
    if gateway.checkout().is_some() {
        ops.extend(CheckoutKind::ALL.iter().copied().map(Op::Checkout));
    }
    if let Some(payouts) = gateway.payouts() {
        for kind in PayeeKind::ALL.iter().copied() {
            // One fee mode is enough if the kind of payee is not supported at all.
            let fees = if payouts.supported_options(kind).is_some() {
                Fee::ALL
            } else {
                &[Fee::OnTop]
            };
            ops.extend(fees.iter().map(|fee| Op::Payout(kind, *fee)));
        }
    }
    ops.retain(|op| !supported.contains(op));
    let refusal = |op: Op| {
        let name = format!("no {}", op.name());
        trial!("refuses the kind", name, unsupported::refuses_kind, op)
    };
    ops.into_iter().map(refusal).collect()
}

fn cancellations(gateway: &dyn Gateway, ops: &[Op]) -> Vec<Trial> {
    let checkout = gateway.checkout();
    let cancellation = checkout.and_then(|checkout| checkout.cancellation());
    let op = ops.iter().copied().find(|op| matches!(op, Op::Checkout(_)));
    let (Some(cancellation), Some(op)) = (cancellation, op) else {
        return Vec::new();
    };
    let trial_of = |kind: LookupKind| {
        let name = format!("checkout.cancel.{}", kind.as_str());
        if cancellation.cancels_by(kind) {
            trial!("cancels an order", name, cancellation::cancels, op, kind)
        } else {
            let name = format!("no {name}");
            trial!(
                "refuses the lookup",
                name,
                cancellation::refuses_lookup,
                kind
            )
        }
    };
    LookupKind::ALL.iter().copied().map(trial_of).collect()
}

fn addresses(gateway: &dyn Gateway) -> Vec<Trial> {
    let Some(addresses) = gateway.addresses() else {
        return Vec::new();
    };
    let get = "addresses.get";
    let stable = "returns stable addresses";
    let mut all = vec![trial!(stable, get, address::returns_stable_addresses)];
    for option in AddressOptions::NAMES.iter().copied() {
        let name = format!("{get}.{option}");
        all.push(if addresses.supported_options().contains(&option) {
            trial!(
                "supports the option",
                name,
                address::supports_option,
                option
            )
        } else {
            let name = format!("no {name}");
            trial!("refuses the option", name, address::refuses_option, option)
        });
    }
    all
}

fn rates(gateway: &dyn Gateway) -> Vec<Trial> {
    let Some(rates) = gateway.rates() else {
        return Vec::new();
    };
    let trial_of = |purpose: RatePurpose| {
        let name = format!("rates.{}", purpose.as_str());
        if rates.quotes_for(purpose) {
            trial!("returns a rate", name, rate::returns_rate, purpose)
        } else {
            let name = format!("no {name}");
            trial!("refuses the purpose", name, rate::refuses_purpose, purpose)
        }
    };
    RatePurpose::ALL.iter().copied().map(trial_of).collect()
}
