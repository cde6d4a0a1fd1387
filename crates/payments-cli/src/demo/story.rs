//! The steps of a demo: each one timed, told while it runs, and summed up at the end.

use std::fmt::Display;
use std::future::Future;
use std::time::{Duration, Instant};

use comfy_table::Table;
use comfy_table::presets::UTF8_FULL_CONDENSED;
use serde::{Serialize, Serializer};

use crate::output::say;

/// A step that takes longer has failed: everything runs on this machine.
const PATIENCE: Duration = Duration::from_secs(10);

/// One step as it went.
#[derive(Serialize)]
pub(crate) struct Step {
    name: &'static str,
    ok: bool,
    #[serde(rename = "ms", serialize_with = "as_millis")]
    took: Duration,
    /// What came of it, or what went wrong.
    detail: String,
}

fn as_millis<S: Serializer>(took: &Duration, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_u64(u64::try_from(took.as_millis()).unwrap_or(u64::MAX))
}

/// A step failed; the story holds what happened.
#[derive(Debug)]
pub(crate) struct Stopped;

/// The steps of one provider in the order they run.
#[derive(Serialize)]
pub(crate) struct Story {
    #[serde(skip)]
    title: &'static str,
    #[serde(skip)]
    aloud: bool,
    #[serde(skip)]
    whole: bool,
    steps: Vec<Step>,
}

impl Story {
    /// Begins with the provider's name and what is told of it.
    pub(crate) fn begin(title: &'static str, about: &str, aloud: bool) -> Self {
        if aloud {
            let _ = say!("{title}: {about}\n");
        }
        Self {
            title,
            aloud,
            whole: false,
            steps: Vec::new(),
        }
    }

    /// Runs one step. The future gives its value and a short account of it, or an error.
    pub(crate) async fn step<T, E: Display>(
        &mut self,
        name: &'static str,
        work: impl Future<Output = Result<(T, String), E>>,
    ) -> Result<T, Stopped> {
        let started = Instant::now();
        let result = match tokio::time::timeout(PATIENCE, work).await {
            Ok(Ok((value, detail))) => Ok((value, detail)),
            Ok(Err(error)) => Err(error.to_string()),
            Err(_) => Err(format!("gave up after {} s", PATIENCE.as_secs())),
        };
        let took = started.elapsed();
        let (ok, detail, value) = match result {
            Ok((value, detail)) => (true, detail, Ok(value)),
            Err(detail) => (false, detail, Err(Stopped)),
        };
        let step = Step {
            name,
            ok,
            took,
            detail,
        };
        if self.aloud {
            let _ = say!(
                "{} {name:<18} {:>9}  {}",
                mark(ok),
                shown(took),
                step.detail
            );
        }
        self.steps.push(step);
        value
    }

    /// Ends it, as it ended: a story that broke off has not passed, whatever its steps say.
    pub(crate) fn end(&mut self, ended: Result<(), Stopped>) {
        self.whole = ended.is_ok();
        if self.aloud {
            let _ = say!("");
        }
    }

    /// Whether it was told to its end and every step passed.
    pub(crate) fn passed(&self) -> bool {
        self.whole && self.steps.iter().all(|step| step.ok)
    }

    /// The provider's row: how many steps passed, how long they took, which one took longest.
    fn row(&self) -> [String; 5] {
        let passed = self.steps.iter().filter(|step| step.ok).count();
        let total: Duration = self.steps.iter().map(|step| step.took).sum();
        let slowest = self.steps.iter().max_by_key(|step| step.took);
        let slowest = slowest.map(|step| format!("{} {}", step.name, shown(step.took)));
        let result = if self.passed() { "passed" } else { "failed" };
        let steps = format!("{passed} of {}", self.steps.len());
        [
            self.title.to_owned(),
            result.to_owned(),
            steps,
            shown(total),
            slowest.unwrap_or_default(),
        ]
    }
}

/// One row for every provider.
pub(crate) fn summary<'a>(stories: impl IntoIterator<Item = &'a Story>) -> Table {
    let mut table = Table::new();
    table.load_style(UTF8_FULL_CONDENSED).set_header([
        "provider",
        "result",
        "steps passed",
        "time",
        "slowest step",
    ]);
    for story in stories {
        table.add_row(story.row());
    }
    table
}

fn mark(ok: bool) -> &'static str {
    if ok {
        "\u{1b}[32mok\u{1b}[0m  "
    } else {
        "\u{1b}[31mfail\u{1b}[0m"
    }
}

fn shown(took: Duration) -> String {
    format!("{:.1} ms", took.as_secs_f64() * 1_000.0)
}
