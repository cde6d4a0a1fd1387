//! Runs the shell commands of `signing.md` and compares their output with the page.
//!
//! A command starts with `$ ` and continues in lines that start with `> `. The lines after it are its output. A command
//! whose tools are not installed is skipped with a message.

use std::env;
use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use crate::skip;

const TOOLS: [&str; 4] = ["openssl", "python3", "sha256sum", "payments"];

struct Example {
    line: usize,
    command: String,
    output: String,
}

/// The commands in the `console` blocks of a page.
fn examples(page: &str) -> Vec<Example> {
    let mut examples: Vec<Example> = Vec::new();
    let mut inside = false;
    for (number, line) in page.lines().enumerate() {
        if line.starts_with("```") {
            inside = line == "```console";
        } else if inside && let Some(command) = line.strip_prefix("$ ") {
            let (command, output) = (command.to_owned(), String::new());
            examples.push(Example {
                line: number + 1,
                command,
                output,
            });
        } else if inside {
            let example = examples
                .last_mut()
                .unwrap_or_else(|| panic!("line {}: output without a command", number + 1));
            match line.strip_prefix("> ") {
                Some(more) => example.command.extend(["\n", more]),
                None => example.output.extend([line, "\n"]),
            }
        }
    }
    examples
}

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .parent()
        .unwrap()
        .to_path_buf()
}

/// `PATH` with the folder of this workspace's binaries in front. `cargo test --workspace` builds `payments` there.
pub(crate) fn search_path() -> OsString {
    let test = env::current_exe().unwrap();
    let binaries = test.parent().and_then(Path::parent).unwrap().to_path_buf();
    let inherited = env::var_os("PATH").unwrap_or_default();
    env::join_paths(std::iter::once(binaries).chain(env::split_paths(&inherited))).unwrap()
}

fn shell(command: &str, path: &OsString) -> Command {
    let mut shell = Command::new("sh");
    shell
        .arg("-c")
        .arg(command)
        .current_dir(root())
        .env("PATH", path)
        .stdin(Stdio::null());
    shell
}

fn missing(path: &OsString) -> Vec<&'static str> {
    let found = |tool: &&str| {
        let status = shell(&format!("command -v {tool}"), path)
            .stdout(Stdio::null())
            .status();
        status.is_ok_and(|status| status.success())
    };
    TOOLS.into_iter().filter(|tool| !found(tool)).collect()
}

#[test]
fn the_commands_of_the_signing_page_print_its_output() {
    let path = search_path();
    let missing = missing(&path);
    let examples = examples(include_str!("../../signing.md"));
    assert!(
        examples.len() >= TOOLS.len(),
        "signing.md has too few commands"
    );
    for Example {
        line,
        command,
        output,
    } in &examples
    {
        let mut words = command.split(|c: char| !c.is_ascii_alphanumeric());
        if let Some(tool) = words.find(|word| missing.contains(word)) {
            skip::without(tool);
            continue;
        }
        let done = shell(command, &path).output().unwrap();
        let printed = String::from_utf8(done.stdout).unwrap();
        let errors = String::from_utf8_lossy(&done.stderr);
        assert_eq!(
            printed.trim(),
            output.trim(),
            "signing.md:{line}: {command}\n{errors}"
        );
    }
}

#[test]
fn reads_commands_and_their_output() {
    let page = "text\n```console\n$ one |\n>   two\nout\n$ three\n```\n```text\n$ four\n```\n";
    let read: Vec<_> = examples(page)
        .into_iter()
        .map(|e| (e.line, e.command, e.output))
        .collect();
    let expected = [(3, "one |\n  two", "out\n"), (6, "three", "")];
    assert_eq!(
        read,
        expected.map(|(line, command, output)| (line, command.to_owned(), output.to_owned()))
    );
}
