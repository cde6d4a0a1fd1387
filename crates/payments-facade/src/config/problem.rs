//! What is wrong with a configuration, all of it.

use std::fmt;

/// One thing that is wrong, and where. It never holds the value of a secret.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    line: usize,
    account: Option<String>,
    field: Option<String>,
    what: String,
}

impl Problem {
    pub(super) fn new(
        line: usize,
        account: Option<String>,
        field: Option<String>,
        what: String,
    ) -> Self {
        Self {
            line,
            account,
            field,
            what,
        }
    }

    /// The line in the file, from 1.
    #[must_use]
    pub fn line(&self) -> usize {
        self.line
    }

    /// The account by its name, `cpay/main`; by its place in the file, `gateway 2`, where it has no name that can be used;
    /// none for the file as a whole.
    #[must_use]
    pub fn account(&self) -> Option<&str> {
        self.account.as_deref()
    }

    /// The field, `secret` or `calls.deadline`; none for an account or the file as a whole.
    #[must_use]
    pub fn field(&self) -> Option<&str> {
        self.field.as_deref()
    }

    /// What is wrong, and what to do.
    #[must_use]
    pub fn what(&self) -> &str {
        &self.what
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "line {}", self.line)?;
        for part in [&self.account, &self.field].into_iter().flatten() {
            write!(f, ", {part}")?;
        }
        write!(f, ": {}", self.what)
    }
}

/// All that is wrong with a configuration, at least one thing, in the order of the file. Nothing was built.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub struct Problems(Vec<Problem>);

impl Problems {
    /// `None` where there are none.
    pub(super) fn of(mut problems: Vec<Problem>) -> Option<Self> {
        problems.sort_by_key(|problem| problem.line);
        (!problems.is_empty()).then_some(Self(problems))
    }

    /// Each of them.
    pub fn iter(&self) -> impl Iterator<Item = &Problem> {
        self.0.iter()
    }
}

/// One line.
impl fmt::Display for Problems {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the configuration cannot be used: ")?;
        for (place, problem) in self.0.iter().enumerate() {
            let separator = if place == 0 { "" } else { "; " };
            write!(f, "{separator}{problem}")?;
        }
        Ok(())
    }
}
