//! The states of an order.

use std::fmt;

use payments_core::wire::FromText;

/// The state of a C-Pay order: `status` of order details, `orderStatus` of webhooks and card orders.
///
/// Source: "0:PENDING 11:PROCESSING 14:COMPLETED 15:CLOSED" in every table of the specification. The gateway sends text;
/// a number is read as well. A state that is not in the table becomes [`Other`](Self::Other) and is never a success.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum OrderStatus {
    /// `0`: the order exists, no payment was received yet.
    Pending,
    /// `11`: the payment is in progress or being confirmed.
    Processing,
    /// `14`: completed successfully.
    Completed,
    /// `15`: rejected, errored or timed out (the specification and the later documents word it differently).
    Closed,
    /// A value that no document lists, as received.
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

    /// Whether the state is final by the documents: [`Completed`](Self::Completed) or [`Closed`](Self::Closed).
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

impl FromText for OrderStatus {
    fn from_text(text: &str) -> Option<Self> {
        Some(Self::from(text))
    }
}
