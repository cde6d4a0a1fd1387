//! Runs the commands of the pages as a reader does, in a folder with the accounts of a running sandbox.
//!
//! Only addresses are replaced: that of the reader's program, and the ports that commands listen on.

mod house;

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;
use std::process::Command;

use tempfile::TempDir;

use crate::commands::search_path;
use crate::leaks;
use crate::pages::{guide, pages};
use crate::skip;
use house::House;

/// Commands that are not run here, by their beginning, and why.
const NOT_RUN: &[(&str, &str)] = &[
    ("cargo install ", "builds the command that is here already"),
    ("cargo test ", "these are the tests"),
    ("cargo xtask ", "`cargo xtask test` runs these tests"),
    ("cargo +nightly ", "fuzzing needs a nightly toolchain"),
    (
        "cargo run -p payments-facade ",
        "a test of the facade runs the example",
    ),
    (
        "cargo run -p shop-axum ",
        "`process.rs` of the example's tests takes it from the page and runs it",
    ),
    (
        "cargo run -p payout-service ",
        "`process.rs` of the example's tests takes it from the page and runs it",
    ),
    (
        "cargo run -p payments-cli -- demo",
        "the tests of the command run it",
    ),
    (
        "mdbook ",
        "serves until it is stopped; `mdbook_builds_the_guide` builds the book",
    ),
    ("podman ", "needs a registry of images"),
    (
        "sqlite3 ",
        "`backup.rs` makes such a copy by SQLite's library",
    ),
    (
        "curl ",
        "`process.rs` of the example's tests takes the requests from the page",
    ),
    ("export ", "names the reader's own database"),
    (
        "payments webhook send https://shop.example/",
        "names the reader's own host",
    ),
    (
        "payments logs tail",
        "prints nothing until something happens; the tests of the command follow it",
    ),
    (
        "payments sandbox run mine.toml --url ",
        "acts on the default port; the tests of the command run it",
    ),
];

/// Commands about something that the folder of a page does not have, by their beginning: their exit status, and why.
const ENDS_WITH: &[(&str, i32, &str)] = &[
    (
        "payments sandbox deliveries show 3",
        1,
        "the sandbox has no third webhook",
    ),
    (
        "payments sandbox resend 3",
        1,
        "the sandbox has no third webhook",
    ),
    ("payments inbox show cpay/main:71:14 ", 1, NO_EVENT),
    ("payments inbox retry cpay/main:71:14 ", 1, NO_EVENT),
    ("payments inbox discard cpay/main:72:14 ", 1, NO_EVENT),
    (
        "payments sandbox complete salary-1",
        1,
        "no service has asked the sandbox for the payout",
    ),
    ("payments intents show salary-1", 1, NO_PAYOUT),
    ("payments intents resolve ", 2, NO_PAYOUT),
    ("payments intents close ", 1, NO_PAYOUT),
    ("payments intents cancel ", 1, NO_PAYOUT),
    (
        "payments payout create payout-7 ",
        3,
        "a fault of the page loses the answer, and the page shows the ticket",
    ),
    (
        "payments reconcile close ",
        1,
        "the reconciler has found nothing",
    ),
];
const NO_EVENT: &str = "the database has no event";
const NO_PAYOUT: &str = "the database has no payout";

/// What is added to a command: its beginning, and the options. There is no one to ask before money moves.
const ADDED: &[(&str, &str)] = &[
    ("payments exchange ", "--yes"),
    ("payments api cpay/main submitKYC ", "--yes"),
    ("payments payout create ", "--yes --gateway cpay/main"),
];

struct Example {
    place: String,
    command: String,
}

/// The lines of a page's shell blocks that begin with a command. `$ ` in front of one is left out.
fn examples(page: &Path) -> Vec<Example> {
    let name = page.file_name().unwrap().to_string_lossy().into_owned();
    let text = fs::read_to_string(page).unwrap();
    let mut found: Vec<Example> = Vec::new();
    let (mut is_shell, mut goes_on) = (false, false);
    for (number, line) in text.lines().enumerate() {
        if let Some(kind) = line.strip_prefix("```") {
            is_shell = matches!(kind, "text" | "sh");
            continue;
        }
        let line = line.strip_prefix("$ ").unwrap_or(line);
        let first = line.split(' ').next().unwrap_or_default();
        let tools = [
            "payments", "cargo", "mdbook", "podman", "sqlite3", "curl", "export",
        ];
        // The log of `payments dev` begins as a command does.
        let is_command = tools.contains(&first) && !line.contains(": ready in ");
        if is_shell && goes_on {
            found.last_mut().unwrap().command += line.trim_start().trim_end_matches('\\');
        } else if is_shell && is_command {
            found.push(Example {
                place: format!("{name}:{}", number + 1),
                command: line.trim_end_matches(['\\', '&']).to_owned(),
            });
        }
        goes_on = is_shell && (is_command || goes_on) && line.ends_with('\\');
    }
    found
}

