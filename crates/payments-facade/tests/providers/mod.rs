//! The providers as the trials and the simulation meet them: a file each, over one sandbox.
#![allow(dead_code, clippy::unwrap_used, clippy::indexing_slicing)] // each test uses its part; a failed unwrap is a failed test

#[cfg(feature = "ccpayment")]
pub(crate) mod ccpayment;
#[cfg(feature = "chainup-opay")]
pub(crate) mod chainup_opay;
pub(crate) mod clock;
#[cfg(feature = "cpay")]
pub(crate) mod cpay;
pub(crate) mod faulty;
pub(crate) mod liar;
pub(crate) mod receiver;
pub(crate) mod world;
