//! Why a state file cannot be used.

use rusqlite::ErrorCode;

/// Why a state file cannot be used. The text is one sentence.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum StateFileError {
    /// The file cannot be opened or made.
    #[error("the state file {path} cannot be opened: {reason}")]
    Open {
        /// The file.
        path: String,
        /// The reason in SQLite's words.
        reason: String,
    },
    /// Another sandbox, or another program, has the file open.
    #[error("the state file {0} is in use by another sandbox; stop that one, or name another file")]
    InUse(String),
    /// The file cannot be written.
    #[error("the state file {0} is read-only; make it writable, or name another file")]
    ReadOnly(String),
    /// The file is something else.
    #[error("{0} is not a state file of the sandbox; name another file")]
    Foreign(String),
    /// A newer version of the sandbox made the file.
    #[error(
        "the state file {0} was made by a newer version of the sandbox; use that version, or name another file"
    )]
    Newer(String),
    /// The file has the state of other accounts.
    #[error(
        "the state file {path} was made for other credentials ({differing}); use those, or name another file"
    )]
    OtherCredentials {
        /// The file.
        path: String,
        /// The fields that differ.
        differing: String,
    },
    /// The file was made with another seed.
    #[error(
        "the state file {0} was made with another seed; leave the seed out, or name another file"
    )]
    OtherSeed(String),
    /// A document in the file cannot be read.
    #[error("the state file {path} is damaged: {reason}; name another file")]
    Damaged {
        /// The file.
        path: String,
        /// Which document, and why.
        reason: String,
    },
    /// The file could not be written. What the sandbox did since the last time is only in memory.
    #[error("the state file {path} cannot be written: {reason}")]
    Write {
        /// The file.
        path: String,
        /// The reason in SQLite's words.
        reason: String,
    },
}

impl StateFileError {
    /// The error for what SQLite says about the file with this name when it is opened.
    pub(super) fn open(path: &str, error: &rusqlite::Error) -> Self {
        let path = path.to_owned();
        match error.sqlite_error_code() {
            Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => Self::InUse(path),
            Some(ErrorCode::NotADatabase) => Self::Foreign(path),
            Some(ErrorCode::ReadOnly) => Self::ReadOnly(path),
            Some(ErrorCode::DatabaseCorrupt) => Self::Damaged {
                path,
                reason: error.to_string(),
            },
            _ => Self::Open {
                path,
                reason: error.to_string(),
            },
        }
    }
}

#[cfg(test)]
mod tests {
    use rusqlite::Connection;

    use super::StateFileError;

    #[test]
    fn a_file_that_cannot_be_written_is_read_only() {
        let connection = Connection::open_in_memory().unwrap();
        // A read-only file, also for a user who may write every file.
        let write = "PRAGMA query_only = ON; CREATE TABLE documents (body TEXT)";
        let error = connection.execute_batch(write);
        let error = StateFileError::open("state.db", &error.unwrap_err());
        assert_eq!(
            error.to_string(),
            "the state file state.db is read-only; make it writable, or name another file"
        );
    }
}
