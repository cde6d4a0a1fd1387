//! The trials of a gateway, chosen by what it can do.

use super::env::Act;
use super::order::Op;
use super::trial::Trial;
use super::{hooks, making, others, recovery, refusing, statement};
use payments_facade::address::AddressOptions;
use payments_facade::checkout::CheckoutKind;
use payments_facade::lookup::LookupKind;
use payments_facade::payout::PayeeKind;
use payments_facade::rate::RatePurpose;
use payments_facade::{Fee, Gateway};

/// A trial of `$capability` by the async function `$run`, with arguments.
macro_rules! trial {
    ($name:literal, $capability:expr, $run:path $(, $argument:expr)*) => {
        Trial::new($name, $capability, move |stage| Box::pin($run(stage $(, $argument)*)))
    };
}

/// The trials of this gateway: what it claims must work, what it does not claim must be refused before any I/O.
#[must_use]
pub fn trials(gateway: &dyn Gateway) -> Vec<Trial> {
    let mut all = vec![
        trial!(
            "takes what is genuine, and the replies count",
            "webhooks",
            hooks::takes_the_genuine
        ),
        trial!(
            "refuses every change",
            "webhooks",
            hooks::refuses_the_altered
        ),
        trial!(
            "refuses nothing, nonsense and other accounts",
            "webhooks",
            hooks::refuses_the_strange
        ),
        trial!("keeps effect keys", "webhooks", hooks::keys_are_kept),
        trial!("merges with answers and queries", "webhooks", hooks::merges),
        trial!(
            "takes an unknown order",
            "webhooks",
            hooks::takes_the_unknown
        ),
        trial!("groups stay as they are", "groups", others::groups_stay),
    ];
    let ops = Op::all_of(gateway);
    let mut seen: Vec<String> = Vec::new();
    for op in &ops {
        all.extend(of_op(gateway, *op));
        // What does not depend on the fee is tried once.
        if !seen.contains(&op.capability()) {
            seen.push(op.capability());
            all.extend(options(gateway, *op));
            all.extend(lookups(gateway, *op));
        }
    }
    all.extend(refusals(gateway, &ops));
    all.extend(cancellation(gateway, &ops));
    all.extend(without_money(gateway));
    all
}

/// What every call that moves money must do.
fn of_op(gateway: &dyn Gateway, op: Op) -> Vec<Trial> {
    let name = op.name();
    let mut all = vec![
        trial!(
            "is made once, and says so",
            name.clone(),
            making::is_made,
            op
        ),
        trial!(
            "the second under one reference is no second one",
            name.clone(),
            making::is_made_once,
            op
        ),
        trial!(
            "a ticket from before the call finds it",
            "recovery",
            recovery::is_found_by_ticket,
            op
        ),
        trial!(
            "survives a lost answer",
            format!("recovery.{name}"),
            recovery::survives_a_lost_answer,
            op
        ),
        trial!(
            "survives a lost request",
            format!("recovery.{name}"),
            recovery::survives_a_lost_request,
            op
        ),
    ];
    all.extend(match op {
        Op::Checkout(_) => vec![
            trial!(
                "is paid exactly",
                name.clone(),
                making::shows,
                op,
                Act::PayExactly
            ),
            trial!(
                "is paid too little",
                name.clone(),
                making::shows,
                op,
                Act::PayLess
            ),
            trial!(
                "is paid too much",
                name.clone(),
                making::shows,
                op,
                Act::PayMore
            ),
            trial!(
                "is not paid in time",
                name.clone(),
                making::shows,
                op,
                Act::Expire
            ),
            trial!(
                "is paid too late",
                name.clone(),
                making::shows,
                op,
                Act::PayLate
            ),
        ],
        Op::Payout(..) => vec![
            trial!(
                "is carried out",
                name.clone(),
                making::shows,
                op,
                Act::Complete
            ),
            trial!("is rejected", name.clone(), making::shows, op, Act::Reject),
        ],
        Op::Exchange => Vec::new(),
    });
    if let (Op::Payout(PayeeKind::Chain, fee), Some(payouts)) = (op, gateway.payouts()) {
        let no = if payouts.takes_memo() { "" } else { "no " };
        let memo = format!("{no}payouts.chain.memo");
        all.push(trial!(
            "minds the memo",
            memo,
            refusing::minds_the_memo,
            fee
        ));
    }
    let chars = gateway.facts().reference_chars.map(|fact| fact.value);
    let too_long = chars.and_then(|chars| usize::try_from(chars).ok()?.checked_add(1));
    if let Some(chars) = too_long.filter(|chars| *chars <= payments_core::MerchantRef::MAX_CHARS) {
        all.push(trial!(
            "refuses a longer reference",
            name,
            refusing::refuses_long_reference,
            op,
            chars
        ));
    }
    all
}

