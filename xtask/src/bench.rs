//! `cargo xtask bench`: every figure as a ratio to the bare primitive on the same bytes in the same run.
//!
//! Seconds depend on the machine and ratios far less, so ratios are what is printed and compared. A ratio
//! over its target is marked, not failed: machines are noisy, and a test suite must not be.

use std::path::Path;

use crate::run::{cargo, output, root, succeed};

/// Two benchmarks of one criterion group, and how many times the second the first may take.
struct Pair {
    group: &'static str,
    ours: &'static str,
    most: f64,
}

const BARE: &str = "bare";

const PAIRS: &[Pair] = &[
    Pair {
        group: "cpay_sign",
        ours: "typed",
        most: 1.35,
    },
    Pair {
        group: "cpay_sign",
        ours: "map",
        most: 1.9,
    },
    Pair {
        group: "ccpayment_sign",
        ours: "ours",
        most: 1.1,
    },
    Pair {
        group: "ccpayment_verify",
        ours: "ours",
        most: 1.1,
    },
    Pair {
        group: "ccpayment_v2_sign_100",
        ours: "ours",
        most: 1.35,
    },
    Pair {
        group: "ccpayment_v2_sign_1024",
        ours: "ours",
        most: 1.35,
    },
    Pair {
        group: "ccpayment_v2_verify_100",
        ours: "ours",
        most: 1.35,
    },
    Pair {
        group: "ccpayment_v2_verify_1024",
        ours: "ours",
        most: 1.35,
    },
    Pair {
        group: "chainup_seal_300",
        ours: "ours",
        most: 1.05,
    },
    Pair {
        group: "chainup_seal_4096",
        ours: "ours",
        most: 1.05,
    },
    Pair {
        group: "chainup_open_300",
        ours: "ours",
        most: 1.05,
    },
    Pair {
        group: "chainup_open_4096",
        ours: "ours",
        most: 1.05,
    },
];

/// The benchmarks that print their own ratios, with their packages: they count the processor time of a whole process, work
/// on several cores, or compare two kinds of input, which criterion does not.
const OWN_RATIOS: [(&str, &str); 5] = [
    ("cpay-client", "loopback"),
    ("chainup-opay-client", "statement"),
    ("chainup-opay-client", "callback_timing"),
    ("payments-facade", "overhead"),
    ("payments-sandbox", "sandbox"),
];

pub(crate) fn run(filter: Option<&str>) -> Result<(), String> {
    let wanted = |name: &str| filter.is_none_or(|text| name.contains(text));
    if PAIRS.iter().any(|pair| wanted(pair.group)) {
        let mut bench = cargo();
        bench.args([
            "bench",
            "--package",
            "payments-signing",
            "--all-features",
            "--bench",
            "*",
            "--",
        ]);
        bench.args(["--noplot", "--quiet"]).args(filter);
        succeed(&mut bench)?;
        let results = target_directory()?;
        println!(
            "\n{:<24} {:<7} {:>10} {:>10} {:>7} {:>7}",
            "benchmark", "ours", "ns", "bare ns", "ratio", "target"
        );
        for pair in PAIRS.iter().filter(|pair| wanted(pair.group)) {
            let ours = fastest(&results, pair.group, pair.ours)?;
            let bare = fastest(&results, pair.group, BARE)?;
            let ratio = ours / bare;
            let mark = if ratio > pair.most { "over" } else { "" };
            println!(
                "{:<24} {:<7} {ours:>10.0} {bare:>10.0} {ratio:>7.3} {:>7.2} {mark}",
                pair.group, pair.ours, pair.most
            );
        }
    }
    for (package, name) in OWN_RATIOS {
        if wanted(name) {
            let bench = ["bench", "--quiet", "--package", package, "--bench", name];
            succeed(cargo().args(bench))?;
        }
    }
    Ok(())
}

fn target_directory() -> Result<String, String> {
    let metadata = output(cargo().args(["metadata", "--format-version", "1", "--no-deps"]))?;
    let metadata: serde_json::Value =
        serde_json::from_str(&metadata).map_err(|error| error.to_string())?;
    let directory = metadata
        .get("target_directory")
        .and_then(|value| value.as_str());
    Ok(directory.map_or_else(
        || root().join("target").display().to_string(),
        str::to_owned,
    ))
}

/// The fastest of criterion's samples in nanoseconds: whatever else the machine did can only have made the others
/// slower, and the two sides of a ratio are not measured at the same moment.
fn fastest(target: &str, group: &str, name: &str) -> Result<f64, String> {
    #[derive(serde::Deserialize)]
    struct Sample {
        iters: Vec<f64>,
        times: Vec<f64>,
    }
    let path = Path::new(target)
        .join("criterion")
        .join(group)
        .join(name)
        .join("new/sample.json");
    let text = std::fs::read_to_string(&path).map_err(|error| {
        format!(
            "no figures of {group}/{name} at {}: {error}",
            path.display()
        )
    })?;
    let sample: Sample = serde_json::from_str(&text).map_err(|error| error.to_string())?;
    let each = sample
        .times
        .iter()
        .zip(&sample.iters)
        .map(|(time, count)| time / count);
    each.reduce(f64::min)
        .ok_or_else(|| format!("{} holds no sample", path.display()))
}
