//! `cargo xtask prove-store`: what `payments-store` promises, with figures.
//!
//! The proofs are tests of the crate, so their short forms run with all other tests. A violation fails the command. Ratios are
//! measured by a benchmark; they fail it only on request, because machines are noisy.

use std::path::Path;
use std::time::Instant;

use crate::run::{cargo, succeed};

/// The tests that print figures, by the start of their names.
const PROOFS: &[&str] = &[
    "crash::a_process_killed_at_any_point",
    "crash::a_process_killed_at_any_moment",
    "load::shuffled_and_repeated",
    "day::",
];

/// What is to be run.
pub(crate) struct Form {
    /// The long forms of the proofs, which take about half an hour.
    pub(crate) long: bool,
    /// Measure ratios, too, and fail on one that is missed.
    pub(crate) ratios: bool,
}

pub(crate) fn run(form: &Form) -> Result<(), String> {
    let started = Instant::now();
    for proof in PROOFS {
        let proof_started = Instant::now();
        println!("\n== {proof}");
        let mut test = cargo();
        test.args(["test", "--quiet", "--package", "payments-store"]);
        test.args(["--all-features", "--test", "it"]);
        if form.long {
            test.args(["--profile", "bench"]).env("STORE_PROOF", "long");
            // A killed process loses nothing that the kernel has, so the databases need no disk.
            if let (None, true) = (std::env::var_os("TMPDIR"), Path::new("/dev/shm").is_dir()) {
                test.env("TMPDIR", "/dev/shm");
            }
        }
        test.args(["--", "--nocapture", "--test-threads=1", proof]);
        succeed(&mut test)?;
        println!("== {proof}: {:.0} s", proof_started.elapsed().as_secs_f64());
    }
    if form.ratios {
        println!("\n== ratios");
        let mut bench = cargo();
        bench.args(["bench", "--quiet", "--package", "payments-store"]);
        bench.args(["--all-features", "--bench", "store"]);
        succeed(bench.env("FAIL_ON_MISSED_RATIO", "1"))?;
    }
    println!(
        "\nNo violation, in {:.0} s.",
        started.elapsed().as_secs_f64()
    );
    Ok(())
}
