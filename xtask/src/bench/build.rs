//! How long a newcomer waits for a client's first build, and what the released command weighs.

use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use crate::packages::target_directory;
use crate::run::{cargo, output, succeed};

/// Builds of one client from nothing, without and with its HTTP transport, beside reqwest as the transport needs it.
pub(crate) fn cold() -> Result<(), String> {
    let target = target_directory()?.join("cold-build");
    let seconds = |options: &[&str]| {
        // Absent unless a run was interrupted.
        let _ = std::fs::remove_dir_all(&target);
        let start = Instant::now();
        let mut build = cargo();
        build
            .args(["build", "--quiet", "--target-dir"])
            .arg(&target);
        succeed(build.args(options))?;
        Ok::<_, String>(start.elapsed().as_secs_f64())
    };
    let bare = seconds(&["--package", "payments-reqwest"])?;
    let without = seconds(&["--package", "cpay-client", "--no-default-features"])?;
    let with = seconds(&["--package", "cpay-client"])?;
    let _ = std::fs::remove_dir_all(&target);
    println!("cpay-client without transport   {without:>6.1} s");
    println!("payments-reqwest alone (bare)   {bare:>6.1} s");
    println!(
        "cpay-client with transport      {with:>6.1} s, {:.2} times bare",
        with / bare
    );
    Ok(())
}

/// Size and start of the released command, beside a program that does nothing.
pub(crate) fn binary() -> Result<(), String> {
    succeed(cargo().args(["build", "--quiet", "--release", "--package", "payments-cli"]))?;
    let payments = target_directory()?.join("release/payments");
    let size = std::fs::metadata(&payments).map_err(|error| error.to_string())?;
    println!(
        "size of payments   {:>7.1} MiB",
        size.len() as f64 / f64::from(1 << 20)
    );
    let ours = start(&payments, "--version")?;
    let bare = start(Path::new("true"), "--version")?;
    println!("start of payments  {:>7.1} ms", ours.as_secs_f64() * 1e3);
    println!("start of true      {:>7.1} ms", bare.as_secs_f64() * 1e3);
    Ok(())
}

/// The median time from start to end.
fn start(program: &Path, argument: &str) -> Result<Duration, String> {
    let mut times = Vec::new();
    for _ in 0..21 {
        let start = Instant::now();
        output(Command::new(program).arg(argument).stdin(Stdio::null()))?;
        times.push(start.elapsed());
    }
    times.sort();
    times
        .get(10)
        .copied()
        .ok_or_else(|| "nothing was measured".to_owned())
}
