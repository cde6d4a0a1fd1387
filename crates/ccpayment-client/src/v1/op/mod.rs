//! The calls, one file per area.

mod address;
mod assets;
mod bill_info;
mod checkout;
mod coins;
mod create_order;
mod heights;
mod legacy;
mod network_fee;
mod rate;
mod resend;
mod trade;
mod user;
mod withdraw;

use std::cmp::Reverse;

use payments_core::{redact, wire};
use serde::{Deserializer, de};

pub use address::{AssignAddress, DepositAddress};
pub use assets::{Asset, Assets, AssetsQuery};
pub use bill_info::{
    DepositOrder, DepositQuery, Deposits, WithdrawalOrder, WithdrawalQuery, Withdrawals,
};
pub use checkout::{Checkout, CreateCheckout};
pub use coins::{Coin, Coins, CoinsQuery, Token};
pub use create_order::{CreateOrder, CreatedOrder};
pub use heights::{BlockHeight, BlockHeights, BlockHeightsQuery};
#[allow(deprecated)]
pub use legacy::{LegacyToken, LegacyTokens, SupportedTokensQuery, TokenChainsQuery};
pub use network_fee::{NetworkFee, NetworkFeeQuery};
pub use rate::{RateQuery, TokenRate};
pub use resend::{ResendWebhooks, Resent};
pub use trade::{RefundItem, Trade};
pub use user::{CwalletUser, UserQuery};
pub use withdraw::{Withdraw, Withdrawal};

/// Text or number that must be there and not empty.
fn present_text<'de, D: Deserializer<'de>>(deserializer: D) -> Result<String, D::Error> {
    wire::optional_text(deserializer)?
        .ok_or_else(|| de::Error::custom("nothing where a text must be"))
}

/// The gateway's words without any of `values`, the longest of them first: one may stand within another.
fn without_all<const N: usize>(said: String, mut values: [&str; N]) -> String {
    values.sort_unstable_by_key(|value| Reverse(value.len()));
    values
        .iter()
        .fold(said, |said, value| redact::without(&said, value))
}

/// An optional field of a request that is not set: it is left out. The provider takes left out, `""`, `0` and `null`
/// alike, as its SDKs send them.
fn unset(text: &str) -> bool {
    text.is_empty()
}
