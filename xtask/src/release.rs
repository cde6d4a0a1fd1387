//! `cargo xtask release CRATE`: everything that must hold before a version of a crate is published, and then its tag.
//!
//! All checks run, so that one call shows all that is missing. A check whose tool is missing says so and blocks the tag. The tests, which
//! take long, run last and only before a tag.

mod changelog;
mod checks;
mod contact;
mod member;
mod rust_version;
#[cfg(test)]
mod tests;
mod workspace;

use crate::run::succeed;
use checks::{CHECKS, Check, Verdict};
use member::Member;
use workspace::Workspace;

/// The version of a crate that is to be released.
struct Release<'a> {
    workspace: &'a Workspace,
    member: Member,
    /// There is no earlier version. Missing tags alone do not prove that.
    is_first: bool,
}

/// Checks the crate, and tags its version if `tag` is set, nothing is missing and all tests pass.
pub(crate) fn run(name: &str, is_first: bool, tag: bool) -> Result<(), String> {
    Release::new(&Workspace::here(), name, is_first)?.run(CHECKS, tag)
}

impl<'a> Release<'a> {
    fn new(workspace: &'a Workspace, name: &str, is_first: bool) -> Result<Self, String> {
        Ok(Self {
            workspace,
            member: workspace.member(name)?,
            is_first,
        })
    }

    fn run(&self, checks: &[Check], tag: bool) -> Result<(), String> {
        let (name, new) = (&self.member.name, self.member.tag());
        println!("{new}");
        let problems = self.problems(checks);
        if !problems.is_empty() {
            let lines = problems.join("\n  ");
            return Err(format!("{new} is not ready:\n  {lines}"));
        }
        if !tag {
            let first = if self.is_first { " --first" } else { "" };
            println!("\nEverything passed. This runs all tests, and makes the tag {new}:");
            println!("cargo xtask release {name}{first} --tag");
            return Ok(());
        }
        println!("\n== tests");
        succeed(self.workspace.cargo().args(["xtask", "test"]))
            .map_err(|error| format!("{new} is not tagged: {error}"))?;
        let mut git = self.workspace.git();
        succeed(git.args(["tag", "--annotate", &new, "--message", &new]))?;
        println!("\nTagged {new}. To publish it:");
        println!("git push origin {new} && cargo publish --locked --package {name}");
        Ok(())
    }

    /// Runs all checks. Returns a line for each that did not pass, with what to do.
    fn problems(&self, checks: &[Check]) -> Vec<String> {
        let mut problems = Vec::new();
        for (title, check) in checks {
            println!("\n== {title}");
            match check(self) {
                Ok(Verdict::Passed) => println!("== {title}: passed"),
                Ok(Verdict::PassedExcept(limit)) => println!("== {title}: passed; {limit}"),
                Ok(Verdict::Skipped(reason)) => println!("== {title}: does not apply: {reason}"),
                Ok(Verdict::NotRun(reason)) => problems.push(format!("{title}: not run: {reason}")),
                Err(problem) => problems.push(format!("{title}: {problem}")),
            }
        }
        problems
    }
}
