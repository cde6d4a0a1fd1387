//! The answer to a failed call as it was received, for `--show-answer`.

use std::fmt;

use payments_core::RawAnswer;
use payments_core::redact::Confidential;
use serde::Serialize;

use crate::output::printable;

/// How much of a body is read, in bytes. Values are masked in it before it is cut, so that none is cut in two.
const READ: usize = 16 * 1024;
/// How much of it is shown.
const SHOWN: usize = 2 * 1024;

#[derive(Debug, Serialize)]
pub(crate) struct AnswerView {
    status: u16,
    content_type: Option<String>,
    /// The length of the body as received.
    bytes: usize,
    /// The beginning of the body as text.
    body: String,
}

impl AnswerView {
    pub(crate) fn new(raw: &RawAnswer) -> Self {
        let body = raw.body();
        let start = body.get(..READ).unwrap_or(body);
        Self {
            status: raw.status().as_u16(),
            content_type: raw.content_type().map(str::to_owned),
            bytes: body.len(),
            body: String::from_utf8_lossy(start).into_owned(),
        }
    }

    pub(crate) fn masked(self, confidential: &Confidential) -> Self {
        Self {
            body: confidential.mask(&self.body),
            content_type: self.content_type.map(|kind| confidential.mask(&kind)),
            ..self
        }
    }

    /// As it is printed: the values of the command line are masked, and a long body is cut.
    pub(crate) fn for_output(self) -> Self {
        self.masked(&crate::values_of_the_command_line()).cut()
    }

    fn cut(mut self) -> Self {
        let end = (0..=SHOWN).rev().find(|at| self.body.is_char_boundary(*at));
        self.body.truncate(end.unwrap_or_default());
        self
    }
}

/// For people: a line about the answer, then its text.
impl fmt::Display for AnswerView {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { status, bytes, .. } = self;
        let kind = self.content_type.as_deref().unwrap_or("no content type");
        let kind = printable(kind);
        writeln!(f, "The answer: HTTP status {status}, {kind}, {bytes} bytes")?;
        for line in self.body.lines() {
            writeln!(f, "  {}", printable(line))?;
        }
        if *bytes > self.body.len() {
            writeln!(f, "  … and more")?;
        }
        Ok(())
    }
}
