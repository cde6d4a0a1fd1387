//! Tickets of calls whose outcome is not known yet, one file each. A file is written before the call is sent, so that it
//! survives whatever ends this program.

use std::fs::{self, File};
use std::io::{ErrorKind, Read as _};
use std::path::{Path, PathBuf};

use payments_core::Timestamp;
use payments_facade::Ticket;
use payments_facade::ticket::{Closed, ClosedAs, MoneyCall};
use serde::{Deserialize, Serialize};

use crate::access::now;
use crate::failure::Failure;
use crate::private_file;

/// The folder with the tickets.
#[derive(Clone, Debug)]
pub(crate) struct TicketStore {
    folder: Option<PathBuf>,
}

/// What a file contains.
#[derive(Debug, Deserialize, Serialize)]
pub(crate) struct Record {
    pub(crate) ticket: String,
    pub(crate) stored_at_ms: u64,
    pub(crate) closed: Option<Closed>,
}

impl Record {
    /// `None` also if the ticket in it is damaged: it would be the ticket of no call, and not block a second one.
    fn read(text: &str) -> Option<Self> {
        let record: Self = serde_json::from_str(text).ok()?;
        record.ticket.parse::<Ticket>().is_ok().then_some(record)
    }

    /// Whether this is the record of a call of the same kind under the same reference for which `also` holds.
    fn is_of(&self, ticket: &Ticket, also: impl FnOnce(&Ticket) -> bool) -> bool {
        self.ticket.parse().is_ok_and(|other: Ticket| {
            other.gateway() == ticket.gateway()
                && other.call() == ticket.call()
                && other.reference() == ticket.reference()
                && also(&other)
        })
    }
}

/// A record and its file.
pub(crate) struct Stored {
    pub(crate) path: PathBuf,
    pub(crate) record: Record,
}

/// More than any file of a ticket has.
pub(crate) const MOST_BYTES: u64 = 256 * 1024;
const ENDING: &str = "json";

impl TicketStore {
    /// The named folder, or `payments` in the user's folder for state.
    pub(crate) fn new(named: Option<&Path>) -> Self {
        let variable = |name| {
            let value = std::env::var_os(name).map(PathBuf::from);
            value.filter(|path| path.is_absolute())
        };
        let default = || {
            let state = variable("XDG_STATE_HOME")
                .or_else(|| variable("HOME").map(|home| home.join(".local/state")));
            state.map(|state| state.join("payments"))
        };
        Self {
            folder: named.map(Path::to_path_buf).or_else(default),
        }
    }

    fn folder(&self) -> Result<&Path, Failure> {
        self.folder.as_deref().ok_or_else(|| {
            Failure::bad(
                "there is no folder for tickets, because neither XDG_STATE_HOME nor HOME is set; \
                 name one with --state-dir",
            )
        })
    }

    /// Stores the ticket of a call on the disk. Fails if that of another call has the same text: both were made in the same
    /// millisecond.
    pub(crate) fn keep(&self, ticket: &Ticket) -> Result<PathBuf, Failure> {
        let folder = self.folder()?;
        let path = folder.join(file_name(ticket));
        let record = Record {
            ticket: ticket.export().expose().to_owned(),
            stored_at_ms: now().as_millis(),
            closed: None,
        };
        let failed = |error| {
            Failure::bad(format!(
                "cannot store the call's ticket in the state folder: {error}; name another folder \
                 with --state-dir"
            ))
        };
        make_folder(folder).map_err(failed)?;
        let text = content(&record).map_err(failed)?;
        match private_file::create(&path, &text) {
            Err(error) if error.kind() == ErrorKind::AlreadyExists => {
                let earlier = read(&path).map_err(failed)?;
                let earlier = Record::read(&earlier).ok_or_else(|| damaged(&path))?;
                Err(Failure::earlier(&earlier, ticket))
            }
            other => other.map(|()| path).map_err(failed),
        }
    }

