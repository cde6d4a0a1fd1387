//! A ticket as JSON.

use std::collections::BTreeMap;

use payments_core::{MerchantRef, Timestamp};
use serde::de::{self, IgnoredAny};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::text::TicketError;
use super::{MoneyCall, Ticket};
use crate::gateway::GatewayId;
use crate::money::Money;

/// The version of both forms.
pub(super) const VERSION: u32 = 1;

#[derive(Serialize)]
struct Written<'a> {
    version: u32,
    gateway: &'a GatewayId,
    call: &'a str,
    reference: &'a MerchantRef,
    money: &'a Money,
    at: u64,
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    details: &'a BTreeMap<String, String>,
}

/// Unknown fields are refused, because they could change the meaning of the ticket. The version is checked before them.
#[derive(Deserialize)]
struct Read {
    version: u32,
    gateway: Option<GatewayId>,
    call: Option<String>,
    reference: Option<MerchantRef>,
    money: Option<Money>,
    at: Option<u64>,
    #[serde(default)]
    details: BTreeMap<String, String>,
    #[serde(flatten)]
    unknown: BTreeMap<String, IgnoredAny>,
}

impl Serialize for Ticket {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        Written {
            version: VERSION,
            gateway: &self.gateway,
            call: self.call.as_str(),
            reference: &self.reference,
            money: &self.money,
            at: self.at.as_millis(),
            details: &self.details,
        }
        .serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for Ticket {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let read = Read::deserialize(deserializer)?;
        read.ticket().map_err(de::Error::custom)
    }
}

impl Read {
    fn ticket(self) -> Result<Ticket, TicketError> {
        let bad = TicketError::Malformed;
        if self.version != VERSION {
            return Err(TicketError::Version);
        }
        if !self.unknown.is_empty() {
            return Err(bad("fields"));
        }
        let call = self.call.as_deref().and_then(MoneyCall::from_name);
        Ok(Ticket {
            gateway: self.gateway.ok_or(bad("gateway"))?,
            call: call.ok_or(bad("call"))?,
            reference: self.reference.ok_or(bad("reference"))?,
            money: self.money.ok_or(bad("money"))?,
            at: Timestamp::from_millis(self.at.ok_or(bad("time"))?),
            details: self.details,
        })
    }
}
