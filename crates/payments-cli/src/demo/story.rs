//! Runs the steps of a demo: times each one, prints it, and sums up at the end.

use std::error::Error;
use std::fmt::{Debug, Display};
use std::time::{Duration, Instant};

use clap::builder::styling::AnsiColor;
use payments_sandbox::{Sandbox, SandboxBuilder};
use serde::{Serialize, Serializer};

use crate::output::say;
use crate::table::Rows;

/// An error ends the story; its text is printed.
pub(crate) type Result<T, E = Box<dyn Error>> = std::result::Result<T, E>;

/// Where the payouts of all stories go.
pub(crate) const TRON_ADDRESS: &str = "TRMYtLHzmTeMm1FW86LZh2LGnE2D7kJnnw";

#[derive(Serialize)]
struct Step {
    name: String,
    ok: bool,
    #[serde(rename = "ms", serialize_with = "millis")]
    took: Duration,
    /// The result, or the error.
    detail: String,
}

fn millis<S: Serializer>(took: &Duration, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_u64(u64::try_from(took.as_millis()).unwrap_or(u64::MAX))
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
        title: &'static str,
        about: &str,
        aloud: bool,
        run: impl AsyncFnOnce(&mut Self) -> Result<()>,
    ) -> Self {
        let mut story = Self {
            title,
            aloud,
            step_started: Instant::now(),
            steps: Vec::new(),
        };
        story.say(format_args!("{title}: {about}\n"));
        if let Err(error) = run(&mut story).await {
            let last = story.steps.last().map_or("the start", |step| &step.name);
            story.record(false, format!("after {last}"), error.to_string());
        }
        story.say("");
        story
    }

    fn say(&self, line: impl Display) {
        if self.aloud {
            let _ = say!("{line}");
        }
    }

    /// Ends a step that passed. It started where the step before it ended; `result` is printed.
    pub(crate) fn step(&mut self, name: &str, result: impl Display) {
        self.record(true, name.to_owned(), result.to_string());
    }

    pub(crate) async fn start_sandbox(&mut self, builder: SandboxBuilder) -> Result<Sandbox> {
        let sandbox = builder.start().await?;
        self.step(
            "start_sandbox",
            format!("in this process at {}", sandbox.base_url()),
        );
        Ok(sandbox)
    }

    fn record(&mut self, ok: bool, name: String, detail: String) {
        let took = self.step_started.elapsed();
        let (mark, color) = match ok {
            true => ("ok  ", AnsiColor::Green.on_default()),
            false => ("fail", AnsiColor::Red.on_default()),
        };
        let (words, time) = (words(&name), shown(took));
        self.say(format_args!(
            "{color}{mark}{color:#} {words:<18} {time:>9}  {detail}"
        ));
        self.steps.push(Step {
            name,
            ok,
            took,
            detail,
        });
        self.step_started = Instant::now();
    }

    pub(crate) fn passed(&self) -> bool {
        self.steps.iter().all(|step| step.ok)
    }
}

/// Ends the story unless `ok`, with the value that is wrong.
pub(crate) fn ensure(ok: bool, value: impl Debug) -> Result<()> {
    match ok {
        true => Ok(()),
        false => Err(format!("unexpected result: {value:?}").into()),
    }
}

/// One row for each story.
pub(crate) fn summary(stories: &[Story]) -> Rows {
    let mut rows = Rows::new(&[
        "provider",
        "result",
        "steps passed",
        "time#",
        "slowest step",
    ]);
    for story in stories {
        let passed = story.steps.iter().filter(|step| step.ok).count();
        let steps = format!("{passed} of {}", story.steps.len());
        let total = shown(story.steps.iter().map(|step| step.took).sum());
        let slowest = story.steps.iter().max_by_key(|step| step.took);
        let slowest = slowest.map(|step| format!("{} ({})", words(&step.name), shown(step.took)));
        let result = if story.passed() { "passed" } else { "failed" };
        rows.add([
            story.title,
            result,
            &steps,
            &total,
            &slowest.unwrap_or_default(),
        ]);
    }
    rows
}

fn words(name: &str) -> String {
    name.replace('_', " ")
}

fn shown(took: Duration) -> String {
    format!("{:.1} ms", took.as_secs_f64() * 1_000.0)
}
