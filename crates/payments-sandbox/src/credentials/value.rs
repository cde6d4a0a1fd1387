//! Checks of single values of the credentials.

use payments_signing::KeyError;

/// Why credentials were not accepted: which part, and what is wrong with it.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum CredentialsError {
    /// The file cannot be read.
    #[error("the credentials file cannot be read: {0}")]
    File(#[from] std::io::Error),
    /// The text is not JSON of the expected form: a part is missing, misspelt or of another type.
    #[error("the credentials are not of the expected form at line {line}, column {column}: {what}")]
    Form {
        /// Line of the text, from 1.
        line: usize,
        /// Column of the line, from 1.
        column: usize,
        /// What was found or is missing.
        what: String,
    },
    /// A value cannot be used.
    #[error("{field} {problem}")]
    Value {
        /// The value's path, e.g. `cpay.secret`.
        field: &'static str,
        /// What is wrong with it, without the value.
        problem: String,
    },
}

impl CredentialsError {
    /// For a secret that cannot be used as a key.
    pub(crate) fn key(field: &'static str, error: &KeyError) -> Self {
        Self::Value {
            field,
            problem: format!("cannot be used: {error}"),
        }
    }
}

pub(crate) fn refuse<T>(
    field: &'static str,
    problem: impl Into<String>,
) -> Result<T, CredentialsError> {
    Err(CredentialsError::Value {
        field,
        problem: problem.into(),
    })
}

/// Refuses an empty text and what a careless copy leaves in one.
pub(crate) fn check_text(field: &'static str, value: &str) -> Result<(), CredentialsError> {
    if value.is_empty() {
        return refuse(field, "is empty");
    }
    if value.trim() != value || value.chars().any(char::is_control) {
        return refuse(
            field,
            "has spaces around it or control characters in it (a line end of a copied file?)",
        );
    }
    Ok(())
}
