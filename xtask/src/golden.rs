//! `cargo xtask golden`: every signature case of a folder, stage by stage.
//!
//! A case is recognised by its members, not by the name of its file, so any folder with files of this form can be run.
//! A file that no runner reads fails the run.

mod ccpayment;
mod chainup_opay;
mod cpay;

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use serde_json::Value;

use crate::run::root;

/// The cases of this repository.
pub(crate) const DEFAULT_DIR: &str = "fixtures/signatures";

/// The error names the first stage that differs.
type Outcome = Result<(), String>;

/// Runs one case. The path is that of its folder.
type Runner = fn(&Value, &Path) -> Outcome;

/// A form of a case: how to recognise it, what is compared, and its runner.
struct Form {
    /// The members it must have.
    needed: &'static [&'static str],
    /// Further members that are compared or used. All others are listed at the end of the run.
    used: &'static [&'static str],
    runner: Runner,
}

/// Members that describe a case.
const DESCRIPTION: &[&str] = &[
    "name", "note", "origin", "expect", "valid", "why", "made_by", "path",
];

/// The first form that fits counts.
const FORMS: &[Form] = &[
    Form {
        needed: &["version", "app_secret", "timestamp"],
        used: &[
            "kind",
            "app_id",
            "header_app_id",
            "own_app_id",
            "body",
            "body_hex",
            "sign",
            "now",
            "canonical",
            "disputed",
            "mode",
            "key",
        ],
        runner: ccpayment::versioned,
    },
    Form {
        needed: &["key", "params"],
        used: &["canonical", "sign", "rules"],
        runner: cpay::signature,
    },
    Form {
        needed: &["key", "body"],
        used: &["fields", "rules"],
        runner: cpay::webhook,
    },
    Form {
        needed: &["app_secret", "timestamp"],
        used: &[
            "app_id",
            "header_app_id",
            "body",
            "body_hex",
            "sign",
            "now",
            "canonical",
        ],
        runner: ccpayment::message,
    },
    Form {
        needed: &["kind", "text"],
        used: &[],
        runner: chainup_opay::key,
    },
    Form {
        needed: &["kind", "file"],
        used: &[],
        runner: chainup_opay::key_form,
    },
    Form {
        needed: &["data", "sign"],
        used: &[
            "direction",
            "plaintext",
            "plaintext_len",
            "md5hex",
            "cipher_blocks",
            "app_id",
            "time",
        ],
        runner: chainup_opay::message,
    },
];

/// The results of a folder.
#[derive(Default)]
struct Tally {
    passed: usize,
    keys: usize,
    failed: Vec<String>,
    unread: Vec<String>,
    /// Cases of accounts that no client supports.
    unsupported: Vec<String>,
    /// Members that no form compares.
    unused: BTreeSet<String>,
}

pub(crate) fn run(dir: &Path) -> Result<(), String> {
    let dir = if dir.is_absolute() || dir.is_dir() {
        dir.to_path_buf()
    } else {
        root().join(dir)
    };
    let mut files = Vec::new();
    list(&dir, &mut files)?;
    files.sort();
    let mut tally = Tally::default();
    for file in &files {
        let shown = file
            .strip_prefix(&dir)
            .unwrap_or(file)
            .display()
            .to_string();
        tally.file(file, &shown)?;
    }
    for line in &tally.failed {
        println!("FAILED {line}");
    }
    for line in &tally.unread {
        println!("UNREAD {line}");
    }
    for line in &tally.unsupported {
        println!("NOT CHECKED {line}: accounts that sign with RSA are not supported");
    }
    for member in &tally.unused {
        println!("note: no form of a case compares the member \"{member}\"");
    }
    let Tally {
        passed,
        keys,
        failed,
        unread,
        ..
    } = &tally;
    let (failed, unread) = (failed.len(), unread.len());
    println!("golden cases: {passed} passed, {failed} failed, {unread} not read; {keys} key files");
    match (passed, failed, unread) {
        (0, 0, 0) => Err(format!("{} holds no case", dir.display())),
        (_, 0, 0) => Ok(()),
        _ => Err(format!(
            "{failed} golden cases failed, {unread} were not read"
        )),
    }
}

