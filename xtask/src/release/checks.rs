//! The checks, each with one line about what is wrong and what to do. What a tool prints stands above that line.

use std::path::Path;

use super::{Release, changelog, contact, rust_version};
use crate::run::{output, succeed};

/// How a check ended that found no problem.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Verdict {
    Passed,
    /// It passed, and did not see this.
    PassedExcept(&'static str),
    /// It does not apply, for this reason.
    Skipped(&'static str),
    /// It could not run here: what to do.
    NotRun(String),
}

/// A check with its title.
pub(super) type Check = (&'static str, fn(&Release<'_>) -> Result<Verdict, String>);

pub(super) const CHECKS: &[Check] = &[
    ("tree", tree),
    ("changelog", changelog),
    ("metadata", metadata),
    ("contact", contact),
    ("guide", guide),
    ("version", version),
    ("compatibility", compatibility),
    ("package", package),
    ("documentation", documentation),
    ("oldest Rust", oldest_rust),
    ("licences", licences),
    ("advisories", advisories),
];

/// The exit status of `cargo semver-checks` for a change that breaks users.
const BREAKS: i32 = 100;

fn tree(Release { workspace, .. }: &Release<'_>) -> Result<Verdict, String> {
    let changed = output(workspace.git().args(["status", "--porcelain"]))?;
    if changed.is_empty() {
        return Ok(Verdict::Passed);
    }
    print!("{changed}");
    let files = changed.lines().count();
    Err(format!(
        "{files} changed or new files: commit or remove them"
    ))
}

fn changelog(Release { member, .. }: &Release<'_>) -> Result<Verdict, String> {
    let text = std::fs::read_to_string(member.folder.join("CHANGELOG.md"))
        .map_err(|error| format!("CHANGELOG.md cannot be read: {error}"))?;
    changelog::describes(&text, &member.version)?;
    Ok(Verdict::Passed)
}

/// What a registry requires and shows.
fn metadata(Release { member, .. }: &Release<'_>) -> Result<Verdict, String> {
    let required = [
        ("description", &member.description),
        ("license", &member.licence),
        ("repository", &member.repository),
    ];
    let missing = required.iter().filter(|(_, value)| value.is_none());
    let missing: Vec<&str> = missing.map(|(name, _)| *name).collect();
    if !missing.is_empty() {
        return Err(format!("its Cargo.toml has no {}", missing.join(", no ")));
    }
    let address = member.repository.as_deref().unwrap_or_default();
    match contact::host(address) {
        None => Err("repository is no https address: set it in Cargo.toml".to_owned()),
        Some(host) if contact::is_placeholder(host) => Err(format!(
            "repository is at {host}, a placeholder: set the real one"
        )),
        Some(_) => Ok(Verdict::Passed),
    }
}

fn contact(Release { workspace, .. }: &Release<'_>) -> Result<Verdict, String> {
    let text = std::fs::read_to_string(workspace.root.join("SECURITY.md"))
        .map_err(|error| format!("SECURITY.md cannot be read: {error}"))?;
    match contact::is_named(&text) {
        true => Ok(Verdict::Passed),
        false => Err("SECURITY.md does not begin with an address to write to".to_owned()),
    }
}

/// Users copy dependencies from the READMEs and the guide, and have no folder with the crates.
fn guide(release: &Release<'_>) -> Result<Verdict, String> {
    let (workspace, member) = (release.workspace, &release.member);
    let mut pages = vec![
        member.folder.join("README.md"),
        workspace.root.join("README.md"),
    ];
    let docs = workspace.root.join("docs");
    let docs = std::fs::read_dir(&docs).map_err(|error| format!("{}: {error}", docs.display()))?;
    pages.extend(docs.flatten().map(|page| page.path()));
    pages.retain(|page| page.extension().is_some_and(|extension| extension == "md"));
    let mut count = 0;
    for page in pages {
        count += paths_of_dependencies(&page)?;
    }
    match count {
        0 => Ok(Verdict::Passed),
        _ => Err(format!(
            "{count} dependencies are paths: state versions instead"
        )),
    }
}

/// Prints the lines of a page that state a dependency by its path, and counts them.
fn paths_of_dependencies(page: &Path) -> Result<usize, String> {
    let text = std::fs::read_to_string(page)
        .map_err(|error| format!("{} cannot be read: {error}", page.display()))?;
    let lines = text.lines().enumerate();
    let found: Vec<_> = lines
        .filter(|(_, line)| line.contains("{ path = \""))
        .collect();
    for (index, line) in &found {
        println!("{}:{}: {line}", page.display(), index + 1);
    }
    Ok(found.len())
}

fn version(release: &Release<'_>) -> Result<Verdict, String> {
    let (workspace, member) = (release.workspace, &release.member);
    let version = &member.version;
    let last = match workspace.last_tag(&member.name) {
        Ok(last) => last,
        Err(reason) => return Ok(Verdict::NotRun(reason)),
    };
    if let Some((_, tag)) = &last {
        println!("the last one is {tag}");
    }
    match last.map(|(last, _)| last) {
        Some(last) if last == *version => Err(format!(
            "{version} is tagged already: set a new one in its Cargo.toml"
        )),
        Some(last) if last > *version => Err(format!(
            "{version} is older than {last}, which is tagged: set a newer one"
        )),
        Some(last) if release.is_first => Err(format!("{last} is tagged: leave out --first")),
        None if !release.is_first => Err(format!(
            "no tag {}-v*: if it is the first, add --first",
            member.name
        )),
        _ => Ok(Verdict::Passed),
    }
}

