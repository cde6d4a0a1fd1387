//! The results of the trials.

use std::fmt;

use payments_facade::GatewayId;

/// Why a trial did not pass.
#[derive(Debug)]
pub(super) enum Stop {
    Failed(String),
    Skipped(&'static str),
}

impl Stop {
    pub(super) fn failed(why: impl Into<String>) -> Self {
        Self::Failed(why.into())
    }
}

/// Fails the trial with this message unless the condition is true.
macro_rules! ensure {
    ($holds:expr, $($why:tt)+) => {
        let holds: bool = $holds;
        if !holds {
            return Err(crate::conformance::report::Stop::failed(format!($($why)+)));
        }
    };
}
pub(super) use ensure;

/// The result of one trial.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Verdict {
    /// The gateway conforms.
    Passed,
    /// The gateway does not conform; the reason.
    Failed(String),
    /// The trial could not run; what the environment or the provider lacks.
    Skipped(String),
}

/// One trial that was run.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Entry {
    /// The trial's name.
    pub trial: String,
    /// The capability that the trial belongs to, by its name in [`Capabilities`](payments_facade::Capabilities). `webhooks`,
    /// `recovery` and `capabilities` exist in every report.
    pub capability: String,
    /// The result.
    pub verdict: Verdict,
}

/// The results of all trials of one gateway. `Display` lists the trials that did not pass and ends with a summary.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Report {
    gateway: GatewayId,
    entries: Vec<Entry>,
    untested: Vec<String>,
}

impl Report {
    pub(super) fn new(gateway: GatewayId, entries: Vec<Entry>, capabilities: Vec<String>) -> Self {
        let is_tested = |capability: &String| {
            let mut passed = entries.iter().filter(|e| e.verdict == Verdict::Passed);
            let prefix = format!("{capability}.");
            passed.any(|one| one.capability == *capability || one.capability.starts_with(&prefix))
        };
        let untested = capabilities
            .into_iter()
            .filter(|capability| !is_tested(capability))
            .collect();
        Self {
            gateway,
            entries,
            untested,
        }
    }

    /// Whether no trial failed and every capability has a trial that passed.
    #[must_use]
    pub fn is_pass(&self) -> bool {
        self.untested.is_empty() && self.failures().next().is_none()
    }

    /// All trials, in the order they ran in.
    #[must_use]
    pub fn entries(&self) -> &[Entry] {
        &self.entries
    }

    /// The trials that failed.
    pub fn failures(&self) -> impl Iterator<Item = &Entry> {
        let failed = |entry: &&Entry| matches!(entry.verdict, Verdict::Failed(_));
        self.entries.iter().filter(failed)
    }

    /// The names of the capabilities that no passed trial has proven.
    #[must_use]
    pub fn untested(&self) -> &[String] {
        &self.untested
    }

    /// The number of trials that passed.
    #[must_use]
    pub fn passed(&self) -> usize {
        self.count(|verdict| *verdict == Verdict::Passed)
    }

    /// The number of trials that could not run.
    #[must_use]
    pub fn skipped(&self) -> usize {
        self.count(|verdict| matches!(verdict, Verdict::Skipped(_)))
    }

    fn count(&self, is: impl Fn(&Verdict) -> bool) -> usize {
        self.entries.iter().filter(|e| is(&e.verdict)).count()
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for entry in &self.entries {
            let (mark, why) = match &entry.verdict {
                Verdict::Passed => continue,
                Verdict::Failed(why) => ("FAILED ", why),
                Verdict::Skipped(why) => ("skipped", why),
            };
            writeln!(f, "{mark} {:<28} {}: {why}", entry.capability, entry.trial)?;
        }
        for capability in &self.untested {
            writeln!(
                f,
                "FAILED  {capability:<28} no passed trial has proven this capability"
            )?;
        }
        write!(
            f,
            "{}: {} trials, {} passed, {} failed, {} skipped, {} capabilities untested: {}",
            self.gateway,
            self.entries.len(),
            self.passed(),
            self.failures().count(),
            self.skipped(),
            self.untested.len(),
            if self.is_pass() {
                "conforms"
            } else {
                "DOES NOT CONFORM"
            },
        )
    }
}
