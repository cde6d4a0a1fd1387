//! `cargo xtask release CRATE`: everything that must hold before a version of a crate is published, and then its tag.
//!
//! All checks run, so that one call shows all that is missing. A check whose tool is missing says so and blocks the tag.

mod changelog;
mod member;
mod rust_version;

use std::process::Command;

use semver::Version;

use crate::run::{cargo, output, root, succeed};
use member::Member;

/// How a check ended.
enum Verdict {
    Passed,
    /// It does not apply, for this reason.
    Skipped(String),
    /// It could not run here, for this reason.
    NotRun(String),
}

type Check = (&'static str, fn(&Member) -> Result<Verdict, String>);

const CHECKS: &[Check] = &[
    ("clean tree", clean_tree),
    ("changelog", changelog),
    ("version", version),
    ("compatibility with the last version", compatibility),
    ("package, with its dependents", package),
    ("documentation as docs.rs builds it", documentation),
    ("oldest supported Rust", oldest_rust),
    ("licences, bans and sources", |_| {
        deny("bans licenses sources")
    }),
    ("security advisories", |_| deny("advisories")),
];

/// Checks the crate, and tags its version if `tag` is set and nothing is missing.
pub(crate) fn run(name: &str, tag: bool) -> Result<(), String> {
    let member = Member::find(name)?;
    println!("{name} {}", member.version);
    let mut open = Vec::new();
    for (title, check) in CHECKS {
        println!("\n== {title}");
        match check(&member) {
            Ok(Verdict::Passed) => println!("== {title}: passed"),
            Ok(Verdict::Skipped(reason)) => println!("== {title}: does not apply: {reason}"),
            Ok(Verdict::NotRun(reason)) => open.push(format!("{title}: not run: {reason}")),
            Err(error) => open.push(format!("{title}: {error}")),
        }
    }
    if !open.is_empty() {
        return Err(format!("{name} was not tagged:\n  {}", open.join("\n  ")));
    }
    let new = member.tag();
    if !tag {
        println!("\nEverything passed. `cargo xtask release {name} --tag` makes the tag {new}.");
        return Ok(());
    }
    succeed(git().args(["tag", "--annotate", &new, "--message", &new]))?;
    println!("\nTagged {new}. Publish it with `cargo publish --locked --package {name}`.");
    Ok(())
}

fn clean_tree(_: &Member) -> Result<Verdict, String> {
    let changed = output(git().args(["status", "--porcelain"]))?;
    if changed.is_empty() {
        Ok(Verdict::Passed)
    } else {
        Err(format!("commit these files first:\n{}", changed.trim_end()))
    }
}

fn changelog(member: &Member) -> Result<Verdict, String> {
    let text = std::fs::read_to_string(member.folder.join("CHANGELOG.md"))
        .map_err(|error| format!("cannot read CHANGELOG.md: {error}"))?;
    changelog::describes(&text, &member.version)?;
    Ok(Verdict::Passed)
}

fn version(member: &Member) -> Result<Verdict, String> {
    match last_tag(member)? {
        Some((last, _)) if last >= member.version => Err(format!(
            "version {} does not come after {last}, which is tagged: set a new version in {}",
            member.version,
            member.folder.join("Cargo.toml").display()
        )),
        _ => Ok(Verdict::Passed),
    }
}

fn compatibility(member: &Member) -> Result<Verdict, String> {
    let Some((_, tag)) = last_tag(member)? else {
        return Ok(Verdict::Skipped("it is the first version".to_owned()));
    };
    if !member.is_library {
        return Ok(Verdict::Skipped("it has no library".to_owned()));
    }
    if !installed("semver-checks") {
        return Ok(Verdict::NotRun(install("cargo-semver-checks")));
    }
    let arguments = [
        "semver-checks",
        "--package",
        &member.name,
        "--baseline-rev",
        &tag,
    ];
    succeed(cargo().args(arguments))?;
    Ok(Verdict::Passed)
}

/// Packs the crate, what it is built from, and what is built on it, and compiles each from its package.
fn package(member: &Member) -> Result<Verdict, String> {
    let mut command = cargo();
    command.args(["package", "--locked"]);
    for name in member.packed_with()? {
        command.args(["--package", &name]);
    }
    succeed(&mut command)?;
    Ok(Verdict::Passed)
}

fn documentation(member: &Member) -> Result<Verdict, String> {
    if !has_toolchain("nightly") {
        return Ok(Verdict::NotRun(
            "`rustup toolchain install nightly`".to_owned(),
        ));
    }
    succeed(
        rustup_cargo("nightly")
            .env("RUSTDOCFLAGS", "--cfg docsrs -D warnings")
            .args([
                "doc",
                "--locked",
                "--no-deps",
                "--all-features",
                "--package",
                &member.name,
            ]),
    )?;
    Ok(Verdict::Passed)
}

/// The versions that dependencies state; then a build, if that toolchain is installed.
fn oldest_rust(member: &Member) -> Result<Verdict, String> {
    let oldest = rust_version::of(&member::metadata()?, &member.name)?;
    let toolchain = format!("{}.{}", oldest.major, oldest.minor);
    if !has_toolchain(&toolchain) {
        return Ok(Verdict::NotRun(format!(
            "all dependencies state Rust {toolchain} or older; `rustup toolchain install {toolchain}` to build with it"
        )));
    }
    let arguments = [
        "check",
        "--locked",
        "--all-features",
        "--package",
        &member.name,
    ];
    succeed(rustup_cargo(&toolchain).args(arguments))?;
    Ok(Verdict::Passed)
}

fn deny(checks: &str) -> Result<Verdict, String> {
    if !installed("deny") {
        return Ok(Verdict::NotRun(install("cargo-deny")));
    }
    succeed(cargo().args(["deny", "check"]).args(checks.split(' ')))?;
    Ok(Verdict::Passed)
}

/// The newest tagged version of the crate, and its tag.
fn last_tag(member: &Member) -> Result<Option<(Version, String)>, String> {
    let prefix = format!("{}-v", member.name);
    let tags = output(git().args(["tag", "--list", &format!("{prefix}*")]))?;
    let versions = tags.lines().filter_map(|tag| {
        let version = Version::parse(tag.strip_prefix(&prefix)?).ok()?;
        Some((version, tag.to_owned()))
    });
    Ok(versions.max())
}

fn git() -> Command {
    let mut command = Command::new("git");
    command.current_dir(root());
    command
}

/// Whether `cargo NAME` exists.
fn installed(name: &str) -> bool {
    output(cargo().args([name, "--version"])).is_ok()
}

fn install(name: &str) -> String {
    format!("`cargo install --locked {name}`")
}

fn has_toolchain(name: &str) -> bool {
    output(rustup_cargo(name).arg("--version")).is_ok()
}

/// Cargo of another toolchain. The variables by which rustup pinned this one must not reach it.
fn rustup_cargo(toolchain: &str) -> Command {
    let mut command = Command::new("rustup");
    command
        .current_dir(root())
        .env_remove("CARGO")
        .env_remove("RUSTC")
        .env_remove("RUSTUP_TOOLCHAIN")
        // Without this, rustup downloads a toolchain that is only asked for.
        .env("RUSTUP_AUTO_INSTALL", "0")
        .args(["run", toolchain, "cargo"]);
    command
}
