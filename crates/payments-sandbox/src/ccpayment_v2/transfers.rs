//! What leaves without a call, because the console decides it: automatic withdrawals, and refunds of risky deposits. Both are
//! final at once (assumed).

use serde::{Deserialize, Serialize};

use super::coins::Network;
use super::deposit::Deposit;
use super::payments::{amount_on, network_of};
use super::state::CcpaymentV2;
use super::withdraw::costs;
use crate::shared::action::ActionError;
use crate::shared::decimal::Decimal;
use crate::shared::gateway::Gateway;
use crate::shared::ledger::{Account, Move};
use crate::shared::order::{self, OrderKind, OrderStatus};
use crate::shared::order_table::Stored;

/// Why something left.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) enum Cause {
    AutoWithdrawal,
    /// The refund of the deposit with this record id.
    Refund(String),
}

/// An automatic withdrawal or a refund.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct Transfer {
    pub(super) record_id: String,
    /// Continues a list after this record.
    pub(super) cursor: String,
    pub(super) cause: Cause,
    /// Of the order whose payment is refunded; otherwise empty.
    pub(super) merchant_order: String,
    pub(super) network: &'static Network,
    pub(super) to: String,
    pub(super) memo: String,
    pub(super) amount: Decimal,
    /// What arrives.
    net: Decimal,
    pub(super) txid: String,
    pub(super) at_ms: u64,
}

impl Stored for Transfer {
    fn order_id(&self) -> &str {
        &self.record_id
    }

    fn merchant_ref(&self) -> &'static str {
        ""
    }

    fn view(&self) -> order::Order {
        let kind = match self.cause {
            Cause::AutoWithdrawal => OrderKind::Payout,
            Cause::Refund(_) => OrderKind::Refund,
        };
        let id = self.record_id.clone();
        let mut view = order::Order::new(Gateway::CCPAYMENT_V2, kind, id, self.at_ms);
        view.status = OrderStatus::Completed;
        "Success".clone_into(&mut view.gateway_state);
        self.network.coin.symbol.clone_into(&mut view.currency);
        self.network.chain.name().clone_into(&mut view.network);
        self.to.clone_into(&mut view.address);
        view.amount = self.amount.to_string();
        view.actual_amount.clone_from(&view.amount);
        view.net_amount = self.net.to_string();
        view.received_amount.clone_from(&view.net_amount);
        view.fee = self.kept().to_string();
        self.txid.clone_into(&mut view.hash);
        view.settled_ms = Some(self.at_ms);
        view
    }
}

impl Transfer {
    /// The fee, in the coin that is sent.
    fn kept(&self) -> Decimal {
        self.amount.minus(self.net).unwrap_or_default()
    }
}

impl CcpaymentV2 {
    /// The receiver pays the fee (assumed).
    fn new_transfer(
        &self,
        cause: Cause,
        network: &'static Network,
        amount: Decimal,
        to: &str,
    ) -> Result<Transfer, ActionError> {
        let costs = costs(network, amount, false).ok_or_else(|| {
            ActionError::Invalid("The amount is not more than the network's fee.".to_owned())
        })?;
        let now_ms = self.context.clock.now_ms();
        Ok(Transfer {
            record_id: self.new_id(now_ms),
            cursor: self.context.ids.hex(32),
            cause,
            merchant_order: String::new(),
            network,
            to: to.to_owned(),
            memo: String::new(),
            amount,
            net: costs.net,
            txid: self.new_txid(network.chain.is_evm()),
            at_ms: now_ms,
        })
    }

    /// Coins of the merchant leave for its own address, as the console's automatic withdrawal does.
    pub(super) fn withdraw_automatically(
        &self,
        coin_id: u64,
        chain: &str,
        amount: &str,
    ) -> Result<Transfer, ActionError> {
        let network = network_of(coin_id, chain)?;
        if !network.can_withdraw {
            return Err(ActionError::Conflict(format!(
                "{} cannot be withdrawn on {}.",
                network.coin.symbol,
                network.chain.name()
            )));
        }
        let amount = amount_on(network, amount)?;
        let salt = &self.account.address_salt;
        let own = network.chain.place(salt, &["merchant's own address"]);
        let transfer = Transfer {
            memo: own.memo,
            ..self.new_transfer(Cause::AutoWithdrawal, network, amount, &own.address)?
        };
        let entry = |to, amount| Move {
            currency: network.coin.symbol,
            from: Account::Available,
            to,
            amount,
        };
        let mut state = self.state();
        state.transfers.room_for("")?;
        state.ledger.post(&[
            entry(Account::Outside, transfer.net),
            entry(Account::Fees, transfer.kept()),
        ])?;
        let place = self.context.next_order();
        state.transfers.add(transfer.clone(), place)?;
        Ok(transfer)
    }

    /// A risky deposit goes back to its sender. It was never credited, so no balance changes.
    pub(super) fn refund(&self, record_id: &str, amount: &str) -> Result<Transfer, ActionError> {
        let mut state = self.state();
        let deposit: Deposit = state.deposits.find(record_id)?.clone();
        if !deposit.is_refundable() {
            return Err(ActionError::Conflict(format!(
                "Deposit {} is not a confirmed risky deposit, or was refunded already.",
                deposit.record_id
            )));
        }
        if amount_on(deposit.network, amount)? != deposit.amount {
            return Err(ActionError::Invalid(format!(
                "A risky deposit is refunded in full: the amount is {}.",
                deposit.amount
            )));
        }
        let to = if deposit.from.is_empty() {
            let salt = self.context.ids.hex(16);
            deposit.network.chain.place(&salt, &["payer"]).address
        } else {
            deposit.from.clone()
        };
        let order_id = deposit.link.order_id().unwrap_or_default();
        let transfer = Transfer {
            merchant_order: order_id.to_owned(),
            ..self.new_transfer(
                Cause::Refund(deposit.record_id.clone()),
                deposit.network,
                deposit.amount,
                &to,
            )?
        };
        let place = self.context.next_order();
        state.transfers.add(transfer.clone(), place)?;
        state.deposits.find_mut(&deposit.record_id)?.refunded = true;
        Ok(transfer)
    }
}
