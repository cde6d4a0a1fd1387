//! `cargo xtask bench`: every figure beside its bare counterpart of the same run.
//!
//! Seconds depend on the machine and ratios far less, so ratios are what is compared. A ratio over its target is marked, not
//! failed: machines are noisy, and a test suite must not be.

mod build;
mod peers;
mod signing;

use crate::run::{cargo, succeed};

/// The benchmarks that print their own ratios, with their packages: they count the processor time of a whole process, or work on
/// several cores, which criterion does not.
const OWN_RATIOS: [(&str, &str); 6] = [
    ("cpay-client", "loopback"),
    ("chainup-opay-client", "statement"),
    ("payments-facade", "overhead"),
    ("payments-facade", "growth"),
    ("payments-sandbox", "sandbox"),
    ("payments-store", "store"),
];

/// What is built from nothing, and the released command.
const BUILD: &str = "build";
const BINARY: &str = "binary";

/// Refuses a text that no benchmark's name contains.
fn check(filter: &str) -> Result<(), String> {
    let mut known: Vec<&str> = signing::groups().collect();
    known.dedup();
    known.extend(OWN_RATIOS.map(|(_, name)| name));
    known.extend([BUILD, BINARY]);
    if known.iter().any(|name| name.contains(filter)) {
        return Ok(());
    }
    let known = known.join("\n  ");
    Err(format!(
        "no benchmark's name contains {filter}; there are\n  {known}"
    ))
}

pub(crate) fn run(filter: Option<&str>) -> Result<(), String> {
    filter.map_or(Ok(()), check)?;
    let wanted = |name: &str| filter.is_none_or(|text| name.contains(text));
    let peers = peers::installed()?;
    signing::measure(filter, &peers)?;
    for (package, name) in OWN_RATIOS.into_iter().filter(|(_, name)| wanted(name)) {
        println!("\n== {name}");
        let mut bench = cargo();
        bench.args(["bench", "--quiet", "--all-features", "--package", package]);
        bench.args(["--bench", name]);
        succeed(peers::named_to(&mut bench, &peers))?;
    }
    if wanted(BUILD) {
        println!("\n== {BUILD}");
        build::cold()?;
    }
    if wanted(BINARY) {
        println!("\n== {BINARY}");
        build::binary()?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_that_no_name_contains_is_refused_with_the_names() {
        for filter in ["cpay", "loopback", "bin", "ccpayment_v2_sign_100"] {
            assert_eq!(check(filter), Ok(()), "{filter}");
        }
        let refused = check("signnig").unwrap_err();
        assert!(
            refused.starts_with("no benchmark's name contains signnig; there are\n  cpay_sign\n"),
            "{refused}"
        );
        for name in ["cpay_verify", "loopback", "binary"] {
            assert_eq!(
                refused.matches(&format!("\n  {name}")).count(),
                1,
                "{refused}"
            );
        }
    }

    #[test]
    fn every_benchmark_that_is_listed_exists() {
        let metadata = crate::packages::workspace().unwrap();
        let packages = metadata.workspace_packages();
        for (package, name) in OWN_RATIOS {
            let mut found = packages.iter().filter(|known| known.name == package);
            let targets = found.next().map(|found| &found.targets).unwrap();
            let exists = targets.iter().any(|it| it.is_bench() && it.name == name);
            assert!(exists, "{package} has no benchmark {name}");
        }
    }
}