/// The beginning by which a command is not run.
fn not_run(command: &str) -> Option<&'static str> {
    let found = NOT_RUN.iter().find(|(begin, _)| command.starts_with(begin));
    found.map(|(begin, _)| *begin)
}

#[test]
fn the_commands_of_the_pages_run() {
    if !search_path_has("payments") {
        // `cargo test --workspace` builds it.
        return skip::without("payments");
    }
    let mut all = pages();
    all.push(guide().join("../README.md"));
    // The commands of that page are run with their output.
    all.retain(|page| !page.ends_with("signing.md"));
    all.sort();
    let (mut run, mut left, mut unused) = (0, BTreeMap::<&str, usize>::new(), BTreeSet::new());
    unused.extend(ENDS_WITH.iter().map(|(begin, ..)| *begin));
    let mut wrong = Vec::new();
    for page in all {
        let examples = examples(&page);
        let (not_run, examples): (Vec<_>, Vec<_>) = examples
            .into_iter()
            .partition(|one| not_run(&one.command).is_some());
        for reason in not_run.iter().filter_map(|one| self::not_run(&one.command)) {
            *left.entry(reason).or_default() += 1;
        }
        if examples.is_empty() {
            continue;
        }
        let house = House::build(&fs::read_to_string(&page).unwrap());
        for Example { place, command } in examples {
            let command = command.replace("cargo run -p payments-cli --", "payments");
            let more = ADDED.iter().find(|(begin, _)| command.starts_with(begin));
            let command = more.map_or(command.clone(), |(_, more)| format!("{command} {more}"));
            let mut known = ENDS_WITH.iter();
            let known = known.find(|(begin, ..)| command.starts_with(begin));
            if let Some((begin, ..)) = known {
                unused.remove(begin);
            }
            let expected = known.map_or(0, |(_, status, _)| *status);
            let (ended, printed) = house.run(&command);
            run += 1;
            // Servers print the test accounts on purpose.
            if ended.is_some() {
                leaks::check(&format!("{place}: {command}"), &printed);
            }
            if ended.unwrap_or_default() != expected {
                wrong.push(format!(
                    "{place}: {command}\nends with {ended:?}: {printed}"
                ));
            }
        }
    }
    eprintln!("{run} commands of the guide run; not run, with the reasons in this file: {left:?}");
    assert!(wrong.is_empty(), "{}", wrong.join("\n\n"));
    assert!(run > 40, "only {run} commands found");
    assert_eq!(left.len(), NOT_RUN.len(), "each reason has a command");
    assert!(unused.is_empty(), "no page has {unused:?}");
}

fn search_path_has(program: &str) -> bool {
    std::env::split_paths(&search_path()).any(|folder| folder.join(program).is_file())
}

/// What mdBook would say about the pages. It is not needed for the other tests.
#[test]
fn mdbook_builds_the_guide() {
    let program = std::env::var_os("MDBOOK").unwrap_or_else(|| "mdbook".into());
    let folder = TempDir::new().unwrap();
    let built = Command::new(program)
        .arg("build")
        .arg(guide())
        .arg("--dest-dir")
        .arg(folder.path())
        .output();
    let Ok(built) = built else {
        // The tests of the pages check links, headings and the summary.
        return skip::without("mdbook");
    };
    let printed = [built.stdout, built.stderr].concat();
    let printed = String::from_utf8_lossy(&printed);
    assert!(built.status.success(), "{printed}");
    assert!(
        !printed.contains("WARN") && !printed.contains("ERROR"),
        "{printed}"
    );
    assert!(folder.path().join("how-do-i.html").is_file());
}

/// The test above, where mdBook is missing.
#[test]
fn a_missing_tool_fails_where_it_is_required() {
    for (required, passes) in [("", true), ("chromium", true), ("chromium mdbook", false)] {
        let mut tests = Command::new(std::env::current_exe().unwrap());
        let ran = tests
            .args(["--exact", "guide::mdbook_builds_the_guide", "--nocapture"])
            .env("MDBOOK", "/nowhere/mdbook")
            .env("REQUIRED_TOOLS", required)
            .output()
            .unwrap();
        let printed = String::from_utf8([ran.stdout, ran.stderr].concat()).unwrap();
        assert_eq!(ran.status.success(), passes, "{printed}");
        assert!(printed.contains("mdbook is missing"), "{printed}");
    }
}
