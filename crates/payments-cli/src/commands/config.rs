//! `payments config check`.

use clap::{Args, Subcommand};
use payments_facade::config::Problem;
use serde::Serialize;

use crate::access::{Access, MOST_PROBLEMS, distinct};
use crate::failure::Failure;
use crate::output::{self, counted, say, shown_path};
use crate::table::Rows;

#[derive(Subcommand)]
pub(crate) enum Command {
    /// Check the accounts file and the secrets it names; sends nothing
    Check(Options),
}

const HELP: &str = "\
Example:
  payments config check --config payments.toml
      print the accounts, or every problem with its line and column; no secrets

Exit status: 0 the file is valid, 2 it is not.";

#[derive(Args)]
#[command(after_help = HELP)]
pub(crate) struct Options {
    #[command(flatten)]
    pub(crate) access: Access,
}

/// `{"file":"payments.toml","usable":true,"gateways":["cpay/main"],"problems":[],"notices":[]}`
#[derive(Serialize)]
struct Report<'a> {
    file: String,
    usable: bool,
    gateways: Vec<&'a str>,
    problems: Vec<One<'a>>,
    /// What works and should be changed.
    notices: Vec<One<'a>>,
}

#[derive(Serialize)]
struct One<'a> {
    line: usize,
    column: usize,
    gateway: Option<&'a str>,
    field: Option<&'a str>,
    problem: &'a str,
}

impl<'a> From<&'a Problem> for One<'a> {
    fn from(problem: &'a Problem) -> Self {
        Self {
            line: problem.line(),
            column: problem.column(),
            gateway: problem.account(),
            field: problem.field(),
            problem: problem.what(),
        }
    }
}

pub(crate) fn check(access: &Access, _: &Options) -> Result<(), Failure> {
    let file = shown_path(&access.path());
    let (gateways, problems, notices);
    let read = access.read()?;
    match &read {
        Ok(config) => {
            gateways = config.accounts().map(|one| one.id().as_str()).collect();
            problems = Vec::new();
            notices = config.notices().map(One::from).collect();
        }
        Err(found) => {
            gateways = Vec::new();
            problems = distinct(found).into_iter().map(One::from).collect();
            notices = Vec::new();
        }
    }
    let report = Report {
        file,
        usable: read.is_ok(),
        gateways,
        problems,
        notices,
    };
    if access.json {
        output::json(&report)?;
    } else {
        print(&report)?;
    }
    match read {
        Ok(_) => Ok(()),
        Err(_) => Err(Failure::Invalid),
    }
}

fn print(report: &Report<'_>) -> Result<(), Failure> {
    if report.usable {
        let (file, gateways) = (&report.file, report.gateways.join(", "));
        output::prose(&format!("{file} is valid: {gateways}"))?;
        for one in &report.notices {
            let parts = [one.gateway, one.field].into_iter().flatten();
            let parts: Vec<&str> = parts.collect();
            let (line, about) = (one.line, parts.join(", "));
            output::prose(&format!("line {line}, {about}: {}", one.problem))?;
        }
        return Ok(());
    }
    let mut rows = Rows::new(&["line#", "column#", "gateway", "field", "problem"]);
    for one in report.problems.iter().take(MOST_PROBLEMS) {
        rows.add([
            one.line.to_string().as_str(),
            one.column.to_string().as_str(),
            one.gateway.unwrap_or(""),
            one.field.unwrap_or(""),
            one.problem,
        ]);
    }
    rows.print()?;
    let (file, count) = (&report.file, report.problems.len());
    let first = if count > MOST_PROBLEMS {
        format!("; the first {MOST_PROBLEMS} are shown")
    } else {
        String::new()
    };
    let problems = counted(count, "problem");
    Ok(say!("{file} has {problems}{first}")?)
}
