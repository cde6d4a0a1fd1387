//! Every page is listed and tested, and every link and path in the pages exists.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use pulldown_cmark::{Event, HeadingLevel, Options, Parser, Tag, TagEnd};

pub(crate) fn guide() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

pub(crate) fn pages() -> Vec<PathBuf> {
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

/// A link may name a heading, as GitHub and mdBook derive it from the text.
#[test]
fn every_relative_link_leads_to_a_file_and_a_heading() {
    let mut checked = 0;
    for page in pages().iter().chain([&guide().join("../README.md")]) {
        let text = fs::read_to_string(page).unwrap();
        for event in Parser::new_ext(&text, Options::ENABLE_TABLES) {
            let Event::Start(Tag::Link { dest_url, .. }) = event else {
                continue;
            };
            if dest_url.contains("://") {
                continue;
            }
            let (file, heading) = dest_url.split_once('#').unwrap_or((&dest_url, ""));
            let target = match file {
                "" => page.clone(),
                file => page.parent().unwrap().join(file),
            };
            let place = page.display();
            assert!(target.exists(), "{place}: {dest_url} does not exist");
            if !heading.is_empty() {
                let there = headings(&target);
                assert!(there.contains(heading), "{place}: {dest_url}: {there:?}");
            }
            checked += 1;
        }
    }
    assert!(checked > 50, "only {checked} links found");
}

/// The names of the headings of a page.
fn headings(page: &Path) -> BTreeSet<String> {
    let text = fs::read_to_string(page).unwrap();
    let (mut all, mut heading) = (BTreeSet::new(), None);
    for event in Parser::new_ext(&text, Options::ENABLE_TABLES) {
        match event {
            Event::Start(Tag::Heading { .. }) => heading = Some(String::new()),
            Event::Text(part) | Event::Code(part) => {
                if let Some(heading) = &mut heading {
                    heading.push_str(&part);
                }
            }
            Event::End(TagEnd::Heading(_)) => {
                let name = heading.take().unwrap().to_lowercase().replace(' ', "-");
                let is_kept = |c: &char| c.is_alphanumeric() || matches!(c, '-' | '_');
                all.insert(name.chars().filter(is_kept).collect());
            }
            _ => {}
        }
    }
    all
}

/// The commonest tasks.
#[test]
fn how_do_i_has_a_page_for_twenty_tasks() {
    let text = fs::read_to_string(guide().join("how-do-i.md")).unwrap();
    let rows = text.lines().filter(|line| line.starts_with("| "));
    let linked = rows.filter(|line| line.contains("](")).count();
    assert!(linked >= 20, "only {linked} tasks have a page");
}

#[test]
fn every_picture_has_a_description_and_is_a_png() {
    let folder = guide().join("pictures");
    let mut shown = BTreeSet::new();
    for page in pages() {
        let text = fs::read_to_string(&page).unwrap();
        let mut description = None;
        for event in Parser::new_ext(&text, Options::ENABLE_TABLES) {
            match event {
                Event::Start(Tag::Image { dest_url, .. }) => {
                    let path = page.parent().unwrap().join(&*dest_url);
                    let bytes = fs::read(&path).unwrap_or_default();
                    assert!(
                        bytes.starts_with(b"\x89PNG\r\n\x1a\n"),
                        "{dest_url} is no PNG"
                    );
                    assert!(bytes.len() <= 100 * 1024, "{dest_url} is too large");
                    shown.insert(path.file_name().unwrap().to_owned());
                    description = Some(String::new());
                }
                Event::Text(text) => {
                    if let Some(description) = &mut description {
                        description.push_str(&text);
                    }
                }
                Event::End(TagEnd::Image) => {
                    let description = description.take().unwrap();
                    assert!(description.len() > 20, "a description is `{description}`");
                }
                _ => {}
            }
        }
    }
    let kept = fs::read_dir(folder).unwrap();
    let kept: BTreeSet<_> = kept.map(|entry| entry.unwrap().file_name()).collect();
    assert_eq!(shown, kept, "pictures that the pages show, and files");
}

/// Under a heading that names a crate, a path is relative to the source folder of that crate, elsewhere to the root of the workspace.
#[test]
fn every_path_in_the_architecture_exists() {
    let root = guide().join("..");
    let base_of = |heading: &str| {
        let source = root.join("crates").join(heading).join("src");
        Some(if source.is_dir() {
            source
        } else {
            root.clone()
        })
    };
    let checked = check_paths("architecture.md", &base_of);
    assert!(checked > 100, "only {checked} paths found");
}

/// Under "Adding things", a path is relative to `crates/`.
#[test]
fn every_path_in_the_page_for_maintainers_exists() {
    let root = guide().join("..");
    let base_of = |heading: &str| (heading == "Adding things").then(|| root.join("crates"));
    let checked = check_paths("maintainers.md", &base_of);
    assert!(checked > 40, "only {checked} paths found");
}

/// Checks each path in a page, and returns how many there are. A code span is a path if it ends in `/` or in a file extension.
/// `base_of` returns the folder that paths below a heading are relative to, or `None` if they are not checked. A path may also be
/// relative to the root.
fn check_paths(page: &str, base_of: &dyn Fn(&str) -> Option<PathBuf>) -> usize {
    let root = guide().join("..");
    let text = fs::read_to_string(guide().join(page)).unwrap();
    let mut base = base_of("");
    let mut in_heading = false;
    let mut checked = 0;
    for event in Parser::new_ext(&text, Options::ENABLE_TABLES) {
        match event {
            Event::Start(Tag::Heading { level, .. }) => in_heading = level == HeadingLevel::H2,
            Event::End(TagEnd::Heading(_)) => in_heading = false,
            Event::Text(heading) if in_heading => base = base_of(&heading),
            Event::Code(span) if is_path(&span) => {
                if let Some(base) = &base {
                    let exists = base.join(&*span).exists() || root.join(&*span).exists();
                    assert!(exists, "{page}: {span} does not exist");
                    checked += 1;
                }
            }
            _ => {}
        }
    }
    checked
}

fn is_path(span: &str) -> bool {
    let extensions = [".json", ".md", ".py", ".rs", ".toml"];
    !span.contains([' ', '<', '*', ':', '{', '…'])
        && (span.ends_with('/') || extensions.iter().any(|end| span.ends_with(end)))
}

#[test]
fn the_sandboxs_page_lists_every_kind_of_fault_with_its_rules() {
    let page = fs::read_to_string(guide().join("sandbox.md")).unwrap();
    for kind in payments_sandbox::FaultKind::ALL {
        let when: Vec<_> = kind.when().iter().map(|when| when.as_str()).collect();
        let takes: Vec<_> = kind
            .takes()
            .iter()
            .map(|name| format!("`{name}`"))
            .collect();
        let (name, when, takes) = (kind.as_str(), when.join(", "), takes.join(", "));
        let row = format!("| `{name}` | {when} | {takes} |");
        assert!(page.contains(&row), "{row}");
    }
}
