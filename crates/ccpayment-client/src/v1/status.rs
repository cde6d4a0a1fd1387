//! The states of orders, transfers and tokens: open words, for the provider adds some without notice.

use std::fmt;

use payments_core::wire;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// An enum of words on the wire, with `Other` for every word that is not listed. Letter case counts: a word that is
/// nearly one of the list is another one.
macro_rules! open_words {
    ($(
        $(#[$doc:meta])*
        $name:ident { $($(#[$word_doc:meta])* $word:ident = $wire:literal,)+ }
    )+) => {$(
        $(#[$doc])*
        #[derive(Clone, Debug, PartialEq, Eq, Hash)]
        #[non_exhaustive]
        pub enum $name {
            $($(#[$word_doc])* $word,)+
            /// A value that is not listed, as it came.
            Other(String),
        }

        impl $name {
            /// The value on the wire.
            #[must_use]
            pub fn as_str(&self) -> &str {
                match self {
                    $(Self::$word => $wire,)+
                    Self::Other(value) => value,
                }
            }
        }

        impl From<&str> for $name {
            fn from(value: &str) -> Self {
                match value {
                    $($wire => Self::$word,)+
                    other => Self::Other(other.to_owned()),
                }
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                match self {
                    Self::Other(value) => write!(f, "unlisted ({})", value.escape_debug()),
                    known => f.write_str(known.as_str()),
                }
            }
        }

        impl Serialize for $name {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.serialize_str(self.as_str())
            }
        }

        /// From text or a number.
        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                Ok(Self::from(wire::text(deserializer)?.as_str()))
            }
        }
    )+};
}

open_words! {
    /// `pay_status` of a webhook.
    ///
    /// Source: the webhook pages. **Only [`Success`](Self::Success) is a credit.**
    PayStatus {
        /// `pending`: seen on its way.
        Pending = "pending",
        /// `processing`: being confirmed.
        Processing = "processing",
        /// `success`: done.
        Success = "success",
        /// `failed`: it will not be done.
        Failed = "failed",
    }

    /// The state of a deposit's order in [`deposits`](super::Client::deposits).
    ///
    /// `Successful` is the only one that an example shows. The others are the labels of the checkout page's table; that
    /// they stand in the answer as well is `assumed`. Clients by others report `Pending`.
    DepositStatus {
        /// `Successful`: paid.
        Successful = "Successful",
        /// `Pending`, reported by clients of others.
        Pending = "Pending",
        /// `Awaiting payment`: nothing has come, and there is time left.
        AwaitingPayment = "Awaiting payment",
        /// `Expired`: nothing has come in time.
        Expired = "Expired",
        /// `Underpayment`: too little has come, and there is time left.
        Underpayment = "Underpayment",
        /// `Underpayment(Overdue)`: too little has come in time.
        UnderpaymentOverdue = "Underpayment(Overdue)",
        /// `Paid`: all has come in time.
        Paid = "Paid",
        /// `Paid(Overdue)`: all has come, too late.
        PaidOverdue = "Paid(Overdue)",
        /// `Overpayment`: too much has come in time.
        Overpayment = "Overpayment",
        /// `Overpayment(Overdue)`: too much has come, too late.
        OverpaymentOverdue = "Overpayment(Overdue)",
    }

    /// The state of a withdrawal in [`withdrawals`](super::Client::withdrawals), by the page of that call.
    WithdrawalStatus {
        /// `Pending`: taken, not yet begun.
        Pending = "Pending",
        /// `Processing`: on its way.
        Processing = "Processing",
        /// `Successful`: made.
        Successful = "Successful",
        /// `Failed`: not made.
        Failed = "Failed",
    }

    /// What can be done with a coin or a token: `status` of [`coins`](super::Client::coins).
    TokenStatus {
        /// `1`: everything.
        Normal = "1",
        /// `2`: in maintenance.
        Maintenance = "2",
        /// `3`: being taken off the list; it can only be withdrawn.
        Delisting = "3",
    }

    /// What a webhook is about, and what [`ResendWebhooks`](super::ResendWebhooks) may be limited to.
    OrderType {
        /// A payment of an order of the API.
        ApiDeposit = "API Deposit",
        /// A payment to a permanent address.
        DirectDeposit = "Direct Deposit",
        /// A payment of an invoice.
        Invoice = "Invoice",
        /// A withdrawal of the API.
        ApiWithdrawal = "API Withdrawal",
        /// Money sent back to a payer.
        Refund = "Refund",
    }
}

impl PayStatus {
    /// Whether no other state is documented to follow: [`Success`](Self::Success) or [`Failed`](Self::Failed).
    #[must_use]
    pub fn is_final(&self) -> bool {
        matches!(self, Self::Success | Self::Failed)
    }
}

impl DepositStatus {
    /// Whether nothing is left to be paid: [`Successful`](Self::Successful), [`Paid`](Self::Paid),
    /// [`PaidOverdue`](Self::PaidOverdue), [`Overpayment`](Self::Overpayment) or
    /// [`OverpaymentOverdue`](Self::OverpaymentOverdue).
    ///
    /// It takes the gateway's word alone. Before delivering ask [`DepositOrder::is_paid`](super::DepositOrder::is_paid),
    /// which compares the amounts too.
    #[must_use]
    pub fn is_settled(&self) -> bool {
        matches!(
            self,
            Self::Successful
                | Self::Paid
                | Self::PaidOverdue
                | Self::Overpayment
                | Self::OverpaymentOverdue
        )
    }

    /// Whether the state says that money has come in for good, enough of it or not (`assumed` of `Underpayment`).
    pub(crate) fn has_money(&self) -> bool {
        self.is_settled() || matches!(self, Self::Underpayment | Self::UnderpaymentOverdue)
    }
}

impl WithdrawalStatus {
    /// Whether no other state is documented to follow: [`Successful`](Self::Successful) or [`Failed`](Self::Failed).
    #[must_use]
    pub fn is_final(&self) -> bool {
        matches!(self, Self::Successful | Self::Failed)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_go_there_and_back_and_others_stay() {
        for word in ["pending", "processing", "success", "failed"] {
            let status = PayStatus::from(word);
            assert!(!matches!(status, PayStatus::Other(_)));
            assert_eq!((status.as_str(), status.to_string()), (word, word.into()));
        }
        for nearly in ["Success", "SUCCESS", "success ", ""] {
            let status = PayStatus::from(nearly);
            assert_eq!(status, PayStatus::Other(nearly.to_owned()));
            assert!(!status.is_final());
        }
        let odd = PayStatus::from("a\nb").to_string();
        assert_eq!(odd, "unlisted (a\\nb)");
    }
}
