//! `getAppWithdrawRecord`: one withdrawal.

use bytes::Bytes;
use http::Request;
use payments_core::wire::{Lenient, NonEmpty, Optional, Scalar};
use payments_core::{
    Amount, Answer, Effect, Fault, InvalidRequest, MerchantRef, Operation, ProviderRef, RawAnswer,
    Timestamp, debug_masked, keeps_raw,
};
use serde::{Deserialize, Serialize};
use serde_with::Same;

use crate::v2::fee::Fee;
use crate::v2::limits;
use crate::v2::protocol::{Account, Call};
use crate::v2::record::{Key, Record};
use crate::v2::status::{WithdrawType, WithdrawalStatus};

/// Asks for a withdrawal: `POST getAppWithdrawRecord`.
///
/// **Effect: read.** An unknown withdrawal is [`Refusal::NotFound`](payments_core::Refusal::NotFound), code 11003. Right
/// after a withdrawal was sent, that proves nothing.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(transparent)]
#[must_use = "a query is made by `Client::withdrawal`"]
pub struct WithdrawalQuery {
    key: Key,
}

impl WithdrawalQuery {
    /// By the merchant's id.
    pub const fn by_order(order_id: MerchantRef) -> Self {
        Self {
            key: Key::Order(order_id),
        }
    }

    /// By the gateway's id.
    pub const fn by_record(record_id: ProviderRef) -> Self {
        Self {
            key: Key::Record(record_id),
        }
    }
}

impl Operation for WithdrawalQuery {
    type Output = WithdrawalRecord;
    const NAME: &'static str = "withdrawal";
    const EFFECT: Effect = Effect::Read;

    fn check(&self) -> Result<(), InvalidRequest> {
        self.key.check()
    }
}

impl Call for WithdrawalQuery {
    fn encode(&self, account: &Account, now: Timestamp) -> Result<Request<Bytes>, InvalidRequest> {
        account.post("getAppWithdrawRecord", self, now)
    }

    fn decode(&self, answer: Answer<'_>) -> Result<WithdrawalRecord, Fault> {
        self.key.read(answer)
    }
}

/// A withdrawal.
#[serde_with::apply(Option => #[serde(default)])]
#[serde_with::serde_as]
#[derive(Clone, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct WithdrawalRecord {
    /// The gateway's id.
    #[serde_as(as = "NonEmpty")]
    pub record_id: ProviderRef,
    /// To an address or to a Cwallet user.
    #[serde_as(as = "NonEmpty")]
    pub withdraw_type: WithdrawType,
    /// The coin.
    #[serde_as(as = "Scalar")]
    pub coin_id: u64,
    /// The symbol of the coin, which the provider may change.
    #[serde_as(as = "Lenient")]
    pub coin_symbol: Option<String>,
    /// The chain; `Cwallet OS` for a withdrawal to a Cwallet user.
    #[serde_as(as = "Optional")]
    pub chain: Option<String>,
    /// The merchant's id.
    #[serde_as(as = "NonEmpty")]
    pub order_id: String,
    /// Where it came from. Missing on chains such as Bitcoin, and for Cwallet users.
    #[serde_as(as = "Lenient")]
    pub from_address: Option<String>,
    /// Where it went.
    ///
    /// The page's sample of a list of users' withdrawals spells it `ToAddress`.
    #[serde(alias = "ToAddress")]
    #[serde_as(as = "Optional")]
    pub to_address: Option<String>,
    /// The memo or tag of the address.
    #[serde_as(as = "Optional")]
    pub to_memo: Option<String>,
    /// The Cwallet user it went to.
    #[serde_as(as = "Optional")]
    pub cwallet_user: Option<String>,
    /// The hash of the transaction. `None` for Cwallet users, and before it was sent.
    #[serde_as(as = "Lenient")]
    pub tx_id: Option<String>,
    /// The status. Only [`WithdrawalStatus::Success`] means that it was paid out.
    #[serde_as(as = "NonEmpty")]
    pub status: WithdrawalStatus,
    /// The requested amount, in units of the coin.
    #[serde_as(as = "Scalar")]
    pub amount: Amount,
    /// The network fee, in its own coin. `None` for Cwallet users.
    #[serde_as(as = "Lenient<Same>")]
    pub fee: Option<Fee>,
    /// The user of the user wallet system whose money it was.
    #[serde_as(as = "Optional")]
    pub user_id: Option<String>,
    /// Why it failed or was rejected.
    #[serde_as(as = "Lenient")]
    pub reason: Option<String>,
    /// US dollars for one unit.
    #[serde(rename = "coinUSDPrice")]
    #[serde_as(as = "Lenient")]
    pub coin_usd_price: Option<Amount>,
    #[serde(skip)]
    raw: Option<RawAnswer>,
}

keeps_raw!(WithdrawalRecord);

debug_masked!(WithdrawalRecord shows record_id, withdraw_type, coin_id, coin_symbol, chain, order_id, tx_id, status, amount,
    fee, coin_usd_price, raw; masks from_address, to_address, to_memo, cwallet_user, user_id, reason);

impl Record for WithdrawalRecord {
    fn coin_id(&self) -> Option<u64> {
        Some(self.coin_id)
    }

    fn chain(&self) -> Option<&str> {
        self.chain.as_deref()
    }

    fn to_address(&self) -> Option<&str> {
        self.to_address.as_deref()
    }

    fn record_id(&self) -> Option<&ProviderRef> {
        Some(&self.record_id)
    }

    fn order_id(&self) -> Option<&str> {
        Some(&self.order_id)
    }
}

/// What a call that made the withdrawal compares.
impl WithdrawalRecord {
    pub(super) fn expect_to_network(&self, coin_id: u64, amount: Amount) -> Result<(), Fault> {
        self.expect_type(&WithdrawType::Network)?;
        self.expect_amount(coin_id, amount)
    }

    /// The user is not compared: the record may name by id whom the request named by e-mail address.
    pub(super) fn expect_to_cwallet(&self, coin_id: u64, amount: Amount) -> Result<(), Fault> {
        self.expect_type(&WithdrawType::Cwallet)?;
        self.expect_amount(coin_id, amount)
    }

    fn expect_type(&self, asked: &WithdrawType) -> Result<(), Fault> {
        if self.withdraw_type == *asked {
            Ok(())
        } else {
            Err(Fault::mismatch("withdrawType"))
        }
    }

    fn expect_amount(&self, coin_id: u64, amount: Amount) -> Result<(), Fault> {
        if self.coin_id != coin_id {
            return Err(Fault::mismatch("coinId"));
        }
        if self.amount != amount {
            return Err(Fault::mismatch("amount"));
        }
        Ok(())
    }

    pub(super) fn expect_destination(
        &self,
        chain: &str,
        address: &str,
        memo: &str,
    ) -> Result<(), Fault> {
        let found = self.chain.as_deref();
        if found.is_some_and(|found| !found.eq_ignore_ascii_case(chain)) {
            return Err(Fault::mismatch("chain"));
        }
        let found = self.to_address.as_deref();
        if found.is_some_and(|found| !limits::is_same_address(address, found)) {
            return Err(Fault::mismatch("toAddress"));
        }
        if self.to_memo.as_deref().is_some_and(|found| found != memo) {
            return Err(Fault::mismatch("toMemo"));
        }
        Ok(())
    }
}
