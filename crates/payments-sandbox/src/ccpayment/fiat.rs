//! The currencies of prices. Only `USD` is documented; the list of others is not published, so the ones here and all rates are
//! assumed.

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::shared::decimal::Decimal;
use crate::shared::document::by_name;

/// A fiat currency.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Fiat {
    pub(super) code: &'static str,
    /// USD for one unit.
    pub(super) rate: Decimal,
}

/// In documents as `code`.
impl Serialize for Fiat {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.code.serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for &'static Fiat {
    fn deserialize<D: Deserializer<'de>>(input: D) -> Result<Self, D::Error> {
        by_name(input, find)
    }
}

pub(super) static USD: Fiat = fiat("USD", 100);

static ALL: [&Fiat; 5] = [
    &USD,
    &fiat("EUR", 125),
    &fiat("GBP", 150),
    &fiat("BRL", 20),
    &fiat("JPY", 1),
];

const fn fiat(code: &'static str, cents: i128) -> Fiat {
    Fiat {
        code,
        rate: Decimal::constant(cents, 2),
    }
}

pub(super) fn find(code: &str) -> Option<&'static Fiat> {
    ALL.into_iter().find(|fiat| fiat.code == code)
}

/// The codes, for a sentence.
pub(super) fn codes() -> String {
    ALL.map(|fiat| fiat.code).join(", ")
}
