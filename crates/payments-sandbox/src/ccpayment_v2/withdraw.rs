//! `applyAppWithdrawToNetwork` and `applyAppWithdrawToCwallet`: money leaves, and nothing calls it back.

use serde_json::json;

use super::answer::{self, Outcome, Refusal};
use super::codes::Code;
use super::coins::{Coin, Network};
use super::cwallet;
use super::fields::TEXT;
use super::messages::queue_withdrawal;
use super::state::{CcpaymentV2, State};
use super::verify::Verified;
use super::withdrawal::{Fee, Status, Withdrawal};
use crate::shared::decimal::Decimal;
use crate::shared::ledger::MoveRefused;

pub(super) const NETWORK_FIELDS: &[&str] = &[
    "orderId",
    "coinId",
    "chain",
    "address",
    "memo",
    "amount",
    "merchantPayNetworkFee",
    "networkFeeInquiryID",
    "notifyUrl",
];
pub(super) const CWALLET_FIELDS: &[&str] = &["orderId", "coinId", "cwalletUser", "amount"];

const ADDRESS: usize = 128;

/// What a withdrawal takes from the balances and what arrives.
pub(super) struct Costs {
    debit: Decimal,
    pub(super) net: Decimal,
    fee_apart: Option<Fee>,
}

/// A fee in another coin is paid from that coin's balance, or by the receiver with its worth (assumed).
pub(super) fn costs(network: &Network, amount: Decimal, merchant_pays: bool) -> Option<Costs> {
    let same = network.fee_coin.id == network.coin.id;
    let (debit, net) = match (merchant_pays, same) {
        (true, true) => (amount.plus(network.fee)?, amount),
        (true, false) => (amount, amount),
        (false, true) => (amount, amount.minus(network.fee)?),
        (false, false) => {
            let usd = network.fee.times_up(network.fee_coin.price)?;
            let worth = usd.over_up(network.coin.price)?;
            (amount, amount.minus(network.round_up(worth)?)?)
        }
    };
    let fee_apart = (merchant_pays && !same).then_some(Fee {
        coin: network.fee_coin,
        amount: network.fee,
    });
    net.is_positive().then_some(Costs {
        debit,
        net,
        fee_apart,
    })
}

fn places(amount: &str) -> usize {
    amount.split_once('.').map_or(0, |(_, places)| places.len())
}

pub(super) fn to_network(provider: &CcpaymentV2, fields: &Verified) -> Outcome {
    let merchant_ref = fields.reference("orderId")?;
    let address = fields.required("address", ADDRESS)?;
    let memo = fields.optional("memo", TEXT)?;
    let amount = fields.amount("amount")?;
    let merchant_pays = fields.switch("merchantPayNetworkFee")?;
    fields.optional("networkFeeInquiryID", TEXT)?;
    let notify_url = fields.web("notifyUrl")?;
    let network = fields.network()?;
    let refuse = |code, why: String| Err(Refusal::new(code, why));
    let chain = network.chain;
    if !network.can_withdraw {
        let (symbol, chain) = (network.coin.symbol, chain.name());
        let why = format!("{symbol} cannot be withdrawn on {chain}: canWithdraw is false");
        return refuse(Code::ChainStopWithdraw, why);
    }
    if !chain.accepts(address) {
        let why = format!("address is not an address of {}", chain.name());
        return refuse(Code::WithdrawAddrFormat, why);
    }
    if !memo.is_empty() && !chain.has_memo() {
        return refuse(
            Code::CoinNoSupportMemo,
            format!("{} has no memos", chain.name()),
        );
    }
    if !memo.is_empty() && memo.parse::<u32>().is_err() {
        let why = format!("a memo of {} is a number of at most 32 bits", chain.name());
        return refuse(Code::AddressMemoFormatErr, why);
    }
    if memo.is_empty() && chain.has_memo() {
        return refuse(
            Code::AddressEmptyMemo,
            format!("{} needs a memo (assumed)", chain.name()),
        );
    }
    let mut state = provider.state();
    if state.is_own_address(chain, address) {
        return refuse(
            Code::WithdrawCannotSelf,
            "address is a deposit address of this account".to_owned(),
        );
    }
    state.withdrawals.room_for(merchant_ref)?;
    if places(amount.text()) > usize::try_from(network.precision).unwrap_or_default() {
        let why = format!("amount has more than {} decimals", network.precision);
        return refuse(Code::CoinPrecisionLimit, why);
    }
    let amount = amount.value();
    if amount < network.min_withdraw {
        let why = format!("amount is less than {}", network.min_withdraw);
        return refuse(Code::WithdrawValueLessThanLimit, why);
    }
    if network.max_withdraw.is_positive() && amount > network.max_withdraw {
        let why = format!("amount is more than {}", network.max_withdraw);
        return refuse(Code::WithdrawValueMoreThanLimit, why);
    }
    let Some(costs) = costs(network, amount, merchant_pays) else {
        return refuse(
            Code::WithdrawAmountFeeTooLittle,
            "amount is not more than the fee, which the receiver pays".to_owned(),
        );
    };
    let settings = provider.account.settings.get();
    let url = if notify_url.is_empty() {
        &settings.webhook_url
    } else {
        notify_url
    };
    let now_ms = provider.context.clock.now_ms();
    let salt = &provider.account.address_salt;
    let from = if chain.is_utxo() {
        String::new()
    } else {
        chain.place(salt, &["hot wallet"]).address
    };
    let withdrawal = Withdrawal {
        network: Some(network),
        memo: memo.to_owned(),
        from,
        net: costs.net,
        debit: costs.debit,
        fee_apart: costs.fee_apart,
        fee: Some(Fee {
            coin: network.fee_coin,
            amount: network.fee,
        }),
        url: url.to_owned(),
        ..provider.new_withdrawal(now_ms, merchant_ref, network.coin, amount, address)
    };
    provider.add_withdrawal(&mut state, withdrawal)
}

