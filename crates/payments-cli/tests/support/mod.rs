//! Runs the built `payments`.

#![allow(dead_code, reason = "each test binary uses its part")]

pub(crate) mod stage;

use std::io::Write;
use std::process::{Command, Stdio};

use serde_json::Value;

/// How a run ended and what it printed.
pub(crate) struct Ran {
    pub(crate) status: i32,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
}

impl Ran {
    /// Standard output as one JSON value.
    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.stdout)
            .unwrap_or_else(|error| panic!("{error}: {:?}", self.stdout))
    }
}

pub(crate) fn command(arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_payments"));
    command
        .args(arguments)
        .env("NO_COLOR", "1")
        .env_remove("COLUMNS")
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    command
}

pub(crate) fn payments(arguments: &[&str], input: &str) -> Ran {
    let mut child = command(arguments).stdin(Stdio::piped()).spawn().unwrap();
    // A command that refuses its arguments does not read its input.
    let _ = child.stdin.take().unwrap().write_all(input.as_bytes());
    let output = child.wait_with_output().unwrap();
    Ran {
        status: output.status.code().unwrap(),
        stdout: String::from_utf8(output.stdout).unwrap(),
        stderr: String::from_utf8(output.stderr).unwrap(),
    }
}

pub(crate) fn payments_with_input(arguments: &[&str], input: &Value) -> Ran {
    payments(arguments, &input.to_string())
}

/// The path of a golden file.
pub(crate) fn fixture(name: &str) -> String {
    format!(
        "{}/../../fixtures/signatures/{name}",
        env!("CARGO_MANIFEST_DIR")
    )
}