impl Tally {
    fn file(&mut self, file: &Path, shown: &str) -> Outcome {
        let text =
            fs::read_to_string(file).map_err(|error| format!("cannot read {shown}: {error}"))?;
        let dir = file.parent().unwrap_or(file);
        match file.extension().and_then(|extension| extension.to_str()) {
            // The origin of the cases, and key files that the cases beside them name.
            Some("md" | "key") => {}
            Some("pem" | "b64u") => match chainup_opay::key_file(file, &text) {
                Ok(()) => self.keys += 1,
                Err(stage) => self.failed.push(format!("{shown}: {stage}")),
            },
            Some("json") => self.cases(&text, dir, shown),
            _ => self
                .unread
                .push(format!("{shown}: a file of a kind that holds no cases")),
        }
        Ok(())
    }

    fn cases(&mut self, text: &str, dir: &Path, shown: &str) {
        let cases = match serde_json::from_str(text) {
            Ok(Value::Array(cases)) if !cases.is_empty() => cases,
            Ok(one @ Value::Object(_)) => vec![one],
            Ok(_) => {
                return self
                    .unread
                    .push(format!("{shown}: neither a case nor a list of cases"));
            }
            Err(error) => return self.unread.push(format!("{shown}: {error}")),
        };
        let (before, total) = (self.passed, cases.len());
        for (index, case) in cases.iter().enumerate() {
            let name =
                text_of(case, "name").map_or_else(|| format!("case {}", index + 1), str::to_owned);
            if text_of(case, "mode") == Some("rsa") {
                self.unsupported.push(format!("{shown}: {name}"));
                continue;
            }
            let Some(form) = Form::of(case) else {
                self.unread
                    .push(format!("{shown}: {name}: no form of a case fits"));
                continue;
            };
            self.unused.extend(form.unused(case));
            match (form.runner)(case, dir) {
                Ok(()) => self.passed += 1,
                Err(stage) => self.failed.push(format!("{shown}: {name}: {stage}")),
            }
        }
        println!(
            "{:>4} of {total:>3} cases hold  {shown}",
            self.passed - before
        );
    }
}

impl Form {
    fn of(case: &Value) -> Option<&'static Self> {
        FORMS
            .iter()
            .find(|form| form.needed.iter().all(|member| case.get(member).is_some()))
    }

    fn unused(&self, case: &Value) -> Vec<String> {
        let known = |name: &str| {
            [self.needed, self.used, DESCRIPTION]
                .iter()
                .any(|list| list.contains(&name))
        };
        let members = case.as_object().into_iter().flatten().map(|(name, _)| name);
        members.filter(|name| !known(name)).cloned().collect()
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

/// A member that is text.
fn text_of<'a>(case: &'a Value, member: &str) -> Option<&'a str> {
    case.get(member).and_then(Value::as_str)
}

/// A required member.
fn needed<'a>(case: &'a Value, member: &str) -> Result<&'a str, String> {
    text_of(case, member).ok_or_else(|| format!("the case has no text \"{member}\""))
}

/// Whether the message must be accepted, which is the default.
fn genuine(case: &Value) -> Result<bool, String> {
    if let Some(valid) = case.get("valid").and_then(Value::as_bool) {
        return Ok(valid);
    }
    let Some(expect) = text_of(case, "expect") else {
        return Ok(true);
    };
    let words = expect.to_ascii_lowercase();
    let begins = |with: &[&str]| with.iter().any(|word| words.starts_with(word));
    if begins(&["accept", "valid", "ok"]) {
        Ok(true)
    } else if begins(&["reject", "refuse", "invalid", "fail"]) || words.contains("must fail") {
        Ok(false)
    } else {
        Err(format!("expect: {expect:?} is neither accept nor reject"))
    }
}

/// Compares the result of a stage.
fn same(stage: &str, expected: &str, found: &str) -> Outcome {
    if expected == found {
        Ok(())
    } else {
        Err(format!("{stage}: expected {expected:?}, found {found:?}"))
    }
}

/// Compares the verdict with the expected one.
fn judged<T>(case: &Value, stage: &str, verdict: Result<T, impl std::fmt::Display>) -> Outcome {
    match (genuine(case)?, verdict) {
        (true, Ok(_)) | (false, Err(_)) => Ok(()),
        (true, Err(refused)) => Err(format!("{stage}: a genuine message was refused: {refused}")),
        (false, Ok(_)) => Err(format!("{stage}: it was accepted and must be refused")),
    }
}
