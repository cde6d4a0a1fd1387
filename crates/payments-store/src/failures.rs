//! Gateways whose queries fail.

use std::collections::BTreeMap;

use payments_facade::GatewayId;

/// How many queries of a gateway may fail one after the other. Then a run leaves it alone.
const MOST: u32 = 5;

/// How many queries of each gateway failed since the latest one that did not.
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
