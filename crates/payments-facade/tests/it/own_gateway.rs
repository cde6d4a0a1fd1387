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

/// A gateway must stay short to write. Imports by name do not count: a reader skips them.
#[test]
fn the_example_has_fewer_than_200_lines_after_its_imports() {
    let text = include_str!("../../examples/own_gateway/gateway.rs");
    let lines = text
        .lines()
        .skip_while(|line| !line.starts_with("const NAME"))
        .count();
    assert!((100..200).contains(&lines), "{lines} lines");
}
