//! The test payers, a fixed set like test cards.

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::shared::decimal::Decimal;
use crate::shared::document::by_name;

/// A user of the exchange, who pays orders.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Payer {
    pub(super) user_id: &'static str,
    pub(super) open_id: &'static str,
    /// The opening balance of every coin.
    pub(super) balance: Decimal,
    /// Google code and text messages are set up.
    pub(super) has_second_factor: bool,
    /// Every payment of this payer fails.
    pub(super) fails: bool,
    /// What happens when this payer pays, for the front page.
    pub(super) note: &'static str,
}

/// In documents as `user_id`.
impl Serialize for Payer {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.user_id.serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for &'static Payer {
    fn deserialize<D: Deserializer<'de>>(input: D) -> Result<Self, D::Error> {
        by_name(input, by_user_id)
    }
}

const fn units(number: i128) -> Decimal {
    Decimal::constant(number, 0)
}

/// The first is the payer of the specification's example.
pub(super) static ALL: [Payer; 4] = [
    Payer {
        user_id: "22033390",
        open_id: "2ae04ed9165624419bad68e9e0f3f29fbd",
        balance: units(1_000_000),
        has_second_factor: false,
        fails: false,
        note: "Pays; has 1000000 of every coin",
    },
    Payer {
        user_id: "22033391",
        open_id: "5b1c00000000000000000000000000000a",
        balance: units(1_000_000),
        has_second_factor: true,
        fails: false,
        note: "The same, with Google code and text messages set up",
    },
    Payer {
        user_id: "22033392",
        open_id: "5b1c00000000000000000000000000000b",
        balance: units(1),
        has_second_factor: false,
        fails: false,
        note: "Has 1 of every coin: more is not paid, and the order stays pending",
    },
    Payer {
        user_id: "22033393",
        open_id: "5b1c00000000000000000000000000000c",
        balance: units(1_000_000),
        has_second_factor: false,
        fails: true,
        note: "Every payment fails",
    },
];

pub(super) fn by_user_id(user_id: &str) -> Option<&'static Payer> {
    ALL.iter().find(|payer| payer.user_id == user_id)
}

pub(super) fn by_open_id(open_id: &str) -> Option<&'static Payer> {
    ALL.iter().find(|payer| payer.open_id == open_id)
}

impl Payer {
    /// The JSON number that answers have.
    pub(super) fn number(&self) -> u64 {
        // All are digits, see the test.
        self.user_id.parse().unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn user_ids_are_numbers_and_ids_are_unique() {
        for payer in &ALL {
            assert_eq!(payer.number().to_string(), payer.user_id);
            assert_eq!(by_user_id(payer.user_id).unwrap().open_id, payer.open_id);
            assert_eq!(by_open_id(payer.open_id).unwrap().user_id, payer.user_id);
        }
    }
}
