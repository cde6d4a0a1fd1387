//! An adapter for a provider that this workspace does not have. `gateway.rs` is the complete adapter; `provider.rs` simulates
//! the provider in memory, and the conformance suite tests the adapter against it.
//!
//! `cargo run -p payments-facade --example own_gateway`
#![allow(clippy::print_stdout)] // the report is for people

mod gateway;
mod provider;

use payments_core::InvalidRequest;
use payments_core::scripted::block_on;
use payments_testkit::conformance;

fn main() -> Result<(), InvalidRequest> {
    let provider = provider::Provider::default();
    let gateway = provider.gateway()?;
    let report = block_on(conformance::run(&gateway, &provider));
    println!("{report}");
    std::process::exit(i32::from(!report.is_pass()));
}
