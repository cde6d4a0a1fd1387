//! `cargo xtask budget`: who may use whom, and how many crates a user builds.
//!
//! Both are read from `cargo tree`, never from the manifests: what counts is what is built.

use std::collections::BTreeSet;

use crate::run::{cargo, output};

/// What one way of building a crate may bring in.
struct Budget {
    package: &'static str,
    features: &'static [&'static str],
    what: &'static str,
    /// Crates of the tree, build scripts' crates and the package itself included.
    most: usize,
    never: &'static [&'static str],
}

const NO_NETWORK: &[&str] = &["tokio", "reqwest", "hyper", "rustls", "aws-lc-rs", "ring"];

const BUDGETS: &[Budget] = &[
    Budget {
        package: "payments-signing",
        features: &["--no-default-features"],
        what: "signing without RSA",
        most: 24,
        never: NO_NETWORK,
    },
    Budget {
        package: "payments-core",
        features: &["--no-default-features"],
        what: "the core",
        most: 24,
        never: NO_NETWORK,
    },
    Budget {
        package: "cpay-client",
        features: &["--no-default-features"],
        what: "one client without transport",
        most: 34,
        never: NO_NETWORK,
    },
    Budget {
        package: "cpay-client",
        features: &[],
        what: "one client with the standard transport",
        most: 105,
        never: &[
            "ring",
            "openssl-sys",
            "native-tls",
            "h2",
            "serde_urlencoded",
        ],
    },
];

/// The arrows: a crate of this workspace, and the crates of this workspace it may build on.
const ARROWS: &[(&str, &[&str])] = &[
    ("payments-signing", &[]),
    ("payments-core", &[]),
    ("payments-reqwest", &["payments-core"]),
    (
        "cpay-client",
        &["payments-signing", "payments-core", "payments-reqwest"],
    ),
    ("payments-sandbox", &["payments-signing"]),
];

pub(crate) fn run() -> Result<(), String> {
    let mut broken = Vec::new();
    for budget in BUDGETS {
        let crates = tree(budget.package, budget.features)?;
        let over = crates.len() > budget.most;
        println!(
            "{:>4} of {:>3} crates  {}",
            crates.len(),
            budget.most,
            budget.what
        );
        if over {
            broken.push(format!(
                "{} builds {} crates, the budget is {}",
                budget.what,
                crates.len(),
                budget.most
            ));
        }
        for name in budget
            .never
            .iter()
            .filter(|name| crates.iter().any(|krate| krate.0 == **name))
        {
            broken.push(format!("{} must never bring in {name}", budget.what));
        }
    }
    let ours: Vec<&str> = ARROWS.iter().map(|(package, _)| *package).collect();
    for (package, allowed) in ARROWS {
        let crates = tree(package, &["--all-features"])?;
        let used: Vec<&str> = ours
            .iter()
            .copied()
            .filter(|name| name != package && crates.iter().any(|krate| krate.0 == *name))
            .collect();
        println!(
            "{package} uses {}",
            if used.is_empty() {
                "none of ours".to_owned()
            } else {
                used.join(", ")
            }
        );
        broken.extend(
            used.iter()
                .filter(|name| !allowed.contains(name))
                .map(|name| format!("{package} must not use {name}")),
        );
    }
    if broken.is_empty() {
        Ok(())
    } else {
        Err(broken.join("; "))
    }
}

/// Name and version of every crate that is built for the package.
fn tree(package: &str, features: &[&str]) -> Result<BTreeSet<(String, String)>, String> {
    let text = output(
        cargo()
            .args([
                "tree",
                "--package",
                package,
                "--edges",
                "normal,build",
                "--prefix",
                "none",
                "--no-dedupe",
            ])
            .args(features),
    )?;
    let crates = text.lines().filter_map(|line| {
        let mut words = line.split_whitespace();
        Some((words.next()?.to_owned(), words.next()?.to_owned()))
    });
    Ok(crates.collect())
}
