//! Which functions the compiler runs, judged by their names: mutants of these cannot ask the switch.

use std::collections::BTreeSet;
use std::ffi::OsStr;
use std::fs::read_dir;
use std::path::Path;

use super::rewrite::used_by_the_compiler;
use super::tree::Tree;

/// The names that are used in constants, in the lengths of arrays, and in each `const fn` that these use. Of other crates, every
/// `const fn` counts, because only those of this one are rewritten.
pub(super) fn names(tree: &Tree, package: &str) -> Result<BTreeSet<String>, String> {
    let (mut own, mut names) = (Vec::new(), BTreeSet::new());
    let sources = tree.folder.join("crates").join(package).join("src");
    for_each_file(
        &tree.folder.join("crates"),
        &mut |path, file| match path.starts_with(&sources) {
            true => own.push(file),
            false => names.extend(used_by_the_compiler(&file, None)),
        },
    )?;
    complete(&own, &mut names);
    Ok(names)
}

/// Adds what these files use, until nothing is added.
fn complete(files: &[syn::File], names: &mut BTreeSet<String>) {
    loop {
        let before = names.len();
        for file in files {
            let used = used_by_the_compiler(file, Some(names));
            names.extend(used);
        }
        if names.len() == before {
            return;
        }
    }
}

fn for_each_file(folder: &Path, found: &mut impl FnMut(&Path, syn::File)) -> Result<(), String> {
    let shown = |path: &Path, error: &dyn std::fmt::Display| format!("{}: {error}", path.display());
    for entry in read_dir(folder).map_err(|error| shown(folder, &error))? {
        let path = entry.map_err(|error| shown(folder, &error))?.path();
        if path.is_dir() {
            for_each_file(&path, found)?;
        } else if path.extension() == Some(OsStr::new("rs")) {
            let text = std::fs::read_to_string(&path).map_err(|error| shown(&path, &error))?;
            let file = syn::parse_file(&text).map_err(|error| shown(&path, &error))?;
            found(&path, file);
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_function_is_the_compilers_if_a_constant_needs_it() {
        let file = syn::parse_file(
            r#"
            const ONE: usize = one();
            const fn one() -> usize { two(&X) }
            const fn free() -> usize { also_free() }
            const fn also_free() -> usize { 1 }
            fn runs(a: [u8; length()]) -> usize { let b = [0; items()]; free() + const { block() } }
            static S: usize = A.method(1, inside!(argument()));
            ids! { const MADE: usize = made(); }
            ids! { not_made() }
            "#,
        );
        let mut names = BTreeSet::new();
        complete(&[file.unwrap()], &mut names);
        for name in [
            "one", "two", "length", "items", "block", "method", "argument", "made",
        ] {
            assert!(names.contains(name), "{name}");
        }
        for name in ["free", "also_free", "runs", "not_made"] {
            assert!(!names.contains(name), "{name}");
        }
    }
}
