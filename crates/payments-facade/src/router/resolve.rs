//! Unknown outcomes: from a ticket to an answer, or to an operator's decision.

use std::time::Duration;

use payments_core::Timestamp;

use super::Router;
use super::intents::{Intent, IntentState, Release, key};
use super::journal::Journal;
use crate::ticket::{NoSuchGateway, Pending, Resolution, Ticket};

/// When to ask again about a call that is running.
const ASK_AGAIN_AFTER: Duration = Duration::from_secs(30);

impl Router {
    /// The calls whose outcome is unknown and that are not running: [resolve](Self::resolve) all of them.
    #[must_use]
    pub fn unresolved(&self) -> Vec<Ticket> {
        self.intents.unresolved()
    }

    /// Closes the reference of a ticket that an earlier process stored. One reference may have several tickets, of
    /// different gateways: it stays closed until all of them are [released](Self::release).
    pub fn remember(&self, ticket: &Ticket) {
        self.intents.remember(ticket, self.ended_at(ticket));
    }

    /// Asks the gateway for the outcome of a call. The reference is closed from here on, also if the router does not know
    /// the ticket.
    ///
    /// - [`Found`](Resolution::Found): the order exists, and nothing that the provider states differs from the ticket
    ///   ([`Ticket::is_confirmed_by`] says whether it states everything). Further calls under the reference return
    ///   [`AlreadyMade`](super::RouteStop::AlreadyMade).
    /// - [`Conflict`](Resolution::Conflict): another order exists under the reference. The reference stays closed until
    ///   [`release`](Self::release).
    /// - [`Absent`](Resolution::Absent): a gateway that documents what "not found" means has answered so after its quiet
    ///   period. The reference stays closed until [`release`](Self::release). None of the providers gives this
    ///   answer.
    /// - [`Pending`](Resolution::Pending): ask again later. This includes a call that is running, one that was made while the
    ///   question was under way, and one that ended less than the quiet period before the question. A call of an earlier
    ///   process counts as ended when this router was made.
    ///
    /// # Errors
    /// [`NoSuchGateway`], if the registry does not have the ticket's gateway.
    pub async fn resolve(&self, ticket: &Ticket) -> Result<Resolution, NoSuchGateway> {
        // Before the question: the answer says nothing about later calls.
        let asked = self.clock.now();
        let intent = self.intents.remember(ticket, self.ended_at(ticket));
        if intent.state == IntentState::Running {
            return Ok(pending(asked, ASK_AGAIN_AFTER));
        }
        let question = match ticket.was_refused() {
            true => intent.ticket.clone().refused(),
            false => intent.marked(),
        };
        let resolution = question.resolve(&self.gateways, asked).await?;
        match resolution {
            Resolution::Found(_) => {
                let was_known = self.intents.made(&intent);
                if let Some(journal) = &self.journal {
                    if was_known {
                        journal.applied(&intent.ticket).await;
                    } else {
                        restore(&**journal, &intent.ticket).await;
                    }
                }
            }
            Resolution::Absent => return Ok(self.absent(&intent, asked)),
            Resolution::Conflict { .. } | Resolution::Pending(_) => {}
        }
        Ok(resolution)
    }

    /// Opens the reference of an unresolved call again, for every gateway. For an operator who has established that the call
    /// had no effect, by [`Absent`](Resolution::Absent) or by the provider's statement or support: a wrong decision pays
    /// twice. The journal's row is removed.
    ///
    /// Only a call whose outcome is unknown is released. [`Release`] says what was found instead.
    pub async fn release(&self, ticket: &Ticket) -> Release {
        let key = key(ticket);
        let (reservation, ticket) = match self.intents.take(&*self.clock, &key, ticket) {
            Ok(taken) => taken,
            Err(found) => return found,
        };
        if let Some(journal) = &self.journal {
            journal.not_applied(&ticket).await;
        }
        if reservation.release() {
            return Release::Released;
        }
        // A question of before found the order while the row was removed.
        if let Some(journal) = &self.journal {
            restore(&**journal, &ticket).await;
        }
        Release::Made
    }

    /// Frees the memory of a call that made its order, once no repeated job can ask for the order again. The journal's row
    /// stays. Returns whether there was such a call: an unresolved or running one is left as it is.
    pub fn forget(&self, ticket: &Ticket) -> bool {
        self.intents.forget(ticket)
    }

    /// The provider's answer, asked for at `asked`, proves that there was no order.
    fn absent(&self, intent: &Intent, asked: Timestamp) -> Resolution {
        let Some(IntentState::Unknown { ended_at }) = self.intents.state(intent) else {
            // Another call was made since, or the order was found.
            return pending(asked, ASK_AGAIN_AFTER);
        };
        let gateway = self.gateways.get(intent.ticket.gateway());
        let quiet = gateway.map_or(Duration::MAX, |gateway| gateway.facts().quiet_period.value);
        match ended_at.checked_add(quiet) {
            Some(until) if until <= asked => Resolution::Absent,
            _ => pending(ended_at, quiet),
        }
    }

    /// Until when the call of this ticket may have been under way: an earlier process may have ended in the middle of it.
    fn ended_at(&self, ticket: &Ticket) -> Timestamp {
        ticket.at().max(self.started_at)
    }
}

/// Records an order that was found after its row was removed. If the reference has a row, this one or a newer call's, it stays.
async fn restore(journal: &dyn Journal, ticket: &Ticket) {
    // An error means that there is a row, or that the journal failed, which memory makes up for in this process.
    let _ = journal.sending(ticket).await;
    journal.applied(ticket).await;
}

fn pending(from: Timestamp, wait: Duration) -> Resolution {
    let end = Timestamp::from_millis(u64::MAX);
    Resolution::Pending(Pending {
        until: from.checked_add(wait).unwrap_or(end),
        cause: None,
    })
}
