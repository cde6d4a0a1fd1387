//! The references that were used, and what is known of their calls.

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use payments_core::{Clock, MerchantRef, Outcome, Timestamp};

use crate::gateway::GatewayId;
use crate::ticket::{MoneyCall, Ticket};

pub(super) type Key = (MoneyCall, MerchantRef);

pub(super) fn key(ticket: &Ticket) -> Key {
    (ticket.call(), ticket.reference().clone())
}

/// What is known of a call. An intent with any of these states closes its reference.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum IntentState {
    /// A task of this process is making it.
    Running,
    /// It may have made the order. Its request may have been under way until `ended_at`.
    Unknown { ended_at: Timestamp },
    /// It made the order.
    Made,
}

/// What [`Router::release`](super::Router::release) found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[must_use = "only `Released` opened the reference"]
pub enum Release {
    /// The outcome was unknown. The call is forgotten, and the journal's row is removed unless another process has marked it as
    /// made: then further calls return [`AlreadyMade`](super::RouteStop::AlreadyMade).
    Released,
    /// The call made its order, perhaps found by another task in the meantime. The reference stays closed.
    Made,
    /// The call is running, or another task is releasing it. The reference stays closed.
    Running,
    /// The router does not know this ticket, and the journal was not changed. If the journal has a row of it, call
    /// [`Router::resolve`](super::Router::resolve) or [`Router::remember`](super::Router::remember) first.
    NotKnown,
}

/// A call under a reference.
#[derive(Clone, Debug)]
pub(super) struct Intent {
    /// The ticket from before the call, as the journal has it.
    pub(super) ticket: Ticket,
    /// Distinguishes this call from a later one with an equal ticket.
    pub(super) number: u64,
    pub(super) state: IntentState,
    /// Whether the provider refused the call because of an earlier one's order.
    was_refused: bool,
    /// Whether the journal has its row. Then the journal decides whether an unknown outcome still closes the reference: another
    /// process or an operator may have ended it there.
    is_recorded: bool,
}

impl Intent {
    /// Whether this is the ticket of the call, or the [refused](Ticket::refused) one that was made of it.
    fn is_of(&self, ticket: &Ticket) -> bool {
        self.ticket == ticket.clone().unmarked()
    }

    /// The ticket for everyone who resolves the call. It keeps the mark where it is stored, so that another order is not taken for
    /// that of the call.
    pub(super) fn marked(&self) -> Ticket {
        let ticket = self.ticket.clone();
        match self.was_refused {
            true => ticket.refused(),
            false => ticket,
        }
    }

    fn is_up_to_journal(&self) -> bool {
        self.is_recorded && matches!(self.state, IntentState::Unknown { .. })
    }
}

/// Why a reference is closed.
pub(super) enum Block {
    /// The outcome of this call is unknown, or it is running.
    Unresolved(Box<Ticket>),
    /// This call made the order.
    Made(Box<Ticket>),
    /// The outcome of this call was unknown when it ended. It closes the reference unless the journal opens it.
    UpToJournal(Box<Ticket>),
}

impl Block {
    pub(super) fn gateway(&self) -> &GatewayId {
        match self {
            Self::Unresolved(ticket) | Self::Made(ticket) | Self::UpToJournal(ticket) => {
                ticket.gateway()
            }
        }
    }
}

#[derive(Debug, Default)]
pub(super) struct Intents(Mutex<Inner>);

#[derive(Debug, Default)]
struct Inner {
    /// Several intents of one reference exist only where several tickets were remembered.
    by_key: HashMap<Key, Vec<Intent>>,
    last_number: u64,
}

impl Intents {
    /// What closes the reference.
    pub(super) fn blocks(&self, key: &Key) -> Option<Block> {
        self.lock().blocks(key)
    }

