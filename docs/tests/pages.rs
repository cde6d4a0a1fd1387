//! Every page stands in the summary and among the doctests, and every link between pages leads somewhere.
#![allow(clippy::unwrap_used)]

use std::fs;
use std::path::{Path, PathBuf};

fn guide() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn pages() -> Vec<PathBuf> {
    let listed = [guide().to_path_buf(), guide().join("adr")]
        .into_iter()
        .flat_map(|folder| fs::read_dir(folder).unwrap());
    let files = listed.map(|entry| entry.unwrap().path());
    files
        .filter(|path| path.extension().is_some_and(|extension| extension == "md"))
        .collect()
}

/// The targets of inline links, code blocks left out.
fn links(text: &str) -> Vec<&str> {
    let mut code = false;
    let prose = text.lines().filter(|line| {
        let fence = line.trim_start().starts_with("```");
        code ^= fence;
        !code && !fence
    });
    prose
        .flat_map(|line| {
            line.split("](")
                .skip(1)
                .filter_map(|rest| Some(rest.split_once(')')?.0))
        })
        .collect()
}

#[test]
fn no_page_is_left_out() {
    let summary = fs::read_to_string(guide().join("SUMMARY.md")).unwrap();
    let doctests = fs::read_to_string(guide().join("lib.rs")).unwrap();
    let pages = pages();
    assert!(pages.len() > 20, "the pages are not where they were");
    for page in pages.iter().filter(|page| !page.ends_with("SUMMARY.md")) {
        let name = page.strip_prefix(guide()).unwrap().display().to_string();
        assert!(
            summary.contains(&format!("]({name})")),
            "SUMMARY.md does not list {name}"
        );
        assert!(
            doctests.contains(&format!("\"{name}\",")),
            "lib.rs does not include {name}"
        );
    }
}

#[test]
fn links_between_files_lead_somewhere() {
    let readme = guide().join("../README.md");
    for page in pages().iter().chain([&readme]) {
        let text = fs::read_to_string(page).unwrap();
        for link in links(&text) {
            let file = link.split('#').next().unwrap();
            if file.is_empty() || link.contains("://") {
                continue;
            }
            assert!(
                page.parent().unwrap().join(file).exists(),
                "{}: {link} leads nowhere",
                page.display()
            );
        }
    }
}
