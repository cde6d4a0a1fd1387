//! A withdrawal to a chain or to a Cwallet user, and what becomes of it.

use serde::{Deserialize, Serialize};

use super::coins::{Coin, Network};
use super::messages::queue_withdrawal;
use super::state::CcpaymentV2;
use crate::shared::action::ActionError;
use crate::shared::decimal::Decimal;
use crate::shared::gateway::Gateway;
use crate::shared::ledger::{Account, Move};
use crate::shared::order::{self, OrderKind, OrderStatus};
use crate::shared::order_table::Stored;

/// The state of a withdrawal.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) enum Status {
    WaitingApproval,
    Processing,
    Success,
    Failed,
    Rejected,
}

impl Status {
    pub(super) fn as_str(self) -> &'static str {
        match self {
            Self::WaitingApproval => "WaitingApproval",
            Self::Processing => "Processing",
            Self::Success => "Success",
            Self::Failed => "Failed",
            Self::Rejected => "Rejected",
        }
    }

    pub(super) fn by_name(name: &str) -> Option<Self> {
        let all = [
            Self::WaitingApproval,
            Self::Processing,
            Self::Success,
            Self::Failed,
            Self::Rejected,
        ];
        all.into_iter().find(|status| status.as_str() == name)
    }

    pub(super) fn order_status(self) -> OrderStatus {
        match self {
            Self::WaitingApproval => OrderStatus::Pending,
            Self::Processing => OrderStatus::Processing,
            Self::Success => OrderStatus::Completed,
            Self::Failed => OrderStatus::Failed,
            Self::Rejected => OrderStatus::Closed,
        }
    }
}

/// The fee of a network.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct Fee {
    pub(super) coin: &'static Coin,
    pub(super) amount: Decimal,
}

/// A withdrawal.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct Withdrawal {
    pub(super) record_id: String,
    /// Continues a list after this record.
    pub(super) cursor: String,
    pub(super) merchant_ref: String,
    pub(super) coin: &'static Coin,
    /// `None` for one to Cwallet.
    pub(super) network: Option<&'static Network>,
    /// The address, or the Cwallet user as received.
    pub(super) to: String,
    pub(super) memo: String,
    pub(super) from: String,
    pub(super) amount: Decimal,
    /// What the receiver gets.
    pub(super) net: Decimal,
    /// What leaves the balance of the coin.
    pub(super) debit: Decimal,
    /// What leaves the balance of the fee's coin besides, if that is another one.
    pub(super) fee_apart: Option<Fee>,
    /// As in the record; `None` for one to Cwallet.
    pub(super) fee: Option<Fee>,
    pub(super) txid: String,
    pub(super) reason: String,
    pub(super) status: Status,
    pub(super) at_ms: u64,
    pub(super) settled_ms: Option<u64>,
    pub(super) due_ms: Option<u64>,
    pub(super) url: String,
}

impl Withdrawal {
    /// The entries of its money between the merchant's accounts.
    fn between(&self, from: Account, to: Account) -> Vec<Move<'_>> {
        let entry = |currency, amount| Move {
            currency,
            from,
            to,
            amount,
        };
        let mut entries = vec![entry(self.coin.symbol, self.debit)];
        if let Some(fee) = &self.fee_apart {
            entries.push(entry(fee.coin.symbol, fee.amount));
        }
        entries
    }

    /// The entries that freeze its money.
    pub(super) fn freezing(&self) -> Vec<Move<'_>> {
        self.between(Account::Available, Account::Frozen)
    }

    /// The frozen money goes to the receiver and to the fees.
    fn completing(&self) -> Vec<Move<'_>> {
        let entry = |currency, to, amount| Move {
            currency,
            from: Account::Frozen,
            to,
            amount,
        };
        let kept = self.debit.minus(self.net).unwrap_or_default();
        let symbol = self.coin.symbol;
        let mut entries = vec![
            entry(symbol, Account::Outside, self.net),
            entry(symbol, Account::Fees, kept),
        ];
        if let Some(fee) = &self.fee_apart {
            entries.push(entry(fee.coin.symbol, Account::Fees, fee.amount));
        }
        entries
    }
}

