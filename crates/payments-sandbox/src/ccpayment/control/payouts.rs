//! Money that goes out: withdrawals and refunds that are completed or rejected, by somebody or by the clock.

use std::sync::MutexGuard;

use super::super::answer::Refusal;
use super::super::book::{Book, Transfer};
use super::super::{fees, new_order, notice, rates};
use super::{ActionError, find, lost, to_pay};
use crate::actions::settled;
use crate::app::App;
use crate::store::{Account, Move, MoveRefused, Order, OrderKind, OrderStatus, Tables};

/// The entries of a transfer's money between the merchant's accounts.
fn entries(transfer: &Transfer, from: Account, to: Account) -> Vec<Move<'_>> {
    let entry = |currency, amount| Move {
        currency,
        from,
        to,
        amount,
    };
    let mut entries = vec![entry(transfer.token.coin.symbol, transfer.debit)];
    if transfer.fee.apart {
        entries.push(entry(transfer.fee.coin.symbol, transfer.fee.amount));
    }
    entries
}

/// Freezes the money, and brings the order's row up to the transfer.
pub(in super::super) fn freeze(
    app: &App,
    book: &mut Book,
    order: &mut Order,
    transfer: Transfer,
) -> Result<(), Refusal> {
    frozen(app, book, order, transfer).map_err(Refusal::from)
}

fn frozen(
    app: &App,
    book: &mut Book,
    order: &mut Order,
    transfer: Transfer,
) -> Result<(), MoveRefused> {
    book.ledger
        .post(&entries(&transfer, Account::Available, Account::Frozen))?;
    transfer.token.coin.symbol.clone_into(&mut order.currency);
    transfer.token.network.clone_into(&mut order.network);
    order.address.clone_from(&transfer.to);
    order.amount = transfer.debit.to_string();
    order.net_amount = transfer.net.to_string();
    order.fee = transfer
        .debit
        .minus(transfer.net)
        .unwrap_or_default()
        .to_string();
    "Pending".clone_into(&mut order.gateway_state);
    order.due_ms = app
        .ccpayment
        .settings
        .payout_delay_ms
        .map(|delay| order.created_ms.saturating_add(delay));
    book.transfers.insert(order.order_id.clone(), transfer);
    Ok(())
}

/// An open withdrawal or refund, with the tables still locked.
fn open<'a>(
    app: &'a App,
    id: &str,
    wish: &str,
) -> Result<(MutexGuard<'a, Tables>, Order, Transfer), ActionError> {
    let mut tables = app.store.lock();
    let order = find(&mut tables, id)?.clone();
    if !order.kind.is_payout() {
        return Err(ActionError::Conflict(format!(
            "Order {} is no withdrawal or refund and cannot be {wish}; it is paid or expires.",
            order.order_id
        )));
    }
    if order.status.is_final() {
        return Err(settled(&order, wish));
    }
    let transfer = tables.ccpayment.transfers.get(&order.order_id).cloned();
    let transfer = transfer.ok_or_else(|| lost(&order))?;
    Ok((tables, order, transfer))
}

/// It is under way.
pub(super) fn process(app: &App, id: &str) -> Result<Order, ActionError> {
    let (mut tables, order, _) = open(app, id, "put into processing")?;
    if order.status != OrderStatus::Pending {
        return Err(settled(&order, "put into processing"));
    }
    let row = find(&mut tables, &order.order_id)?;
    row.status = OrderStatus::Processing;
    "Processing".clone_into(&mut row.gateway_state);
    Ok(row.clone())
}

/// It was made: what was frozen leaves, to the receiver and as the fee.
pub(crate) fn complete(app: &App, id: &str) -> Result<Order, ActionError> {
    let (mut tables, order, transfer) = open(app, id, "completed")?;
    let entry = |currency, to, amount| Move {
        currency,
        from: Account::Frozen,
        to,
        amount,
    };
    let coin = transfer.token.coin.symbol;
    let kept = transfer.debit.minus(transfer.net).unwrap_or_default();
    let mut entries = vec![
        entry(coin, Account::Outside, transfer.net),
        entry(coin, Account::Fees, kept),
    ];
    if transfer.fee.apart {
        entries.push(entry(
            transfer.fee.coin.symbol,
            Account::Fees,
            transfer.fee.amount,
        ));
    }
    tables.ccpayment.ledger.post(&entries)?;
    let txid = if transfer.internal {
        String::new()
    } else {
        app.ids.hex(64)
    };
    let row = find(&mut tables, &order.order_id)?;
    row.actual_amount.clone_from(&row.amount);
    row.received_amount = transfer.net.to_string();
    row.hash.clone_from(&txid);
    end(
        app,
        tables,
        &order,
        (OrderStatus::Completed, "Successful"),
        txid,
    )
}

