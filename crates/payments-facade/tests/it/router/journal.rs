//! A journal in memory.

use std::collections::BTreeMap;
use std::future::{pending, poll_fn};
use std::sync::Mutex;
use std::task::Poll;

use payments_facade::Ticket;
use payments_facade::router::{Journal, JournalError};
use payments_facade::ticket::MoneyCall;

/// The fault of the next write.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum JournalFault {
    /// Nothing is written, and an error is returned.
    Fails,
    /// Nothing is written, and the call never returns.
    Hangs,
}

/// Rows with a unique index on call and reference. Every write is pending once after it was carried out.
#[derive(Debug, Default)]
pub(crate) struct MemoryJournal {
    rows: Mutex<BTreeMap<(&'static str, String), Row>>,
    fault: Mutex<Option<JournalFault>>,
}

#[derive(Clone, Debug)]
pub(crate) struct Row {
    /// The complete ticket.
    json: String,
    pub(crate) made: bool,
}

impl Row {
    pub(crate) fn ticket(&self) -> Ticket {
        serde_json::from_str(&self.json).unwrap()
    }
}

fn key(ticket: &Ticket) -> (&'static str, String) {
    (ticket.call().as_str(), ticket.reference().to_string())
}

fn json(ticket: &Ticket) -> String {
    serde_json::to_string(ticket).unwrap()
}

/// Is pending once.
async fn a_moment() {
    let mut waited = false;
    poll_fn(|cx| {
        if std::mem::replace(&mut waited, true) {
            return Poll::Ready(());
        }
        cx.waker().wake_by_ref();
        Poll::Pending
    })
    .await;
}

impl MemoryJournal {
    pub(crate) fn row(&self, reference: &str) -> Option<Row> {
        let key = (MoneyCall::Payout.as_str(), reference.to_owned());
        self.rows.lock().unwrap().get(&key).cloned()
    }

    pub(crate) fn fail_next(&self, fault: JournalFault) {
        *self.fault.lock().unwrap() = Some(fault);
    }
}

#[async_trait::async_trait]
impl Journal for MemoryJournal {
    async fn sending(&self, ticket: &Ticket) -> Result<(), JournalError> {
        let fault = self.fault.lock().unwrap().take();
        match fault {
            Some(JournalFault::Fails) => return Err(JournalError::Failed("no connection".into())),
            Some(JournalFault::Hangs) => pending().await,
            None => {}
        }
        let inserted = {
            let mut rows = self.rows.lock().unwrap();
            match rows.get(&key(ticket)) {
                Some(row) if row.made => Err(JournalError::Made(Box::new(row.ticket()))),
                Some(row) => Err(JournalError::Unresolved(Box::new(row.ticket()))),
                None => {
                    let json = json(ticket);
                    rows.insert(key(ticket), Row { json, made: false });
                    Ok(())
                }
            }
        };
        a_moment().await;
        inserted
    }

    async fn applied(&self, ticket: &Ticket) {
        {
            let mut rows = self.rows.lock().unwrap();
            let row = rows.get_mut(&key(ticket));
            if let Some(row) = row.filter(|row| row.json == json(ticket)) {
                row.made = true;
            }
        }
        a_moment().await;
    }

    async fn not_applied(&self, ticket: &Ticket) {
        {
            let mut rows = self.rows.lock().unwrap();
            let row = rows.get(&key(ticket));
            // A late or mistaken call, and the row is made: it stays, as the contract demands.
            if row.is_some_and(|row| !row.made && row.json == json(ticket)) {
                rows.remove(&key(ticket));
            }
        }
        a_moment().await;
    }
}
