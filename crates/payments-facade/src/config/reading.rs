//! One reading of a file: its text, where secrets come from, and what was found wrong.

use std::cell::RefCell;
use std::ops::Range;

use toml::de::DeTable;

use super::problem::{Problem, Problems};
use super::secret::SecretSource;

pub(super) struct Reading<'a> {
    text: &'a str,
    pub(super) secrets: &'a dyn SecretSource,
    pub(super) inline_secrets: bool,
    problems: RefCell<Vec<Problem>>,
}

impl<'a> Reading<'a> {
    pub(super) fn new(text: &'a str, secrets: &'a dyn SecretSource) -> Self {
        Self {
            text,
            secrets,
            inline_secrets: false,
            problems: RefCell::new(Vec::new()),
        }
    }

    /// The document, if it is TOML: what is left of a broken one says little. The parser's own words alone are told: its
    /// usual text repeats the line, and a secret may stand in it.
    pub(super) fn document(&self) -> Option<DeTable<'a>> {
        let (document, errors) = DeTable::parse_recoverable(self.text);
        for error in &errors {
            let at = error.span().unwrap_or(0..0);
            self.problem(&at, None, None, format!("no TOML: {}", error.message()));
        }
        errors.is_empty().then(|| document.into_inner())
    }

    pub(super) fn problem(
        &self,
        at: &Range<usize>,
        account: Option<&str>,
        field: Option<String>,
        what: impl Into<String>,
    ) {
        let before = self.text.get(..at.start).unwrap_or(self.text);
        let line = before.bytes().filter(|byte| *byte == b'\n').count() + 1;
        let account = account.map(str::to_owned);
        let problem = Problem::new(line, account, field, what.into());
        self.problems.borrow_mut().push(problem);
    }

    pub(super) fn problems(self) -> Option<Problems> {
        Problems::of(self.problems.into_inner())
    }
}
