//! `cargo xtask test`: everything that must pass, the quickest checks first.

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
    ("lints, each library with fewer features", fewer_features),
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
    ("dependency rules", budget::run),
    ("capabilities page", || matrix::run(true)),
];

/// A workspace build enables every feature, which hides a missing `cfg`. So each library is also checked alone without its
/// features, and the facade with one adapter.
const FEWER_FEATURES: &[(&str, &str)] = &[
    ("payments-address", ""),
    ("payments-signing", ""),
    ("payments-core", ""),
    ("payments-reqwest", ""),
    ("cpay-client", ""),
    ("ccpayment-client", ""),
    ("chainup-opay-client", ""),
    ("payments-facade", ""),
    ("payments-facade", "config,cpay"),
    ("payments-store", ""),
    ("payments-sandbox", ""),
];

fn fewer_features() -> Result<(), String> {
    for (library, features) in FEWER_FEATURES {
        let mut command = cargo();
        command
            .args(["clippy", "--quiet", "--no-default-features"])
            .args(["--package", library, "--features", features])
            .args(["--", "-D", "warnings"]);
        succeed(&mut command)?;
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
