//! The calls, one file for each, named after the call on the wire.

mod call_raw;
mod create_fiat_payout_order;
mod create_order;
mod create_order_by_credit_card;
mod exchange;
mod get_exchange_rate;
mod get_exchange_rate_for_credit_card;
mod get_merchant_balance;
mod get_order_detail;
mod get_wallet_address;
mod pwpp;
mod submit_kyc;
mod withdraw;

pub use call_raw::{CALLS, known_call};
pub use create_fiat_payout_order::{CreatedFiatPayout, FiatPayout};
pub use create_order::{CreateOrder, CreatedOrder};
pub use create_order_by_credit_card::{CardOrder, CreateCardOrder};
pub use exchange::{Exchange, Exchanged};
pub use get_exchange_rate::{ExchangeRate, RateQuery};
pub use get_exchange_rate_for_credit_card::{CardExchangeRate, CardRateQuery};
pub use get_merchant_balance::{Balance, BalanceQuery, Balances};
pub use get_order_detail::{OrderDetail, OrderQuery};
pub use get_wallet_address::{WalletAddress, WalletAddressQuery, WalletAddresses};
pub use pwpp::{CardPayment, CardPaymentPage};
pub use submit_kyc::{KycReceipt, SubmitKyc};
pub use withdraw::{Withdraw, Withdrawal};
