//! Every page is listed and tested, and every link and path in the pages exists.

use std::fs;
use std::path::{Path, PathBuf};

use pulldown_cmark::{Event, HeadingLevel, Parser, Tag, TagEnd};

fn guide() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn pages() -> Vec<PathBuf> {
    let folders = [guide().to_path_buf(), guide().join("adr")];
    let entries = folders
        .iter()
        .flat_map(|folder| fs::read_dir(folder).unwrap());
    let files = entries.map(|entry| entry.unwrap().path());
    files
        .filter(|path| path.extension().is_some_and(|extension| extension == "md"))
        .collect()
}

#[test]
fn every_page_is_in_the_summary_and_in_the_doctests() {
    let summary = fs::read_to_string(guide().join("SUMMARY.md")).unwrap();
    let doctests = fs::read_to_string(guide().join("lib.rs")).unwrap();
    let pages = pages();
    assert!(pages.len() > 20, "only {} pages found", pages.len());
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
fn every_relative_link_leads_to_a_file() {
    let mut checked = 0;
    for page in pages().iter().chain([&guide().join("../README.md")]) {
        let text = fs::read_to_string(page).unwrap();
        for event in Parser::new(&text) {
            let Event::Start(Tag::Link { dest_url, .. }) = event else {
                continue;
            };
            let file = dest_url.split('#').next().unwrap();
            if file.is_empty() || dest_url.contains("://") {
                continue;
            }
            let target = page.parent().unwrap().join(file);
            assert!(
                target.exists(),
                "{}: {dest_url} does not exist",
                page.display()
            );
            checked += 1;
        }
    }
    assert!(checked > 50, "only {checked} links found");
}

/// In `architecture.md`, a code span that ends in `/` or in a file extension is a path. Under a heading that names a crate it is
/// relative to the source folder of that crate, elsewhere to the root of the workspace.
#[test]
fn every_path_in_the_architecture_exists() {
    let root = guide().join("..");
    let text = fs::read_to_string(guide().join("architecture.md")).unwrap();
    let mut base = root.clone();
    let mut in_heading = false;
    let mut checked = 0;
    for event in Parser::new(&text) {
        match event {
            Event::Start(Tag::Heading {
                level: HeadingLevel::H2,
                ..
            }) => {
                in_heading = true;
                base.clone_from(&root);
            }
            Event::End(TagEnd::Heading(_)) => in_heading = false,
            Event::Text(heading) if in_heading => {
                let source = root.join("crates").join(&*heading).join("src");
                if source.is_dir() {
                    base = source;
                }
            }
            Event::Code(span) if is_path(&span) => {
                let exists = base.join(&*span).exists() || root.join(&*span).exists();
                assert!(exists, "architecture.md: {span} does not exist");
                checked += 1;
            }
            _ => {}
        }
    }
    assert!(checked > 60, "only {checked} paths found");
}

fn is_path(span: &str) -> bool {
    let extensions = [".rs", ".md", ".toml", ".py"];
    !span.contains([' ', '<', '*', ':', '{'])
        && (span.ends_with('/') || extensions.iter().any(|end| span.ends_with(end)))
}
