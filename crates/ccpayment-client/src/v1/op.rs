//! The calls, one file per wire call.

mod assets;
mod bill_create;
mod bill_info;
mod call_raw;
mod check_user;
mod coin_all;
mod concise_url_get;
mod get_network_height_info;
mod network_fee;
mod payment_address_get;
mod support_token;
mod token_chain;
mod token_rate;
mod webhook_resend;
mod withdraw;

pub use assets::{Asset, Assets, AssetsQuery};
pub use bill_create::{CreateOrder, CreatedOrder};
pub use bill_info::{
    DepositOrder, DepositQuery, Deposits, RefundItem, Trade, WithdrawalOrder, WithdrawalQuery,
    Withdrawals,
};
pub use call_raw::{CALLS, known_call};
pub use check_user::{CwalletUser, UserQuery};
pub use coin_all::{Coin, Coins, CoinsQuery, Token};
pub use concise_url_get::{Checkout, CreateCheckout};
pub use get_network_height_info::{BlockHeight, BlockHeights, BlockHeightsQuery};
pub use network_fee::{NetworkFee, NetworkFeeQuery};
pub use payment_address_get::{AssignAddress, DepositAddress};
#[allow(deprecated)]
pub use support_token::{LegacyToken, LegacyTokens, SupportedTokensQuery};
#[allow(deprecated)]
pub use token_chain::TokenChainsQuery;
pub use token_rate::{RateQuery, TokenRate};
pub use webhook_resend::{ResendWebhooks, Resent};
pub use withdraw::{Withdraw, Withdrawal};