/// Compares the public API with that of the last tag, as far as `cargo semver-checks` has lints.
fn compatibility(release: &Release<'_>) -> Result<Verdict, String> {
    let (workspace, member) = (release.workspace, &release.member);
    if !member.is_library {
        return Ok(Verdict::Skipped("it has no library"));
    }
    let (last, tag) = match workspace.last_tag(&member.name) {
        Ok(Some(last)) => last,
        Ok(None) => return Ok(Verdict::Skipped("there is no earlier version")),
        Err(reason) => return Ok(Verdict::NotRun(reason)),
    };
    if !workspace.has_tag(&tag) {
        return Ok(Verdict::NotRun(format!("git fetch origin tag {tag}")));
    }
    if !workspace.has_tool("semver-checks") {
        return Ok(install("cargo-semver-checks"));
    }
    let mut command = workspace.cargo();
    command.args(["semver-checks", "--package", &member.name]);
    let status = command.args(["--baseline-rev", &tag]).status();
    match status.map(|status| status.code()) {
        Ok(Some(0)) => Ok(Verdict::Passed),
        Ok(Some(BREAKS)) => {
            let next = match last.major {
                0 => format!("0.{}.0", last.minor + 1),
                major => format!("{}.0.0", major + 1),
            };
            Err(format!(
                "it breaks users of {last}: undo that, or release {next}"
            ))
        }
        _ => Err("cargo semver-checks could not compare: see above".to_owned()),
    }
}

/// Packs the crate, what it is built from, and what is built on it, and compiles each from its package. Cargo resolves them among
/// each other, so nothing of ours has to be published before.
fn package(release: &Release<'_>) -> Result<Verdict, String> {
    let (workspace, member) = (release.workspace, &release.member);
    let metadata = workspace.metadata()?;
    let mut command = workspace.cargo();
    // Changed files are the first check's.
    command.args(["package", "--locked", "--allow-dirty"]);
    // Otherwise each package compiles all dependencies again.
    command.env("CARGO_TARGET_DIR", &metadata.target_directory);
    for name in member.packed_with(&metadata) {
        command.args(["--package", &name]);
    }
    succeed(&mut command).map_err(|_| "a package does not build: see above".to_owned())?;
    Ok(Verdict::PassedExcept(
        "dependents that are published were not built",
    ))
}

fn documentation(release: &Release<'_>) -> Result<Verdict, String> {
    let (workspace, member) = (release.workspace, &release.member);
    if !workspace.has_toolchain("nightly") {
        return Ok(Verdict::NotRun(
            "rustup toolchain install nightly".to_owned(),
        ));
    }
    let mut command = workspace.cargo_of("nightly");
    command
        .env("RUSTDOCFLAGS", "--cfg docsrs -D warnings")
        .args(["doc", "--locked", "--no-deps", "--all-features"])
        .args(["--package", &member.name]);
    succeed(&mut command).map_err(|_| "rustdoc does not accept it: see above".to_owned())?;
    Ok(Verdict::Passed)
}

/// The versions that dependencies state; then a build, if that toolchain is installed.
fn oldest_rust(release: &Release<'_>) -> Result<Verdict, String> {
    let (workspace, member) = (release.workspace, &release.member);
    let oldest = rust_version::of(&workspace.metadata()?, &member.name)?;
    let toolchain = format!("{}.{}", oldest.major, oldest.minor);
    println!("no dependency in Cargo.lock states a newer Rust than {toolchain}");
    if !workspace.has_toolchain(&toolchain) {
        return Ok(Verdict::NotRun(format!(
            "rustup toolchain install {toolchain}"
        )));
    }
    let mut command = workspace.cargo_of(&toolchain);
    command
        .args(["check", "--locked", "--all-features"])
        .args(["--package", &member.name]);
    succeed(&mut command).map_err(|_| format!("Rust {toolchain} does not build it: see above"))?;
    Ok(Verdict::Passed)
}

fn licences(Release { workspace, .. }: &Release<'_>) -> Result<Verdict, String> {
    if !workspace.has_tool("deny") {
        return Ok(install("cargo-deny"));
    }
    let mut command = workspace.cargo();
    command.args(["deny", "check", "bans", "licenses", "sources"]);
    succeed(&mut command).map_err(|_| "deny.toml forbids a dependency: see above".to_owned())?;
    Ok(Verdict::Passed)
}

fn advisories(Release { workspace, .. }: &Release<'_>) -> Result<Verdict, String> {
    if !workspace.has_tool("deny") {
        return Ok(install("cargo-deny"));
    }
    let fetched = workspace.cargo().args(["deny", "fetch", "db"]).status();
    if !fetched.is_ok_and(|status| status.success()) {
        return Ok(Verdict::NotRun(
            "no advisory database: run it where github.com answers".to_owned(),
        ));
    }
    let mut command = workspace.cargo();
    command.args(["deny", "check", "--disable-fetch", "advisories"]);
    succeed(&mut command).map_err(|_| "a dependency has an advisory: see above".to_owned())?;
    Ok(Verdict::Passed)
}

fn install(tool: &str) -> Verdict {
    Verdict::NotRun(format!("cargo install --locked {tool}"))
}
