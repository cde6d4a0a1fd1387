//! A gateway of one's own, outside this workspace's providers: `gateway.rs` is all of it, in under 200 lines. It is put to
//! the conformance suite against its provider, which is in memory here.
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
