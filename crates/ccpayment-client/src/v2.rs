//! The v2 API, which new merchants get. Start with [`Client`].
//!
//! An account is of one version: the gateway refuses calls of the other one (code 11013 here, 225213 in v1).
//!
//! # What is different from v1
//! - **Answers are not signed**: what an answer proves rests on TLS. Before you pay the same thing in another way,
//!   [`Client::confirm`] that it was not paid. If an answer has signature headers anyway, they must verify.
//! - Webhooks have no amounts and are not final: query the record and book what it says.
//! - A lost answer to a new order is no loss: [`Client::confirm`] returns address and amount.
//! - Coins are named by `coin_id` and chain, orders have no status ([`Order::is_paid`] compares amounts), and withdrawals to
//!   addresses and to Cwallet users are two calls.
//! - The provider bans who keeps sending wrong signatures or app ids: after three such refusals in a row, under HTTP status 200,
//!   the client sends nothing for ten minutes. Errors of these calls are [`Kind::Configuration`](payments_core::Kind::Configuration).
//!
//! # Calls
//!
//! | endpoint | here |
//! |---|---|
//! | `createAppOrderDepositAddress`, `getAppOrderInfo` | [`Client::create_order`], [`Client::order`] |
//! | `createInvoiceUrl`, `getInvoiceOrderInfo` | [`Client::create_invoice`], [`Client::invoice`] |
//! | `getOrCreateAppDepositAddress`, `addressUnbinding` | [`Client::deposit_address`], [`Client::unbind_address`] |
//! | `getAppDepositRecord`, `getAppDepositRecordList` | [`Client::deposit`], [`Client::deposits`] |
//! | `applyAppWithdrawToNetwork`, `applyAppWithdrawToCwallet` | [`Client::withdraw`], [`Client::withdraw_to_cwallet`] |
//! | `getAppWithdrawRecord`, `getAppWithdrawRecordList` | [`Client::withdrawal`], [`Client::withdrawals`] |
//! | `getAutoWithdrawRecordList`, `getRiskyRefundRecordList` | [`Client::auto_withdrawals`], [`Client::risky_refunds`] |
//! | `getSwapCoinList`, `estimate`, `swap` | [`Client::swap_coins`], [`Client::estimate_swap`], [`Client::swap`] |
//! | `getSwapRecord`, `getSwapRecordList` | [`Client::swap_record`], [`Client::swap_records`] |
//! | `getCoinList`, `getCoin`, `getCoinUSDTPrice` | [`Client::coins`], [`Client::coin`], [`Client::prices`] |
//! | `getFiatList`, `getChainList` | [`Client::fiats`], [`Client::chains`] |
//! | `getAppCoinAssetList`, `getAppCoinAsset` | [`Client::assets`], [`Client::asset`] |
//! | `getCwalletUserId`, `checkWithdrawalAddressValidity` | [`Client::cwallet_user`], [`Client::check_address`] |
//! | `getWithdrawFee`, `rescanLostTransaction`, `webhook/resend` | [`Client::withdraw_fee`], [`Client::rescan`], [`Client::resend_webhooks`] |
//! | all pages of a list | [`Client::rows`] |
//! | webhooks | [`Webhooks::receive`], [`Event`] |
//! | anything else | [`Client::call_raw`] |
//!
//! The user wallet system, in which the provider keeps balances of the merchant's users. **Client only**: neither the facade nor
//! the sandbox has it.
//!
//! | endpoint | here |
//! |---|---|
//! | `getUserCoinAssetList`, `getUserCoinAsset` | [`Client::user_assets`], [`Client::user_asset`] |
//! | `getOrCreateUserDepositAddress` | [`Client::user_deposit_address`] |
//! | `getUserDepositRecord`, `getUserDepositRecordList` | [`Client::user_deposit`], [`Client::user_deposits`] |
//! | `applyUserWithdrawToNetwork`, `applyUserWithdrawToCwallet` | [`Client::user_withdraw`], [`Client::user_withdraw_to_cwallet`] |
//! | `getUserWithdrawRecord`, `getUserWithdrawRecordList` | [`Client::user_withdrawal`], [`Client::user_withdrawals`] |
//! | `userTransfer` | [`Client::user_transfer`] |
//! | `getUserTransferRecord`, `getUserTransferRecordList` | [`Client::user_transfer_record`], [`Client::user_transfer_records`] |
//! | `userSwap` | [`Client::user_swap`] |
//! | `getUserSwapRecord`, `getUserSwapRecordList` | [`Client::user_swap_record`], [`Client::user_swap_records`] |
//!
//! Batches of withdrawals, which no page documents: see [`CreateBatch`]. **Client only**, too.
//!
//! | endpoint | here |
//! |---|---|
//! | `checkWithdrawAddress` | [`Client::check_batch_addresses`] |
//! | `applyBatchWithdraw`, `appendBatchWithdraw` | [`Client::create_batch`], [`Client::append_to_batch`] |
//! | `confirmBatchWithdraw`, `abortBatchWithdraw` | [`Client::confirm_batch`], [`Client::abort_batch`] |
//! | `getBatchWithdrawOrder`, `getBatchWithdrawOrderRecordList` | [`Client::batch`], [`Client::batch_rows`] |
//!
//! What no document proves is marked `assumed`.

mod client;
pub mod codes;
mod config;
mod confirm;
mod console_withdrawal;
mod expiry;
mod fee;
mod limits;
mod list;
mod lockout;
mod op;
mod price;
mod protocol;
mod record;
mod rows;
mod status;
mod user;
mod webhook;
mod wire;

pub use crate::config_error::ConfigError;
pub use client::Client;
pub use config::{Config, DEFAULT_BASE_URL};
pub use confirm::Confirm;
pub use console_withdrawal::{ConsoleWithdrawal, RefundedDeposit};
pub use fee::Fee;
pub use list::Page;
pub use op::*;
pub use payments_core::{RawCall, RawResponse, WebhookError};
pub use payments_signing::Verified;
pub use payments_signing::ccpayment::Headers;
pub use price::Price;
pub use protocol::Call;
pub use rows::{Paged, Rows};
pub use status::{
    BatchStatus, ChainStatus, CoinStatus, DepositStatus, SwapStatus, TransferStatus, WebhookType,
    WithdrawType, WithdrawalStatus,
};
pub use webhook::{
    ApiDeposit, ApiWithdrawal, DirectDeposit, Event, Unlisted, UserDeposit, UserWithdrawal,
    Webhooks, ack, nack,
};
