//! `cargo xtask fuzz`: the fuzz targets over mutations of their corpus, with the compiler that is installed.

use std::process::Command;

use crate::run::{cargo, succeed};

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
