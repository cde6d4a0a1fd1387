//! The central decision: after a failed attempt, is another one safe, and what is the outcome without one? It is pure,
//! so that it can be tested row by row.

use crate::{Effect, Outcome};

/// The result of one attempt, as far as the decision needs it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Event {
    /// Refused on our side: validation, capability, key, or the transport's own rules.
    Local,
    /// Not one byte of the request left.
    NotSent,
    /// It may have arrived, and there is no usable answer.
    MaybeSent,
    /// The provider documents this answer as "not executed".
    Busy,
    /// The answer cannot be read or trusted.
    Unusable,
    /// The provider's code table refuses it for certain.
    Refused,
    /// The provider answered with a code whose effect no document proves.
    Ambiguous,
    /// The provider knows this reference already.
    Duplicate,
    /// It succeeded, but not as asked.
    Mismatch,
}

/// What the earlier attempts of the same call showed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct History {
    worst: Outcome,
    arrived: bool,
    unusable: bool,
}

impl History {
    pub(crate) const EMPTY: Self = Self {
        worst: Outcome::NotApplied,
        arrived: false,
        unusable: false,
    };
}

/// Whether another attempt is safe, and the outcome if it is not.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Decision {
    pub(crate) repeat: bool,
    pub(crate) outcome: Outcome,
    pub(crate) history: History,
}

pub(crate) fn decide(effect: Effect, before: History, event: Event) -> Decision {
    let outcome = match effect {
        Effect::Read => Outcome::NotApplied,
        Effect::Keyed | Effect::Unkeyed => before.worst.max(outcome_of(before, event)),
    };
    let useful = match event {
        Event::NotSent | Event::MaybeSent | Event::Busy => true,
        // A read may have received the page of a proxy. For a write, a second answer would describe the second attempt,
        // not the first.
        Event::Unusable => effect == Effect::Read && !before.unusable,
        Event::Local | Event::Refused | Event::Ambiguous | Event::Duplicate | Event::Mismatch => {
            false
        }
    };
    let safe = effect != Effect::Unkeyed || outcome == Outcome::NotApplied;
    Decision {
        repeat: useful && safe,
        outcome,
        history: History {
            worst: outcome,
            arrived: before.arrived || may_have_arrived(event),
            unusable: before.unusable || event == Event::Unusable,
        },
    }
}

/// The outcome of one attempt of a write, without the earlier ones.
fn outcome_of(before: History, event: Event) -> Outcome {
    match event {
        Event::Local | Event::NotSent | Event::Busy | Event::Refused => Outcome::NotApplied,
        Event::MaybeSent | Event::Unusable | Event::Ambiguous => Outcome::Unknown,
        Event::Mismatch => Outcome::Applied,
        // The existing order may be ours. This includes an earlier "busy": the provider reported that it executed
        // nothing, and now the order exists.
        Event::Duplicate if before.arrived => Outcome::Unknown,
        Event::Duplicate => Outcome::NotApplied,
    }
}

fn may_have_arrived(event: Event) -> bool {
    !matches!(event, Event::Local | Event::NotSent)
}

#[cfg(test)]
mod tests;
