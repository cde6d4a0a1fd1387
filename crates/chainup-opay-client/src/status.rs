//! Order statuses and order types.

use std::fmt;

use payments_core::wire::FromText;
use serde::{Serialize, Serializer};

/// The status of an order: `orderStatus` of callbacks and order details.
///
/// Source: "1 Pending payment; 2 Payment failed; 3 Payment successful; 0 Closed" in every document of the provider. The
/// platform sends text; a number is read as well. Unlisted values become [`Other`](Self::Other) and never count as a
/// success.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum OrderStatus {
    /// `0`: closed without payment. Cancelled orders too (`assumed`: their status is not documented).
    Closed,
    /// `1`: waiting for payment.
    Pending,
    /// `2`: the payment failed. Whether another one may follow is not documented: ask again.
    Failed,
    /// `3`: paid. The only success.
    Paid,
    /// A value that no document lists.
    Other(String),
}

impl OrderStatus {
    /// The value on the wire.
    #[must_use]
    pub fn as_str(&self) -> &str {
        match self {
            Self::Closed => "0",
            Self::Pending => "1",
            Self::Failed => "2",
            Self::Paid => "3",
            Self::Other(value) => value,
        }
    }

    /// Whether the status can no longer change: [`Paid`](Self::Paid) or [`Closed`](Self::Closed).
    /// [`Failed`](Self::Failed) is not final, because another payment may follow (`assumed`).
    #[must_use]
    pub fn is_final(&self) -> bool {
        matches!(self, Self::Paid | Self::Closed)
    }
}

impl From<&str> for OrderStatus {
    fn from(value: &str) -> Self {
        match value {
            "0" => Self::Closed,
            "1" => Self::Pending,
            "2" => Self::Failed,
            "3" => Self::Paid,
            other => Self::Other(other.to_owned()),
        }
    }
}

impl fmt::Display for OrderStatus {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Closed => f.write_str("closed (0)"),
            Self::Pending => f.write_str("pending (1)"),
            Self::Failed => f.write_str("failed (2)"),
            Self::Paid => f.write_str("paid (3)"),
            Self::Other(value) => write!(f, "unlisted ({})", value.escape_debug()),
        }
    }
}

impl FromText for OrderStatus {
    fn from_text(text: &str) -> Option<Self> {
        Some(Self::from(text))
    }
}

/// The type of a statement row: `orderType`.
///
/// Source: specification, "1=payment order; 11=transfer order". Only an older document describes transfers: grants or
/// refunds to a user.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum OrderType {
    /// `1`: a payment of an order that `create_order` created.
    Payment,
    /// `11`: a transfer.
    Transfer,
    /// A value that no document lists.
    Other(String),
}

impl OrderType {
    /// The value on the wire.
    #[must_use]
    pub fn as_str(&self) -> &str {
        match self {
            Self::Payment => "1",
            Self::Transfer => "11",
            Self::Other(value) => value,
        }
    }
}

impl From<&str> for OrderType {
    fn from(value: &str) -> Self {
        match value {
            "1" => Self::Payment,
            "11" => Self::Transfer,
            other => Self::Other(other.to_owned()),
        }
    }
}

impl Serialize for OrderType {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.as_str())
    }
}

impl fmt::Display for OrderType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Payment => f.write_str("payment (1)"),
            Self::Transfer => f.write_str("transfer (11)"),
            Self::Other(value) => write!(f, "unlisted ({})", value.escape_debug()),
        }
    }
}

impl FromText for OrderType {
    fn from_text(text: &str) -> Option<Self> {
        Some(Self::from(text))
    }
}
