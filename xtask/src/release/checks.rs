//! The checks, each with one line about what is wrong and what to do. What a tool prints stands above that line.

use super::changelog;
use super::member::Member;
use super::rust_version;
use super::workspace::Workspace;
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
pub(super) type Check = (
    &'static str,
    fn(&Workspace, &Member) -> Result<Verdict, String>,
);

pub(super) const CHECKS: &[Check] = &[
    ("tree", tree),
    ("changelog", changelog),
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

fn tree(workspace: &Workspace, _: &Member) -> Result<Verdict, String> {
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

fn changelog(_: &Workspace, member: &Member) -> Result<Verdict, String> {
    let text = std::fs::read_to_string(member.folder.join("CHANGELOG.md"))
        .map_err(|error| format!("CHANGELOG.md cannot be read: {error}"))?;
    changelog::describes(&text, &member.version)?;
    Ok(Verdict::Passed)
}

fn version(workspace: &Workspace, member: &Member) -> Result<Verdict, String> {
    let version = &member.version;
    match workspace.last_tag(&member.name)? {
        Some((last, _)) if last == *version => Err(format!(
            "{version} is tagged already: set a new one in its Cargo.toml"
        )),
        Some((last, _)) if last > *version => Err(format!(
            "{version} is older than {last}, which is tagged: set a newer one"
        )),
        _ => Ok(Verdict::Passed),
    }
}

/// Compares the public API with that of the last tag, as far as `cargo semver-checks` has lints.
fn compatibility(workspace: &Workspace, member: &Member) -> Result<Verdict, String> {
    let Some((last, tag)) = workspace.last_tag(&member.name)? else {
        return Ok(Verdict::Skipped("there is no earlier version"));
    };
    if !member.is_library {
        return Ok(Verdict::Skipped("it has no library"));
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
fn package(workspace: &Workspace, member: &Member) -> Result<Verdict, String> {
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

fn documentation(workspace: &Workspace, member: &Member) -> Result<Verdict, String> {
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
fn oldest_rust(workspace: &Workspace, member: &Member) -> Result<Verdict, String> {
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

fn licences(workspace: &Workspace, _: &Member) -> Result<Verdict, String> {
    if !workspace.has_tool("deny") {
        return Ok(install("cargo-deny"));
    }
    let mut command = workspace.cargo();
    command.args(["deny", "check", "bans", "licenses", "sources"]);
    succeed(&mut command).map_err(|_| "deny.toml forbids a dependency: see above".to_owned())?;
    Ok(Verdict::Passed)
}

fn advisories(workspace: &Workspace, _: &Member) -> Result<Verdict, String> {
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
