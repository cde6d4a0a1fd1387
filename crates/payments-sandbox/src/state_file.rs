//! The state in one SQLite file, so that it survives a restart.

mod error;

use std::collections::{BTreeMap, HashMap};
use std::fmt::Display;
use std::path::Path;
use std::sync::Mutex;

use rusqlite::{Connection, OpenFlags, TransactionBehavior};
use serde::{Deserialize, Serialize};

use crate::credentials::Credentials;
use crate::shared::context::{OWNER, lock};
use crate::shared::document::{Change, Changes, Documents, Unreadable, compact};
pub use error::StateFileError;

/// In the file's head: "PSbx".
const APPLICATION_ID: i32 = 0x5053_6278;
/// The version of the table and of the documents.
const VERSION: i32 = 1;
const SCHEMA: &str = "CREATE TABLE documents (
    owner TEXT NOT NULL,
    kind TEXT NOT NULL,
    key TEXT NOT NULL,
    body TEXT NOT NULL,
    PRIMARY KEY (owner, kind, key)
) WITHOUT ROWID";
/// The kind of the document about the file.
const ORIGIN: &str = "origin";

/// The documents by owner.
type Owners = HashMap<String, Documents>;

/// An open state file. No other sandbox can open it.
pub(crate) struct StateFile {
    name: String,
    inner: Mutex<Inner>,
}

struct Inner {
    /// `None` after the end.
    connection: Option<Connection>,
    /// What a failed transaction left.
    unwritten: Vec<Change>,
}

/// Where a state file comes from.
#[derive(Serialize, Deserialize)]
struct Origin {
    /// Where the random numbers began.
    seed: u64,
    /// The ids of the merchant's accounts. Secrets may change, and are not kept.
    accounts: BTreeMap<String, String>,
}

/// What a state file had when it was opened.
pub(crate) struct Saved {
    name: String,
    /// Where the random numbers began, from which the addresses of the accounts are made.
    pub(crate) seed: u64,
    owners: Owners,
}

impl StateFile {
    /// Opens a file, or makes one. `seed` is the one that the user wants.
    pub(crate) fn open(
        path: &Path,
        credentials: &Credentials,
        seed: Option<u64>,
    ) -> Result<(Self, Saved), StateFileError> {
        let name = path.display().to_string();
        create_private(path).map_err(|error| StateFileError::Open {
            path: name.clone(),
            reason: error.to_string(),
        })?;
        let connected = connect(path).map_err(|error| StateFileError::open(&name, &error))?;
        let (connection, mut owners) = match connected {
            Connected::Ready { connection, owners } => (connection, owners),
            Connected::ReadOnly => return Err(StateFileError::ReadOnly(name)),
            Connected::Newer => return Err(StateFileError::Newer(name)),
            Connected::Foreign => return Err(StateFileError::Foreign(name)),
        };
        let own = owners.entry(OWNER.to_owned()).or_default();
        let origin = own.take_small::<Origin>(ORIGIN);
        let origin = origin.map_err(|error| damaged(&name, &error))?;
        let accounts = accounts(credentials);
        let mut unwritten = Vec::new();
        let seed = match origin {
            None => {
                let seed = seed.unwrap_or_else(|| fastrand::u64(..));
                let origin = Origin { seed, accounts };
                Changes::of(OWNER, &mut unwritten).put(ORIGIN, &"", &origin);
                seed
            }
            Some(origin) if seed.is_some_and(|seed| seed != origin.seed) => {
                return Err(StateFileError::OtherSeed(name));
            }
            Some(origin) => {
                let differs =
                    |(field, id): &(&String, &String)| origin.accounts.get(*field) != Some(*id);
                let differing: Vec<&str> = accounts
                    .iter()
                    .filter(differs)
                    .map(|(field, _)| field.as_str())
                    .collect();
                if !differing.is_empty() {
                    return Err(StateFileError::OtherCredentials {
                        path: name,
                        differing: differing.join(", "),
                    });
                }
                origin.seed
            }
        };
        let saved = Saved {
            name: name.clone(),
            seed,
            owners,
        };
        let file = Self {
            name,
            inner: Mutex::new(Inner {
                connection: Some(connection),
                unwritten,
            }),
        };
        Ok((file, saved))
    }

    /// Writes what `collect` adds, in one transaction. It returns when this and what others collected before is in the file.
    pub(crate) fn write(
        &self,
        collect: impl FnOnce(&mut Vec<Change>),
    ) -> Result<(), StateFileError> {
        // Held from the collection on: who finds nothing changed waits for the one who writes it.
        let mut inner = lock(&self.inner);
        let Inner {
            connection: Some(connection),
            unwritten,
        } = &mut *inner
        else {
            return Err(self.unwritable(&"the sandbox has stopped"));
        };
        let is_retry = !unwritten.is_empty();
        collect(unwritten);
        if unwritten.is_empty() {
            return Ok(());
        }
        if is_retry {
            compact(unwritten);
        }
        write(connection, unwritten).map_err(|error| self.unwritable(&error))?;
        unwritten.clear();
        Ok(())
    }

