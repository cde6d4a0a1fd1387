//! The states of an order.

use std::fmt;

use payments_core::wire;
use serde::Deserializer;

/// The state of a C-Pay order: `status` of order details, `orderStatus` of webhooks and card orders.
///
/// Source: "0:PENDING 11:PROCESSING 14:COMPLETED 15:CLOSED" in every table of the specification. The
/// gateway sends text; a number is read as well. A state that is not in the table stays visible as
/// [`Other`](Self::Other) and is never taken for a success.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum OrderStatus {
    /// `0`: the order exists, no money has come.
    Pending,
    /// `11`: money is on its way or being confirmed.
    Processing,
    /// `14`: completed successfully.
    Completed,
    /// `15`: rejected, errored or timed out (the specification and the later documents word it differently).
    Closed,
    /// A value no document lists, as it came.
    Other(String),
}

impl OrderStatus {
    /// The value on the wire.
    #[must_use]
    pub fn as_str(&self) -> &str {
        match self {
            Self::Pending => "0",
            Self::Processing => "11",
            Self::Completed => "14",
            Self::Closed => "15",
            Self::Other(value) => value,
        }
    }

    /// Whether the documents call this state an end: [`Completed`](Self::Completed) or
    /// [`Closed`](Self::Closed).
    #[must_use]
    pub fn is_final(&self) -> bool {
        matches!(self, Self::Completed | Self::Closed)
    }
}

impl From<&str> for OrderStatus {
    fn from(value: &str) -> Self {
        match value {
            "0" => Self::Pending,
            "11" => Self::Processing,
            "14" => Self::Completed,
            "15" => Self::Closed,
            other => Self::Other(other.to_owned()),
        }
    }
}

impl fmt::Display for OrderStatus {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Pending => f.write_str("pending (0)"),
            Self::Processing => f.write_str("processing (11)"),
            Self::Completed => f.write_str("completed (14)"),
            Self::Closed => f.write_str("closed (15)"),
            Self::Other(value) => write!(f, "unlisted ({})", value.escape_debug()),
        }
    }
}

/// Text or number; empty, `null` and missing are none.
pub(crate) fn optional<'de, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<Option<OrderStatus>, D::Error> {
    Ok(wire::optional_text(deserializer)?
        .as_deref()
        .map(OrderStatus::from))
}

/// Text or number.
pub(crate) fn required<'de, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<OrderStatus, D::Error> {
    Ok(OrderStatus::from(wire::text(deserializer)?.as_str()))
}
