//! Ratios of the store's speed, each to something else in the same run: a bare log, a smaller batch, a smaller database.
//!
//! Times depend on the machine and its disk, ratios far less: the two sides take turns, and a ratio is the median over the rounds.
//! `cargo bench -p payments-store --all-features --bench store -- intake` measures one group. With `FAIL_ON_MISSED_RATIO=1` a missed
//! target is a failure.
#![allow(
    missing_docs,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::print_stdout
)]

#[path = "../../tests/it/cluster.rs"]
#[allow(dead_code, reason = "what only the tests of the store use")]
mod cluster;
mod database;
mod growth;
mod handling;
mod intake;
mod log;
mod ratio;
mod snapshot;

use std::process::ExitCode;

use crate::ratio::Ratios;

/// How much is measured.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Size {
    pub(crate) rounds: usize,
    /// Events of one measurement.
    pub(crate) events: usize,
    /// Events that are stored already, in a small and in a large database.
    pub(crate) stored: [usize; 2],
}

fn main() -> ExitCode {
    // `cargo bench` passes `--bench`; a run as a test only shows that everything works.
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let size = match arguments.iter().any(|argument| argument == "--bench") {
        true => Size {
            rounds: 5,
            events: 4_096,
            stored: [10_000, 1_000_000],
        },
        false => Size {
            rounds: 1,
            events: 64,
            stored: [100, 400],
        },
    };
    let filter = arguments.iter().find(|argument| !argument.starts_with('-'));
    let wanted = |group: &str| filter.is_none_or(|filter| group.contains(filter.as_str()));
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()
        .unwrap();
    let mut ratios = Ratios::default();
    runtime.block_on(async {
        if wanted("intake") {
            intake::measure(size, &mut ratios).await;
        }
        if wanted("handling") {
            handling::measure(size, &mut ratios).await;
        }
        if wanted("growth") {
            growth::measure(size, &mut ratios).await;
        }
        if wanted("snapshot") {
            snapshot::measure(size, &mut ratios).await;
        }
    });
    let missed = ratios.missed();
    println!("{missed} of {} ratios miss their target", ratios.count());
    match missed > 0 && std::env::var_os("FAIL_ON_MISSED_RATIO").is_some() {
        true => ExitCode::FAILURE,
        false => ExitCode::SUCCESS,
    }
}
