use super::from_text::PROBLEMS;
use serde_json::error::Category;
use std::borrow::Cow;
use std::fmt;

/// Why a JSON text could not be read: the problem and its position, without any value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReadError {
    problem: Cow<'static, str>,
    line: usize,
    column: usize,
    incomplete: bool,
}

impl ReadError {
    pub(super) fn new(error: &serde_json::Error) -> Self {
        let problem = match error.classify() {
            Category::Syntax | Category::Io => Cow::Borrowed("not JSON"),
            Category::Eof => Cow::Borrowed("the JSON breaks off"),
            Category::Data => shape_problem(&error.to_string()),
        };
        Self {
            problem,
            line: error.line(),
            column: error.column(),
            incomplete: error.is_eof(),
        }
    }

    pub(super) const fn no_object() -> Self {
        Self {
            problem: Cow::Borrowed("not an object"),
            line: 1,
            column: 1,
            incomplete: false,
        }
    }

    /// Whether the text ends too early: an empty one, or half an answer.
    pub const fn is_incomplete(&self) -> bool {
        self.incomplete
    }

    pub(super) fn problem(&self) -> &str {
        &self.problem
    }
}

/// The part of a shape error that may be shown. Most of serde's messages quote the value that did not fit. Those that
/// name a field quote our own source only, and those of our readers quote nothing.
fn shape_problem(message: &str) -> Cow<'static, str> {
    let names_a_field = ["missing field `", "duplicate field `"]
        .into_iter()
        .any(|start| message.starts_with(start));
    if names_a_field {
        let end = message.rfind('`').map_or(message.len(), |tick| tick + 1);
        return Cow::Owned(message.get(..end).unwrap_or_default().to_owned());
    }
    let ours = PROBLEMS
        .into_iter()
        .find(|problem| message.starts_with(problem));
    Cow::Borrowed(ours.unwrap_or("a value of another shape than documented"))
}

impl fmt::Display for ReadError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.problem)?;
        if self.line > 0 {
            write!(f, " at line {} column {}", self.line, self.column)?;
        }
        Ok(())
    }
}

impl std::error::Error for ReadError {}
