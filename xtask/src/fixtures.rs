//! `cargo xtask fixtures`: the independent oracles. Our own code never makes a golden signature.

use std::process::{Command, Stdio};

use crate::run::{root, succeed};

pub(crate) fn run(check: bool) -> Result<(), String> {
    for (tool, why) in [
        ("python3", "makes the HMAC and SHA-256 fixtures"),
        ("openssl", "makes and opens the RSA fixtures"),
    ] {
        if !starts(tool) {
            return Err(format!(
                "{tool} is not on this machine; it {why}. Install it, or leave the fixtures as they are: \
                 `cargo xtask golden` runs them without it"
            ));
        }
    }
    let mut script = Command::new("python3");
    script.current_dir(root()).arg("fixtures/generate.py");
    if check {
        script.arg("--check");
    }
    succeed(&mut script)
}

fn starts(tool: &str) -> bool {
    let version = if tool == "openssl" {
        "version"
    } else {
        "--version"
    };
    let quiet = Command::new(tool)
        .arg(version)
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status();
    quiet.is_ok_and(|status| status.success())
}
