//! Writes the sandbox's variables into a `.env` file, between two comments. Other lines stay as they are.

use std::path::Path;

use crate::failure::Failure;
use crate::output::shown_path;
use crate::private_file;

const BEGIN: &str = "# Sandbox of `payments dev`: these lines are replaced at every start";
const END: &str = "# End of the sandbox";

/// `variables` are lines of `NAME=value`. Fails if the file sets one of them elsewhere: it may be a real credential.
pub(super) fn write(path: &Path, variables: &str) -> Result<(), Failure> {
    let failed = |error: std::io::Error| {
        Failure::failed(&format!("cannot write {}", shown_path(path)), error)
    };
    let old = match std::fs::read_to_string(path) {
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => String::new(),
        other => other.map_err(failed)?,
    };
    let new = replaced(&old, variables).map_err(|names| {
        Failure::bad(format!(
            "--write-env: {} already sets {}; nothing was changed. Remove these lines, or name another file",
            shown_path(path),
            names.join(", ")
        ))
    })?;
    private_file::write(path, &new).map_err(failed)
}

fn name(line: &str) -> Option<&str> {
    let line = line.trim_start();
    let line = line.strip_prefix("export ").unwrap_or(line);
    let (name, _) = line.split_once('=')?;
    Some(name.trim()).filter(|name| !name.starts_with('#'))
}

/// The text with a new block of variables, or the names that are set outside the block.
fn replaced<'a>(old: &'a str, variables: &str) -> Result<String, Vec<&'a str>> {
    let (before, after) = match old.split_once(BEGIN) {
        None => (old, ""),
        Some((before, rest)) => {
            let after = rest.split_once(END).map_or("", |(_, after)| after);
            (before, after.strip_prefix('\n').unwrap_or(after))
        }
    };
    let ours: Vec<&str> = variables.lines().filter_map(name).collect();
    let kept = before.lines().chain(after.lines()).filter_map(name);
    let twice: Vec<&str> = kept.filter(|name| ours.contains(name)).collect();
    if !twice.is_empty() {
        return Err(twice);
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
        assert_eq!(replaced(old, variables), Err(vec!["CPAY_SECRET"]));
    }
}
