//! `cargo xtask golden`: every signature case of a folder, stage by stage.
//!
//! The folder drives: a case is known by its members, not by its file's name, so any folder with files of this
//! form can be run. A file that nobody reads fails the run.

mod ccpayment;
mod chainup_opay;
mod cpay;

use std::fs;
use std::path::{Path, PathBuf};

use serde_json::Value;

use crate::run::root;

/// The cases of this repository.
pub(crate) const DEFAULT_DIR: &str = "fixtures/signatures";

/// What is said of a case that does not hold: the first stage that differs.
type Outcome = Result<(), String>;

/// Runs one case, given the folder it stands in.
type Runner = fn(&Value, &Path) -> Outcome;

/// How a case is known: the members it must have, and who runs it. The first row that fits counts.
const FORMS: &[(&[&str], Runner)] = &[
    (&["key", "params"], cpay::signature),
    (&["key", "body"], cpay::webhook),
    (&["app_secret", "timestamp"], ccpayment::message),
    (&["kind", "text"], chainup_opay::key),
    (&["plaintext", "direction"], chainup_opay::sealed),
    (&["data", "sign"], chainup_opay::message),
];

pub(crate) fn run(dir: &Path) -> Result<(), String> {
    let dir = if dir.is_absolute() || dir.is_dir() {
        dir.to_path_buf()
    } else {
        root().join(dir)
    };
    let mut files = Vec::new();
    list(&dir, &mut files)?;
    files.sort();
    let (mut passed, mut failed, mut unread) = (0, Vec::new(), Vec::new());
    for file in &files {
        let shown = file.strip_prefix(&dir).unwrap_or(file).display();
        let Some(cases) = read(file)? else {
            unread.push(shown.to_string());
            continue;
        };
        let before = failed.len();
        let total = cases.len();
        for (name, result) in cases {
            match result {
                Ok(()) => passed += 1,
                Err(stage) => failed.push(format!("{shown}: {name}: {stage}")),
            }
        }
        println!(
            "{:>4} of {total:>3} cases hold  {shown}",
            total - (failed.len() - before)
        );
    }
    for line in &failed {
        println!("FAILED {line}");
    }
    for file in &unread {
        println!("UNREAD {file}: no form of a case fits");
    }
    println!(
        "golden cases: {passed} passed, {} failed, {} files unread",
        failed.len(),
        unread.len()
    );
    match (passed, failed.len(), unread.len()) {
        (0, 0, 0) => Err(format!("{} holds no case", dir.display())),
        (_, 0, 0) => Ok(()),
        (_, failed, unread) => Err(format!(
            "{failed} golden cases failed, {unread} files were not read"
        )),
    }
}

fn list(dir: &Path, files: &mut Vec<PathBuf>) -> Result<(), String> {
    let entries =
        fs::read_dir(dir).map_err(|error| format!("cannot read {}: {error}", dir.display()))?;
    for entry in entries {
        let path = entry.map_err(|error| error.to_string())?.path();
        if path.is_dir() {
            list(&path, files)?;
        } else {
            files.push(path);
        }
    }
    Ok(())
}

/// The cases of a file with their results; `None` when no case in it is of a known form.
fn read(file: &Path) -> Result<Option<Vec<(String, Outcome)>>, String> {
    let text = fs::read_to_string(file)
        .map_err(|error| format!("cannot read {}: {error}", file.display()))?;
    let name = file.file_name().unwrap_or_default().to_string_lossy();
    let dir = file.parent().unwrap_or(file);
    match file.extension().and_then(|extension| extension.to_str()) {
        // Says where the cases come from; it holds none.
        Some("md") => Ok(Some(Vec::new())),
        Some("pem" | "b64u") => Ok(Some(vec![(
            name.to_string(),
            chainup_opay::key_file(&name, &text),
        )])),
        Some("json") => {
            let value: Value = serde_json::from_str(&text)
                .map_err(|error| format!("{}: {error}", file.display()))?;
            let cases = match value {
                Value::Array(cases) => cases,
                one => vec![one],
            };
            if cases.is_empty() {
                return Ok(None);
            }
            Ok(cases
                .iter()
                .map(|case| Some((title(case, &name), runner(case)?(case, dir))))
                .collect())
        }
        _ => Ok(None),
    }
}

fn runner(case: &Value) -> Option<Runner> {
    let fits = |members: &[&str]| members.iter().all(|member| case.get(member).is_some());
    FORMS
        .iter()
        .find(|(members, _)| fits(members))
        .map(|(_, runner)| *runner)
}

fn title(case: &Value, file: &str) -> String {
    text(case, "name").unwrap_or(file).to_owned()
}

/// A member that is text.
fn text<'a>(case: &'a Value, member: &str) -> Option<&'a str> {
    case.get(member).and_then(Value::as_str)
}

/// A member the case cannot do without.
fn needed<'a>(case: &'a Value, member: &str) -> Result<&'a str, String> {
    text(case, member).ok_or_else(|| format!("the case has no text \"{member}\""))
}

/// Whether the message must be taken: a case that says nothing is a genuine one, and one that expects anything but
/// to be accepted must be refused.
fn genuine(case: &Value) -> bool {
    text(case, "expect").is_none_or(|expect| expect.starts_with("accept"))
}

/// Names the stage whose result is another one.
fn same(stage: &str, expected: &str, found: &str) -> Outcome {
    if expected == found {
        Ok(())
    } else {
        Err(format!("{stage}: expected {expected:?}, found {found:?}"))
    }
}

/// Holds when the verdict is the one the case asks for.
fn judged<T>(case: &Value, stage: &str, verdict: Result<T, impl std::fmt::Display>) -> Outcome {
    match (genuine(case), verdict) {
        (true, Ok(_)) | (false, Err(_)) => Ok(()),
        (true, Err(refused)) => Err(format!("{stage}: a genuine message was refused: {refused}")),
        (false, Ok(_)) => Err(format!("{stage}: it was taken, and must be refused")),
    }
}
