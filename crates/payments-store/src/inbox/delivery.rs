//! A stored event, for people who look after it.

use std::fmt;

use bytes::Bytes;
use payments_core::Timestamp;
use payments_facade::webhook::EffectKey;
use payments_facade::{GatewayId, Payment};
use serde::{Deserialize, Serialize};

use crate::document;
use crate::engine::Row;
use crate::error::StoreError;

/// An event that was received, and its state.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Delivery {
    /// The key under which its effect is booked once.
    pub effect_key: EffectKey,
    /// The gateway that received it.
    pub gateway: GatewayId,
    /// When it was received first.
    pub received_at: Timestamp,
    /// How often it was received again. Over PostgreSQL, a repeat that arrives while a handler has the event is counted when the handler
    /// has ended; a crash until then loses the count, and the webhook may be reported as missed.
    pub repeats: u64,
    /// The state.
    pub state: DeliveryState,
    /// How often a handler was started for it, also before it was revived, and if the worker was stopped.
    pub attempts: u64,
    /// When the next attempt may start. While one is running, when another worker may take over.
    pub due_at: Timestamp,
    /// Why the latest attempt failed.
    pub problem: Option<String>,
    /// Who ended it, and why, if a person did.
    pub discarded: Option<Discarded>,
}

/// What was received with an event. Treat it as confidential; `Debug` does not show the body.
#[derive(Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct DeliveryContent {
    /// Where the event comes from: `webhook`; `query` for the answer to a query that a hint or an unknown call caused; `call` for the
    /// answer to a staged payout; `reconciler`.
    pub source: String,
    /// The body of the webhook, unchanged. Empty after [`prune`](crate::Store::prune), and for a hint without a signature.
    pub body: Bytes,
    /// What was stated together with the event. `None` after [`prune`](crate::Store::prune), and if this release cannot read it.
    pub stated: Option<Payment>,
}

impl fmt::Debug for DeliveryContent {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("DeliveryContent")
            .field("source", &self.source)
            .field("body_bytes", &self.body.len())
            .field("stated", &self.stated)
            .finish()
    }
}

/// The record of a dead event that a person ended.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Discarded {
    /// Who ended it.
    pub by: String,
    /// Why.
    pub because: String,
    pub(super) at_ms: u64,
}

impl Discarded {
    /// When.
    #[must_use]
    pub const fn at(&self) -> Timestamp {
        Timestamp::from_millis(self.at_ms)
    }
}

/// The state of an event.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum DeliveryState {
    /// It waits for a handler, or has one.
    Pending,
    /// Its effect is booked.
    Done,
    /// Every attempt failed, and none is made any more, until a person [revives](crate::Store::revive) it.
    Dead,
    /// It was dead, and a person [ended](crate::Store::discard) it. Its effect is never booked.
    Discarded,
}

impl DeliveryState {
    const ALL: [Self; 4] = [Self::Pending, Self::Done, Self::Dead, Self::Discarded];

    /// The name in the database and in JSON.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Pending => "pending",
            Self::Done => "done",
            Self::Dead => "dead",
            Self::Discarded => "discarded",
        }
    }
}

/// The columns that [`delivery`] reads.
pub(super) const COLUMNS: &str =
    "effect_key, gateway, received_at, repeats, state, attempts, due_at, problem, discarded";

pub(super) fn delivery(row: &Row) -> Result<Delivery, StoreError> {
    let key = row.text(0)?;
    let state = row.text(4)?;
    let state = DeliveryState::ALL
        .into_iter()
        .find(|it| it.as_str() == state);
    let discarded = row.optional_text(8)?;
    let discarded = discarded.map(|text| document::read("record of delivery", key, text));
    Ok(Delivery {
        effect_key: document::read_text("effect key", key)?,
        gateway: document::read_text("gateway", row.text(1)?)?,
        received_at: row.time(2)?,
        repeats: u64::try_from(row.integer(3)?).unwrap_or(0),
        state: state.ok_or_else(|| StoreError::Unreadable {
            document: "state of delivery",
            name: key.to_owned(),
            problem: "this release does not know it".to_owned(),
        })?,
        attempts: u64::try_from(row.integer(5)?).unwrap_or(0),
        due_at: row.time(6)?,
        problem: row.optional_text(7)?.map(str::to_owned),
        discarded: discarded.transpose()?,
    })
}
