//! How a person ends a ticket that no answer of the provider can end.

use std::time::Duration;

use payments_core::{InvalidRequest, Timestamp};
use serde::{Deserialize, Serialize};

use super::{Pending, Resolution, Ticket};
use crate::facts::Facts;

/// The record of a ticket that a person, or a rule that a person chose, ended. Store it with the ticket.
///
/// ```
/// use payments_core::{MerchantRef, Timestamp};
/// use payments_facade::ticket::{ClosedAs, MoneyCall, Ticket};
/// use payments_facade::{GatewayId, Money};
///
/// # let (gateway, reference) = (GatewayId::new("cpay", "main")?, MerchantRef::new("payout-7")?);
/// # let at = Timestamp::from_millis(1_700_000_000_000);
/// let ticket = Ticket::new(gateway, MoneyCall::Payout, reference, Money::of("4", "USDT")?, at);
/// let closed = ticket.close(ClosedAs::NotApplied, Some("Ana"), "support case 4711", at)?;
/// assert_eq!(
///     serde_json::to_string(&closed)?,
///     r#"{"outcome":"not_applied","because":"support case 4711","by":"Ana","at_ms":1700000000000}"#
/// );
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Closed {
    /// The outcome of the call.
    pub outcome: ClosedAs,
    /// How the outcome is known.
    pub because: String,
    /// Who ended the ticket.
    pub by: Option<String>,
    /// When.
    #[serde(rename = "at_ms", with = "millis")]
    pub at: Timestamp,
}

/// The outcome with which a ticket is ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ClosedAs {
    /// The call took effect.
    Applied,
    /// The call took no effect. It may be made again, and pays twice if this is wrong.
    NotApplied,
}

impl ClosedAs {
    /// The name in JSON.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Applied => "applied",
            Self::NotApplied => "not_applied",
        }
    }
}

impl Ticket {
    /// Ends this ticket by a person's decision. Nothing is sent: the record is all that this makes.
    ///
    /// # Errors
    /// [`InvalidRequest`] if `because` is empty: without a reason no one can check the decision later.
    pub fn close(
        &self,
        outcome: ClosedAs,
        by: Option<&str>,
        because: &str,
        now: Timestamp,
    ) -> Result<Closed, InvalidRequest> {
        if because.trim().is_empty() {
            return Err(InvalidRequest::request("because", "is empty")
                .allowed("how the outcome of the call is known"));
        }
        Ok(Closed {
            outcome,
            because: because.to_owned(),
            by: by.map(str::to_owned),
            at: now,
        })
    }

    /// Ends this ticket by the rule "not found for this long means that the call took no effect", which no provider documents:
    /// call it only if the merchant chose the rule and accepts that it may pay twice.
    ///
    /// `None` unless `resolution` is an answer "not found", and the call is older than `after` and than the provider's quiet
    /// period in `facts`. An answer that may mean something else never counts.
    #[must_use]
    pub fn assume_absent(
        &self,
        resolution: &Resolution,
        facts: &Facts,
        after: Duration,
        now: Timestamp,
    ) -> Option<Closed> {
        let is_not_found = matches!(resolution, Resolution::Pending(Pending { cause: None, .. }));
        let end = self.at().checked_add(after.max(facts.quiet_period.value))?;
        (is_not_found && now >= end).then(|| Closed {
            outcome: ClosedAs::NotApplied,
            because: format!(
                "assumed: not found {} hours or more after the call",
                after.as_secs().div_euclid(3_600)
            ),
            by: None,
            at: now,
        })
    }
}

/// A time as a number of milliseconds.
mod millis {
    use payments_core::Timestamp;
    use serde::{Deserialize as _, Deserializer, Serializer};

    pub(super) fn serialize<S: Serializer>(
        time: &Timestamp,
        serializer: S,
    ) -> Result<S::Ok, S::Error> {
        serializer.serialize_u64(time.as_millis())
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(
        deserializer: D,
    ) -> Result<Timestamp, D::Error> {
        u64::deserialize(deserializer).map(Timestamp::from_millis)
    }
}
