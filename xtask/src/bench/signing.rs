//! Signing and verifying by criterion's samples, beside the bare primitive over the same bytes.

use std::path::Path;

use super::peers::Peer;
use crate::packages::target_directory;
use crate::run::{cargo, output};

/// Two benchmarks of one criterion group: ours, by its name, may take at most so many times what the bare one takes.
const PAIRS: [(&str, &str, f64); 13] = [
    ("cpay_sign", "typed", 1.35),
    ("cpay_sign", "map", 1.9),
    ("cpay_verify", "ours", 1.35),
    ("ccpayment_sign", "ours", 1.1),
    ("ccpayment_verify", "ours", 1.1),
    ("ccpayment_v2_sign_100", "ours", 1.35),
    ("ccpayment_v2_sign_1024", "ours", 1.35),
    ("ccpayment_v2_verify_100", "ours", 1.35),
    ("ccpayment_v2_verify_1024", "ours", 1.35),
    ("chainup_seal_300", "ours", 1.05),
    ("chainup_seal_4096", "ours", 1.05),
    ("chainup_open_300", "ours", 1.05),
    ("chainup_open_4096", "ours", 1.05),
];
const BARE: &str = "bare";

/// The groups, in the order of the table; one can come twice.
pub(super) fn groups() -> impl Iterator<Item = &'static str> {
    PAIRS.iter().map(|(group, ..)| *group)
}

pub(crate) fn measure(filter: Option<&str>, peers: &[Peer]) -> Result<(), String> {
    let wanted = |group: &str| filter.is_none_or(|text| group.contains(text));
    let pairs = PAIRS.iter().filter(|(group, ..)| wanted(group));
    if pairs.clone().next().is_none() {
        return Ok(());
    }
    println!("\n== signing and verifying");
    let mut bench = cargo();
    bench.args(["bench", "--quiet", "--package", "payments-signing"]);
    bench.args(["--all-features", "--bench", "*", "--"]);
    bench.args(["--noplot", "--quiet"]).args(filter);
    // Criterion prints times; the table below has all that count.
    output(&mut bench)?;
    let columns = peers.iter().map(|peer| Ok((peer.name, peer.signing()?)));
    let columns = columns.collect::<Result<Vec<_>, String>>()?;
    let results = target_directory()?.join("criterion");
    let heads = columns.iter().map(|(name, _)| format!(" {name:>12}"));
    println!(
        "{:<24} {:<7} {:>10} {:>10} {:>6} {:>6}{}",
        "nanoseconds of",
        "ours",
        "ours",
        "bare",
        "ratio",
        "target",
        heads.collect::<String>()
    );
    for (group, name, most) in pairs {
        let ours = fastest(&results, group, name)?;
        let bare = fastest(&results, group, BARE)?;
        let ratio = ours / bare;
        let mark = if ratio > *most { "over" } else { "" };
        let others = columns.iter().map(|(_, times)| {
            let found = times.iter().find(|(known, _)| known == group);
            found.map_or_else(
                || format!(" {:>12}", "-"),
                |(_, time)| format!(" {time:>12.0}"),
            )
        });
        let others = others.collect::<String>();
        println!(
            "{group:<24} {name:<7} {ours:>10.0} {bare:>10.0} {ratio:>6.3} {most:>6.2}{others} {mark}"
        );
    }
    Ok(())
}

/// The fastest of criterion's samples in nanoseconds: whatever else the machine did can only have made the others
/// slower, and the two sides of a ratio are not measured at the same moment.
fn fastest(results: &Path, group: &str, name: &str) -> Result<f64, String> {
    #[derive(serde::Deserialize)]
    struct Sample {
        iters: Vec<f64>,
        times: Vec<f64>,
    }
    let path = results.join(group).join(name).join("new/sample.json");
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
