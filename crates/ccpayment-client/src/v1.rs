//! The v1.0 API, which the provider's v2 reference calls deprecated. Start with [`Client`].
//!
//! [`v2`](crate::v2) has other paths, names and signatures under the same header names.

mod client;
pub mod codes;
mod config;
mod fee;
mod limits;
mod op;
mod price;
mod protocol;
mod resend_limit;
mod status;
mod webhook;

pub use crate::config_error::ConfigError;
pub use client::Client;
pub use config::{Config, DEFAULT_BASE_URL};
pub use fee::Fee;
pub use op::{
    Asset, Assets, AssetsQuery, AssignAddress, BlockHeight, BlockHeights, BlockHeightsQuery, CALLS,
    Checkout, Coin, Coins, CoinsQuery, CreateCheckout, CreateOrder, CreatedOrder, CwalletUser,
    DepositAddress, DepositOrder, DepositQuery, Deposits, NetworkFee, NetworkFeeQuery, RateQuery,
    RefundItem, ResendWebhooks, Resent, Token, TokenRate, Trade, UserQuery, Withdraw, Withdrawal,
    WithdrawalOrder, WithdrawalQuery, Withdrawals, known_call,
};
#[allow(deprecated)]
pub use op::{LegacyToken, LegacyTokens, SupportedTokensQuery, TokenChainsQuery};
pub use payments_core::{KnownCall, RawCall, RawResponse, WebhookError};
pub use payments_signing::Verified;
pub use payments_signing::ccpayment::Headers;
#[cfg(feature = "explain")]
#[cfg_attr(docsrs, doc(cfg(feature = "explain")))]
pub use payments_signing::{Cause, Diagnosis};
pub use price::Price;
pub use protocol::Call;
pub use status::{DepositStatus, OrderType, PayStatus, TokenStatus, WithdrawalStatus};
pub use webhook::{
    ApiDeposit, ApiWithdrawal, DirectDeposit, Event, Invoice, Quote, Refund, Transfer, Unlisted,
    Webhooks, ack, nack,
};
