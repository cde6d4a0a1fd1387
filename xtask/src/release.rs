//! `cargo xtask release CRATE`: everything that must hold before a version of a crate is published, and then its tag.
//!
//! All checks run, so that one call shows all that is missing. A check whose tool is missing says so and blocks the tag.

mod changelog;
mod checks;
mod member;
mod rust_version;
#[cfg(test)]
mod tests;
mod workspace;

use crate::run::succeed;
use checks::{CHECKS, Check, Verdict};
use member::Member;
use workspace::Workspace;

/// Checks the crate, and tags its version if `tag` is set and nothing is missing.
pub(crate) fn run(name: &str, tag: bool) -> Result<(), String> {
    release(&Workspace::here(), name, tag, CHECKS)
}

fn release(workspace: &Workspace, name: &str, tag: bool, checks: &[Check]) -> Result<(), String> {
    let member = workspace.member(name)?;
    match workspace.last_tag(name)? {
        Some((_, last)) => println!("{name} {}, after {last}", member.version),
        None => println!("{name} {}, the first: no tag {name}-v*", member.version),
    }
    let problems = problems(workspace, &member, checks);
    if !problems.is_empty() {
        let lines = problems.join("\n  ");
        return Err(format!("{} is not ready:\n  {lines}", member.tag()));
    }
    let new = member.tag();
    if !tag {
        println!("\nEverything passed. This makes the tag {new}:");
        println!("cargo xtask release {name} --tag");
        return Ok(());
    }
    succeed(
        workspace
            .git()
            .args(["tag", "--annotate", &new, "--message", &new]),
    )?;
    println!("\nTagged {new}. To publish it:");
    println!("git push origin {new} && cargo publish --locked --package {name}");
    Ok(())
}

/// Runs all checks. Returns a line for each that did not pass, with what to do.
fn problems(workspace: &Workspace, member: &Member, checks: &[Check]) -> Vec<String> {
    let mut problems = Vec::new();
    for (title, check) in checks {
        println!("\n== {title}");
        match check(workspace, member) {
            Ok(Verdict::Passed) => println!("== {title}: passed"),
            Ok(Verdict::PassedExcept(limit)) => println!("== {title}: passed; {limit}"),
            Ok(Verdict::Skipped(reason)) => println!("== {title}: does not apply: {reason}"),
            Ok(Verdict::NotRun(reason)) => problems.push(format!("{title}: not run: {reason}")),
            Err(problem) => problems.push(format!("{title}: {problem}")),
        }
    }
    problems
}
