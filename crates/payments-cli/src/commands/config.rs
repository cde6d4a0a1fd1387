//! `payments config check`.

use clap::{Args, Subcommand};
use payments_facade::config::Problem;
use serde::Serialize;

use crate::access::{Access, MOST_PROBLEMS, distinct};
use crate::failure::Failure;
use crate::output::{self, counted, say};
use crate::table::Rows;

#[derive(Subcommand)]
pub(crate) enum Command {
    /// Say all that is wrong with the file and the secrets it names; nothing is sent
    Check(Options),
}

const HELP: &str = "\
Example:
  payments config check --config payments.toml
      each account; or each problem with its line, such as a variable that is not set;
      no secret is printed

Exit status: 0 it can be used, 2 it cannot.";

#[derive(Args)]
#[command(after_help = HELP)]
pub(crate) struct Options {
    #[command(flatten)]
    pub(crate) access: Access,
}

/// `{"file":"payments.toml","usable":true,"gateways":["cpay/main"],"problems":[]}`
#[derive(Serialize)]
struct Told<'a> {
    file: String,
    usable: bool,
    gateways: Vec<&'a str>,
    problems: Vec<One<'a>>,
}

#[derive(Serialize)]
struct One<'a> {
    line: usize,
    gateway: Option<&'a str>,
    field: Option<&'a str>,
    problem: &'a str,
}

impl<'a> From<&'a Problem> for One<'a> {
    fn from(problem: &'a Problem) -> Self {
        Self {
            line: problem.line(),
            gateway: problem.account(),
            field: problem.field(),
            problem: problem.what(),
        }
    }
}

pub(crate) fn check(access: &Access) -> Result<(), Failure> {
    let file = access.path().display().to_string();
    let (gateways, problems);
    let read = access.read()?;
    match &read {
        Ok(config) => {
            gateways = config.accounts().map(|one| one.id().as_str()).collect();
            problems = Vec::new();
        }
        Err(found) => {
            gateways = Vec::new();
            problems = distinct(found).into_iter().map(One::from).collect();
        }
    }
    let told = Told {
        file,
        usable: read.is_ok(),
        gateways,
        problems,
    };
    if access.json {
        output::json(&told)?;
    } else {
        print(&told)?;
    }
    match read {
        Ok(_) => Ok(()),
        Err(_) => Err(Failure::Unusable),
    }
}

fn print(told: &Told<'_>) -> Result<(), Failure> {
    if told.usable {
        let (file, gateways) = (&told.file, told.gateways.join(", "));
        return say!("{file} can be used: {gateways}");
    }
    let mut rows = Rows::new(&["line#", "gateway", "field", "problem"]);
    for one in told.problems.iter().take(MOST_PROBLEMS) {
        rows.add([
            one.line.to_string().as_str(),
            one.gateway.unwrap_or(""),
            one.field.unwrap_or(""),
            one.problem,
        ]);
    }
    rows.print()?;
    let (file, count) = (&told.file, told.problems.len());
    let first = if count > MOST_PROBLEMS {
        format!(", of which the first {MOST_PROBLEMS} are shown")
    } else {
        String::new()
    };
    let problems = counted(count, "problem");
    say!("{file} cannot be used: {problems}{first}")
}