    /// Takes the reference for a call, unless it is closed. The journal must be asked next.
    pub(super) fn reserve<'a>(
        &'a self,
        clock: &'a dyn Clock,
        key: &'a Key,
        ticket: &Ticket,
    ) -> Result<Reservation<'a>, Block> {
        let mut inner = self.lock();
        match inner.blocks(key) {
            None | Some(Block::UpToJournal(_)) => {}
            Some(block) => return Err(block),
        }
        let number = inner.add(key, ticket, IntentState::Running).number;
        Ok(Reservation {
            intents: self,
            clock,
            key,
            number,
            outcome: Outcome::NotApplied,
            was_refused: false,
        })
    }

    /// Takes a call whose outcome is unknown, so that no call is made under its reference meanwhile. Any other call is left as
    /// it is. Returns the ticket that the journal was given, too.
    pub(super) fn take<'a>(
        &'a self,
        clock: &'a dyn Clock,
        key: &'a Key,
        ticket: &Ticket,
    ) -> Result<(Reservation<'a>, Ticket), Release> {
        let mut inner = self.lock();
        let mut intents = inner.by_key.get_mut(key).into_iter().flatten();
        let intent = intents.find(|intent| intent.is_of(ticket));
        let intent = intent.ok_or(Release::NotKnown)?;
        match intent.state {
            IntentState::Running => return Err(Release::Running),
            IntentState::Made => return Err(Release::Made),
            IntentState::Unknown { .. } => intent.state = IntentState::Running,
        }
        // If the release is dropped halfway, the missing row does not open the reference.
        intent.is_recorded = false;
        let reservation = Reservation {
            intents: self,
            clock,
            key,
            number: intent.number,
            outcome: Outcome::Unknown,
            was_refused: intent.was_refused,
        };
        Ok((reservation, intent.ticket.clone()))
    }

    /// Removes a call that made its order. Returns whether there was one.
    pub(super) fn forget(&self, ticket: &Ticket) -> bool {
        let key = key(ticket);
        let mut inner = self.lock();
        let mut intents = inner.by_key.get(&key).into_iter().flatten();
        let made = intents
            .find(|intent| intent.is_of(ticket) && intent.state == IntentState::Made)
            .map(|intent| intent.number);
        if let Some(number) = made {
            inner.remove(&key, number);
        }
        made.is_some()
    }

    /// Closes the reference of a ticket. Returns what is known of the call at the ticket's gateway.
    pub(super) fn remember(&self, ticket: &Ticket, ended_at: Timestamp) -> Intent {
        let key = key(ticket);
        let mut inner = self.lock();
        let mut intents = inner.by_key.get_mut(&key).into_iter().flatten();
        match intents.find(|intent| intent.ticket.gateway() == ticket.gateway()) {
            Some(intent) => {
                intent.was_refused |= ticket.was_refused() && intent.is_of(ticket);
                if let IntentState::Unknown { ended_at: known } = &mut intent.state {
                    *known = ended_at.max(*known);
                }
                intent.clone()
            }
            None => inner.add(&key, ticket, IntentState::Unknown { ended_at }),
        }
    }

    /// The state of this very call. `None` after it was released.
    pub(super) fn state(&self, intent: &Intent) -> Option<IntentState> {
        let mut inner = self.lock();
        let found = inner.find(&key(&intent.ticket), intent.number);
        found.map(|intent| intent.state)
    }

    /// The order of this call exists, whatever another task concludes. Returns whether the call was still known: if it was
    /// released meanwhile, its reference is closed again.
    pub(super) fn made(&self, intent: &Intent) -> bool {
        let key = key(&intent.ticket);
        let mut inner = self.lock();
        if let Some(intent) = inner.find(&key, intent.number) {
            intent.state = IntentState::Made;
            return true;
        }
        inner.add(&key, &intent.marked(), IntentState::Made);
        false
    }

    /// A ticket of the journal, marked if the call is known as refused here.
    pub(super) fn marked(&self, ticket: Ticket) -> Ticket {
        let inner = self.lock();
        let mut intents = inner.by_key.get(&key(&ticket)).into_iter().flatten();
        match intents.find(|intent| intent.was_refused && intent.is_of(&ticket)) {
            Some(intent) => intent.marked(),
            None => ticket,
        }
    }

    pub(super) fn unresolved(&self) -> Vec<Ticket> {
        let inner = self.lock();
        let all = inner.by_key.values().flatten();
        all.filter(|intent| matches!(intent.state, IntentState::Unknown { .. }))
            .map(Intent::marked)
            .collect()
    }

    /// Nothing panics while it holds the lock.
    fn lock(&self) -> MutexGuard<'_, Inner> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Inner {
    fn blocks(&self, key: &Key) -> Option<Block> {
        let intents = self.by_key.get(key)?;
        let first = intents.iter().min_by_key(|intent| match intent.state {
            _ if intent.is_up_to_journal() => 2,
            IntentState::Made => 1,
            IntentState::Running | IntentState::Unknown { .. } => 0,
        })?;
        let ticket = Box::new(first.marked());
        Some(match first.state {
            _ if first.is_up_to_journal() => Block::UpToJournal(ticket),
            IntentState::Made => Block::Made(ticket),
            IntentState::Running | IntentState::Unknown { .. } => Block::Unresolved(ticket),
        })
    }

    fn find(&mut self, key: &Key, number: u64) -> Option<&mut Intent> {
        let mut intents = self.by_key.get_mut(key)?.iter_mut();
        intents.find(|intent| intent.number == number)
    }

    fn add(&mut self, key: &Key, ticket: &Ticket, state: IntentState) -> Intent {
        self.last_number += 1;
        let intent = Intent {
            ticket: ticket.clone().unmarked(),
            number: self.last_number,
            state,
            was_refused: ticket.was_refused(),
            is_recorded: false,
        };
        let intents = self.by_key.entry(key.clone()).or_default();
        intents.push(intent.clone());
        intent
    }

    fn remove(&mut self, key: &Key, number: u64) {
        if let Some(intents) = self.by_key.get_mut(key) {
            intents.retain(|intent| intent.number != number);
            if intents.is_empty() {
                self.by_key.remove(key);
            }
        }
    }
}

