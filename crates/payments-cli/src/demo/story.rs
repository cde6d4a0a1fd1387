//! Runs the steps of a demo: times each one, prints it, and sums up at the end.

use std::error::Error;
use std::fmt::{Debug, Display};
use std::time::Instant;

use clap::builder::styling::AnsiColor;
use payments_sandbox::{Sandbox, SandboxBuilder};
use serde::Serialize;

use crate::output::{self, say};
use crate::table::Rows;

/// An error ends the story; its text is printed.
pub(crate) type Result<T, E = Box<dyn Error>> = std::result::Result<T, E>;

pub(crate) const CUSTOMER: &str = "customer-7";
/// Where the payouts of all stories go.
pub(crate) const TRON_ADDRESS: &str = "TRMYtLHzmTeMm1FW86LZh2LGnE2D7kJnnw";

#[derive(Serialize)]
struct Step {
    name: String,
    ok: bool,
    ms: u128,
    /// The result, or the error.
    detail: String,
}

/// The steps of one provider in the order they ran.
#[derive(Serialize)]
pub(crate) struct Story {
    #[serde(skip)]
    title: &'static str,
    #[serde(skip)]
    aloud: bool,
    #[serde(skip)]
    step_started: Instant,
    steps: Vec<Step>,
}

impl Story {
    pub(crate) async fn play(
        aloud: bool,
        title: &'static str,
        run: impl AsyncFnOnce(&mut Self) -> Result<()>,
    ) -> Self {
        let mut story = Self {
            title,
            aloud,
            step_started: Instant::now(),
            steps: Vec::new(),
        };
        if let Err(error) = run(&mut story).await {
            let last = story.steps.last().map_or("the start", |step| &step.name);
            // The summary repeats it, or fails for the same reason.
            let _ = story.record(false, format!("after {last}"), error.to_string());
        }
        let _ = story.say("");
        story
    }

    pub(crate) fn say(&self, line: impl Display) -> Result<()> {
        match self.aloud {
            true => Ok(say!("{line}")?),
            false => Ok(()),
        }
    }

    /// Ends a step that passed. It started where the step before it ended; `result` is printed.
    pub(crate) fn step(&mut self, name: &str, result: impl Display) -> Result<()> {
        self.record(true, name.to_owned(), result.to_string())
    }

    pub(crate) async fn start_sandbox(&mut self, builder: SandboxBuilder) -> Result<Sandbox> {
        let sandbox = builder.start().await?;
        self.step("start_sandbox", format!("at {}", sandbox.base_url()))?;
        Ok(sandbox)
    }

    fn record(&mut self, ok: bool, name: String, detail: String) -> Result<()> {
        let ms = self.step_started.elapsed().as_millis();
        let (color, mark) = match ok {
            true => (AnsiColor::Green.on_default(), "ok  "),
            false => (AnsiColor::Red.on_default(), "fail"),
        };
        let (mark, words) = (format!("{color}{mark}{color:#}"), words(&name));
        let start = format!("{mark} {words:<18} {ms:>4} ms  ");
        // The mark is four characters and a space; the time has four digits and a unit.
        let indent = 5 + words.len().max(18) + 1 + ms.to_string().len().max(4) + 5;
        let room = output::width().map(|width| width.saturating_sub(indent));
        let text = output::wrapped(&detail, room);
        let text = text.replace('\n', &format!("\n{:indent$}", ""));
        let line = format!("{start}{text}");
        self.steps.push(Step {
            name,
            ok,
            ms,
            detail,
        });
        self.step_started = Instant::now();
        self.say(line)
    }

    pub(crate) fn passed(&self) -> bool {
        self.steps.iter().all(|step| step.ok)
    }
}

/// Ends the story unless both are equal, with the value that is wrong.
pub(crate) fn ensure_eq<T: PartialEq + Debug>(actual: T, expected: T) -> Result<()> {
    ensure(actual == expected, actual)
}

/// Ends the story unless `ok`, with the value that is wrong.
pub(crate) fn ensure(ok: bool, value: impl Debug) -> Result<()> {
    if ok { Ok(()) } else { unexpected(value) }
}

pub(crate) fn unexpected<T>(value: impl Debug) -> Result<T> {
    Err(format!("unexpected result: {value:?}").into())
}

/// One row for each story.
pub(crate) fn summary(stories: &[Story]) -> Rows {
    let mut rows = Rows::new(&["provider", "result", "steps", "time#", "slowest step"]);
    for story in stories {
        let passed = story.steps.iter().filter(|step| step.ok).count();
        let steps = format!("{passed} of {}", story.steps.len());
        let total: u128 = story.steps.iter().map(|step| step.ms).sum();
        let slowest = story.steps.iter().max_by_key(|step| step.ms);
        let slowest = slowest.map(|step| format!("{}, {} ms", words(&step.name), step.ms));
        let result = if story.passed() { "passed" } else { "failed" };
        let (time, slowest) = (format!("{total} ms"), slowest.unwrap_or_default());
        rows.add([story.title, result, &steps, &time, &slowest]);
    }
    rows
}

fn words(name: &str) -> String {
    name.replace('_', " ")
}
