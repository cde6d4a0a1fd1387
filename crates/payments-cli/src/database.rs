//! The database of a store, from `--database`.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use clap::Args;
use payments_reqwest::{SystemClock, SystemEntropy};
use payments_store::engine::{Engine, EngineError, EngineErrorKind, Postgres, Sqlite};
use payments_store::{Settings, Store, StoreError};

use crate::failure::Failure;

/// The option that names the database.
#[derive(Args, Debug)]
pub(crate) struct DatabaseOption {
    /// sqlite:FILE or postgres://USER@HOST/DATABASE; a URL with a password
    /// belongs in $PAYMENTS_DATABASE, which is read without this option
    #[arg(long, value_name = "URL", value_parser = database)]
    database: Option<Database>,
}

/// Names the database if the option does not. It may contain a password.
pub(crate) const VARIABLE: &str = "PAYMENTS_DATABASE";

impl DatabaseOption {
    pub(crate) fn named(&self) -> Result<Database, Failure> {
        if let Some(named) = &self.database {
            return Ok(named.clone());
        }
        let variable = std::env::var(VARIABLE).unwrap_or_default();
        match variable.as_str() {
            "" => Err(Failure::bad(format!(
                "missing --database, and {VARIABLE} is not set: name the database"
            ))),
            text => {
                database(text).map_err(|why| Failure::bad(format!("{VARIABLE} is invalid: {why}")))
            }
        }
    }
}

/// Where a store keeps its tables. `Debug` shows no URL, which may contain a password.
#[derive(Clone)]
pub(crate) enum Database {
    Sqlite(PathBuf),
    Postgres(String),
}

pub(crate) fn database(text: &str) -> Result<Database, String> {
    match text.split_once(':') {
        // A relative path after two slashes would be a file in the root folder.
        Some(("sqlite", path)) if path.starts_with("//") && !path.starts_with("///") => {
            Err("write sqlite:FILE, without slashes before a relative path".to_owned())
        }
        Some(("sqlite", ":memory:")) => {
            Err("a database in memory would end with the command; write sqlite:FILE".to_owned())
        }
        Some(("sqlite", path)) if path.contains('?') => {
            Err("write sqlite:FILE, without parameters behind a question mark".to_owned())
        }
        Some(("sqlite", path)) if !path.trim().is_empty() => Ok(Database::Sqlite(path.into())),
        Some(("postgres" | "postgresql", rest)) if rest.starts_with("//") => {
            Ok(Database::Postgres(text.to_owned()))
        }
        _ => Err("write sqlite:FILE or postgres://USER@HOST/DATABASE".to_owned()),
    }
}

impl std::fmt::Debug for Database {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Sqlite(_) => "Sqlite",
            Self::Postgres(_) => "Postgres",
        })
    }
}

impl Database {
    /// The engine. A file must exist, unless it may be created.
    pub(crate) async fn engine(&self, may_create: bool) -> Result<Arc<dyn Engine>, Failure> {
        match self {
            Self::Sqlite(path) if !may_create && !path.exists() => Err(Failure::bad(
                "the database does not exist; `payments db migrate` with the same --database creates it",
            )),
            Self::Sqlite(path) if path.is_dir() => Err(Failure::bad(
                "the database is a folder; name a file, as in sqlite:payments.db",
            )),
            Self::Sqlite(path) if !folder_exists(path) => Err(Failure::bad(
                "the folder of the database does not exist; make it, or name another file",
            )),
            Self::Sqlite(path) => Ok(Arc::new(Sqlite::open(path).map_err(unusable)?)),
            Self::Postgres(url) => Ok(Arc::new(Postgres::connect(url).await.map_err(unusable)?)),
        }
    }

    /// The store in a database that has the tables of this release.
    pub(crate) async fn store(&self) -> Result<Store, Failure> {
        let (clock, entropy) = (Arc::new(SystemClock::new()), Arc::new(SystemEntropy));
        let engine = self.engine(false).await?;
        let store = Store::open_with(engine, clock, entropy, Settings::default()).await;
        store.map_err(Failure::from)
    }
}

fn folder_exists(file: &Path) -> bool {
    let folder = file.parent().filter(|it| !it.as_os_str().is_empty());
    folder.is_none_or(Path::is_dir)
}

fn unusable(error: EngineError) -> Failure {
    match error.kind() {
        EngineErrorKind::Misconfigured => Failure::bad(error.to_string()),
        _ => Failure::Failed(error.to_string()),
    }
}

/// In the words of the command line.
impl From<StoreError> for Failure {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::MissingMigration { .. } => Self::bad(
                "the database lacks tables of this release; `payments db migrate` with the same --database makes them",
            ),
            StoreError::NewerSchema { .. } => Self::bad(
                "a later release of this command has changed the tables of the database; use that release",
            ),
            StoreError::Engine(error) => unusable(error),
            other => Self::Failed(other.to_string()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_the_two_kinds_of_databases_and_refuses_the_rest() {
        for text in [
            "sqlite:payments.db",
            "sqlite:/var/lib/payments.db",
            "sqlite:///var/lib/payments.db",
            "postgres://u@h/d",
            "postgresql://h/d",
        ] {
            assert!(database(text).is_ok(), "{text}");
        }
        for text in [
            "",
            "payments.db",
            "sqlite:",
            "sqlite: ",
            "sqlite::memory:",
            "sqlite://payments.db",
            "sqlite:payments.db?mode=ro",
            "postgres:h/d",
            "mysql://h/d",
            "https://h/d",
        ] {
            assert!(database(text).is_err(), "{text}");
        }
    }

    #[test]
    fn shows_no_password() {
        let shown = format!("{:?}", database("postgres://u:secret@h/d").unwrap());
        assert_eq!(shown, "Postgres");
    }
}
