//! A gateway that is written outside this crate conforms, and stays short.

#[path = "../../examples/own_gateway/gateway.rs"]
mod gateway;
#[allow(dead_code)]
#[path = "../../examples/own_gateway/provider.rs"]
mod provider;

use payments_core::scripted::block_on;
use payments_testkit::conformance;

#[test]
fn the_example_conforms() {
    let provider = provider::Provider::default();
    let gateway = provider.gateway().unwrap();
    let report = block_on(conformance::run(&gateway, &provider));
    println!("{report}");
    assert!(report.is_pass() && report.passed() > 30, "{report}");
}

#[test]
fn the_example_has_less_than_200_lines() {
    let lines = include_str!("../../examples/own_gateway/gateway.rs")
        .lines()
        .count();
    assert!(lines < 200, "{lines} lines");
}
