//! Gateways that cannot be reached.

use std::collections::BTreeMap;

use payments_core::Kind;
use payments_facade::{Error, GatewayId};

/// Whether a query failed because the gateway could not be reached or is busy. Other failures are about one query: the next may succeed.
pub(crate) fn is_out_of_reach(error: &Error) -> bool {
    match error.kind() {
        Kind::Connect | Kind::Timeout | Kind::Network | Kind::Unavailable => true,
        // Without an attempt, it is a limit of the caller.
        Kind::Busy => error.attempts() > 0,
        _ => false,
    }
}

/// How many queries of a gateway may fail like this one after the other. Then a run leaves it alone.
const MOST: u32 = 5;

/// How many queries of each gateway failed like this since the latest one that did not.
#[derive(Debug, Default)]
pub(crate) struct Failures(BTreeMap<GatewayId, u32>);

impl Failures {
    pub(crate) fn count(&mut self, gateway: &GatewayId, has_failed: bool) {
        let in_a_row = self.0.entry(gateway.clone()).or_default();
        *in_a_row = match has_failed {
            true => in_a_row.saturating_add(1),
            false => 0,
        };
    }

    /// Whether the rest of the run leaves the gateway alone: each query may take as long as its deadline, and others wait for it.
    pub(crate) fn are_too_many(&self, gateway: &GatewayId) -> bool {
        self.0.get(gateway).is_some_and(|failed| *failed >= MOST)
    }
}
