//! Phrases that readers had to read twice do not come back, in the guide, the source or the pages of the sandbox.

use std::path::{Path, PathBuf};

/// Each had a plainer phrase put in its place.
const REPLACED: [&str; 16] = [
    "tells whole payments",
    "knows its orders by",
    "orders by sending them again",
    "against its own books",
    "answer whose effect no document",
    "Do not make it again",
    "What became of",
    "this provider needs it",
    "is no name",
    "call orders off",
    "is there to be asked",
    "Be the payer",
    "Every press is",
    "its desk",
    "Nothing of a card",
    "1 problems",
];

fn texts(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        if path.is_dir() {
            if !matches!(name.as_str(), "target" | "tests" | ".git" | "fixtures") {
                texts(&path, found);
            }
        } else if name != "CHANGELOG.md"
            && [".md", ".rs", ".html", ".js"]
                .iter()
                .any(|ending| name.ends_with(ending))
        {
            found.push(path);
        }
    }
}

#[test]
fn no_text_has_a_phrase_that_was_replaced() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let mut paths = vec![root.join("README.md")];
    texts(&root.join("docs"), &mut paths);
    texts(&root.join("crates"), &mut paths);
    assert!(paths.len() > 400, "{}", paths.len());
    let mut wrong = Vec::new();
    for path in &paths {
        let text = std::fs::read_to_string(path).unwrap();
        // A phrase may be broken into two lines.
        let words: Vec<&str> = text
            .split_whitespace()
            .filter(|word| !matches!(*word, "///" | "//!" | "//"))
            .collect();
        let text = words.join(" ");
        let phrases = REPLACED.iter().filter(|phrase| text.contains(**phrase));
        wrong.extend(phrases.map(|phrase| format!("{}: {phrase}", path.display())));
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
