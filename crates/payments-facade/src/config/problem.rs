//! Everything that is wrong with a configuration file.

use std::cell::RefCell;
use std::fmt;

/// One problem, or one [notice](super::GatewaysConfig::notices), and its place in the file. It never contains the value of a
/// secret.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    line: usize,
    column: usize,
    account: Option<String>,
    field: Option<String>,
    what: String,
}

impl Problem {
    /// Without its place.
    fn new(account: Option<&str>, field: Option<String>, what: String) -> Self {
        Self {
            line: 1,
            column: 1,
            account: account.map(str::to_owned),
            field,
            what,
        }
    }

    /// The line in the file, from 1.
    #[must_use]
    pub fn line(&self) -> usize {
        self.line
    }

    /// The column in the line, in characters, from 1: where the value begins, or an unknown key, or the table that lacks
    /// a key.
    #[must_use]
    pub fn column(&self) -> usize {
        self.column
    }

    /// The account: `cpay/main`, or `gateway 2` (its position in the file) where it has no usable name. `None` for a
    /// problem of the file.
    #[must_use]
    pub fn account(&self) -> Option<&str> {
        self.account.as_deref()
    }

    /// The key, such as `secret` or `calls.deadline`. `None` for a problem of a table or of the file.
    #[must_use]
    pub fn field(&self) -> Option<&str> {
        self.field.as_deref()
    }

    /// What is wrong and what to do.
    #[must_use]
    pub fn what(&self) -> &str {
        &self.what
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "line {}, column {}", self.line, self.column)?;
        for part in [&self.account, &self.field].into_iter().flatten() {
            write!(f, ", {part}")?;
        }
        write!(f, ": {}", self.what)
    }
}

/// All problems of a configuration file in the order of the file, at least one. No gateway was built.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub struct Problems(Vec<Problem>);

impl Problems {
    /// The problems, in the order of the file.
    pub fn iter(&self) -> impl Iterator<Item = &Problem> {
        self.0.iter()
    }
}

/// One line.
impl fmt::Display for Problems {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the configuration cannot be used: ")?;
        for (index, problem) in self.0.iter().enumerate() {
            let separator = if index == 0 { "" } else { "; " };
            write!(f, "{separator}{problem}")?;
        }
        Ok(())
    }
}

/// Collects the problems of one file with their byte offsets.
pub(super) struct Report<'a> {
    text: &'a str,
    found: RefCell<Vec<(usize, Problem)>>,
    notices: RefCell<Vec<(usize, Problem)>>,
}

impl<'a> Report<'a> {
    pub(super) fn new(text: &'a str) -> Self {
        Self {
            text,
            found: RefCell::default(),
            notices: RefCell::default(),
        }
    }

    pub(super) fn add(
        &self,
        at: usize,
        account: Option<&str>,
        field: Option<String>,
        what: impl Into<String>,
    ) {
        let problem = Problem::new(account, field, what.into());
        self.found.borrow_mut().push((at, problem));
    }

    /// What works and should be changed.
    pub(super) fn notice(&self, at: usize, account: Option<&str>, field: &str, what: &str) {
        let notice = Problem::new(account, Some(field.to_owned()), what.to_owned());
        self.notices.borrow_mut().push((at, notice));
    }

    /// What the parser cannot read, as one problem at the first place: a file that is no TOML has an error in every line.
    pub(super) fn add_syntax(&self, mut errors: Vec<(usize, &str)>) {
        errors.sort_by_key(|(at, _)| *at);
        let Some(&(first, message)) = errors.first() else {
            return;
        };
        let mut lines = Vec::new();
        let (mut from, mut line) = (0, 1);
        for (at, _) in &errors {
            let between = self.text.get(from..*at).unwrap_or_default();
            line += between.matches('\n').count();
            from = *at;
            if lines.last() != Some(&line) {
                lines.push(line);
            }
        }
        // Some may only follow from the first.
        let more = match lines.get(1..).unwrap_or_default() {
            [] => String::new(),
            [second] => format!("; another error is in line {second}"),
            [second, third] => format!("; more errors are in lines {second} and {third}"),
            [second, third, rest @ ..] => format!(
                "; more errors are in lines {second}, {third} and {} others",
                rest.len()
            ),
        };
        let what = format!("invalid TOML: {message}{more}");
        self.add(first, None, None, what);
    }

    /// The notices, if there is no problem.
    pub(super) fn finish(self) -> Result<Vec<Problem>, Problems> {
        let found = placed(self.text, self.found.into_inner());
        match found.is_empty() {
            true => Ok(placed(self.text, self.notices.into_inner())),
            false => Err(Problems(found)),
        }
    }
}

/// Turns offsets into lines and columns in one pass over the text.
fn placed(text: &str, mut found: Vec<(usize, Problem)>) -> Vec<Problem> {
    found.sort_by_key(|(at, _)| *at);
    let (mut from, mut line, mut column) = (0, 1, 1);
    for (at, problem) in &mut found {
        for character in text.get(from..*at).unwrap_or_default().chars() {
            (line, column) = match character {
                '\n' => (line + 1, 1),
                _ => (line, column + 1),
            };
        }
        from = *at;
        (problem.line, problem.column) = (line, column);
    }
    found.into_iter().map(|(_, it)| it).collect()
}
