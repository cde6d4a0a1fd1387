//! Trials of unsupported calls: they are refused by name before any request is sent.

use payments_core::{Kind, MerchantRef, SensitiveString};
use payments_facade::lookup::LookupKind;
use payments_facade::payout::{PayeeKind, PixKey};
use payments_facade::{
    Capabilities, CheckoutOrder, Destination, Money, Payee, PayoutOrder, network,
};

use super::context::{Context, TrialResult, absent_lookup};
use super::order::{Op, Order};
use super::report::{Stop, ensure};

/// An unsupported lookup is refused before any I/O.
pub(super) async fn refuses_lookup(context: Context<'_>, op: Op, kind: LookupKind) -> TrialResult {
    let by = absent_lookup(kind, context.env)?;
    context
        .expect_unsupported(kind.as_str(), op.find(context.gateway, &by))
        .await
}

/// An unsupported kind of order is refused before any I/O, by its name.
pub(super) async fn refuses_kind(context: Context<'_>, op: Op) -> TrialResult {
    let reference = context.env.reference();
    let order = match context.env.order(op, reference.clone()) {
        Some(order) => order,
        None => minimal_order(context, op, reference)?,
    };
    let name = match op {
        Op::Checkout(kind) => kind.as_str(),
        Op::Payout(kind, fee) => match context.gateway.payouts() {
            Some(payouts) if payouts.supported_options(kind).is_some() => fee.as_str(),
            _ => kind.as_str(),
        },
        Op::Exchange => op.group(),
    };
    context.expect_refusal(&order, name).await
}

/// An order of a kind that the environment does not provide, derived from one of another kind.
fn minimal_order(context: Context<'_>, op: Op, reference: MerchantRef) -> TrialResult<Order> {
    let is_same_group = |other: &Op| other.group() == op.group();
    let sample = Op::all_of(context.gateway)
        .into_iter()
        .filter(is_same_group)
        .find_map(|other| context.env.order(other, reference.clone()));
    let money = sample
        .as_ref()
        .map_or_else(default_money, |order| Ok(order.money().clone()))?;
    match op {
        Op::Checkout(kind) => Ok(Order::Checkout(CheckoutOrder::new(kind, reference, money))),
        Op::Payout(kind, fee) => {
            let payee = match sample {
                Some(Order::Payout(payout)) if payout.payee().kind() == kind => {
                    payout.payee().clone()
                }
                _ => payee(kind)?,
            };
            Ok(Order::Payout(PayoutOrder::new(
                reference, payee, money, fee,
            )))
        }
        Op::Exchange => Err(Stop::Skipped("the environment has no exchange")),
    }
}

fn default_money() -> TrialResult<Money> {
    Money::of("10", "USDT").map_err(|invalid| Stop::failed(invalid.to_string()))
}

fn payee(kind: PayeeKind) -> TrialResult<Payee> {
    let account = || SensitiveString::from("payee@shop.example");
    Ok(match kind {
        PayeeKind::Chain => {
            let to = Destination::new("TRMYtLHzmTeMm1FW86LZh2LGnE2D7kJnnw", network::TRON);
            Payee::Chain(to.map_err(|invalid| Stop::failed(invalid.to_string()))?)
        }
        PayeeKind::Pix => Payee::Pix(PixKey::Email(account())),
        PayeeKind::Account => Payee::Account(account()),
        _ => return Err(Stop::Skipped("this suite has no such payee")),
    })
}

/// A reference that exceeds the provider's limit is refused before any I/O.
pub(super) async fn refuses_long_reference(
    context: Context<'_>,
    op: Op,
    chars: usize,
) -> TrialResult {
    let filled = format!("{:x<chars$}", context.env.reference().as_str());
    let reference =
        MerchantRef::new(filled).map_err(|invalid| Stop::failed(invalid.to_string()))?;
    let order = context.env.order(op, reference);
    let order = order.ok_or(Stop::Skipped("the environment has no such order"))?;
    let before = context.env.requests();
    let result = order.create(context.gateway).await;
    ensure!(context.env.requests() == before, "the request was sent");
    ensure!(
        result
            .as_ref()
            .is_err_and(|error| error.kind() == Kind::Invalid),
        "the reference must be refused as invalid: {result:?}"
    );
    Ok(())
}

/// The capabilities do not change, and querying them sends nothing.
pub(super) async fn reports_constant_capabilities(context: Context<'_>) -> TrialResult {
    let before = context.env.requests();
    let first = Capabilities::of(context.gateway);
    for _ in 0..3 {
        ensure!(
            Capabilities::of(context.gateway) == first,
            "the capabilities change"
        );
    }
    let sent = context.env.requests().saturating_sub(before);
    ensure!(sent == 0, "reading the capabilities sent {sent} requests");
    Ok(())
}
