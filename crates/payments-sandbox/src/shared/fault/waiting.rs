//! The faults that wait, and which request meets which.

use std::collections::HashMap;

use fastrand::Rng;
use sha2::{Digest as _, Sha256};

use super::kind::{FaultKind, FaultWhen};
use super::{Fault, RATE_PARTS, problems};
use crate::shared::action::ActionError;
use crate::shared::gateway::Gateway;
use crate::shared::provider::Provider;

/// Faults that can wait at one time.
const MOST: usize = 100;
/// Answers that are remembered for repeated requests, and the longest one.
const MOST_REMEMBERED: usize = 1_000;
const LONGEST_REMEMBERED: usize = 64 * 1024;

/// A fault that waits.
pub(crate) struct Waiting {
    pub(crate) id: u64,
    pub(crate) fault: Fault,
    /// How many more requests can meet it.
    pub(crate) left: u32,
    pub(crate) met: u32,
    /// When it ends.
    pub(crate) until_ms: Option<u64>,
    random: Option<Rng>,
}

impl Waiting {
    fn is_over(&self, now_ms: u64) -> bool {
        self.left == 0 || self.until_ms.is_some_and(|until| until <= now_ms)
    }

    /// Whether the rate chooses this request.
    fn is_chosen(&mut self) -> bool {
        let parts = self.fault.rate.and_then(|rate| rate.parts);
        match (&mut self.random, parts) {
            (Some(random), Some(parts)) => random.u32(..RATE_PARTS) < parts,
            _ => true,
        }
    }
}

/// The faults that wait, in the order in which they were asked for.
#[derive(Default)]
pub(crate) struct Faults {
    given: u64,
    waiting: Vec<Waiting>,
    /// The first answers of repeated requests, by fault and request.
    first: HashMap<(u64, [u8; 32]), String>,
    /// The latest data of each call.
    latest: HashMap<(Gateway, String), String>,
}

impl Faults {
    /// Adds a fault of this provider and returns its number.
    pub(crate) fn add(
        &mut self,
        fault: Fault,
        provider: &dyn Provider,
        now_ms: u64,
    ) -> Result<u64, ActionError> {
        let problems = problems::of(&fault, provider);
        if !problems.is_empty() {
            return Err(ActionError::Invalid(problems.join(" ")));
        }
        self.end(now_ms);
        if self.waiting.len() >= MOST {
            return Err(ActionError::Conflict(format!(
                "{MOST} faults are waiting already; remove one (remove_fault, fault --remove) or all (clear_faults, fault --clear)."
            )));
        }
        self.given += 1;
        self.waiting.push(Waiting {
            id: self.given,
            left: fault.most_times(),
            met: 0,
            until_ms: fault.lasting_ms.map(|ms| now_ms.saturating_add(ms)),
            random: fault.rate.map(|rate| Rng::with_seed(rate.seed)),
            fault,
        });
        Ok(self.given)
    }

    /// The first fault for a request to this call, one time less, with its number.
    pub(crate) fn take(
        &mut self,
        gateway: Gateway,
        call: &str,
        now_ms: u64,
    ) -> Option<(u64, Fault)> {
        self.take_first(now_ms, |fault| {
            fault.gateway == gateway
                && fault.when != FaultWhen::Webhook
                && fault.call.as_deref().is_none_or(|name| name == call)
        })
    }

    /// The first fault for a webhook, one time less.
    pub(crate) fn take_for_webhook(&mut self, gateway: Gateway, now_ms: u64) -> Option<FaultOf> {
        let taken = self.take_first(now_ms, |fault| {
            fault.gateway == gateway && fault.when == FaultWhen::Webhook
        });
        taken.map(|(_, fault)| FaultOf {
            kind: fault.kind,
            delay_ms: fault.delay_ms,
        })
    }

    fn take_first(&mut self, now_ms: u64, fits: impl Fn(&Fault) -> bool) -> Option<(u64, Fault)> {
        self.end(now_ms);
        let mut candidates = self.waiting.iter_mut().filter(|one| fits(&one.fault));
        let one = candidates.find_map(|one| one.is_chosen().then_some(one))?;
        one.left -= 1;
        one.met += 1;
        let taken = (one.id, one.fault.clone());
        self.end(now_ms);
        Some(taken)
    }

    /// Removes what is over. The first answers stay: the last request that meets a fault needs them after its fault is over.
    fn end(&mut self, now_ms: u64) {
        self.waiting.retain(|one| !one.is_over(now_ms));
    }

    /// The faults that wait, oldest first.
    pub(crate) fn iter(&mut self, now_ms: u64) -> impl ExactSizeIterator<Item = &Waiting> {
        self.end(now_ms);
        self.waiting.iter()
    }

    /// Removes one fault. Returns whether it was there.
    pub(crate) fn remove(&mut self, id: u64) -> bool {
        let before = self.waiting.len();
        self.waiting.retain(|one| one.id != id);
        self.waiting.len() < before
    }

    /// Removes all faults; returns how many there were.
    pub(crate) fn clear(&mut self) -> usize {
        self.first.clear();
        std::mem::take(&mut self.waiting).len()
    }

    /// The first answer to this request since a fault was asked for; `data` if this is the first.
    pub(crate) fn first(&mut self, id: u64, request: &str, data: &str) -> String {
        // A request may have personal data, so only its digest is kept.
        let key = (id, Sha256::digest(request).into());
        if let Some(first) = self.first.get(&key) {
            return first.clone();
        }
        if self.first.len() >= MOST_REMEMBERED {
            let waiting = &self.waiting;
            self.first
                .retain(|(of, _), _| *of == id || waiting.iter().any(|one| one.id == *of));
        }
        if self.first.len() < MOST_REMEMBERED && data.len() <= LONGEST_REMEMBERED {
            self.first.insert(key, data.to_owned());
        }
        data.to_owned()
    }

    /// Keeps the data of a call's answer and returns that of the answer before.
    pub(crate) fn latest(&mut self, gateway: Gateway, call: &str, data: &str) -> Option<String> {
        let key = (gateway, call.to_owned());
        if data.len() <= LONGEST_REMEMBERED {
            self.latest.insert(key, data.to_owned())
        } else {
            self.latest.remove(&key)
        }
    }
}

/// A fault of a webhook.
#[derive(Clone, Copy, Debug)]
pub(crate) struct FaultOf {
    pub(crate) kind: FaultKind,
    pub(crate) delay_ms: u64,
}
