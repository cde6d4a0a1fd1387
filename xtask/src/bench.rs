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

pub(crate) fn run(filter: Option<&str>) -> Result<(), String> {
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
    if wanted("build") {
        println!("\n== build");
        build::cold()?;
    }
    if wanted("binary") {
        println!("\n== binary");
        build::binary()?;
    }
    Ok(())
}
