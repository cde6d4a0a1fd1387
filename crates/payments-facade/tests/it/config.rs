//! Gateways from a file.

mod accounts;
mod errors;
#[cfg(all(feature = "ccpayment", feature = "chainup-opay"))]
mod providers;
mod support;
