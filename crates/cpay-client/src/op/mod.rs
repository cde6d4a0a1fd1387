//! The calls, one file per area.

mod address;
mod balance;
mod card_order;
mod card_payment;
mod exchange;
mod fiat_payout;
mod kyc;
mod order_detail;
mod pay_in;
mod rate;
mod setters;
mod urls;
mod withdraw;

use payments_core::wire;
use serde::{Deserializer, de};

use setters::setters;
use urls::Urls;

pub use address::{WalletAddress, WalletAddressQuery, WalletAddresses};
pub use balance::{Balance, BalanceQuery, Balances};
pub use card_order::{CardOrder, CreateCardOrder};
pub use card_payment::{CardPayment, CardPaymentPage};
pub use exchange::{Exchange, Exchanged};
pub use fiat_payout::{CreatedFiatPayout, FiatPayout};
pub use kyc::{KycReceipt, SubmitKyc};
pub use order_detail::{OrderDetail, OrderQuery};
pub use pay_in::{CreateOrder, CreatedOrder};
pub use rate::{CardExchangeRate, CardRateQuery, Conversion, ExchangeRate, RateQuery};
pub use withdraw::{Withdraw, Withdrawal};

/// Text or number that must be there and not empty.
fn present_text<'de, D: Deserializer<'de>>(deserializer: D) -> Result<String, D::Error> {
    wire::optional_text(deserializer)?
        .ok_or_else(|| de::Error::custom("nothing where a text must be"))
}
