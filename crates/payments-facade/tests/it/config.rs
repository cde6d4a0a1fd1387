//! Gateways from a file.

mod accounts;
#[cfg(feature = "ccpayment")]
mod ccpayment;
mod connections;
#[cfg(all(feature = "ccpayment", feature = "chainup-opay"))]
mod copies;
mod errors;
#[cfg(all(feature = "ccpayment", feature = "chainup-opay"))]
mod no_secret_shown;
#[cfg(all(feature = "ccpayment", feature = "chainup-opay"))]
mod providers;
mod support;
