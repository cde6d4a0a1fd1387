//! `cargo xtask budget`: which crates may depend on which, and how many crates a user builds.
//!
//! Everything is read from `cargo tree`, never from the manifests, because only the resolved graph shows what a feature
//! brings in. A forbidden dependency fails the command. Crate counts are printed and never judged: a well-kept library
//! is better than a copy of it.

use std::collections::BTreeSet;

use crate::packages;
use crate::run::{cargo, output};

/// One way of building a crate, and the crates it must not bring in.
struct Build {
    package: &'static str,
    features: &'static [&'static str],
    forbidden: &'static [&'static str],
}

const NO_FEATURES: &[&str] = &["--no-default-features"];

/// No network stack and no RSA engine.
const NO_NETWORK: &[&str] = &["tokio", "reqwest", "hyper", "rustls", "aws-lc-rs", "ring"];

/// No network stack. ChainUp's envelope needs RSA, so AWS-LC is allowed.
const NO_SOCKETS: &[&str] = &["tokio", "reqwest", "hyper", "rustls", "ring"];

/// The standard transport uses one TLS stack (rustls on AWS-LC) and HTTP/1.
const ONE_TLS: &[&str] = &["ring", "openssl-sys", "native-tls", "h2"];

const BUILDS: &[Build] = &[
    Build {
        package: "payments-signing",
        features: NO_FEATURES,
        forbidden: NO_NETWORK,
    },
    Build {
        package: "payments-core",
        features: &["--all-features"],
        forbidden: NO_NETWORK,
    },
    Build {
        package: "payments-address",
        features: &["--all-features"],
        forbidden: NO_NETWORK,
    },
    Build {
        package: "cpay-client",
        features: NO_FEATURES,
        forbidden: NO_NETWORK,
    },
    Build {
        package: "cpay-client",
        features: &[],
        forbidden: ONE_TLS,
    },
    Build {
        package: "ccpayment-client",
        features: NO_FEATURES,
        forbidden: NO_NETWORK,
    },
    Build {
        package: "ccpayment-client",
        features: &[],
        forbidden: ONE_TLS,
    },
    Build {
        package: "chainup-opay-client",
        features: NO_FEATURES,
        forbidden: NO_SOCKETS,
    },
    Build {
        package: "chainup-opay-client",
        features: &[],
        forbidden: ONE_TLS,
    },
];

const CLIENT: &[&str] = &["payments-signing", "payments-core", "payments-reqwest"];

const FACADE: &[&str] = &[
    "payments-address",
    "payments-signing",
    "payments-core",
    "payments-reqwest",
    "cpay-client",
    "ccpayment-client",
    "chainup-opay-client",
];

const FACADE_AND_BELOW: &[&str] = &[
    "payments-facade",
    "payments-address",
    "payments-signing",
    "payments-core",
    "payments-reqwest",
    "cpay-client",
    "ccpayment-client",
    "chainup-opay-client",
];

/// Each published crate, and the crates of this workspace it may depend on, directly or not.
const ALLOWED: &[(&str, &[&str])] = &[
    ("payments-address", &[]),
    ("payments-signing", &[]),
    ("payments-core", &[]),
    ("payments-reqwest", &["payments-core"]),
    ("cpay-client", CLIENT),
    ("ccpayment-client", CLIENT),
    ("chainup-opay-client", CLIENT),
    ("payments-facade", FACADE),
    ("payments-testkit", FACADE_AND_BELOW),
    ("payments-store", FACADE_AND_BELOW),
    ("payments-server", &[]),
    ("payments-sandbox", &["payments-signing", "payments-server"]),
    (
        "payments-cli",
        &[
            "payments-address",
            "payments-signing",
            "payments-core",
            "payments-reqwest",
            "cpay-client",
            "ccpayment-client",
            "chainup-opay-client",
            "payments-facade",
            "payments-sandbox",
            "payments-server",
            "payments-store",
        ],
    ),
];

pub(crate) fn run() -> Result<(), String> {
    let mut problems = Vec::new();
    for build in BUILDS {
        check_build(build, &mut problems)?;
    }
    let metadata = packages::workspace()?;
    let published: Vec<String> = packages::published(&metadata)
        .map(|package| package.name.to_string())
        .collect();
    for name in &published {
        match ALLOWED.iter().find(|(package, _)| package == name) {
            Some((package, allowed)) => check_ours(package, allowed, &published, &mut problems)?,
            None => problems.push(format!("{name} is missing from the table in budget.rs")),
        }
    }
    if problems.is_empty() {
        Ok(())
    } else {
        Err(problems.join("; "))
    }
}

fn check_build(build: &Build, problems: &mut Vec<String>) -> Result<(), String> {
    let Build {
        package,
        features,
        forbidden,
    } = build;
    let crates = tree(package, features, "normal")?;
    let with_build_scripts = tree(package, features, "normal,build")?.len();
    let flags = features.join(" ");
    println!(
        "{:>4} crates, {with_build_scripts:>3} with build scripts  {package} {flags}",
        crates.len()
    );
    let found = forbidden.iter().filter(|name| contains(&crates, name));
    problems.extend(found.map(|name| format!("{package} {flags} must not depend on {name}")));
    Ok(())
}

/// Checks what a crate uses of this workspace.
fn check_ours(
    package: &str,
    allowed: &[&str],
    published: &[String],
    problems: &mut Vec<String>,
) -> Result<(), String> {
    let crates = tree(package, &["--all-features"], "normal,build")?;
    let used: Vec<&str> = published
        .iter()
        .map(String::as_str)
        .filter(|name| *name != package && contains(&crates, name))
        .collect();
    println!("{package} -> {}", used.join(", "));
    let wrong = used.iter().filter(|name| !allowed.contains(name));
    problems.extend(wrong.map(|name| format!("{package} must not depend on {name}")));
    Ok(())
}

fn contains(crates: &BTreeSet<(String, String)>, name: &str) -> bool {
    crates.iter().any(|(krate, _)| krate == name)
}

/// Name and version of every crate that the package reaches over these edges.
fn tree(
    package: &str,
    features: &[&str],
    edges: &str,
) -> Result<BTreeSet<(String, String)>, String> {
    let mut command = cargo();
    command
        .args(["tree", "--prefix", "none", "--no-dedupe"])
        .args(["--package", package, "--edges", edges])
        .args(features);
    let text = output(&mut command)?;
    let crates = text.lines().filter_map(|line| {
        let mut words = line.split_whitespace();
        Some((words.next()?.to_owned(), words.next()?.to_owned()))
    });
    Ok(crates.collect())
}
