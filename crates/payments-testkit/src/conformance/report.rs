//! What the trials came to.

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

/// Fails the trial for this reason unless the condition holds.
macro_rules! ensure {
    ($holds:expr, $($why:tt)+) => {
        let holds: bool = $holds;
        if !holds {
            return Err(crate::conformance::report::Stop::failed(format!($($why)+)));
        }
    };
}
pub(super) use ensure;

/// What one trial came to.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Verdict {
    /// The gateway did as it must.
    Passed,
    /// It did not; why.
    Failed(String),
    /// The environment or the provider has no such thing; what.
    Skipped(String),
}

/// One trial that was run.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Entry {
    /// What was tried.
    pub trial: String,
    /// Of which capability, by its name in [`Capabilities`](payments_facade::Capabilities); groups without one go by their accessor.
    pub capability: String,
    /// What came of it.
    pub verdict: Verdict,
}

/// What all trials of one gateway came to. `Display` is a table for people: failures first, then a summary.
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
            let within = format!("{capability}.");
            passed.any(|one| one.capability == *capability || one.capability.starts_with(&within))
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

    /// Whether no trial failed and every capability passed at least one.
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

    /// The capabilities that the gateway claims and no trial has proven, by their names.
    #[must_use]
    pub fn untested(&self) -> &[String] {
        &self.untested
    }

    /// How many trials passed.
    #[must_use]
    pub fn passed(&self) -> usize {
        self.count(|verdict| *verdict == Verdict::Passed)
    }

    /// How many had nothing to try.
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
                "FAILED  {capability:<28} is claimed, and no trial has proven it"
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