/// It was not made: what was frozen is the merchant's again, the fee too (assumed).
pub(crate) fn reject(app: &App, id: &str) -> Result<Order, ActionError> {
    let (mut tables, order, transfer) = open(app, id, "rejected")?;
    tables
        .ccpayment
        .ledger
        .post(&entries(&transfer, Account::Frozen, Account::Available))?;
    // The invoice was not used, so another try may go there.
    tables.ccpayment.used_invoices.remove(&transfer.to);
    "0".clone_into(&mut find(&mut tables, &order.order_id)?.fee);
    end(
        app,
        tables,
        &order,
        (OrderStatus::Closed, "Failed"),
        String::new(),
    )
}

/// Gives it its final state and queues the webhook that tells it.
fn end(
    app: &App,
    mut tables: MutexGuard<'_, Tables>,
    order: &Order,
    (status, state): (OrderStatus, &str),
    txid: String,
) -> Result<Order, ActionError> {
    let row = find(&mut tables, &order.order_id)?;
    row.status = status;
    state.clone_into(&mut row.gateway_state);
    row.settled_ms = Some(app.clock.now_ms());
    row.due_ms = None;
    let row = row.clone();
    let transfer = tables.ccpayment.transfers.get_mut(&row.order_id);
    let transfer = transfer.ok_or_else(|| lost(&row))?;
    transfer.txid = txid;
    let transfer = transfer.clone();
    notice::transfer(app, &mut tables, &row, &transfer);
    drop(tables);
    app.wake.notify_one();
    Ok(row)
}

/// Money of an order goes back to where its last payment came from: the receiver pays the network (assumed). It is then
/// completed or rejected as a withdrawal is.
pub(crate) fn refund(app: &App, id: &str, amount: &str) -> Result<Order, ActionError> {
    super::settle_due(app);
    let value = to_pay(amount)?;
    let mut tables = app.store.lock();
    let paid = find(&mut tables, id)?.clone();
    let checkout = tables.ccpayment.checkouts.get(&paid.order_id);
    let refuse = |why: &str| {
        let id = &paid.order_id;
        ActionError::Conflict(format!("Order {id} {why}."))
    };
    let checkout = checkout.ok_or_else(|| refuse("is not one whose payments go back"))?;
    let last = checkout.payments.last();
    let (Some(last), Some(quote)) = (last, &checkout.quote) else {
        return Err(refuse("was not paid, so nothing can go back"));
    };
    let (token, to) = (quote.token, last.from.clone());
    let (received, _) = checkout.sums();
    let going_back = checkout
        .refunds
        .iter()
        .filter(|id| {
            let row = tables.orders.find(id);
            row.is_some_and(|row| row.status != OrderStatus::Closed)
        })
        .filter_map(|id| tables.ccpayment.transfers.get(id))
        .try_fold(value, |sum, refund| sum.plus(refund.value));
    if going_back.is_none_or(|sum| sum > received) {
        return Err(refuse("was paid less than would go back"));
    }
    let now_ms = app.clock.now_ms();
    let costs = fees::of(token, value, false, false, now_ms).ok_or_else(|| {
        ActionError::Invalid("the amount is not more than the network fee".to_owned())
    })?;
    let full = |_| ActionError::Conflict("The sandbox holds as many orders as it can.".to_owned());
    tables.orders.room_for(paid.gateway, "").map_err(full)?;
    let mut order = new_order::blank(app, &tables, OrderKind::Refund, now_ms);
    order.user_id.clone_from(&paid.user_id);
    order.callback_url.clone_from(&paid.callback_url);
    let transfer = Transfer {
        record_id: new_order::id(app, now_ms),
        token,
        to,
        memo: String::new(),
        debit: costs.debit,
        value,
        net: costs.net,
        fee: costs.fee,
        merchant_pays_fee: false,
        internal: false,
        token_rate: rates::usd(token.coin, now_ms),
        txid: String::new(),
        refund_of: Some(paid.order_id.clone()),
    };
    frozen(app, &mut tables.ccpayment, &mut order, transfer)?;
    tables.orders.add(order.clone()).map_err(full)?;
    if let Some(checkout) = tables.ccpayment.checkouts.get_mut(&paid.order_id) {
        checkout.refunds.push(order.order_id.clone());
    }
    drop(tables);
    app.wake.notify_one();
    Ok(order)
}