    /// Ends a ticket by hand. The record stays in the folder.
    pub(crate) fn close(&self, ticket: &Ticket, closed: Closed) -> Result<PathBuf, Failure> {
        let stored = self.find(ticket)?;
        if let Some(earlier) = stored.as_ref().and_then(|one| one.record.closed.as_ref()) {
            return Err(Failure::bad(format!(
                "this ticket is already closed as {}: {}; nothing was changed",
                earlier.outcome.as_str(),
                earlier.because
            )));
        }
        let path = match stored {
            Some(stored) => stored.path,
            None => self.folder()?.join(file_name(ticket)),
        };
        let record = Record {
            ticket: ticket.export().expose().to_owned(),
            stored_at_ms: now().as_millis(),
            closed: Some(closed),
        };
        write(&path, &record).map_err(|error| {
            Failure::bad(format!(
                "the ticket is not closed: cannot write to the state folder: {error}; name another folder with --state-dir"
            ))
        })?;
        Ok(path)
    }

    /// All records, the oldest first. A folder that does not exist has none.
    pub(crate) fn list(&self) -> Result<Vec<Stored>, Failure> {
        let folder = self.folder()?;
        let unreadable = |error: std::io::Error| {
            Failure::bad(format!(
                "cannot read the state folder: {error}; name another folder with --state-dir"
            ))
        };
        let entries = match fs::read_dir(folder) {
            Err(error) if error.kind() == ErrorKind::NotFound => return Ok(Vec::new()),
            other => other.map_err(unreadable)?,
        };
        let mut all = Vec::new();
        for entry in entries {
            let path = entry.map_err(unreadable)?.path();
            if path.extension().is_some_and(|ending| ending == ENDING) {
                let record = match read(&path) {
                    // Another command removed it meanwhile.
                    Err(error) if error.kind() == ErrorKind::NotFound => continue,
                    other => other.map_err(unreadable)?,
                };
                let record = Record::read(&record).ok_or_else(|| damaged(&path))?;
                all.push(Stored { path, record });
            }
        }
        all.sort_by_key(|one| one.record.stored_at_ms);
        Ok(all)
    }

    /// The record of a ticket. The ticket that a failed call prints is younger than the one stored before the call, so the call
    /// is compared if no record has the same text: an open record first.
    fn find(&self, ticket: &Ticket) -> Result<Option<Stored>, Failure> {
        let text = ticket.export();
        let all = self.list()?.into_iter();
        let candidates = all.filter_map(|one| {
            let rank = if one.record.ticket == text.expose() {
                0
            } else if !one.record.is_of(ticket, |it| it.money() == ticket.money()) {
                return None;
            } else if one.record.closed.is_none() {
                1
            } else {
                2
            };
            Some((rank, one))
        });
        Ok(candidates.min_by_key(|(rank, _)| *rank).map(|(_, one)| one))
    }

    /// A record of another payout or exchange under the same reference that may have taken effect: not the one in `own`.
    pub(crate) fn blocking(&self, ticket: &Ticket, own: &Path) -> Result<Option<Stored>, Failure> {
        if ticket.call() == MoneyCall::Checkout {
            return Ok(None);
        }
        let is_same = |one: &Stored| {
            let closed = one.record.closed.as_ref();
            closed.is_none_or(|closed| closed.outcome != ClosedAs::NotApplied)
                && one.path != own
                && one.record.is_of(ticket, |_| true)
        };
        Ok(self.list()?.into_iter().find(is_same))
    }

    /// Forgets a ticket whose outcome is known. A record that a person closed stays.
    pub(crate) fn forget(&self, ticket: &Ticket) -> Result<(), Failure> {
        if self.folder.is_none() {
            return Ok(());
        }
        match self.find(ticket)? {
            Some(stored) if stored.record.closed.is_none() => remove(&stored.path),
            _ => Ok(()),
        }
    }
}

fn damaged(path: &Path) -> Failure {
    Failure::bad(format!(
        "{} is damaged: it is not a stored ticket. Find out by hand what happened to its call, then remove the file",
        path.display()
    ))
}

