//! What users of other languages would have instead, if it is installed in `target/peers`.

use std::path::PathBuf;
use std::process::Command;

use crate::packages::target_directory;
use crate::run::{output, root};

/// A program that does the same work in another language.
pub(crate) struct Peer {
    /// The heading of its column.
    pub(crate) name: &'static str,
    program: PathBuf,
    script: PathBuf,
}

/// The peers that are installed. A message names the others.
pub(crate) fn installed() -> Result<Vec<Peer>, String> {
    let folder = target_directory()?.join("peers");
    let scripts = root().join("xtask/peers");
    let python = folder.join("bin/python");
    let node = Command::new("node").arg("--version").output().is_ok();
    let all = [
        (python.is_file(), "Python", python, "peers.py"),
        (
            node && folder.join("node_modules/undici").is_dir(),
            "Node",
            "node".into(),
            "peers.mjs",
        ),
    ];
    let mut peers = Vec::new();
    for (is_installed, name, program, script) in all {
        if is_installed {
            let script = scripts.join(script);
            peers.push(Peer {
                name,
                program,
                script,
            });
        } else {
            println!("{name} is left out: docs/performance.md says how it is installed");
        }
    }
    Ok(peers)
}

impl Peer {
    /// Nanoseconds of each piece of work, by the name of its benchmark.
    pub(crate) fn signing(&self) -> Result<Vec<(String, f64)>, String> {
        let keys = root().join("fixtures/signatures/chainup_opay");
        let mut command = Command::new(&self.program);
        let printed = output(command.arg(&self.script).arg("sign").arg(keys))?;
        let read = |line: &str| {
            let (name, time) = line.split_once(' ')?;
            Some((name.to_owned(), time.parse().ok()?))
        };
        Ok(printed.lines().filter_map(read).collect())
    }
}

/// Names the peers to a benchmark, which runs them itself: one in a line, its parts with tabs between them.
pub(crate) fn named_to<'a>(bench: &'a mut Command, peers: &[Peer]) -> &'a mut Command {
    let lines = peers.iter().map(|peer| {
        let (program, script) = (peer.program.display(), peer.script.display());
        format!("{}\t{program}\t{script}", peer.name)
    });
    bench.env("BENCH_PEERS", lines.collect::<Vec<_>>().join("\n"));
    if let Ok(target) = target_directory() {
        bench.env("NODE_PATH", target.join("peers/node_modules"));
    }
    bench
}
