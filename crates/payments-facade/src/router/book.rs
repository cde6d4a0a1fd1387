//! What is known of the references that were used.

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use payments_core::{Clock, MerchantRef, Timestamp};

use crate::gateway::GatewayId;
use crate::ticket::{MoneyCall, Ticket};

pub(super) type Key = (MoneyCall, MerchantRef);

pub(super) fn key(ticket: &Ticket) -> Key {
    (ticket.call(), ticket.reference().clone())
}

/// How a call under a reference stands, at one gateway.
///
/// `Running` becomes what its [`Hold`] says when it is dropped. `Unknown` becomes `Made` when the order is found, and
/// `Absent`, by way of `Running` while the journal is told, when it is proven that there is none. `Absent` becomes
/// `Running` when the call is made again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum State {
    /// A task of this process has it in its hands.
    Running,
    /// It may have made the order. Until `since` its request may have been under way.
    Unknown { since: Timestamp },
    /// It made the order.
    Made,
    /// It was `Unknown`, and nothing came of it.
    Absent,
}

/// The latest call under a reference at one gateway.
#[derive(Clone, Debug)]
pub(super) struct Record {
    pub(super) ticket: Ticket,
    /// Another one for every call: an answer to a question asked before it says nothing of it.
    pub(super) number: u64,
    pub(super) state: State,
    was_unknown: bool,
}

/// What a reference allows.
pub(super) enum Standing {
    /// Any gateway may get it.
    Free,
    /// Only these gateways may.
    Bound(Vec<GatewayId>),
    /// None may: it is not known that nothing came of this call.
    Unresolved(Box<Ticket>),
    /// None may: this call made the order.
    Made(Box<Ticket>),
}

impl Standing {
    /// Where the reference is, if this gateway may not get it.
    pub(super) fn bars(&self, gateway: &GatewayId) -> Option<&GatewayId> {
        match self {
            Self::Free => None,
            Self::Bound(places) if places.contains(gateway) => None,
            Self::Bound(places) => places.first(),
            Self::Unresolved(ticket) | Self::Made(ticket) => Some(ticket.gateway()),
        }
    }
}

#[derive(Debug, Default)]
pub(super) struct Book(Mutex<Pages>);

#[derive(Debug, Default)]
struct Pages {
    /// At most one record for each gateway.
    records: HashMap<Key, Vec<Record>>,
    last_number: u64,
}

impl Book {
    pub(super) fn standing(&self, key: &Key) -> Standing {
        self.pages().standing(key)
    }

