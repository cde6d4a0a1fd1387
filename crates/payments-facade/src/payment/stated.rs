//! Money as a source stated it.

use std::cmp::Ordering;

use serde::{Deserialize, Serialize};

use crate::money::Money;

/// Money with a total order that distinguishes `1.50` from `1.5`. Statements that are written differently are different
/// statements, so that merging does not have to choose one of them.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(transparent)]
pub(super) struct Stated(pub(super) Money);

impl Ord for Stated {
    fn cmp(&self, other: &Self) -> Ordering {
        let exact = |money: &Money| (money.amount, money.amount.decimals());
        exact(&self.0)
            .cmp(&exact(&other.0))
            .then_with(|| self.0.asset.cmp(&other.0.asset))
    }
}

impl PartialOrd for Stated {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl PartialEq for Stated {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other) == Ordering::Equal
    }
}

impl Eq for Stated {}
