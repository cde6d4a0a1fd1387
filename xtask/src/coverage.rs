//! `cargo xtask coverage`: the lines that the tests of the workspace run, per crate, by `cargo-llvm-cov`.

use std::collections::BTreeMap;
use std::path::Path;

use serde_json::Value;

use crate::packages::target_directory;
use crate::run::{cargo, root, succeed};

/// What is not part of a published crate.
const LEFT_OUT: &str = r"/(tests|benches|examples|fuzz|proofs|xtask|docs)/";

/// Lines and regions of one crate: all, and those that a test ran.
#[derive(Default)]
struct Covered {
    lines: [u64; 2],
    regions: [u64; 2],
}

pub(crate) fn run() -> Result<(), String> {
    let report = target_directory()?.join("coverage.json");
    let mut tests = cargo();
    tests.args([
        "llvm-cov",
        "--workspace",
        "--all-features",
        "--no-fail-fast",
    ]);
    tests.args([
        "--json",
        "--summary-only",
        "--ignore-filename-regex",
        LEFT_OUT,
    ]);
    tests.arg("--output-path").arg(&report);
    succeed(&mut tests).map_err(|error| {
        format!("{error}; if the command is missing, run `cargo install cargo-llvm-cov`")
    })?;
    let text = std::fs::read_to_string(&report).map_err(|error| error.to_string())?;
    print(&per_crate(&text)?);
    Ok(())
}

fn per_crate(report: &str) -> Result<BTreeMap<String, Covered>, String> {
    let report: Value = serde_json::from_str(report).map_err(|error| error.to_string())?;
    let files = report
        .pointer("/data/0/files")
        .and_then(Value::as_array)
        .ok_or("the report of cargo-llvm-cov lists no files")?;
    let crates = root().join("crates");
    let mut all: BTreeMap<String, Covered> = BTreeMap::new();
    for file in files {
        let path = file.get("filename").and_then(Value::as_str);
        let inside = path.and_then(|path| Path::new(path).strip_prefix(&crates).ok());
        let Some(name) = inside.and_then(|path| path.iter().next()) else {
            continue;
        };
        let covered = all.entry(name.to_string_lossy().into_owned()).or_default();
        add(&mut covered.lines, file, "lines");
        add(&mut covered.regions, file, "regions");
    }
    Ok(all)
}

fn add([count, covered]: &mut [u64; 2], file: &Value, of: &str) {
    let number = |name: &str| file.pointer(&format!("/summary/{of}/{name}"));
    *count += number("count").and_then(Value::as_u64).unwrap_or_default();
    *covered += number("covered")
        .and_then(Value::as_u64)
        .unwrap_or_default();
}

fn print(crates: &BTreeMap<String, Covered>) {
    println!(
        "{:<24} {:>8} {:>9} {:>9}",
        "crate", "lines", "covered", "regions"
    );
    for (name, covered) in crates {
        println!(
            "{name:<24} {:>8} {:>9} {:>9}",
            covered.lines[0],
            share(covered.lines),
            share(covered.regions)
        );
    }
}

fn share([count, covered]: [u64; 2]) -> String {
    format!("{:.1} %", covered as f64 * 100.0 / count.max(1) as f64)
}