    /// Takes the reference for a call, unless it is taken.
    pub(super) fn enter<'a>(
        &'a self,
        clock: &'a dyn Clock,
        key: &'a Key,
        ticket: &Ticket,
    ) -> Result<Hold<'a>, Standing> {
        let mut pages = self.pages();
        let standing = pages.standing(key);
        if standing.bars(ticket.gateway()).is_some() {
            return Err(standing);
        }
        let number = pages.put(key, ticket.clone(), State::Running);
        Ok(self.hold(clock, key, number, Fate::Nothing))
    }

    /// Takes a record in hand that stands exactly so; nobody else can use the reference meanwhile.
    pub(super) fn take<'a>(
        &'a self,
        clock: &'a dyn Clock,
        key: &'a Key,
        number: u64,
        state: State,
    ) -> Option<Hold<'a>> {
        let mut pages = self.pages();
        let record = pages.find(key, number)?;
        if record.state != state {
            return None;
        }
        record.state = State::Running;
        Some(self.hold(clock, key, number, Fate::Unknown))
    }

    fn hold<'a>(&'a self, clock: &'a dyn Clock, key: &'a Key, number: u64, fate: Fate) -> Hold<'a> {
        Hold {
            book: self,
            clock,
            key,
            number,
            fate,
        }
    }

    /// Closes the reference of a ticket, unless it is known already what became of its call. Gives what is known.
    pub(super) fn remember(&self, ticket: &Ticket, since: Timestamp) -> Record {
        let key = key(ticket);
        let mut pages = self.pages();
        let unknown = State::Unknown { since };
        match pages.at(&key, ticket.gateway()) {
            // Proven for another call than this one.
            Some(record) if record.state == State::Absent && record.ticket != *ticket => {}
            Some(record) => {
                if let State::Unknown { since: known } = &mut record.state {
                    *known = since.max(*known);
                }
                return record.clone();
            }
            None => {}
        }
        let number = pages.put(&key, ticket.clone(), unknown);
        Record {
            ticket: ticket.clone(),
            number,
            state: unknown,
            was_unknown: true,
        }
    }

    /// How this very call stands; none where there was another since, or it was forgotten.
    pub(super) fn state(&self, key: &Key, number: u64) -> Option<State> {
        self.pages().find(key, number).map(|record| record.state)
    }

    /// The order of this call exists, whatever another task is about to conclude.
    pub(super) fn found(&self, key: &Key, number: u64) {
        if let Some(record) = self.pages().find(key, number) {
            record.state = State::Made;
        }
    }

    pub(super) fn unresolved(&self) -> Vec<Ticket> {
        let pages = self.pages();
        let all = pages.records.values().flatten();
        all.filter(|record| matches!(record.state, State::Unknown { .. }))
            .map(|record| record.ticket.clone())
            .collect()
    }

    pub(super) fn forget(&self, ticket: &Ticket) {
        self.pages().retain(&key(ticket), |record| {
            record.ticket != *ticket || record.state == State::Running
        });
    }

    /// Nothing in here panics while it holds the lock.
    fn pages(&self) -> MutexGuard<'_, Pages> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Pages {
    fn standing(&self, key: &Key) -> Standing {
        let records = self.records.get(key).map_or(&[][..], Vec::as_slice);
        let ticket = |record: &Record| Box::new(record.ticket.clone());
        let mut open = records
            .iter()
            .filter(|record| matches!(record.state, State::Running | State::Unknown { .. }));
        let mut made = records.iter().filter(|record| record.state == State::Made);
        match (open.next(), made.next()) {
            (Some(open), _) => Standing::Unresolved(ticket(open)),
            (None, Some(made)) => Standing::Made(ticket(made)),
            (None, None) if records.is_empty() => Standing::Free,
            (None, None) => {
                let places = records.iter().map(|record| record.ticket.gateway().clone());
                Standing::Bound(places.collect())
            }
        }
    }

    fn at(&mut self, key: &Key, gateway: &GatewayId) -> Option<&mut Record> {
        let mut records = self.records.get_mut(key)?.iter_mut();
        records.find(|record| record.ticket.gateway() == gateway)
    }

    fn find(&mut self, key: &Key, number: u64) -> Option<&mut Record> {
        let mut records = self.records.get_mut(key)?.iter_mut();
        records.find(|record| record.number == number)
    }

    /// A new call at the ticket's gateway, in the place of an earlier one.
    fn put(&mut self, key: &Key, ticket: Ticket, state: State) -> u64 {
        self.last_number += 1;
        let number = self.last_number;
        let is_unknown = matches!(state, State::Unknown { .. });
        match self.at(key, ticket.gateway()) {
            Some(record) => {
                let was_unknown = record.was_unknown || is_unknown;
                *record = Record {
                    ticket,
                    number,
                    state,
                    was_unknown,
                };
            }
            None => self.records.entry(key.clone()).or_default().push(Record {
                ticket,
                number,
                state,
                was_unknown: is_unknown,
            }),
        }
        number
    }

    fn retain(&mut self, key: &Key, keep: impl Fn(&Record) -> bool) {
        if let Some(records) = self.records.get_mut(key) {
            records.retain(keep);
            if records.is_empty() {
                self.records.remove(key);
            }
        }
    }
}

/// What came of a call, as far as its task knows.
pub(super) enum Fate {
    /// Nothing.
    Nothing,
    /// That is not known.
    Unknown,
    /// The order.
    Made,
}

/// A record in the hands of one task. Dropped, at whatever point, it leaves what is known by then.
pub(super) struct Hold<'a> {
    book: &'a Book,
    clock: &'a dyn Clock,
    key: &'a Key,
    number: u64,
    pub(super) fate: Fate,
}

impl Drop for Hold<'_> {
    fn drop(&mut self) {
        let now = self.clock.now();
        let mut pages = self.book.pages();
        let Some(record) = pages.find(self.key, self.number) else {
            return;
        };
        if record.state != State::Running {
            // The order was found meanwhile.
            return;
        }
        match self.fate {
            Fate::Made => record.state = State::Made,
            Fate::Unknown => {
                record.state = State::Unknown { since: now };
                record.was_unknown = true;
            }
            Fate::Nothing if record.was_unknown => record.state = State::Absent,
            Fate::Nothing => pages.retain(self.key, |record| record.number != self.number),
        }
    }
}
