//! `cargo xtask test`: everything that must pass, the quickest checks first.

use std::fs;
use std::time::Instant;

use crate::packages::target_directory;
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
    ("tests and doctests", tests),
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

/// Also adds up what the tests have looked through for secrets (`fixtures/leaks.rs`). A secret fails its test.
fn tests() -> Result<(), String> {
    let folder = &target_directory()?.join("tmp/leaks");
    // It does not exist before the first run.
    let _ = fs::remove_dir_all(folder);
    succeed(cargo().args(["test", "--workspace", "--all-features"]))?;
    let (mut outputs, mut bytes) = (0, 0);
    let files = fs::read_dir(folder).map_err(|error| format!("{}: {error}", folder.display()))?;
    for file in files {
        let text = file.and_then(|file| fs::read_to_string(file.path()));
        let text = text.map_err(|error| error.to_string())?;
        let mut sums = text.split(' ').map(str::parse::<u64>);
        let (Some(Ok(more)), Some(Ok(length))) = (sums.next(), sums.next()) else {
            return Err(format!("{}: `{text}` is no sum", folder.display()));
        };
        outputs += more;
        bytes += length;
    }
    println!("secrets and persons: {outputs} outputs, {bytes} bytes looked through, 0 hits");
    Ok(())
}

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
