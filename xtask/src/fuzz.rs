//! `cargo xtask fuzz`: the fuzz targets over mutations of their corpus with the compiler that is installed, or guided by coverage.

use std::process::Command;

use crate::run::{cargo, root, shown, succeed};

pub(crate) fn run(target: Option<&str>, mutations: u64) -> Result<(), String> {
    succeed(&mut command(target, mutations))
}

/// Optimised, because so many mutations take longer than the build.
pub(crate) fn command(target: Option<&str>, mutations: u64) -> Command {
    let mut command = cargo();
    command
        .args(["test", "--quiet", "--profile", "bench"])
        .args(["--package", "payments-fuzz-targets", "--test", "it"])
        .args(["--", "no_input_breaks_a_claim", "--nocapture"])
        .env("FUZZ_MUTATIONS", mutations.to_string())
        .env_remove("FUZZ_TARGET");
    if let Some(target) = target {
        command.env("FUZZ_TARGET", target);
    }
    command
}

/// Runs each target for so many seconds under `cargo fuzz`, from its corpus on, also after one whose claim broke.
pub(crate) fn guided(target: Option<&str>, seconds: u64) -> Result<(), String> {
    let mut seeds = cargo();
    seeds.args(["run", "--quiet", "--package", "payments-fuzz-targets"]);
    succeed(seeds.args(["--example", "seeds"]))?;
    // The versions that the other tests run with.
    let lock = root().join("fuzz/Cargo.lock");
    std::fs::copy(root().join("Cargo.lock"), &lock)
        .map_err(|error| format!("cannot write {}: {error}", lock.display()))?;
    succeed(nightly("build").args(target))?;
    println!(
        "{:<24} {:>12} {:>8} {:>9}",
        "target", "executions", "crashes", "coverage"
    );
    let mut broken = Vec::new();
    for name in names(target)? {
        let mut run = nightly("run");
        run.args([&name, "--", "-print_final_stats=1"]);
        run.arg(format!("-max_total_time={seconds}"));
        let output = run.output();
        let output = output.map_err(|error| format!("cannot start {}: {error}", shown(&run)))?;
        let text = String::from_utf8_lossy(&output.stderr);
        let number = |label| last_number(&text, label).unwrap_or_default();
        let (executions, edges) = (number("stat::number_of_executed_units:"), number(" cov:"));
        let crashes = u8::from(!output.status.success());
        println!("{name:<24} {executions:>12} {crashes:>8} {edges:>9}");
        if crashes > 0 || executions == 0 {
            eprintln!("{text}");
            broken.push(name);
        }
    }
    match broken.is_empty() {
        true => Ok(()),
        false => Err(format!("failed: {}", broken.join(", "))),
    }
}

/// `cargo fuzz`, which only a nightly compiler can build for. rustup finds that compiler.
fn nightly(command: &str) -> Command {
    let mut fuzz = Command::new("rustup");
    fuzz.current_dir(root());
    fuzz.args(["run", "nightly", "cargo", "fuzz", command]);
    fuzz
}

/// The targets that `fuzz/fuzz_targets` has, or the one that was asked for.
fn names(target: Option<&str>) -> Result<Vec<String>, String> {
    let folder = root().join("fuzz/fuzz_targets");
    let unreadable = |error| format!("cannot read {}: {error}", folder.display());
    let mut names = Vec::new();
    for entry in std::fs::read_dir(&folder).map_err(unreadable)? {
        let path = entry.map_err(unreadable)?.path();
        let name = path.file_stem().unwrap_or_default().to_string_lossy();
        names.push(name.into_owned());
    }
    names.retain(|name| target.is_none_or(|only| only == name));
    names.sort();
    match names.is_empty() {
        true => Err("fuzz/fuzz_targets has no such target".to_owned()),
        false => Ok(names),
    }
}

/// The last number that follows a label of libFuzzer.
fn last_number(text: &str, label: &str) -> Option<u64> {
    let (_, rest) = text.rsplit_once(label)?;
    rest.split_whitespace().next()?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_what_libfuzzer_prints_at_the_end() {
        let text = "#2\tINITED cov: 7 ft: 8\n#99\tDONE   cov: 412 ft: 1108 corp: 60/9Kb\n\
            stat::number_of_executed_units: 99\n";
        assert_eq!(last_number(text, " cov:"), Some(412));
        let executions = last_number(text, "stat::number_of_executed_units:");
        assert_eq!(executions, Some(99));
    }
}
