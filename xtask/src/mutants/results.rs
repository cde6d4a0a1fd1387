//! The verdict on each mutant, in a file that is written line by line, so that a stopped run goes on where it was.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::Write;
use std::path::Path;

use serde::{Deserialize, Serialize};

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Verdict {
    /// A test failed, or did not end in time.
    Caught,
    Survivor,
    /// The compiler refused it.
    Uncompiled,
}

#[derive(Serialize, Deserialize)]
struct Line {
    mutant: String,
    verdict: Verdict,
}

/// The verdicts on the mutants of a part in one state of its files.
pub(super) struct Results {
    file: File,
    known: BTreeMap<String, Verdict>,
}

impl Results {
    /// Reads those of an earlier run, if it was of the same state.
    pub(super) fn open(path: &Path, state: &str) -> Result<Self, String> {
        let earlier = std::fs::read_to_string(path).unwrap_or_default();
        let mut lines = earlier.lines();
        let same = lines.next() == Some(state);
        // The last line may be the half of one.
        let lines = lines.filter_map(|line| serde_json::from_str(line).ok());
        let known: BTreeMap<String, Verdict> = match same {
            true => lines
                .map(|line: Line| (line.mutant, line.verdict))
                .collect(),
            false => BTreeMap::new(),
        };
        let shown = |error: std::io::Error| format!("{}: {error}", path.display());
        let mut file = File::create(path).map_err(shown)?;
        writeln!(file, "{state}").map_err(shown)?;
        let mut results = Self {
            file,
            known: BTreeMap::new(),
        };
        for (mutant, verdict) in known {
            results.note(&mutant, verdict)?;
        }
        Ok(results)
    }

    pub(super) fn get(&self, mutant: &str) -> Option<Verdict> {
        self.known.get(mutant).copied()
    }

    pub(super) fn note(&mut self, mutant: &str, verdict: Verdict) -> Result<(), String> {
        let mutant = mutant.to_owned();
        let line = Line { mutant, verdict };
        let json = serde_json::to_string(&line).map_err(|error| error.to_string())?;
        writeln!(self.file, "{json}").map_err(|error| format!("a result is lost: {error}"))?;
        self.known.insert(line.mutant, verdict);
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use tempfile::TempDir;

    use super::*;

    #[test]
    fn a_run_goes_on_where_it_was_stopped_but_not_with_other_files() {
        let folder = TempDir::new().unwrap();
        let path = folder.path().join("amount.jsonl");
        let mut first = Results::open(&path, "one").unwrap();
        first.note("a.rs:1:1: x", Verdict::Caught).unwrap();
        first.note("a.rs:1:2: y", Verdict::Survivor).unwrap();
        drop(first);
        let mut text = std::fs::read_to_string(&path).unwrap();
        text += "{\"mutant\":\"a.rs:1:3: z\",\"ver";
        std::fs::write(&path, text).unwrap();

        for _ in 0..2 {
            let again = Results::open(&path, "one").unwrap();
            assert_eq!(again.get("a.rs:1:1: x"), Some(Verdict::Caught));
            assert_eq!(again.get("a.rs:1:2: y"), Some(Verdict::Survivor));
            assert_eq!(again.get("a.rs:1:3: z"), None);
        }
        let other = Results::open(&path, "two").unwrap();
        assert_eq!(other.get("a.rs:1:1: x"), None);
    }
}
