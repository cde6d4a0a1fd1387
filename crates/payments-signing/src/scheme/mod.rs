//! One file per provider; each reads like the provider's own page.

pub mod ccpayment;
#[cfg(any(feature = "rsa", feature = "rsa-portable"))]
pub mod chainup_opay;
pub mod cpay;
