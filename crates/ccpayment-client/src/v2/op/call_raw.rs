//! [`RawCall`]: a call that this crate has no type for.

use bytes::Bytes;
use http::Request;
use payments_core::{
    Answer, Effect, Fault, InvalidRequest, KnownCall, RawCall, RawResponse, Timestamp,
};

use crate::v2::protocol::{Account, Call};

const ORDERS: &str = "the API page, orders and invoices";
const ADDRESSES: &str = "the API page, permanent addresses and deposits";
const WITHDRAWALS: &str = "the API page, withdrawals";
const SWAP: &str = "the API page, swap";
const COMMON: &str = "the API page, common calls";
const USERS: &str = "the API page, user wallets";
const SDK: &str = "official SDKs only";
const PLUGIN: &str = "official WooCommerce plugin only";

/// The calls of the provider's page and those that only its SDKs and plugins name.
pub const CALLS: &[KnownCall] = &[
    KnownCall::new("createAppOrderDepositAddress", Effect::Unkeyed, ORDERS),
    KnownCall::new("getAppOrderInfo", Effect::Read, ORDERS),
    KnownCall::new("createInvoiceUrl", Effect::Unkeyed, ORDERS),
    KnownCall::new("getInvoiceOrderInfo", Effect::Read, ORDERS),
    KnownCall::new("getOrCreateAppDepositAddress", Effect::Keyed, ADDRESSES),
    KnownCall::new("addressUnbinding", Effect::Keyed, ADDRESSES),
    KnownCall::new("getAppDepositRecord", Effect::Read, ADDRESSES),
    KnownCall::new("getAppDepositRecordList", Effect::Read, ADDRESSES),
    KnownCall::new("applyAppWithdrawToNetwork", Effect::Unkeyed, WITHDRAWALS),
    KnownCall::new("applyAppWithdrawToCwallet", Effect::Unkeyed, WITHDRAWALS),
    KnownCall::new("getAppWithdrawRecord", Effect::Read, WITHDRAWALS),
    KnownCall::new("getAppWithdrawRecordList", Effect::Read, WITHDRAWALS),
    KnownCall::new("getAutoWithdrawRecordList", Effect::Read, SDK),
    KnownCall::new("getRiskyRefundRecordList", Effect::Read, SDK),
    KnownCall::new("getSwapCoinList", Effect::Read, SWAP),
    KnownCall::new("estimate", Effect::Read, SWAP),
    KnownCall::new("swap", Effect::Unkeyed, SWAP),
    KnownCall::new("getSwapRecord", Effect::Read, SWAP),
    KnownCall::new("getSwapRecordList", Effect::Read, SWAP),
    KnownCall::new("getCoinList", Effect::Read, COMMON),
    KnownCall::new("getCoin", Effect::Read, COMMON),
    KnownCall::new("getCoinUSDTPrice", Effect::Read, COMMON),
    KnownCall::new("getFiatList", Effect::Read, COMMON),
    KnownCall::new("getChainList", Effect::Read, COMMON),
    KnownCall::new("getAppCoinAssetList", Effect::Read, COMMON),
    KnownCall::new("getAppCoinAsset", Effect::Read, COMMON),
    KnownCall::new("getCwalletUserId", Effect::Read, COMMON),
    KnownCall::new("checkWithdrawalAddressValidity", Effect::Read, COMMON),
    KnownCall::new("getWithdrawFee", Effect::Read, COMMON),
    KnownCall::new("rescanLostTransaction", Effect::Unkeyed, COMMON),
    KnownCall::new("webhook/resend", Effect::Unkeyed, COMMON),
    KnownCall::new("getUserCoinAssetList", Effect::Read, USERS),
    KnownCall::new("getUserCoinAsset", Effect::Read, USERS),
    KnownCall::new("getOrCreateUserDepositAddress", Effect::Keyed, USERS),
    KnownCall::new("getUserDepositRecord", Effect::Read, USERS),
    KnownCall::new("getUserDepositRecordList", Effect::Read, USERS),
    KnownCall::new("applyUserWithdrawToNetwork", Effect::Unkeyed, USERS),
    KnownCall::new("applyUserWithdrawToCwallet", Effect::Unkeyed, USERS),
    KnownCall::new("getUserWithdrawRecord", Effect::Read, USERS),
    KnownCall::new("getUserWithdrawRecordList", Effect::Read, USERS),
    KnownCall::new("userTransfer", Effect::Unkeyed, USERS),
    KnownCall::new("getUserTransferRecord", Effect::Read, USERS),
    KnownCall::new("getUserTransferRecordList", Effect::Read, USERS),
    KnownCall::new("userSwap", Effect::Unkeyed, USERS),
    KnownCall::new("getUserSwapRecord", Effect::Read, USERS),
    KnownCall::new("getUserSwapRecordList", Effect::Read, USERS),
    KnownCall::new("checkWithdrawAddress", Effect::Read, SDK),
    KnownCall::new("applyBatchWithdraw", Effect::Unkeyed, SDK),
    KnownCall::new("appendBatchWithdraw", Effect::Unkeyed, SDK),
    KnownCall::new("confirmBatchWithdraw", Effect::Unkeyed, SDK),
    KnownCall::new("abortBatchWithdraw", Effect::Unkeyed, SDK),
    KnownCall::new("getBatchWithdrawOrder", Effect::Read, SDK),
    KnownCall::new("getBatchWithdrawOrderRecordList", Effect::Read, SDK),
    KnownCall::new("userBatchTransfer", Effect::Unkeyed, SDK),
    KnownCall::new("getAggregationFeeRecord", Effect::Read, SDK),
    KnownCall::new("getPaymentBlockHeight", Effect::Read, SDK).also_named(&["getTradeBlockHeight"]),
    KnownCall::new("all/chain", Effect::Read, SDK),
    KnownCall::new("getMainCoinList", Effect::Read, SDK),
    KnownCall::new("getUserBatchTransferRecord", Effect::Read, SDK),
    KnownCall::new("getUserBatchTransferRecordList", Effect::Read, SDK),
    KnownCall::new("getUserBatchTransferRecordDetail", Effect::Read, SDK),
    KnownCall::new("abandonAddress", Effect::Unkeyed, SDK),
    KnownCall::new("createCheckoutUrl", Effect::Unkeyed, PLUGIN),
];

/// The call of this name, in whatever case.
#[must_use]
pub fn known_call(name: &str) -> Option<&'static KnownCall> {
    KnownCall::find(CALLS, name)
}

impl<const WRITE: bool> Call for RawCall<WRITE> {
    fn encode(&self, account: &Account, now: Timestamp) -> Result<Request<Bytes>, InvalidRequest> {
        self.refuse_read_of_write(known_call(self.name()))?;
        account.post_json(self.name(), self.fields()?.as_bytes().to_vec(), now)
    }

    fn decode(&self, answer: Answer<'_>) -> Result<RawResponse, Fault> {
        Ok(answer.into_raw_response())
    }

    fn redact(&self, message: String) -> String {
        self.mask(&message)
    }
}
