//! `cargo xtask budget`: who may use whom, and how many crates a user builds.
//!
//! Both are read from `cargo tree`, never from the manifests: what counts is what cargo resolves, with the features
//! that are asked for and on the machine at hand.

use std::collections::BTreeSet;

use crate::run::{cargo, output};

/// What one way of building a crate may bring in.
struct Budget {
    package: &'static str,
    features: &'static [&'static str],
    what: &'static str,
    /// Crates that the package depends on, proc macros and the package itself included. Crates that only build
    /// scripts use are printed beside them.
    most: usize,
    never: &'static [&'static str],
}

/// A client that decrypts has the RSA work of AWS-LC in it, and no network all the same.
const NO_SOCKETS: &[&str] = &["tokio", "reqwest", "hyper", "rustls", "ring"];

/// What the standard transport must not bring in: a second TLS, HTTP/2, form encoding we have ourselves.
const ONE_TLS: &[&str] = &[
    "ring",
    "openssl-sys",
    "native-tls",
    "h2",
    "serde_urlencoded",
];

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
        package: "payments-core",
        features: &["--all-features"],
        what: "the core with all features",
        most: 26,
        never: NO_NETWORK,
    },
    Budget {
        package: "cpay-client",
        features: &["--no-default-features"],
        what: "cpay-client without transport",
        most: 34,
        never: NO_NETWORK,
    },
    Budget {
        package: "cpay-client",
        features: &[],
        what: "cpay-client with the standard transport",
        most: 105,
        never: ONE_TLS,
    },
    Budget {
        package: "ccpayment-client",
        features: &["--no-default-features"],
        what: "ccpayment-client without transport",
        most: 34,
        never: NO_NETWORK,
    },
    Budget {
        package: "ccpayment-client",
        features: &[],
        what: "ccpayment-client with the standard transport",
        most: 105,
        never: ONE_TLS,
    },
    Budget {
        package: "chainup-opay-client",
        features: &["--no-default-features"],
        what: "chainup-opay-client without transport",
        // Beside what the others take: AWS-LC's two, base64 and MD5 for the envelope, the stream of a statement.
        most: 36,
        never: NO_SOCKETS,
    },
    Budget {
        package: "chainup-opay-client",
        features: &[],
        what: "chainup-opay-client with the standard transport",
        most: 105,
        never: ONE_TLS,
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
    (
        "ccpayment-client",
        &["payments-signing", "payments-core", "payments-reqwest"],
    ),
    (
        "chainup-opay-client",
        &["payments-signing", "payments-core", "payments-reqwest"],
    ),
    (
        "payments-facade",
        &[
            "payments-signing",
            "payments-core",
            "payments-reqwest",
            "cpay-client",
            "ccpayment-client",
            "chainup-opay-client",
        ],
    ),
    ("payments-sandbox", &["payments-signing"]),
    (
        "payments-cli",
        &[
            "payments-signing",
            "payments-core",
            "payments-reqwest",
            "cpay-client",
            "ccpayment-client",
            "chainup-opay-client",
            "payments-facade",
            "payments-sandbox",
        ],
    ),
];

pub(crate) fn run() -> Result<(), String> {
    let mut broken = Vec::new();
    for Budget {
        package,
        features,
        what,
        most,
        never,
    } in BUDGETS
    {
        let crates = tree(package, features, "normal")?;
        let built = tree(package, features, "normal,build")?.len();
        let used = crates.len();
        println!("{used:>4} of {most:>3} crates  {what} ({built} with build scripts)");
        if used > *most {
            broken.push(format!("{what} takes {used} crates, the budget is {most}"));
        }
        let forbidden = never
            .iter()
            .filter(|name| crates.iter().any(|krate| krate.0 == **name));
        broken.extend(forbidden.map(|name| format!("{what} must never bring in {name}")));
    }
    let ours: Vec<&str> = ARROWS.iter().map(|(package, _)| *package).collect();
    let without = members()?
        .into_iter()
        .filter(|name| !ours.contains(&name.as_str()));
    broken.extend(without.map(|name| format!("{name} has no row of arrows")));
    for (package, allowed) in ARROWS {
        let crates = tree(package, &["--all-features"], "normal,build")?;
        let used: Vec<&str> = ours
            .iter()
            .copied()
            .filter(|name| name != package && crates.iter().any(|krate| krate.0 == *name))
            .collect();
        let shown = if used.is_empty() {
            "none of ours".to_owned()
        } else {
            used.join(", ")
        };
        println!("{package} uses {shown}");
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

/// The crates of this workspace that are for users.
fn members() -> Result<Vec<String>, String> {
    #[derive(serde::Deserialize)]
    struct Metadata {
        packages: Vec<Package>,
    }
    #[derive(serde::Deserialize)]
    struct Package {
        name: String,
        /// Empty when the crate is not to be published.
        publish: Option<Vec<String>>,
    }
    let text = output(cargo().args(["metadata", "--format-version", "1", "--no-deps"]))?;
    let metadata: Metadata = serde_json::from_str(&text).map_err(|error| error.to_string())?;
    let published = metadata
        .packages
        .into_iter()
        .filter(|package| package.publish.is_none());
    Ok(published.map(|package| package.name).collect())
}

/// Name and version of every crate that the package reaches over these edges.
fn tree(
    package: &str,
    features: &[&str],
    edges: &str,
) -> Result<BTreeSet<(String, String)>, String> {
    let text = output(
        cargo()
            .args([
                "tree",
                "--package",
                package,
                "--edges",
                edges,
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
