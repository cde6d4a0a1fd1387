//! The one decision of this crate: after a failed attempt, is another one safe, and what is true
//! if there is none? Pure, so that it can be read and tested row by row.

use crate::{Effect, Outcome};

/// What one attempt came to, as far as it bears on the decision.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Event {
    /// Refused on our side: validation, capability, key, or the transport's own rules.
    Local,
    /// Not one byte of the request left.
    NotSent,
    /// It may have arrived, and no answer says what became of it.
    MaybeSent,
    /// The provider documents this answer as "not executed".
    Busy,
    /// An answer came that cannot be read or trusted.
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

/// What the earlier attempts of the same call leave behind.
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

/// Whether another attempt is safe, and what is true if none is made.
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
        // A read may have met a proxy's page; for a write a second answer would speak of the
        // second attempt, not of the first.
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

/// What one attempt of a write came to, taken by itself.
fn outcome_of(before: History, event: Event) -> Outcome {
    match event {
        Event::Local | Event::NotSent | Event::Busy | Event::Refused => Outcome::NotApplied,
        Event::MaybeSent | Event::Unusable | Event::Ambiguous => Outcome::Unknown,
        Event::Mismatch => Outcome::Applied,
        // The order that is already there may be our own. That goes for an earlier "busy" too:
        // the provider said it executed nothing, and now says the order exists.
        Event::Duplicate if before.arrived => Outcome::Unknown,
        Event::Duplicate => Outcome::NotApplied,
    }
}

fn may_have_arrived(event: Event) -> bool {
    !matches!(event, Event::Local | Event::NotSent)
}

#[cfg(test)]
mod tests;