impl Stored for Withdrawal {
    fn order_id(&self) -> &str {
        &self.record_id
    }

    fn merchant_ref(&self) -> &str {
        &self.merchant_ref
    }

    fn due_ms(&self) -> Option<u64> {
        self.due_ms
    }

    fn clear_due(&mut self) {
        self.due_ms = None;
    }

    fn view(&self) -> order::Order {
        let (gateway, kind) = (Gateway::CCPAYMENT_V2, OrderKind::Payout);
        let id = self.record_id.clone();
        let mut view = order::Order::new(gateway, kind, id, self.at_ms);
        self.merchant_ref.clone_into(&mut view.merchant_ref);
        view.status = self.status.order_status();
        self.status.as_str().clone_into(&mut view.gateway_state);
        self.coin.symbol.clone_into(&mut view.currency);
        if let Some(network) = self.network {
            network.chain.name().clone_into(&mut view.network);
        }
        self.to.clone_into(&mut view.address);
        view.amount = self.debit.to_string();
        view.net_amount = self.net.to_string();
        if self.status == Status::Success {
            view.actual_amount.clone_from(&view.amount);
            view.received_amount.clone_from(&view.net_amount);
        }
        let kept = self.debit.minus(self.net).unwrap_or_default();
        view.fee = kept.to_string();
        self.txid.clone_into(&mut view.hash);
        self.url.clone_into(&mut view.callback_url);
        view.settled_ms = self.settled_ms;
        view.due_ms = self.due_ms;
        view
    }
}

impl CcpaymentV2 {
    /// Moves an open withdrawal into another state, with its money and its webhook.
    pub(super) fn move_withdrawal(&self, id: &str, to: Status) -> Result<Withdrawal, ActionError> {
        let mut state = self.state();
        let mut withdrawal = state.withdrawals.find(id)?.clone();
        let from = withdrawal.status;
        let open = matches!(from, Status::WaitingApproval | Status::Processing);
        if !open || from == to || to == Status::WaitingApproval {
            return Err(ActionError::Conflict(format!(
                "Withdrawal {} is {} and cannot become {}.",
                withdrawal.merchant_ref,
                from.as_str(),
                to.as_str()
            )));
        }
        match to {
            Status::Success => state.ledger.post(&withdrawal.completing())?,
            Status::Failed | Status::Rejected => {
                let back = withdrawal.between(Account::Frozen, Account::Available);
                state.ledger.post(&back)?;
            }
            Status::WaitingApproval | Status::Processing => {}
        }
        withdrawal.status = to;
        let now_ms = self.context.clock.now_ms();
        if to == Status::Processing {
            withdrawal.due_ms = self.payout_due(now_ms);
        } else {
            withdrawal.settled_ms = Some(now_ms);
            withdrawal.due_ms = None;
        }
        match (to, withdrawal.network) {
            (Status::Success, Some(network)) => {
                withdrawal.txid = self.new_txid(network.chain.is_evm());
            }
            (Status::Failed, _) => "the chain refused it".clone_into(&mut withdrawal.reason),
            (Status::Rejected, _) => "rejected by the merchant".clone_into(&mut withdrawal.reason),
            _ => {}
        }
        *state.withdrawals.find_mut(&withdrawal.record_id)? = withdrawal.clone();
        queue_withdrawal(self, &mut state, &withdrawal);
        drop(state);
        self.context.wake.notify_one();
        Ok(withdrawal)
    }

    /// When a withdrawal that is under way from now on completes without an action.
    pub(super) fn payout_due(&self, now_ms: u64) -> Option<u64> {
        let delay_ms = self.account.settings.get().payout_delay_ms?;
        Some(now_ms.saturating_add(delay_ms))
    }
}
