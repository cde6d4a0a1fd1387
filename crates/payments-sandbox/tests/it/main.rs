//! The sandbox over real HTTP, with signatures made here and not by any crate of this workspace.

// Helpers of tests may panic like tests: a panic fails the test.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing
)]

mod admin;
mod browser;
mod ccpayment;
mod ccpayment_v2;
mod chainup_opay;
mod cpay;
mod dashboard;
mod faults;
mod guard;
mod late_payments;
mod lifecycle;
mod limits;
mod locally;
mod pictures;
mod run_time_settings;
mod settings;
#[cfg(feature = "state-file")]
mod state_file;
mod support;