/// The ticket in a file that this program or a person wrote.
pub(crate) fn ticket_text(path: &Path) -> std::io::Result<String> {
    let text = read(path)?;
    let record: Result<Record, _> = serde_json::from_str(&text);
    Ok(record.map_or(text, |record| record.ticket))
}

/// Stores the ticket of a call that the provider refused, in place of the one from before the call.
pub(crate) fn replace(path: &Path, ticket: &Ticket) -> Result<(), Failure> {
    let record = Record {
        ticket: ticket.export().expose().to_owned(),
        stored_at_ms: now().as_millis(),
        closed: None,
    };
    write(path, &record).map_err(|error| {
        Failure::failed(
            &format!(
                "{} cannot be written: use the printed ticket",
                path.display()
            ),
            error,
        )
    })
}

pub(crate) fn remove(path: &Path) -> Result<(), Failure> {
    match fs::remove_file(path) {
        Err(error) if error.kind() != ErrorKind::NotFound => Err(Failure::failed(
            &format!(
                "the outcome is known, but {} cannot be removed",
                path.display()
            ),
            error,
        )),
        _ => Ok(()),
    }
}

/// A name that people recognise. The ticket's check sum keeps two calls apart, unless they were made in the same millisecond.
fn file_name(ticket: &Ticket) -> String {
    let text = ticket.export();
    let sum = text.expose().rsplit(':').next().unwrap_or_default();
    let name = format!("{}-{}", ticket.gateway(), ticket.reference());
    let safe = name.chars().take(80).map(|c| match c {
        'a'..='z' | 'A'..='Z' | '0'..='9' | '-' | '_' => c,
        _ => '-',
    });
    format!("{}-{sum}.{ENDING}", safe.collect::<String>())
}

fn read(path: &Path) -> std::io::Result<String> {
    let mut text = String::new();
    File::open(path)?
        .take(MOST_BYTES)
        .read_to_string(&mut text)?;
    Ok(text)
}

/// Stores a record in a folder that only the user can read.
fn write(path: &Path, record: &Record) -> std::io::Result<()> {
    make_folder(path.parent().unwrap_or(Path::new(".")))?;
    private_file::write(path, &content(record)?)
}

fn content(record: &Record) -> std::io::Result<String> {
    Ok(serde_json::to_string(record)? + "\n")
}

#[cfg(unix)]
fn make_folder(folder: &Path) -> std::io::Result<()> {
    use std::os::unix::fs::DirBuilderExt as _;
    fs::DirBuilder::new()
        .recursive(true)
        .mode(0o700)
        .create(folder)
}

#[cfg(not(unix))]
fn make_folder(folder: &Path) -> std::io::Result<()> {
    fs::create_dir_all(folder)
}

/// The time at which a record was stored or closed.
pub(crate) fn time(millis: u64) -> Timestamp {
    Timestamp::from_millis(millis)
}

#[cfg(test)]
mod tests {
    use payments_core::MerchantRef;
    use payments_facade::{GatewayId, Money};

    use super::*;

    #[test]
    fn a_file_that_is_already_there_is_read() {
        let folder = format!("payments-keep-{}", std::process::id());
        let folder = std::env::temp_dir().join(folder);
        let store = TicketStore::new(Some(&folder));
        let ticket = Ticket::new(
            GatewayId::new("cpay", "main").unwrap(),
            MoneyCall::Payout,
            MerchantRef::new("payout-7").unwrap(),
            Money::of("4", "USDT").unwrap(),
            Timestamp::from_millis(1),
        );
        let path = store.keep(&ticket).unwrap();
        let again = || store.keep(&ticket).unwrap_err();
        assert!(again().message().unwrap().contains("unknown outcome"));
        let closed = ticket.close(ClosedAs::Applied, None, "on the chain", now());
        store.close(&ticket, closed.unwrap()).unwrap();
        assert!(again().message().unwrap().contains("closed by hand"));
        fs::write(&path, "{").unwrap();
        assert!(matches!(again(), Failure::BadInput(why) if why.contains("is damaged")));
        fs::remove_dir_all(&folder).unwrap();
    }
}