    pub(crate) fn unwritable(&self, reason: &dyn Display) -> StateFileError {
        StateFileError::Write {
            path: self.name.clone(),
            reason: reason.to_string(),
        }
    }

    pub(crate) fn is_open(&self) -> bool {
        lock(&self.inner).connection.is_some()
    }

    /// Closes the file, so that another sandbox can open it. What happens later cannot be written.
    pub(crate) fn close(&self) {
        lock(&self.inner).connection = None;
    }
}

impl Saved {
    /// The documents of an owner.
    pub(crate) fn of(&mut self, owner: &str) -> Documents {
        self.owners.remove(owner).unwrap_or_default()
    }

    pub(crate) fn damaged(&self, error: &Unreadable) -> StateFileError {
        damaged(&self.name, error)
    }
}

fn damaged(path: &str, error: &Unreadable) -> StateFileError {
    StateFileError::Damaged {
        path: path.to_owned(),
        reason: error.to_string(),
    }
}

/// The ids of the merchant's accounts, by the names of their fields.
fn accounts(credentials: &Credentials) -> BTreeMap<String, String> {
    let ids = [
        ("cpay.merchant_id", &credentials.cpay.merchant_id),
        ("chainup_opay.app_id", &credentials.chainup_opay.app_id),
        ("ccpayment.app_id", &credentials.ccpayment.app_id),
        ("ccpayment_v2.app_id", &credentials.ccpayment_v2.app_id),
    ];
    let ids = ids.into_iter();
    ids.map(|(field, id)| (field.to_owned(), id.clone()))
        .collect()
}

/// The result of opening a file.
enum Connected {
    Ready {
        connection: Connection,
        owners: Owners,
    },
    ReadOnly,
    Newer,
    Foreign,
}

fn connect(path: &Path) -> rusqlite::Result<Connected> {
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let mut connection = Connection::open_with_flags(path, flags)?;
    if connection.is_readonly("main")? {
        return Ok(Connected::ReadOnly);
    }
    // The file stays locked from the first statement until it is closed.
    connection.execute_batch("PRAGMA locking_mode = EXCLUSIVE")?;
    let number = |pragma| connection.pragma_query_value(None, pragma, |row| row.get::<_, i32>(0));
    let (owner, version, pages) = (
        number("application_id")?,
        number("user_version")?,
        number("page_count")?,
    );
    match (owner, version) {
        (APPLICATION_ID, VERSION) => {}
        (APPLICATION_ID, _) => return Ok(Connected::Newer),
        _ if pages > 0 => return Ok(Connected::Foreign),
        _ => {}
    }
    connection.execute_batch("PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL")?;
    let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    if pages == 0 {
        transaction.execute_batch(&format!(
            "PRAGMA application_id = {APPLICATION_ID}; PRAGMA user_version = {VERSION}; {SCHEMA}"
        ))?;
    }
    let owners = read(&transaction)?;
    transaction.commit()?;
    Ok(Connected::Ready { connection, owners })
}

fn read(connection: &Connection) -> rusqlite::Result<Owners> {
    let mut owners = Owners::new();
    let mut all = connection.prepare("SELECT owner, kind, key, body FROM documents")?;
    let mut rows = all.query([])?;
    while let Some(row) = rows.next()? {
        let owner = owners.entry(row.get(0)?).or_default();
        owner.add(row.get(1)?, row.get(2)?, row.get(3)?);
    }
    Ok(owners)
}

fn write(connection: &mut Connection, changes: &[Change]) -> rusqlite::Result<()> {
    let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    for change in changes {
        match change {
            Change::Put {
                owner,
                kind,
                key,
                body,
            } => transaction
                .prepare_cached("INSERT OR REPLACE INTO documents VALUES (?1, ?2, ?3, ?4)")?
                .execute((owner, kind, key, body))?,
            Change::Remove { owner, kind, key } => transaction
                .prepare_cached(
                    "DELETE FROM documents WHERE owner = ?1 AND kind = ?2 AND key = ?3",
                )?
                .execute((owner, kind, key))?,
            Change::Clear(owner) => transaction
                .prepare_cached("DELETE FROM documents WHERE owner = ?1")?
                .execute((owner,))?,
        };
    }
    transaction.commit()
}

/// Creates the file so that only its owner can read it. SQLite gives its other files the same permissions.
fn create_private(path: &Path) -> std::io::Result<()> {
    let mut options = std::fs::OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    match options.open(path) {
        Err(error) if error.kind() != std::io::ErrorKind::AlreadyExists => Err(error),
        _ => Ok(()),
    }
}
