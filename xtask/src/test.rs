//! `cargo xtask test`: everything that must pass on main, in the order that fails fastest.

use std::time::Instant;

use crate::run::{cargo, succeed};
use crate::{budget, golden, matrix};

type Step = (&'static str, fn() -> Result<(), String>);

const STEPS: &[Step] = &[
    ("format", || {
        succeed(cargo().args(["fmt", "--all", "--check"]))
    }),
    ("lints, all targets and features", || {
        let lints = [
            "clippy",
            "--workspace",
            "--all-targets",
            "--all-features",
            "--",
            "-D",
            "warnings",
        ];
        succeed(cargo().args(lints))
    }),
    ("lints, each library with its features off", features_off),
    ("tests and doctests", || {
        succeed(cargo().args(["test", "--workspace", "--all-features"]))
    }),
    ("documentation", || {
        let docs = [
            "doc",
            "--workspace",
            "--all-features",
            "--no-deps",
            "--quiet",
        ];
        succeed(cargo().env("RUSTDOCFLAGS", "-D warnings").args(docs))
    }),
    ("golden cases", || golden::run(golden::DEFAULT_DIR.as_ref())),
    ("dependency budget", budget::run),
    ("table of capabilities", || matrix::run(true)),
];

/// Feature unification hides a missing `cfg` from a workspace build, so each library is built alone too.
fn features_off() -> Result<(), String> {
    for library in [
        "payments-signing",
        "payments-core",
        "payments-reqwest",
        "cpay-client",
        "ccpayment-client",
        "chainup-opay-client",
        "payments-facade",
    ] {
        let lints = [
            "clippy",
            "--quiet",
            "--no-default-features",
            "--package",
            library,
            "--",
            "-D",
            "warnings",
        ];
        succeed(cargo().args(lints))?;
    }
    Ok(())
}

pub(crate) fn run() -> Result<(), String> {
    let started = Instant::now();
    for (number, (name, step)) in STEPS.iter().enumerate() {
        println!("\n== {}/{} {name}", number + 1, STEPS.len());
        let step_started = Instant::now();
        step().map_err(|error| format!("step \"{name}\": {error}"))?;
        println!(
            "== {name}: passed in {:.1} s",
            step_started.elapsed().as_secs_f64()
        );
    }
    println!(
        "\nEverything passed in {:.0} s.",
        started.elapsed().as_secs_f64()
    );
    Ok(())
}
