//! What became of a call, and what its reference allows from then on.

use std::time::Duration;

use payments_core::Timestamp;

use super::Router;
use super::book::{Fate, Key, Record, State, key};
use crate::ticket::{NoSuchGateway, Pending, Resolution, Ticket};

/// When to ask again about a call that somebody else has in hand.
const ASK_AGAIN_AFTER: Duration = Duration::from_secs(30);

impl Router {
    /// Asks what became of a call. The reference of the ticket is closed from here on, also where the router had not heard of
    /// it before, until one of these is known:
    ///
    /// - [`Absent`](Resolution::Absent): nothing came of it. The call may be made again, at this gateway: no other one gets
    ///   the reference before [`forget`](Self::forget).
    /// - [`Found`](Resolution::Found): the order exists, so no further call is made under the reference.
    ///
    /// Nothing is asked about a call that is under way: it is [`Pending`](Resolution::Pending). So is a call that was made anew
    /// while the question was under way, and one whose request may have been under way within the quiet period before it.
    /// That time counts from the end of the call, and for a ticket of an earlier process from when this router was made.
    ///
    /// # Errors
    /// [`NoSuchGateway`].
    pub async fn resolve(&self, ticket: &Ticket) -> Result<Resolution, NoSuchGateway> {
        // Before the question: its answer says nothing of what came later.
        let asked = self.clock.now();
        let record = self.book.remember(ticket, self.since(ticket));
        if record.state == State::Running {
            return Ok(still(asked, ASK_AGAIN_AFTER));
        }
        let key = key(ticket);
        let resolution = record.ticket.resolve(&self.gateways, asked).await?;
        if matches!(resolution, Resolution::Absent) {
            return Ok(self.absent(&key, &record, asked).await);
        }
        if matches!(resolution, Resolution::Found(_)) {
            self.book.found(&key, record.number);
            if let Some(journal) = &self.journal {
                journal.applied(&record.ticket).await;
            }
        }
        Ok(resolution)
    }

    /// The provider has proven that there is no order, as of the time `asked`.
    async fn absent(&self, key: &Key, record: &Record, asked: Timestamp) -> Resolution {
        let state = self.book.state(key, record.number);
        let Some(State::Unknown { since }) = state else {
            return match state {
                Some(State::Absent) => Resolution::Absent,
                // Another call was made since, or this one did make the order, whatever the provider says now.
                _ => still(asked, ASK_AGAIN_AFTER),
            };
        };
        let gateway = self.gateways.get(record.ticket.gateway());
        let quiet = gateway.map_or(Duration::MAX, |gateway| gateway.facts().quiet_period.value);
        if since.checked_add(quiet).is_none_or(|until| asked < until) {
            return still(since, quiet);
        }
        let unknown = State::Unknown { since };
        let Some(mut hold) = self.book.take(&*self.clock, key, record.number, unknown) else {
            return still(asked, ASK_AGAIN_AFTER);
        };
        if let Some(journal) = &self.journal {
            journal.not_applied(&record.ticket).await;
        }
        hold.fate = Fate::Nothing;
        drop(hold);
        match self.book.state(key, record.number) {
            Some(State::Made) => still(asked, ASK_AGAIN_AFTER),
            _ => Resolution::Absent,
        }
    }

    /// Until when the call of this ticket may have been under way: an earlier process may have ended in the middle of it.
    pub(super) fn since(&self, ticket: &Ticket) -> Timestamp {
        ticket.at().max(self.born)
    }
}

fn still(from: Timestamp, wait: Duration) -> Resolution {
    let end = Timestamp::from_millis(u64::MAX);
    Resolution::Pending(Pending {
        until: from.checked_add(wait).unwrap_or(end),
        cause: None,
    })
}
