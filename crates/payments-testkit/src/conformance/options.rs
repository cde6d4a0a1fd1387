//! Trials of the options of money calls: a supported one reaches the provider, any other one is refused.

use payments_core::{InvalidRequest, Kind};
use payments_facade::payout::PayeeKind;
use payments_facade::{Destination, Fee, Payee, PayoutOrder};

use super::context::{Context, TrialResult};
use super::order::{Op, Order};
use super::report::{Stop, ensure};
use super::samples;

/// A supported option passes `check` and reaches the provider.
pub(super) async fn sends_option(
    context: Context<'_>,
    op: Op,
    option: &'static str,
) -> TrialResult {
    let plain = context.order(op)?;
    let probe = context.env.with_option(context.order(op)?, option);
    let probe = probe.ok_or(Stop::Skipped("the environment has no value for the option"))?;
    let evidence = &probe.evidence;

    // Evidence that also occurs without the option would prove nothing.
    context.create(&plain).await?;
    let received = context.env.received(plain.reference()).await;
    ensure!(
        !received.contains(evidence),
        "the environment's evidence is too weak: `{evidence}` also occurs without the option"
    );

    let checked = probe.order.check(context.gateway);
    ensure!(
        checked.is_ok(),
        "check() refuses a supported option: {checked:?}"
    );
    context.create(&probe.order).await?;
    let received = context.env.received(probe.order.reference()).await;
    ensure!(
        received.contains(evidence),
        "the option was dropped: the provider did not receive `{evidence}`"
    );
    Ok(())
}

/// An unsupported option is refused before any I/O, by its name.
pub(super) async fn refuses_option(
    context: Context<'_>,
    op: Op,
    option: &'static str,
) -> TrialResult {
    let order = context.order(op)?;
    let probe = context.env.with_option(order.clone(), option);
    let probe = probe.or_else(|| samples::with_option(order, option));
    let probe = probe.ok_or_else(|| Stop::failed("this suite has no value for the option"))?;
    context.expect_refusal(&probe.order, option).await
}

/// A memo reaches the provider: coins that arrive without it are lost.
pub(super) async fn sends_memo(context: Context<'_>, fee: Fee) -> TrialResult {
    let order = with_memo(context, fee)?;
    context.create(&order).await?;
    let received = context.env.received(order.reference()).await;
    ensure!(received.contains(MEMO), "the memo was dropped");
    Ok(())
}

/// A memo is refused before any I/O.
pub(super) async fn refuses_memo(context: Context<'_>, fee: Fee) -> TrialResult {
    context
        .expect_refusal(&with_memo(context, fee)?, "memo")
        .await
}

const MEMO: &str = "7007007";

/// A payout to an address with a wrong character is refused by `check` and by the call, before any I/O.
pub(super) async fn refuses_mistyped_address(context: Context<'_>, fee: Fee) -> TrialResult {
    let order = to_chain(context, fee, |to| {
        let mistyped = mistyped(to.address());
        match to.memo() {
            Some(memo) => Destination::with_memo(&mistyped, to.network(), memo),
            None => Destination::without_memo(&mistyped, to.network()),
        }
    })?;
    let Order::Payout(payout) = &order else {
        return Ok(());
    };
    let Payee::Chain(to) = payout.payee() else {
        return Ok(());
    };
    if to.check().is_ok() {
        return Err(Stop::Skipped("the address has no checksum"));
    }
    let checked = order.check(context.gateway);
    ensure!(
        checked.is_err_and(|invalid| invalid.field() == "address"),
        "check() must refuse a mistyped address"
    );
    let before = context.env.requests();
    let result = order.create(context.gateway).await;
    ensure!(context.env.requests() == before, "the request was sent");
    ensure!(
        result.is_err_and(|error| error.kind() == Kind::Invalid && error.ticket().is_none()),
        "a mistyped address must be refused as invalid, without a ticket"
    );
    Ok(())
}

/// The address with another last character, of the same kind.
fn mistyped(address: &str) -> String {
    let mut chars: Vec<char> = address.chars().collect();
    if let Some(last) = chars.last_mut() {
        *last = match *last {
            '2' => '3',
            digit if digit.is_ascii_digit() => '2',
            'a' => 'c',
            small if small.is_ascii_lowercase() => 'a',
            'A' => 'C',
            _ => 'A',
        };
    }
    chars.into_iter().collect()
}

/// The environment's payout, with a memo in its destination.
fn with_memo(context: Context<'_>, fee: Fee) -> TrialResult<Order> {
    to_chain(context, fee, |to| {
        Destination::with_memo(to.address(), to.network(), MEMO)
    })
}

/// The environment's payout with another destination.
fn to_chain(
    context: Context<'_>,
    fee: Fee,
    change: impl FnOnce(&Destination) -> Result<Destination, InvalidRequest>,
) -> TrialResult<Order> {
    let no_payout = Stop::Skipped("the environment has no such payout");
    let Order::Payout(payout) = context.order(Op::Payout(PayeeKind::Chain, fee))? else {
        return Err(no_payout);
    };
    let Payee::Chain(to) = payout.payee() else {
        return Err(no_payout);
    };
    let to = change(to).map_err(|invalid| Stop::failed(invalid.to_string()))?;
    let (reference, money) = (payout.reference().clone(), payout.money().clone());
    let copy = PayoutOrder::new(reference, Payee::Chain(to), money, payout.fee());
    Ok(Order::Payout(copy.with_options(payout.options().clone())))
}
