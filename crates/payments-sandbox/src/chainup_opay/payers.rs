//! The test payers: a fixed set, like test cards.

use crate::decimal::Decimal;

/// A user of the exchange who can pay.
#[derive(Debug)]
pub(crate) struct Payer {
    pub(crate) user_id: &'static str,
    pub(crate) open_id: &'static str,
    /// What the account holds of every coin to begin with.
    pub(super) balance: Decimal,
    /// Google code and text messages are set up.
    pub(super) has_second_factor: bool,
    /// Every payment of this one fails.
    pub(super) fails: bool,
    /// What happens when this one pays, for people.
    pub(crate) story: &'static str,
}

const fn units(number: i128) -> Decimal {
    Decimal::constant(number, 0)
}

/// The first is the payer of the specification's example.
pub(crate) static ALL: [Payer; 4] = [
    Payer {
        user_id: "22033390",
        open_id: "2ae04ed9165624419bad68e9e0f3f29fbd",
        balance: units(1_000_000),
        has_second_factor: false,
        fails: false,
        story: "Pays; has 1000000 of every coin",
    },
    Payer {
        user_id: "22033391",
        open_id: "5b1c00000000000000000000000000000a",
        balance: units(1_000_000),
        has_second_factor: true,
        fails: false,
        story: "The same, with Google code and text messages set up",
    },
    Payer {
        user_id: "22033392",
        open_id: "5b1c00000000000000000000000000000b",
        balance: units(1),
        has_second_factor: false,
        fails: false,
        story: "Has 1 of every coin: more is not paid, and the order stays pending",
    },
    Payer {
        user_id: "22033393",
        open_id: "5b1c00000000000000000000000000000c",
        balance: units(1_000_000),
        has_second_factor: false,
        fails: true,
        story: "Every payment fails",
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
        // Texts of digits, all of them: see the test.
        self.user_id.parse().unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn user_ids_are_numbers_and_everybody_is_one_person() {
        for payer in &ALL {
            assert_eq!(payer.number().to_string(), payer.user_id);
            assert_eq!(by_user_id(payer.user_id).unwrap().open_id, payer.open_id);
            assert_eq!(by_open_id(payer.open_id).unwrap().user_id, payer.user_id);
        }
    }
}