/// A running call, in the hands of one task. When it is dropped, its intent gets the outcome known by then.
pub(super) struct Reservation<'a> {
    intents: &'a Intents,
    clock: &'a dyn Clock,
    key: &'a Key,
    number: u64,
    pub(super) outcome: Outcome,
    pub(super) was_refused: bool,
}

impl Reservation<'_> {
    /// The journal has the row of this call, so it has ended the earlier ones that were up to it.
    pub(super) fn recorded(&self) {
        let mut inner = self.intents.lock();
        if let Some(intents) = inner.by_key.get_mut(self.key) {
            intents.retain(|intent| !intent.is_up_to_journal());
        }
        if let Some(intent) = inner.find(self.key, self.number) {
            intent.is_recorded = true;
        }
    }

    /// Opens the reference, unless another task found the order meanwhile: then it returns `false`.
    pub(super) fn release(mut self) -> bool {
        self.outcome = Outcome::NotApplied;
        !self.settle()
    }

    /// Gives the intent its outcome, once. Returns whether another task found the order meanwhile.
    fn settle(&self) -> bool {
        let ended_at = self.clock.now();
        let mut inner = self.intents.lock();
        let Some(intent) = inner.find(self.key, self.number) else {
            return false;
        };
        if intent.state != IntentState::Running {
            return intent.state == IntentState::Made;
        }
        intent.was_refused = self.was_refused;
        match self.outcome {
            Outcome::NotApplied => inner.remove(self.key, self.number),
            Outcome::Applied => intent.state = IntentState::Made,
            Outcome::Unknown => intent.state = IntentState::Unknown { ended_at },
        }
        false
    }
}

impl Drop for Reservation<'_> {
    fn drop(&mut self) {
        self.settle();
    }
}
