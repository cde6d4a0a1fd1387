//! `payments sandbox run`: scenarios of payments, with what must come of them.

mod at;
mod clock;
mod expect;
mod fields;
mod file;
mod host;
mod inbox;
mod known;
mod order;
mod rotation;
mod run;
mod step;
mod verbs;

use std::path::Path;

use clap::Args;
use clap::builder::styling::AnsiColor;
use serde::Serialize;
use url::Url;

use crate::commands::webhook::forward::Forward;
use crate::failure::Failure;
use crate::output::{self, printable, say, shown_path};
use crate::sandbox::admin::{Admin, base_url};
use crate::table::Rows;
use crate::url as target;
use file::Scenario;
use known::Place;
use run::Run;

const HELP: &str = "\
Example:
  payments sandbox run underpaid
      run a scenario that comes with the command
  payments sandbox run --print underpaid > mine.toml
  payments sandbox run mine.toml --forward http://127.0.0.1:3000/webhooks
      run your own, and send its webhooks to your program

  payments sandbox run mine.toml --url http://127.0.0.1:8420
      run it in a sandbox that runs, with the orders of your program

Without --url, each scenario has its own sandbox, on a free port. With it, the
sandbox keeps its settings and its orders, so references must be new: reset it
before, or choose others. The exit status is 0 if every step came out as
expected, 1 if one did not, and 2 if a file has mistakes.";

#[derive(Args, Debug)]
#[command(after_help = HELP)]
pub(crate) struct Options {
    /// Files, or names of scenarios that come with the command
    #[arg(value_name = "FILE|NAME", required_unless_present_any = ["list", "print"])]
    scenarios: Vec<String>,
    /// Forward verified webhooks to your program
    #[arg(long, value_name = "URL")]
    forward: Option<Forward>,
    /// Run in the sandbox at this URL, as http://127.0.0.1:8420
    #[arg(long, value_name = "URL", value_parser = base_url)]
    url: Option<Url>,
    /// List the scenarios that come with the command
    #[arg(long, conflicts_with_all = ["scenarios", "print"])]
    list: bool,
    /// Print the file of a scenario that comes with the command
    #[arg(long, value_name = "NAME", conflicts_with = "scenarios")]
    print: Option<String>,
    /// Print JSON for scripts
    #[arg(long)]
    pub(crate) json: bool,
}

/// The scenarios that come with the command.
const SHIPPED: [(&str, &str); 12] = [
    ("underpaid", include_str!("../../scenarios/underpaid.toml")),
    ("overpaid", include_str!("../../scenarios/overpaid.toml")),
    (
        "late-payment",
        include_str!("../../scenarios/late-payment.toml"),
    ),
    ("expired", include_str!("../../scenarios/expired.toml")),
    ("refund", include_str!("../../scenarios/refund.toml")),
    (
        "lost-answer",
        include_str!("../../scenarios/lost-answer.toml"),
    ),
    (
        "payout-failed",
        include_str!("../../scenarios/payout-failed.toml"),
    ),
    (
        "retry-storm",
        include_str!("../../scenarios/retry-storm.toml"),
    ),
    (
        "out-of-order",
        include_str!("../../scenarios/out-of-order.toml"),
    ),
    (
        "key-rotation",
        include_str!("../../scenarios/key-rotation.toml"),
    ),
    (
        "invoice-v2",
        include_str!("../../scenarios/invoice-v2.toml"),
    ),
    ("risky-v2", include_str!("../../scenarios/risky-v2.toml")),
];

/// `{"scenario":"underpaid","title":"…","gateway":"ccpayment","passed":true,"steps":[…]}`
#[derive(Serialize)]
struct Report {
    scenario: String,
    title: String,
    gateway: &'static str,
    passed: bool,
    steps: Vec<StepReport>,
}

/// `{"line":5,"step":"pay = \"order-1\"","ok":true,"found":"completed"}`
#[derive(Serialize)]
struct StepReport {
    line: usize,
    step: String,
    ok: bool,
    /// What came of the step, or what differs from what was expected.
    found: String,
}

pub(crate) async fn run(options: &Options) -> Result<(), Failure> {
    if options.list {
        return list(options.json);
    }
    if let Some(name) = &options.print {
        return Ok(say!("{}", shipped(name)?.trim_end())?);
    }
    // All files are read before the first step, so that no mistake comes late.
    let mut scenarios = Vec::new();
    let mut mistakes = String::new();
    for name in &options.scenarios {
        match text(name) {
            Ok((text, shown)) => match Scenario::read(&text, place(options)) {
                Ok(scenario) => scenarios.push((shown, scenario)),
                Err(lines) => mistakes.push_str(&format!("{shown} cannot run:{lines}\n")),
            },
            Err(Failure::BadInput(unread)) => mistakes.push_str(&format!("{unread}\n")),
            Err(other) => return Err(other),
        }
    }
    if !mistakes.is_empty() {
        return Err(Failure::bad(mistakes.trim_end()));
    }
    let mut failed = 0;
    for (number, (name, scenario)) in scenarios.iter().enumerate() {
        if number > 0 && !options.json {
            say!("")?;
        }
        let report = play(name, scenario, options).await?;
        failed += usize::from(!report.passed);
        if options.json {
            output::json(&report)?;
        }
    }
    match failed {
        0 => Ok(()),
        _ => Err(Failure::Refused),
    }
}