fn options(gateway: &dyn Gateway, op: Op) -> Vec<Trial> {
    let offered = op.supported_options(gateway);
    let of = |option: &&'static str| {
        let option = *option;
        let name = format!("{}.{option}", op.capability());
        if offered.is_some_and(|names| names.contains(&option)) {
            trial!("the option arrives", name, making::carries, op, option)
        } else {
            trial!(
                "the option is refused",
                format!("no {name}"),
                refusing::refuses_option,
                op,
                option
            )
        }
    };
    op.all_options().iter().map(of).collect()
}

fn lookups(gateway: &dyn Gateway, op: Op) -> Vec<Trial> {
    let mut all = Vec::new();
    for kind in LookupKind::ALL.iter().copied() {
        let name = format!("{}.find.{}", op.group(), kind.as_str());
        if op.finds_by(gateway, kind) {
            all.push(trial!("is found", name.clone(), making::is_found, op, kind));
            all.push(trial!(
                "what is not there is not found",
                name,
                making::finds_nothing,
                op,
                kind
            ));
        } else {
            all.push(trial!(
                "the lookup is refused",
                format!("no {name}"),
                refusing::refuses_lookup,
                op,
                kind
            ));
        }
    }
    all
}

/// Kinds of orders and payouts, and ways to bear a fee, that a group does not have.
fn refusals(gateway: &dyn Gateway, ops: &[Op]) -> Vec<Trial> {
    let mut absent = Vec::new();
    if gateway.checkout().is_some() {
        absent.extend(CheckoutKind::ALL.iter().copied().map(Op::Checkout));
    }
    if let Some(payouts) = gateway.payouts() {
        for kind in PayeeKind::ALL.iter().copied() {
            // One is enough where such payees are not paid at all.
            let fees = if payouts.supported_options(kind).is_some() {
                Fee::ALL
            } else {
                &[Fee::OnTop]
            };
            absent.extend(fees.iter().map(|fee| Op::Payout(kind, *fee)));
        }
    }
    absent.retain(|op| !ops.contains(op));
    let refusal = |op: Op| {
        trial!(
            "the kind is refused",
            format!("no {}", op.name()),
            refusing::refuses_kind,
            op
        )
    };
    absent.into_iter().map(refusal).collect()
}

fn cancellation(gateway: &dyn Gateway, ops: &[Op]) -> Vec<Trial> {
    let cancellation = gateway
        .checkout()
        .and_then(|checkout| checkout.cancellation());
    let op = ops.iter().copied().find(|op| matches!(op, Op::Checkout(_)));
    let (Some(cancellation), Some(op)) = (cancellation, op) else {
        return Vec::new();
    };
    let of = |kind: &LookupKind| {
        let kind = *kind;
        let name = format!("checkout.cancel.{}", kind.as_str());
        if cancellation.cancels_by(kind) {
            trial!("is called off", name, others::cancels, op, kind)
        } else {
            trial!(
                "the lookup is refused",
                format!("no {name}"),
                others::cancels,
                op,
                kind
            )
        }
    };
    LookupKind::ALL.iter().map(of).collect()
}

fn without_money(gateway: &dyn Gateway) -> Vec<Trial> {
    let mut all = Vec::new();
    if let Some(addresses) = gateway.addresses() {
        let get = "addresses.get";
        all.push(trial!(
            "addresses are kept",
            get,
            others::addresses_are_kept
        ));
        for option in AddressOptions::NAMES.iter().copied() {
            let no = if addresses.supported_options().contains(&option) {
                ""
            } else {
                "no "
            };
            let name = format!("{no}{get}.{option}");
            all.push(trial!(
                "the option works or is refused",
                name,
                others::address_option,
                option
            ));
        }
    }
    if let Some(rates) = gateway.rates() {
        for purpose in RatePurpose::ALL.iter().copied() {
            let name = format!("rates.{}", purpose.as_str());
            all.push(if rates.quotes_for(purpose) {
                trial!("a rate comes", name, others::quotes, purpose)
            } else {
                trial!(
                    "the purpose is refused",
                    format!("no {name}"),
                    others::refuses_rate,
                    purpose
                )
            });
        }
    }
    if gateway.balances().is_some() {
        all.push(trial!(
            "balances add up",
            "balances",
            others::balances_add_up
        ));
    }
    if gateway.statements().is_some() {
        all.push(trial!(
            "the statement is whole",
            "statements",
            statement::is_whole
        ));
    }
    all
}
