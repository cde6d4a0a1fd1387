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

/// A call under a reference.
#[derive(Clone, Debug)]
pub(super) struct Intent {
    pub(super) ticket: Ticket,
    /// Distinguishes this call from a later one with an equal ticket.
    pub(super) number: u64,
    pub(super) state: IntentState,
}

/// Why a reference is closed.
pub(super) enum Block {
    /// The outcome of this call is unknown, or it is running.
    Unresolved(Box<Ticket>),
    /// This call made the order.
    Made(Box<Ticket>),
}

impl Block {
    pub(super) fn gateway(&self) -> &GatewayId {
        match self {
            Self::Unresolved(ticket) | Self::Made(ticket) => ticket.gateway(),
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

    /// Takes the reference for a call, unless it is closed.
    pub(super) fn reserve<'a>(
        &'a self,
        clock: &'a dyn Clock,
        key: &'a Key,
        ticket: &Ticket,
    ) -> Result<Reservation<'a>, Block> {
        let mut inner = self.lock();
        if let Some(block) = inner.blocks(key) {
            return Err(block);
        }
        let number = inner.add(key, ticket, IntentState::Running).number;
        Ok(Reservation {
            intents: self,
            clock,
            key,
            number,
            outcome: Outcome::NotApplied,
        })
    }

    /// Takes an unresolved call, so that nothing else changes it meanwhile. A call that made its order is removed instead.
    pub(super) fn take<'a>(
        &'a self,
        clock: &'a dyn Clock,
        key: &'a Key,
        ticket: &Ticket,
    ) -> Option<Reservation<'a>> {
        let mut inner = self.lock();
        let mut intents = inner.by_key.get_mut(key)?.iter_mut();
        let intent = intents.find(|intent| intent.ticket == *ticket)?;
        let number = intent.number;
        match intent.state {
            IntentState::Running => return None,
            IntentState::Made => {
                inner.remove(key, number);
                return None;
            }
            IntentState::Unknown { .. } => intent.state = IntentState::Running,
        }
        Some(Reservation {
            intents: self,
            clock,
            key,
            number,
            outcome: Outcome::Unknown,
        })
    }

    /// Closes the reference of a ticket. Returns what is known of the call at the ticket's gateway.
    pub(super) fn remember(&self, ticket: &Ticket, ended_at: Timestamp) -> Intent {
        let key = key(ticket);
        let mut inner = self.lock();
        let mut intents = inner.by_key.get_mut(&key).into_iter().flatten();
        match intents.find(|intent| intent.ticket.gateway() == ticket.gateway()) {
            Some(intent) => {
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

    /// The order of this call exists, whatever another task concludes.
    pub(super) fn made(&self, intent: &Intent) {
        if let Some(intent) = self.lock().find(&key(&intent.ticket), intent.number) {
            intent.state = IntentState::Made;
        }
    }

    pub(super) fn unresolved(&self) -> Vec<Ticket> {
        let inner = self.lock();
        let all = inner.by_key.values().flatten();
        all.filter(|intent| matches!(intent.state, IntentState::Unknown { .. }))
            .map(|intent| intent.ticket.clone())
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
        let is_open = |intent: &&Intent| intent.state != IntentState::Made;
        let first = intents.iter().find(is_open).or_else(|| intents.first())?;
        let ticket = Box::new(first.ticket.clone());
        Some(match first.state {
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
            ticket: ticket.clone(),
            number: self.last_number,
            state,
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
}

impl Drop for Reservation<'_> {
    fn drop(&mut self) {
        let ended_at = self.clock.now();
        let mut inner = self.intents.lock();
        let Some(intent) = inner.find(self.key, self.number) else {
            return;
        };
        if intent.state != IntentState::Running {
            // Another task found the order meanwhile.
            return;
        }
        match self.outcome {
            Outcome::NotApplied => inner.remove(self.key, self.number),
            Outcome::Applied => intent.state = IntentState::Made,
            Outcome::Unknown => intent.state = IntentState::Unknown { ended_at },
        }
    }
}