/// Reads a scenario for each kind of place: a sandbox that it starts, and one that runs on another machine.
pub(crate) fn check(text: &str) -> [Result<(), String>; 2] {
    [Place::Own, Place::Running { is_here: false }]
        .map(|place| Scenario::read(text, place).map(drop))
}

fn place(options: &Options) -> Place {
    match &options.url {
        None => Place::Own,
        Some(url) => Place::Running {
            is_here: target::is_this_machine(url),
        },
    }
}

fn list(json: bool) -> Result<(), Failure> {
    #[derive(Serialize)]
    struct Listed<'a> {
        scenarios: Vec<Named<'a>>,
    }
    #[derive(Serialize)]
    struct Named<'a> {
        name: &'a str,
        gateway: &'a str,
        title: String,
    }
    let mut scenarios = Vec::new();
    for (name, text) in SHIPPED {
        let Scenario { title, at, .. } = Scenario::read(text, Place::Own)
            .map_err(|mistakes| Failure::Failed(format!("{name} cannot run:{mistakes}")))?;
        scenarios.push(Named {
            name,
            gateway: at.name(),
            title,
        });
    }
    if json {
        return Ok(output::json(&Listed { scenarios })?);
    }
    let mut rows = Rows::new(&["name", "gateway", "what happens"]);
    for one in scenarios {
        rows.add([one.name, one.gateway, &one.title]);
    }
    Ok(rows.print()?)
}

fn shipped(name: &str) -> Result<&'static str, Failure> {
    let found = SHIPPED.iter().find(|(known, _)| *known == name);
    found.map(|(_, text)| *text).ok_or_else(|| {
        Failure::bad("there is no such scenario; `payments sandbox run --list` prints the names")
    })
}

/// The text of a scenario and how messages name it. A name without a dot or a slash belongs to one that comes with the command.
fn text(name: &str) -> Result<(String, String), Failure> {
    if !name.contains(['.', '/', '\\']) {
        return Ok((shipped(name)?.to_owned(), name.to_owned()));
    }
    let path = Path::new(name);
    let shown = shown_path(path);
    match std::fs::read_to_string(path) {
        Ok(text) => Ok((text, shown)),
        Err(error) => Err(Failure::bad(format!("cannot read {shown}: {error}"))),
    }
}

/// Runs one scenario up to the first step that fails, and prints each step for people.
async fn play(name: &str, scenario: &Scenario, options: &Options) -> Result<Report, Failure> {
    if !options.json {
        say!(
            "{name} at {}: {}",
            scenario.at.name(),
            printable(&scenario.title)
        )?;
    }
    let running = match &options.url {
        Some(url) => Some((Admin::of(url)?, target::is_this_machine(url))),
        None => None,
    };
    let mut run = Run::start(scenario, options.forward.as_ref(), running).await?;
    let mut report = Report {
        scenario: name.to_owned(),
        title: scenario.title.clone(),
        gateway: scenario.at.name(),
        passed: true,
        steps: Vec::new(),
    };
    for step in &scenario.steps {
        let found = run.step(step).await;
        let found = found.and_then(|found| run.inbox.unanswered().map_or(Ok(found), Err));
        let step = StepReport {
            line: step.line,
            step: step.text.clone(),
            ok: found.is_ok(),
            found: found.unwrap_or_else(|wrong| wrong),
        };
        report.passed &= step.ok;
        if !options.json {
            print_step(&step)?;
        }
        report.steps.push(step);
        if !report.passed {
            break;
        }
    }
    run.stop().await;
    if !options.json {
        let (done, all) = (report.steps.len(), scenario.steps.len());
        match report.passed {
            true => say!("passed, {all} steps")?,
            false => say!("failed at step {done} of {all}")?,
        }
    }
    Ok(report)
}

fn print_step(step: &StepReport) -> std::io::Result<()> {
    let (color, mark) = match step.ok {
        true => (AnsiColor::Green.on_default(), "ok  "),
        false => (AnsiColor::Red.on_default(), "fail"),
    };
    let width = output::width();
    let text = output::wrapped(&format!("     {}", printable(&step.step)), width);
    say!("{color}{mark}{color:#} {}", text.trim_start())?;
    if step.found.is_empty() {
        return Ok(());
    }
    let place = if step.ok {
        String::new()
    } else {
        format!("line {}: ", step.line)
    };
    let found = format!("       {place}{}", printable(&step.found));
    say!("{}", output::wrapped(&found, width))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_scenario_that_comes_with_the_command_can_be_read() {
        for (name, text) in SHIPPED {
            let mistakes = Scenario::read(text, Place::Own).err().unwrap_or_default();
            assert_eq!(mistakes, "", "{name}");
        }
    }
}
