//! `cargo xtask fixtures`: the independent oracles. Our own code never makes a golden signature.

use std::process::{Command, Stdio};

use crate::run::{root, succeed};

/// What makes them: the signature cases, then the requests and webhooks of each provider.
const SCRIPTS: [&str; 6] = [
    "fixtures/generate.py",
    "fixtures/wire/cpay/generate.py",
    "fixtures/wire/cpay/generate_calls.py",
    "fixtures/wire/ccpayment/generate.py",
    "fixtures/wire/ccpayment_v2/generate.py",
    "fixtures/wire/chainup_opay/generate.py",
];

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
    for script in SCRIPTS {
        let mut python = Command::new("python3");
        python.current_dir(root()).arg(script);
        if check {
            python.arg("--check");
        }
        succeed(&mut python)?;
    }
    Ok(())
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
