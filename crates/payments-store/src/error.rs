//! Errors of the store.

use crate::engine::EngineError;

/// Why the store did not do what was asked.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum StoreError {
    /// The database failed. Whatever was to be stored is to be taken as not stored.
    #[error(transparent)]
    Engine(#[from] EngineError),
    /// The database lacks tables of this release.
    #[error(
        "the database has the tables of version {found}, and this release needs version {supported}: call `schema::migrate` first"
    )]
    MissingMigration {
        /// The database's version, 0 without any tables.
        found: usize,
        /// The version that this release needs.
        supported: usize,
    },
    /// A later release has changed the tables.
    #[error(
        "the database has the tables of version {found}, and this release knows only version {supported}: use the release that made them, or a later one"
    )]
    NewerSchema {
        /// The database's version.
        found: usize,
        /// The version that this release needs.
        supported: usize,
    },
    /// A stored document cannot be read. Nothing was changed.
    #[error("the {document} {name} in the database cannot be read: {problem}")]
    Unreadable {
        /// What kind of document it is.
        document: &'static str,
        /// Its name.
        name: String,
        /// Why, without the document's values.
        problem: String,
    },
}
