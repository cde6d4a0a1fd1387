//! What a test has printed, to be searched for what must not be printed.

use std::error::Error as StdError;
use std::fmt::{Debug, Write as _};

use payments_core::Error;

/// Everything that was printed.
#[derive(Default)]
pub(crate) struct Transcript(pub(crate) String);

impl Transcript {
    pub(crate) fn note(&mut self, what: &(impl Debug + ?Sized)) {
        writeln!(self.0, "{what:?}\n{what:#?}").unwrap();
    }

    /// An error, its sources, its message and the size of its raw answer.
    pub(crate) fn note_error(&mut self, error: &Error) {
        crate::leaks::check_error("an error of a client", error);
        self.note(error);
        let mut next: Option<&(dyn StdError + 'static)> = Some(error);
        while let Some(error) = next {
            writeln!(self.0, "{error} / {error:?}").unwrap();
            next = error.source();
        }
        self.note(&(error.message(), error.raw()));
    }

    /// The transcript contains what proves that the calls were made, and nothing of what must not be printed.
    pub(crate) fn assert_hides(
        &self,
        expected: &[&str],
        planted: impl IntoIterator<Item = impl AsRef<str>>,
    ) {
        let printed = &self.0;
        for expected in expected {
            assert!(
                printed.contains(expected),
                "the transcript lacks {expected}: {printed}"
            );
        }
        for planted in planted {
            let planted = planted.as_ref();
            assert!(
                !printed.contains(planted),
                "{planted} is printed: {printed}"
            );
        }
    }
}
