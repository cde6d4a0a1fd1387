//! The gateway that an order, a request or a delivery belongs to.

use std::fmt;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::document::by_name;

/// A gateway of the sandbox. Each provider's module adds its constant, e.g. `Gateway::CPAY`.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct Gateway {
    id: &'static str,
    name: &'static str,
}

impl Gateway {
    pub(crate) const fn new(id: &'static str, name: &'static str) -> Self {
        Self { id, name }
    }

    /// The name in JSON, e.g. `chainup_opay`.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        self.id
    }

    /// The name on the pages, e.g. `ChainUp OPay`.
    #[must_use]
    pub fn name(self) -> &'static str {
        self.name
    }
}

impl fmt::Debug for Gateway {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.id)
    }
}

impl Serialize for Gateway {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.id)
    }
}

impl<'de> Deserialize<'de> for Gateway {
    fn deserialize<D: Deserializer<'de>>(input: D) -> Result<Self, D::Error> {
        let find = |name: &str| Self::ALL.into_iter().find(|known| known.id == name);
        by_name(input, find)
    }
}
