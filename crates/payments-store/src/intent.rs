//! Intents: calls that move money, each recorded before its request leaves.
//!
//! A reference has one row for each kind of call. The row's number rises with every call that is made under the reference, and when a
//! call is marked as refused. It fences what earlier calls and queries still write.

mod close;
mod error;
mod journal;
mod list;
mod order;
mod record;
mod resolve;
mod send;
mod staged;

pub use close::CloseError;
pub use error::IntentError;
pub(crate) use record::{confirm, made_after_all};
pub use resolve::QueriedIntent;

use std::time::Duration;

use payments_core::{MerchantRef, Timestamp};
use payments_facade::ticket::{Closed, MoneyCall};
use payments_facade::{Gateway, Ticket};

use crate::document;
use crate::engine::{Row, Transaction, Value};
use crate::error::StoreError;
use crate::store::Store;

/// A call that moves money, and what is known of it.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Intent {
    /// The call. It can be resolved elsewhere, too.
    pub ticket: Ticket,
    /// What is known of it.
    pub state: IntentState,
    /// When the provider is queried next, while the state is [`Unknown`](IntentState::Unknown); when the call is sent, while it
    /// is [`Staged`](IntentState::Staged).
    pub due_at: Timestamp,
    /// When the call was staged, if it was.
    pub staged_at: Option<Timestamp>,
    /// Why it is not known more.
    pub problem: Option<String>,
    /// The decisions of people about calls under this reference, the latest last.
    pub closed: Vec<Closed>,
    /// Until when the request may be under way.
    pub(crate) ends_at: Timestamp,
    pub(crate) number: i64,
}

/// What is known of a call. Only [`NotApplied`](Self::NotApplied) allows another call under the reference, if the provider has not
/// reported an order under it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum IntentState {
    /// It waits to be sent by [`run_staged`](Store::run_staged), or was sent and certainly had no effect, and is sent again later.
    Staged,
    /// A process is making it right now.
    Sending,
    /// An order may exist under the reference: the process died, the future was dropped, or the answer was lost or inconclusive. Or
    /// nothing was sent, because a gateway has already reported an order; the ticket then names that gateway. It is never sent again.
    Unknown,
    /// The provider has an order under the reference, and nothing that it states differs. It does not state everything, so a
    /// person compares it and closes the intent, or a webhook confirms it.
    Found,
    /// It took effect.
    Applied,
    /// It certainly had no effect.
    NotApplied,
}

impl IntentState {
    /// All of them.
    pub const ALL: [Self; 6] = [
        Self::Staged,
        Self::Sending,
        Self::Unknown,
        Self::Found,
        Self::Applied,
        Self::NotApplied,
    ];

    /// The name in the database and in JSON.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Staged => "staged",
            Self::Sending => "sending",
            Self::Unknown => "unknown",
            Self::Found => "found",
            Self::Applied => "applied",
            Self::NotApplied => "not_applied",
        }
    }

    /// Whether the call has ended.
    #[must_use]
    pub const fn is_final(self) -> bool {
        matches!(self, Self::Applied | Self::NotApplied)
    }

    pub(crate) fn read(text: &str, reference: &str) -> Result<Self, StoreError> {
        let state = Self::ALL.into_iter().find(|it| it.as_str() == text);
        state.ok_or_else(|| StoreError::Unreadable {
            document: "state of intent",
            name: reference.to_owned(),
            problem: "this release does not know it".to_owned(),
        })
    }
}

/// The longest wait until a call is sent or queried next.
const LONGEST_WAIT: Duration = Duration::from_secs(24 * 3_600);

/// Such a time, or the end of the longest wait, which no [misdated](crate::due::times) call reaches.
fn at_most(due: Timestamp, now: Timestamp) -> Timestamp {
    let latest = now.checked_add(LONGEST_WAIT);
    latest.map_or(due, |latest| due.min(latest))
}

const COLUMNS: &str =
    "reference, ticket, state, due_at, problem, closed, ends_at, number, staged_at";

/// Reads a row as of `now`: a call that did not record its result in time is unknown.
fn intent(row: &Row, now: Timestamp) -> Result<Intent, StoreError> {
    let reference = row.text(0)?;
    let ends_at = row.time(6)?;
    let is_staged = !matches!(row.get(8), Some(Value::Null));
    let state = IntentState::read(row.text(2)?, reference)?;
    let has_expired = state == IntentState::Sending && ends_at <= now;
    let closed = row.optional_text(5)?;
    let closed = closed.map(|text| document::read("record of intent", reference, text));
    Ok(Intent {
        ticket: document::read("ticket", reference, row.text(1)?)?,
        state: if has_expired {
            IntentState::Unknown
        } else {
            state
        },
        due_at: row.time(3)?,
        problem: row.optional_text(4)?.map(str::to_owned),
        closed: closed.transpose()?.unwrap_or_default(),
        staged_at: is_staged.then(|| row.time(8)).transpose()?,
        ends_at,
        number: row.integer(7)?,
    })
}

/// Adds the gateways to the values of a statement. Returns their places in it; `None` without any gateway. The intents of others
/// belong to the processes that have them.
fn places_of<'a>(
    gateways: impl Iterator<Item = &'a dyn Gateway>,
    values: &mut Vec<Value>,
) -> Option<String> {
    let first = values.len() + 1;
    values.extend(gateways.map(|it| it.id().as_str().into()));
    let places = first..=values.len();
    let places: Vec<String> = places.map(|place| format!("${place}")).collect();
    (!places.is_empty()).then(|| places.join(", "))
}

async fn find(
    tx: &mut dyn Transaction,
    call: MoneyCall,
    reference: &MerchantRef,
    now: Timestamp,
) -> Result<Option<Intent>, StoreError> {
    let sql = format!("SELECT {COLUMNS} FROM pay_intents WHERE call = $1 AND reference = $2");
    let values = [call.as_str().into(), reference.as_str().into()];
    let rows = tx.query(&sql, &values).await?;
    rows.first().map(|row| intent(row, now)).transpose()
}

impl Store {
    /// The latest call of this kind under this reference. Effect: read.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn intent(
        &self,
        call: MoneyCall,
        reference: &MerchantRef,
    ) -> Result<Option<Intent>, StoreError> {
        self.retry(|| self.read_intent(call, reference)).await
    }

    async fn read_intent(
        &self,
        call: MoneyCall,
        reference: &MerchantRef,
    ) -> Result<Option<Intent>, StoreError> {
        let mut tx = self.begin().await?;
        find(&mut *tx, call, reference, self.now()).await
    }
}