pub(super) fn to_cwallet(provider: &CcpaymentV2, fields: &Verified) -> Outcome {
    let merchant_ref = fields.reference("orderId")?;
    let user = fields.required("cwalletUser", TEXT)?;
    let amount = fields.amount("amount")?.value();
    let coin = fields.coin("coinId")?;
    cwallet::find(user)?;
    let mut state = provider.state();
    state.withdrawals.room_for(merchant_ref)?;
    let least = Decimal::constant(1, 3);
    if amount.times(coin.price).is_some_and(|worth| worth < least) {
        return Err(Refusal::new(
            Code::WithdrawValueLessThanLimit,
            "amount is worth less than 0.001 USD",
        ));
    }
    let now_ms = provider.context.clock.now_ms();
    let withdrawal = provider.new_withdrawal(now_ms, merchant_ref, coin, amount, user);
    provider.add_withdrawal(&mut state, withdrawal)
}

impl CcpaymentV2 {
    fn new_withdrawal(
        &self,
        now_ms: u64,
        merchant_ref: &str,
        coin: &'static Coin,
        amount: Decimal,
        to: &str,
    ) -> Withdrawal {
        Withdrawal {
            record_id: self.new_id(now_ms),
            cursor: self.context.ids.hex(32),
            merchant_ref: merchant_ref.to_owned(),
            coin,
            network: None,
            to: to.to_owned(),
            memo: String::new(),
            from: String::new(),
            amount,
            net: amount,
            debit: amount,
            fee_apart: None,
            fee: None,
            txid: String::new(),
            reason: String::new(),
            status: Status::Processing,
            at_ms: now_ms,
            settled_ms: None,
            due_ms: None,
            url: String::new(),
        }
    }

    /// Freezes the money and answers with the id. Refused withdrawals leave no record.
    fn add_withdrawal(&self, state: &mut State, mut withdrawal: Withdrawal) -> Outcome {
        if self.account.settings.get().switches.approval {
            withdrawal.status = Status::WaitingApproval;
        } else {
            withdrawal.due_ms = self.payout_due(withdrawal.at_ms);
        }
        let fee_coin = withdrawal.fee_apart.as_ref().map(|fee| fee.coin.symbol);
        state
            .ledger
            .post(&withdrawal.freezing())
            .map_err(|refused| match &refused {
                MoveRefused::Insufficient { currency, .. } if fee_coin == Some(*currency) => {
                    Refusal::new(Code::WithdrawFeeBalanceNotEnough, refused.to_string())
                }
                _ => refused.into(),
            })?;
        let data = answer::data(&json!({ "recordId": withdrawal.record_id }));
        let place = self.context.next_order();
        state.withdrawals.add(withdrawal.clone(), place)?;
        queue_withdrawal(self, state, &withdrawal);
        self.context.wake.notify_one();
        data
    }
}
