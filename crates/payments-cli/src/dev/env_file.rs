//! A `.env` file with the sandbox's variables between two comments. Other lines stay as they are.

use std::path::Path;

use crate::failure::Failure;
use crate::output::shown_path;

const BEGIN: &str = "# Sandbox of `payments dev`: these lines are replaced at every start";
const END: &str = "# End of the sandbox";

/// The new text of the file. `variables` are lines of `NAME=value`. Fails if the file sets one of them elsewhere: it may be a
/// real credential.
pub(super) fn updated(path: &Path, variables: &str) -> Result<String, Failure> {
    let shown = shown_path(path);
    let old = match std::fs::read_to_string(path) {
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => String::new(),
        other => other.map_err(|error| Failure::failed(&format!("cannot read {shown}"), error))?,
    };
    replaced(&old, variables).map_err(|problem| {
        Failure::bad(format!(
            "--write-env: {shown} {problem}, or name another file; nothing was changed"
        ))
    })
}

fn name(line: &str) -> Option<&str> {
    let line = line.trim_start();
    let line = line.strip_prefix("export ").unwrap_or(line);
    let (name, _) = line.split_once('=')?;
    Some(name.trim()).filter(|name| !name.starts_with('#'))
}

/// The text with a new block of variables, or what prevents that and how to mend it.
fn replaced(old: &str, variables: &str) -> Result<String, String> {
    let (before, after) = match old.split_once(BEGIN) {
        None => (old, ""),
        Some((before, rest)) => {
            // Without the end of the block, lines of the owner may be in it.
            let end = || format!("has the line `{BEGIN}`, but not `{END}`: remove it");
            let (_, after) = rest.split_once(END).ok_or_else(end)?;
            (before, after.strip_prefix('\n').unwrap_or(after))
        }
    };
    let ours: Vec<&str> = variables.lines().filter_map(name).collect();
    let kept = before.lines().chain(after.lines()).filter_map(name);
    let twice: Vec<&str> = kept.filter(|name| ours.contains(name)).collect();
    if !twice.is_empty() {
        let names = twice.join(", ");
        return Err(format!("already sets {names}: remove these lines"));
    }
    let gap = if before.is_empty() || before.ends_with('\n') {
        ""
    } else {
        "\n"
    };
    let variables = variables.trim_end();
    Ok(format!("{before}{gap}{BEGIN}\n{variables}\n{END}\n{after}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn replaces_its_own_block_only() {
        let first = replaced("A=1", "CPAY_SECRET=x\n").unwrap();
        assert_eq!(first, format!("A=1\n{BEGIN}\nCPAY_SECRET=x\n{END}\n"));
        let with_more = format!("{first}# mine\nB=2");
        let second = replaced(&with_more, "CPAY_SECRET=y\n").unwrap();
        assert_eq!(second, with_more.replace("=x", "=y"));
    }

    #[test]
    fn names_variables_that_are_set_elsewhere() {
        let old = "export CPAY_SECRET=real\n#CPAY_BASE_URL=http://x\nOTHER=1\n";
        let variables = "CPAY_BASE_URL=y\nCPAY_SECRET=x\n";
        let problem = replaced(old, variables).unwrap_err();
        assert_eq!(problem, "already sets CPAY_SECRET: remove these lines");
    }

    #[test]
    fn keeps_lines_after_a_block_without_an_end() {
        let old = format!("{BEGIN}\nCPAY_SECRET=x\nMINE=1\n");
        let problem = replaced(&old, "CPAY_SECRET=y\n").unwrap_err();
        assert!(problem.contains(END), "{problem}");
    }
}
