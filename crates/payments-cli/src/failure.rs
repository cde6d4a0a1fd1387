//! How a command ends when it does not end well.

use std::fmt::Display;
use std::io::Write;
use std::process::ExitCode;

/// Why a command did not succeed, by exit status.
#[derive(Debug)]
pub(crate) enum Failure {
    /// Exit 1: something was refused or failed, and what was printed already says so.
    Refused,
    /// Exit 1: something failed, said in one sentence.
    Failed(String),
    /// Exit 2: the input cannot be used, said in one sentence that tells what to do.
    BadInput(String),
}

impl Failure {
    pub(crate) fn failed(what: &str, cause: impl Display) -> Self {
        Self::Failed(format!("{what}: {cause}"))
    }

    pub(crate) fn report(&self) -> ExitCode {
        let (sentence, status) = match self {
            Self::Refused => return ExitCode::from(1),
            Self::Failed(sentence) => (sentence, 1),
            Self::BadInput(sentence) => (sentence, 2),
        };
        // Nobody may be there to read it; the exit status says the rest.
        let _ = writeln!(anstream::stderr(), "error: {sentence}");
        ExitCode::from(status)
    }
}

/// A runtime for the commands that talk HTTP.
pub(crate) fn runtime() -> Result<tokio::runtime::Runtime, Failure> {
    tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()
        .map_err(|error| Failure::failed("cannot start the async runtime", error))
}
