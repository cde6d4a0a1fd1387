//! Raw calls: every typed call is in the list by which a raw call is judged.

use ccpayment_client::v2::{
    AbortBatch, AddressQuery, AppendToBatch, AssetQuery, AssetsQuery, AssignAddress,
    AssignUserAddress, AutoWithdrawalsQuery, BatchQuery, BatchRowsQuery, CALLS, ChainsQuery,
    CheckBatchAddresses, CoinQuery, CoinsQuery, ConfirmBatch, CreateBatch, CreateInvoice,
    CreateOrder, CwalletUserQuery, DepositQuery, DepositsQuery, EstimateSwap, FiatsQuery,
    InvoiceQuery, OrderQuery, PricesQuery, RawCall, RescanTransaction, ResendWebhooks,
    RiskyRefundsQuery, Swap, SwapCoinsQuery, SwapQuery, SwapsQuery, UnbindAddress, UserAssetQuery,
    UserAssetsQuery, UserDepositQuery, UserDepositsQuery, UserSwap, UserSwapQuery, UserSwapsQuery,
    UserTransfer, UserTransferQuery, UserTransfersQuery, UserWithdraw, UserWithdrawToCwallet,
    UserWithdrawalQuery, UserWithdrawalsQuery, Withdraw, WithdrawFeeQuery, WithdrawToCwallet,
    WithdrawalQuery, WithdrawalsQuery, known_call,
};
use payments_core::{Effect, KnownCall, Operation};

use super::support;

/// The list is what `call_raw` judges a call by, so it must agree with the types.
#[test]
fn every_call_is_listed_with_its_effect() {
    fn listed<O: Operation>(name: &str) -> (&str, bool) {
        let known = known_call(name).unwrap_or_else(|| panic!("{name} is not listed"));
        (name, known.effect() == O::EFFECT)
    }
    let checked = [
        listed::<CreateOrder>("createAppOrderDepositAddress"),
        listed::<OrderQuery>("getAppOrderInfo"),
        listed::<CreateInvoice>("createInvoiceUrl"),
        listed::<InvoiceQuery>("getInvoiceOrderInfo"),
        listed::<AssignAddress>("getOrCreateAppDepositAddress"),
        listed::<UnbindAddress>("addressUnbinding"),
        listed::<DepositQuery>("getAppDepositRecord"),
        listed::<DepositsQuery>("getAppDepositRecordList"),
        listed::<Withdraw>("applyAppWithdrawToNetwork"),
        listed::<WithdrawToCwallet>("applyAppWithdrawToCwallet"),
        listed::<WithdrawalQuery>("getAppWithdrawRecord"),
        listed::<WithdrawalsQuery>("getAppWithdrawRecordList"),
        listed::<AutoWithdrawalsQuery>("getAutoWithdrawRecordList"),
        listed::<RiskyRefundsQuery>("getRiskyRefundRecordList"),
        listed::<SwapCoinsQuery>("getSwapCoinList"),
        listed::<EstimateSwap>("estimate"),
        listed::<Swap>("swap"),
        listed::<SwapQuery>("getSwapRecord"),
        listed::<SwapsQuery>("getSwapRecordList"),
        listed::<CoinsQuery>("getCoinList"),
        listed::<CoinQuery>("getCoin"),
        listed::<PricesQuery>("getCoinUSDTPrice"),
        listed::<FiatsQuery>("getFiatList"),
        listed::<ChainsQuery>("getChainList"),
        listed::<AssetsQuery>("getAppCoinAssetList"),
        listed::<AssetQuery>("getAppCoinAsset"),
        listed::<CwalletUserQuery>("getCwalletUserId"),
        listed::<AddressQuery>("checkWithdrawalAddressValidity"),
        listed::<WithdrawFeeQuery>("getWithdrawFee"),
        listed::<RescanTransaction>("rescanLostTransaction"),
        listed::<ResendWebhooks>("webhook/resend"),
        listed::<UserAssetsQuery>("getUserCoinAssetList"),
        listed::<UserAssetQuery>("getUserCoinAsset"),
        listed::<AssignUserAddress>("getOrCreateUserDepositAddress"),
        listed::<UserDepositQuery>("getUserDepositRecord"),
        listed::<UserDepositsQuery>("getUserDepositRecordList"),
        listed::<UserWithdraw>("applyUserWithdrawToNetwork"),
        listed::<UserWithdrawToCwallet>("applyUserWithdrawToCwallet"),
        listed::<UserWithdrawalQuery>("getUserWithdrawRecord"),
        listed::<UserWithdrawalsQuery>("getUserWithdrawRecordList"),
        listed::<UserTransfer>("userTransfer"),
        listed::<UserTransferQuery>("getUserTransferRecord"),
        listed::<UserTransfersQuery>("getUserTransferRecordList"),
        listed::<UserSwap>("userSwap"),
        listed::<UserSwapQuery>("getUserSwapRecord"),
        listed::<UserSwapsQuery>("getUserSwapRecordList"),
        listed::<CheckBatchAddresses>("checkWithdrawAddress"),
        listed::<CreateBatch>("applyBatchWithdraw"),
        listed::<AppendToBatch>("appendBatchWithdraw"),
        listed::<ConfirmBatch>("confirmBatchWithdraw"),
        listed::<AbortBatch>("abortBatchWithdraw"),
        listed::<BatchQuery>("getBatchWithdrawOrder"),
        listed::<BatchRowsQuery>("getBatchWithdrawOrderRecordList"),
    ];
    let wrong: Vec<_> = checked.iter().filter(|(_, agrees)| !agrees).collect();
    assert!(wrong.is_empty(), "{wrong:?}");
    let typed: Vec<&str> = CALLS[..checked.len()].iter().map(KnownCall::name).collect();
    assert_eq!(typed, checked.map(|(name, _)| name));
}

/// They have no types, because their names and fields differ between the SDK's releases.
#[test]
fn the_reads_of_the_sdks_field_tables_are_listed() {
    for name in [
        "getAggregationFeeRecord",
        "getPaymentBlockHeight",
        "getTradeBlockHeight",
        "all/chain",
        "getMainCoinList",
        "getUserBatchTransferRecord",
        "getUserBatchTransferRecordList",
        "getUserBatchTransferRecordDetail",
    ] {
        let known = known_call(name).unwrap_or_else(|| panic!("{name} is not listed"));
        assert_eq!(known.effect(), Effect::Read, "{name}");
    }
}

#[test]
fn a_raw_read_of_a_write_is_refused_in_any_spelling() {
    let client = support::client();
    for call in CALLS {
        for name in [
            call.name().to_owned(),
            call.name().to_uppercase(),
            format!("/{}/", call.name()),
        ] {
            let prepared = client.prepare(&RawCall::read(&*name), support::now());
            assert_eq!(prepared.is_ok(), call.is_raw_read(), "{name}");
            let prepared = client.prepare(&RawCall::write(&*name), support::now());
            assert!(prepared.is_ok(), "{name}");
        }
    }
}
