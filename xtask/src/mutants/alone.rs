//! Mutants that cannot be behind a switch: `cargo-mutants` builds and tries each alone.

use std::io::ErrorKind;
use std::path::Path;
use std::time::Duration;

use super::Part;
use super::bounded;
use super::list::Mutant;
use super::results::Verdict;
use super::tree::Tree;

/// For the tests of one mutant, which take minutes.
const SECONDS: &str = "900";
/// For `cargo-mutants`, which also builds.
const LIMIT: Duration = Duration::from_secs(3600);

/// Runs the tests without a mutant. A test that fails would catch every mutant.
pub(super) fn check(part: Part, tree: &Tree) -> Result<(), String> {
    tree.restore()?;
    let mut tests = bounded::program("cargo");
    tree.adapt(&mut tests);
    tests.args(["test", "--quiet", "--package", part.package()]);
    tests.args(arguments(part));
    match bounded::run(&mut tests, LIMIT)?.success {
        true => Ok(()),
        false => Err(format!(
            "the tests of {} fail without a mutant",
            part.package()
        )),
    }
}

/// For `cargo test`.
fn arguments(part: Part) -> Vec<&'static str> {
    let skipped = part.skipped().iter().flat_map(|test| ["--skip", test]);
    ["--all-features", "--tests", "--"]
        .into_iter()
        .chain(skipped)
        .collect()
}

/// Tries a mutant in this copy of the workspace.
pub(super) fn try_one(
    part: Part,
    mutant: &Mutant,
    tree: &Tree,
    folder: &Path,
) -> Result<Verdict, String> {
    tree.restore()?;
    match std::fs::remove_dir_all(folder) {
        Err(error) if error.kind() != ErrorKind::NotFound => {
            return Err(format!("{} cannot be removed: {error}", folder.display()));
        }
        _ => std::fs::create_dir_all(folder).map_err(|error| error.to_string())?,
    }
    let mut mutants = bounded::program("cargo");
    tree.adapt(&mut mutants);
    mutants
        .args(["mutants", "--in-place", "--baseline", "skip"])
        .args(["--timeout", SECONDS, "--package", part.package()])
        .args(["--file", &mutant.file, "--re", &exactly(&mutant.name)])
        .arg("--output")
        .arg(folder)
        .arg("--")
        .args(arguments(part));
    let ended = bounded::run(&mut mutants, LIMIT)?;
    read(folder, &mutant.name).map_err(|problem| {
        let after = ended.after.as_secs();
        format!(
            "cargo-mutants did not try `{}` in {after} s: {problem}",
            mutant.name
        )
    })
}

/// A regular expression that only this text matches. The crate `regex` refuses `\<` and `\>`.
fn exactly(text: &str) -> String {
    let escaped = text.chars().flat_map(|character| {
        let special = r"\.+*?()|[]{}^$#&-~".contains(character);
        special.then_some('\\').into_iter().chain([character])
    });
    format!("^{}$", escaped.collect::<String>())
}

/// Reads the lists that `cargo-mutants` wrote. Beside the one that was asked for, it tries the deleted fields of the file.
fn read(folder: &Path, mutant: &str) -> Result<Verdict, String> {
    let lists = [
        ("caught", Verdict::Caught),
        ("timeout", Verdict::Caught),
        ("missed", Verdict::Survivor),
        ("unviable", Verdict::Uncompiled),
    ];
    let mut found = Vec::new();
    for (list, verdict) in lists {
        let path = folder.join(format!("mutants.out/{list}.txt"));
        let text = std::fs::read_to_string(&path)
            .map_err(|error| format!("{}: {error}", path.display()))?;
        let here = text.lines().filter(|line| *line == mutant);
        found.extend(here.map(|_| verdict));
    }
    match found.as_slice() {
        [verdict] => Ok(*verdict),
        _ => Err(format!("it is on {} of its lists", found.len())),
    }
}

#[cfg(test)]
mod tests {
    use tempfile::TempDir;

    use super::*;

    #[test]
    fn the_one_mutant_is_found_on_its_list() {
        let folder = TempDir::new().unwrap();
        let folder = folder.path();
        // As if it had ended before it wrote anything.
        let read = || super::read(folder, "a.rs:1:1: one in f");
        assert!(read().unwrap_err().contains("caught.txt"));
        std::fs::create_dir(folder.join("mutants.out")).unwrap();
        let lists = ["caught", "timeout", "missed", "unviable"];
        let write = |list: &str, text| {
            let path = folder.join(format!("mutants.out/{list}.txt"));
            std::fs::write(path, text).unwrap();
        };
        let empty = || lists.iter().for_each(|list| write(list, ""));
        empty();
        assert!(read().unwrap_err().contains("on 0 of"));
        for (list, verdict) in [
            ("caught", Verdict::Caught),
            ("timeout", Verdict::Caught),
            ("missed", Verdict::Survivor),
            ("unviable", Verdict::Uncompiled),
        ] {
            empty();
            write("missed", "a.rs:1:1: another in f\n");
            write(list, "a.rs:1:1: one in f\n");
            assert_eq!(read(), Ok(verdict));
        }
        write("caught", "a.rs:1:1: one in f\n");
        assert!(read().unwrap_err().contains("on 2 of"));
    }

    #[test]
    fn names_are_matched_exactly() {
        let name = "a.rs:9:9: replace <impl Ord for A>::cmp -> [u8; 2] with (0 + 1) * 2?";
        assert_eq!(
            exactly(name),
            r"^a\.rs:9:9: replace <impl Ord for A>::cmp \-> \[u8; 2\] with \(0 \+ 1\) \* 2\?$"
        );
    }
}
