//! Trials of what a gateway does not do: it is refused by its name, with not one request on the way.

use payments_core::{Kind, MerchantRef};

use super::order::{Op, Order};
use super::report::{Stop, ensure};
use super::stage::{Stage, Tried, nobodys};
use payments_core::SensitiveString;
use payments_facade::lookup::LookupKind;
use payments_facade::payout::{PayeeKind, PixKey};
use payments_facade::{CheckoutOrder, Destination, Fee, Money, Payee, PayoutOrder};

/// A lookup that is not offered is refused before any I/O.
pub(super) async fn refuses_lookup(stage: Stage<'_>, op: Op, kind: LookupKind) -> Tried {
    let by = nobodys(kind, stage.env)?;
    stage
        .unsupported(kind.as_str(), op.find(stage.gateway, &by))
        .await
}

/// An option that is not offered is refused before any I/O, by its name.
pub(super) async fn refuses_option(stage: Stage<'_>, op: Op, option: &'static str) -> Tried {
    let probe = stage.env.with_option(stage.order(op)?, option);
    let probe = probe.ok_or(Stop::Skipped("the environment has no value for the option"))?;
    stage.refuses(&probe.order, option).await
}

/// A kind of order that is not offered is refused before any I/O, by its name.
pub(super) async fn refuses_kind(stage: Stage<'_>, op: Op) -> Tried {
    let reference = stage.env.reference();
    let order = match stage.env.order(op, reference.clone()) {
        Some(order) => order,
        None => plain(stage, op, reference)?,
    };
    let name = match op {
        Op::Checkout(kind) => kind.as_str(),
        Op::Payout(kind, fee) => match stage.gateway.payouts() {
            Some(payouts) if payouts.supported_options(kind).is_some() => fee.as_str(),
            _ => kind.as_str(),
        },
        Op::Exchange => op.group(),
    };
    stage.refuses(&order, name).await
}

/// An order of a kind that the environment has no order for, made of what it has for another kind.
fn plain(stage: Stage<'_>, op: Op, reference: MerchantRef) -> Tried<Order> {
    let no_sample = || Stop::Skipped("the environment has no order to make one like it of");
    let alike = |other: &Op| other.group() == op.group();
    let sample = Op::all_of(stage.gateway)
        .into_iter()
        .filter(alike)
        .find_map(|other| stage.env.order(other, reference.clone()));
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
        Op::Exchange => Err(no_sample()),
    }
}

fn default_money() -> Tried<Money> {
    Money::of("10", "USDT").map_err(|invalid| Stop::failed(invalid.to_string()))
}

fn payee(kind: PayeeKind) -> Tried<Payee> {
    let account = || SensitiveString::from("payee@shop.example");
    Ok(match kind {
        PayeeKind::Chain => {
            let to = Destination::new(
                "TRMYtLHzmTeMm1FW86LZh2LGnE2D7kJnnw",
                payments_facade::network::TRON,
            );
            Payee::Chain(to.map_err(|invalid| Stop::failed(invalid.to_string()))?)
        }
        PayeeKind::Pix => Payee::Pix(PixKey::Email(account())),
        PayeeKind::Account => Payee::Account(account()),
        _ => return Err(Stop::Skipped("this suite knows no such payee")),
    })
}

/// A memo arrives, or is refused before any I/O: coins that arrive without it are lost.
pub(super) async fn minds_the_memo(stage: Stage<'_>, fee: Fee) -> Tried {
    const MEMO: &str = "7007007";
    let Order::Payout(payout) = stage.order(Op::Payout(PayeeKind::Chain, fee))? else {
        return Err(Stop::Skipped("the environment has no such payout"));
    };
    let Payee::Chain(to) = payout.payee() else {
        return Err(Stop::Skipped("the environment has no such payout"));
    };
    let to = Destination::with_memo(to.address(), to.network(), MEMO);
    let to = to.map_err(|invalid| Stop::failed(invalid.to_string()))?;
    let order = Order::Payout(with_payee(&payout, Payee::Chain(to)));
    let payouts = stage.gateway.payouts();
    if !payouts.is_some_and(|payouts| payouts.takes_memo()) {
        return stage.refuses(&order, "memo").await;
    }
    stage.make(&order).await?;
    let told = stage.env.told(order.reference()).await;
    ensure!(told.contains(MEMO), "the memo was dropped");
    Ok(())
}

/// The same payout to another payee.
fn with_payee(payout: &PayoutOrder, payee: Payee) -> PayoutOrder {
    let mut copy = PayoutOrder::new(
        payout.reference().clone(),
        payee,
        payout.money().clone(),
        payout.fee(),
    );
    let options = payout.options();
    if let Some(customer) = &options.customer {
        copy = copy.customer(customer);
    }
    if let Some(url) = &options.notify_url {
        copy = copy.notify_url(url);
    }
    if let Some(text) = &options.metadata {
        copy = copy.metadata(text);
    }
    if let Some(text) = &options.note {
        copy = copy.note(text);
    }
    copy
}

/// A reference that is longer than the provider takes is refused before any I/O.
pub(super) async fn refuses_long_reference(stage: Stage<'_>, op: Op, chars: usize) -> Tried {
    let filled = format!("{:x<chars$}", stage.env.reference().as_str());
    let reference =
        MerchantRef::new(filled).map_err(|invalid| Stop::failed(invalid.to_string()))?;
    let order = stage.env.order(op, reference);
    let order = order.ok_or(Stop::Skipped("the environment has no such order"))?;
    let before = stage.env.requests();
    let result = order.make(stage.gateway).await;
    ensure!(stage.env.requests() == before, "it was sent");
    ensure!(
        result
            .as_ref()
            .is_err_and(|error| error.kind() == Kind::Invalid),
        "must be refused as invalid: {result:?}"
    );
    Ok(())
}
