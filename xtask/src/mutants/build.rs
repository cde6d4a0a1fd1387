//! Builds a crate with all its mutants in it, but those that do not compile.

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;

use cargo_metadata::Message;
use cargo_metadata::diagnostic::{Diagnostic, DiagnosticLevel, DiagnosticSpan};

use crate::run::shown;

use super::constant;
use super::list::Mutant;
use super::rewrite::{Rewritten, rewrite};
use super::tree::Tree;

const SWITCH: &str = include_str!("switch.rs");

/// A crate whose mutants are put behind switches.
pub(super) struct Crate<'t> {
    tree: &'t Tree,
    package: &'static str,
    mutants: &'t [Mutant],
    /// The files that are mutated, as they are committed.
    originals: BTreeMap<&'t str, String>,
    /// The names of functions that the compiler runs.
    constant: BTreeSet<String>,
}

impl<'t> Crate<'t> {
    pub(super) fn new(
        tree: &'t Tree,
        package: &'static str,
        mutants: &'t [Mutant],
    ) -> Result<Self, String> {
        let files: BTreeSet<&str> = mutants.iter().map(|mutant| mutant.file.as_str()).collect();
        let originals = files.into_iter().map(|file| Ok((file, tree.read(file)?)));
        Ok(Self {
            tree,
            package,
            mutants,
            originals: originals.collect::<Result<_, String>>()?,
            constant: constant::names(tree, package)?,
        })
    }

    /// The folder of the crate, from the root.
    pub(super) fn folder(&self) -> String {
        format!("crates/{}", self.package)
    }

    /// Which of the mutants can be behind a switch, and which no compiler accepts.
    pub(super) fn switchable(&self) -> Result<(BTreeSet<usize>, BTreeSet<usize>), String> {
        let files = self.rewritten(&(0..self.mutants.len()).collect())?;
        let places = files.values().flat_map(|file| &file.places);
        let refused = files.values().flat_map(|file| &file.refused);
        Ok((
            places.map(|(_, mutant)| *mutant).collect(),
            refused.copied().collect(),
        ))
    }

    fn rewritten(&self, which: &BTreeSet<usize>) -> Result<BTreeMap<&'t str, Rewritten>, String> {
        let files = self.originals.iter().map(|(file, source)| {
            let mutants = self.mutants.iter().cloned().enumerate();
            let here =
                mutants.filter(|(number, mutant)| mutant.file == *file && which.contains(number));
            let rewritten = rewrite(source, here, &self.constant);
            let rewritten = rewritten.map_err(|error| format!("{file}: {error}"))?;
            Ok((*file, rewritten))
        });
        files.collect()
    }

    /// Builds the test programs with these mutants. Those that do not compile are removed from them.
    pub(super) fn build(&self, which: &mut BTreeSet<usize>) -> Result<Vec<PathBuf>, String> {
        self.tree.restore()?;
        let (src, folder) = (self.folder() + "/src", self.folder());
        let count = self.mutants.len();
        let switch = format!("{SWITCH}\nconst COUNT: usize = {count};\n");
        self.tree
            .write(&format!("{src}/mutant_switch.rs"), &switch)?;
        let root = format!("{src}/lib.rs");
        let switched = |text: &str| format!("{text}\nmod mutant_switch;\n");
        if !self.originals.contains_key(root.as_str()) {
            self.tree.write(&root, &switched(&self.tree.read(&root)?))?;
        }
        // The check finds what does not compile sooner than the build.
        let check = ["check", "--lib", "--profile", "test"];
        let build = ["test", "--tests", "--no-run"];
        let mut programs = Vec::new();
        for words in [&check[..], &build[..]] {
            loop {
                let files = self.rewritten(which)?;
                for (file, rewritten) in &files {
                    match *file == root {
                        true => self.tree.write(file, &switched(&rewritten.text))?,
                        false => self.tree.write(file, &rewritten.text)?,
                    }
                }
                match self.cargo(words)? {
                    Ok(built) => break programs = built,
                    Err(errors) => {
                        let refused: BTreeSet<usize> = errors
                            .iter()
                            .filter_map(|error| culprit(error, &files))
                            .collect();
                        if refused.is_empty() {
                            let first = errors.into_iter().find_map(|error| error.rendered);
                            return Err(format!(
                                "{folder} does not compile with its mutants: {}",
                                first.unwrap_or_default()
                            ));
                        }
                        println!("{} mutants do not compile", refused.len());
                        which.retain(|mutant| !refused.contains(mutant));
                    }
                }
            }
        }
        Ok(programs)
    }

    /// The test programs, or what the compiler reports.
    fn cargo(&self, words: &[&str]) -> Result<Result<Vec<PathBuf>, Vec<Diagnostic>>, String> {
        let mut cargo = self.tree.cargo();
        cargo
            .args(words)
            .args(["--package", self.package, "--all-features"])
            .args(["--message-format", "json"]);
        let output = cargo
            .output()
            .map_err(|error| format!("cannot start {}: {error}", shown(&cargo)))?;
        let (mut programs, mut errors) = (Vec::new(), Vec::new());
        for message in Message::parse_stream(output.stdout.as_slice()) {
            match message.map_err(|error| error.to_string())? {
                Message::CompilerArtifact(artifact) if artifact.profile.test => {
                    programs.extend(artifact.executable.map(PathBuf::from));
                }
                Message::CompilerMessage(message)
                    if message.message.level == DiagnosticLevel::Error =>
                {
                    errors.push(message.message);
                }
                _ => {}
            }
        }
        match (output.status.success(), errors.is_empty()) {
            (true, _) => Ok(Ok(programs)),
            (false, false) => Ok(Err(errors)),
            (false, true) => Err(format!(
                "{} failed: {}",
                shown(&cargo),
                String::from_utf8_lossy(&output.stderr).trim()
            )),
        }
    }
}

