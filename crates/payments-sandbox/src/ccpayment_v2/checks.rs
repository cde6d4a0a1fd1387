//! `checkWithdrawalAddressValidity`, `getWithdrawFee` and `rescanLostTransaction`: they move nothing.

use serde_json::json;

use super::answer::{self, Outcome};
use super::fields::TEXT;
use super::state::CcpaymentV2;
use super::verify::Verified;

pub(super) const ADDRESS_FIELDS: &[&str] = &["chain", "address"];
pub(super) const FEE_FIELDS: &[&str] = &["coinId", "chain"];
pub(super) const RESCAN_FIELDS: &[&str] = &["chain", "toAddress", "txId", "memo"];

/// An address that is not valid is an answer, not an error.
pub(super) fn address(_: &CcpaymentV2, fields: &Verified) -> Outcome {
    fields.required("chain", 32)?;
    let address = fields.required("address", TEXT)?;
    let chain = fields.chain()?;
    answer::data(&json!({ "addrIsValid": chain.accepts(address) }))
}

/// The inquiry's id is not needed for a withdrawal, and has no end (assumed): the fees are fixed.
pub(super) fn fee(provider: &CcpaymentV2, fields: &Verified) -> Outcome {
    let network = fields.network()?;
    answer::data(&json!({
        "fee": {
            "coinId": network.fee_coin.id,
            "coinSymbol": network.fee_coin.symbol,
            "amount": network.fee.to_string(),
        },
        "networkFeeInquiryID": provider.context.ids.hex(32),
    }))
}

/// No payment of the sandbox gets lost, so there is nothing to find: the answer says so in words for people.
pub(super) fn rescan(provider: &CcpaymentV2, fields: &Verified) -> Outcome {
    fields.required("chain", 32)?;
    let to = fields.required("toAddress", TEXT)?;
    let txid = fields.required("txId", TEXT)?;
    fields.optional("memo", TEXT)?;
    let chain = fields.chain()?;
    let state = provider.state();
    let known = state.deposits.iter().any(|deposit| {
        deposit.txid == txid
            && deposit.network.chain == chain
            && chain.same_address(&deposit.to, to)
    });
    let description = if known {
        "The transaction has been credited already."
    } else {
        "The transaction was not found on the chain."
    };
    answer::data(&json!({ "description": description }))
}
