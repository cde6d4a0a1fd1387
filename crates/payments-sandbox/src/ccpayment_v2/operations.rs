//! The calls of the API.

use super::answer::Outcome;
use super::state::CcpaymentV2;
use super::verify::Verified;
use super::{
    addresses, assets, checks, cwallet, deposit_records, lists, order_info, orders, swap,
    swap_records, transfer_records, webhook_resend, withdraw, withdraw_records,
};

pub(super) const PREFIX: &str = "/ccpayment/v2/";

/// One call of the API.
pub(super) struct Operation {
    /// The path behind the prefix.
    pub(super) name: &'static str,
    /// Its fields; others are ignored with a note.
    pub(super) fields: &'static [&'static str],
    pub(super) run: Run,
}

type Run = fn(&CcpaymentV2, &Verified) -> Outcome;

const fn call(name: &'static str, fields: &'static [&'static str], run: Run) -> Operation {
    Operation { name, fields, run }
}

static OPERATIONS: [Operation; 31] = [
    call(
        "createAppOrderDepositAddress",
        orders::ORDER_FIELDS,
        orders::create_order,
    ),
    call("getAppOrderInfo", order_info::FIELDS, order_info::order),
    call(
        "createInvoiceUrl",
        orders::INVOICE_FIELDS,
        orders::create_invoice,
    ),
    call(
        "getInvoiceOrderInfo",
        order_info::FIELDS,
        order_info::invoice,
    ),
    call(
        "getOrCreateAppDepositAddress",
        addresses::FIELDS,
        addresses::get_or_create,
    ),
    call(
        "addressUnbinding",
        addresses::UNBIND_FIELDS,
        addresses::unbind,
    ),
    call(
        "getAppDepositRecord",
        deposit_records::FIELDS,
        deposit_records::one,
    ),
    call(
        "getAppDepositRecordList",
        deposit_records::LIST_FIELDS,
        deposit_records::list,
    ),
    call(
        "applyAppWithdrawToNetwork",
        withdraw::NETWORK_FIELDS,
        withdraw::to_network,
    ),
    call(
        "applyAppWithdrawToCwallet",
        withdraw::CWALLET_FIELDS,
        withdraw::to_cwallet,
    ),
    call(
        "getAppWithdrawRecord",
        withdraw_records::FIELDS,
        withdraw_records::one,
    ),
    call(
        "getAppWithdrawRecordList",
        withdraw_records::LIST_FIELDS,
        withdraw_records::list,
    ),
    call(
        "getAutoWithdrawRecordList",
        transfer_records::FIELDS,
        transfer_records::auto_withdrawals,
    ),
    call(
        "getRiskyRefundRecordList",
        transfer_records::FIELDS,
        transfer_records::risky_refunds,
    ),
    call("getSwapCoinList", &[], swap::coin_list),
    call("estimate", swap::ESTIMATE_FIELDS, swap::estimate),
    call("swap", swap::FIELDS, swap::swap),
    call("getSwapRecord", swap_records::FIELDS, swap_records::one),
    call(
        "getSwapRecordList",
        swap_records::LIST_FIELDS,
        swap_records::list,
    ),
    call("getCoinList", &[], lists::coin_list),
    call("getCoin", lists::COIN_FIELDS, lists::coin),
    call("getCoinUSDTPrice", lists::PRICE_FIELDS, lists::usdt_prices),
    call("getFiatList", &[], lists::fiat_list),
    call("getChainList", lists::CHAIN_FIELDS, lists::chain_list),
    call("getAppCoinAssetList", &[], assets::all),
    call("getAppCoinAsset", assets::FIELDS, assets::one),
    call("getCwalletUserId", cwallet::FIELDS, cwallet::run),
    call(
        "checkWithdrawalAddressValidity",
        checks::ADDRESS_FIELDS,
        checks::address,
    ),
    call("getWithdrawFee", checks::FEE_FIELDS, checks::fee),
    call(
        "rescanLostTransaction",
        checks::RESCAN_FIELDS,
        checks::rescan,
    ),
    call(
        "webhook/resend",
        webhook_resend::FIELDS,
        webhook_resend::run,
    ),
];

pub(super) fn names() -> impl Iterator<Item = &'static str> {
    OPERATIONS.iter().map(|operation| operation.name)
}

pub(super) fn find(path: &str) -> Option<&'static Operation> {
    let name = path.strip_prefix(PREFIX)?;
    OPERATIONS.iter().find(|operation| operation.name == name)
}