/// The mutant in whose code an error is: where the compiler points first, or else another place that it mentions.
fn culprit(error: &Diagnostic, files: &BTreeMap<&str, Rewritten>) -> Option<usize> {
    let mut spans: Vec<&DiagnosticSpan> = error.spans.iter().collect();
    spans.sort_by_key(|span| !span.is_primary);
    spans.into_iter().find_map(|span| {
        // A span inside a macro, then the ones that called it.
        let mut calls = std::iter::successors(Some(span), |span| caller(span));
        calls.find_map(|span| {
            let places = &files.get(span.file_name.as_str())?.places;
            let start = usize::try_from(span.byte_start).ok()?;
            let mut places = places.iter();
            let place = places.find(|(range, _)| range.contains(&start));
            place.map(|(_, mutant)| *mutant)
        })
    })
}

fn caller(span: &DiagnosticSpan) -> Option<&DiagnosticSpan> {
    span.expansion.as_ref().map(|from| &from.span)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn span(file: &str, start: usize, is_primary: bool) -> serde_json::Value {
        serde_json::json!({
            "file_name": file, "byte_start": start, "byte_end": start + 1, "is_primary": is_primary,
            "line_start": 1, "line_end": 1, "column_start": 1, "column_end": 1, "text": [],
            "label": null, "suggested_replacement": null, "suggestion_applicability": null,
            "expansion": null,
        })
    }

    #[test]
    fn an_error_is_that_of_the_mutant_in_whose_code_it_is() {
        let rewritten = Rewritten {
            text: String::new(),
            places: vec![(10..20, 3), (30..40, 5)],
            refused: Vec::new(),
        };
        let files = BTreeMap::from([("src/a.rs", rewritten)]);
        let of = |spans: &[serde_json::Value]| {
            let error = serde_json::json!({
                "message": "mismatched types", "code": null, "level": "error",
                "spans": spans, "children": [], "rendered": null,
            });
            culprit(&serde_json::from_value(error).unwrap(), &files)
        };
        assert_eq!(of(&[span("src/a.rs", 10, true)]), Some(3));
        assert_eq!(of(&[span("src/a.rs", 20, true)]), None);
        assert_eq!(of(&[span("src/b.rs", 10, true)]), None);
        // The place that the compiler points at comes first.
        let both = [span("src/a.rs", 15, false), span("src/a.rs", 35, true)];
        assert_eq!(of(&both), Some(5));
        let other = [span("src/a.rs", 15, false), span("src/a.rs", 25, true)];
        assert_eq!(of(&other), Some(3));
        // Inside a macro that the mutant calls.
        let mut inside = span("/library/macros.rs", 10, true);
        inside["expansion"] = serde_json::json!({
            "span": span("src/a.rs", 31, false), "macro_decl_name": "format!",
            "def_site_span": null,
        });
        assert_eq!(of(&[inside]), Some(5));
    }
}
