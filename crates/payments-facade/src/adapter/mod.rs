//! The adapters: one folder per provider, one feature each.

#[cfg(feature = "ccpayment")]
pub mod ccpayment;
#[cfg(feature = "chainup-opay")]
pub mod chainup_opay;
#[cfg(feature = "cpay")]
pub mod cpay;
