//! The statuses of orders, transfers and tokens. The lists are open: the provider adds values without notice.

use crate::open_enums::open_enums;

open_enums! {
    /// `pay_status` of a webhook.
    ///
    /// Source: the webhook pages. **Only [`Success`](Self::Success) is a credit.**
    PayStatus {
        /// `pending`: seen on the chain.
        Pending = "pending",
        /// `processing`: being confirmed.
        Processing = "processing",
        /// `success`: completed.
        Success = "success",
        /// `failed`: final, without success.
        Failed = "failed",
    }

    /// The status of a deposit's order in [`deposits`](super::Client::deposits).
    ///
    /// `Successful` is the only one in an example. The others are the labels of the checkout page's table; that the answer
    /// uses them too is `assumed`. Third-party clients report `Pending`.
    DepositStatus {
        /// `Successful`: paid.
        Successful = "Successful",
        /// `Pending`, reported by third-party clients.
        Pending = "Pending",
        /// `Processing`: a payment is being confirmed. From the statuses of withdrawals and webhooks (`assumed` here).
        Processing = "Processing",
        /// `Awaiting payment`: not paid yet.
        AwaitingPayment = "Awaiting payment",
        /// `Expired`: not paid in time.
        Expired = "Expired",
        /// `Underpayment`: partly paid, not expired yet.
        Underpayment = "Underpayment",
        /// `Underpayment(Overdue)`: partly paid, expired.
        UnderpaymentOverdue = "Underpayment(Overdue)",
        /// `Paid`: fully paid in time.
        Paid = "Paid",
        /// `Paid(Overdue)`: fully paid, too late.
        PaidOverdue = "Paid(Overdue)",
        /// `Overpayment`: overpaid in time.
        Overpayment = "Overpayment",
        /// `Overpayment(Overdue)`: overpaid, too late.
        OverpaymentOverdue = "Overpayment(Overdue)",
    }

    /// The status of a withdrawal in [`withdrawals`](super::Client::withdrawals), by the page of that call.
    WithdrawalStatus {
        /// `Pending`: accepted, not started.
        Pending = "Pending",
        /// `Processing`: in progress.
        Processing = "Processing",
        /// `Successful`: paid out.
        Successful = "Successful",
        /// `Failed`: not paid out.
        Failed = "Failed",
    }

    /// What can be done with a coin or a token: `status` of [`coins`](super::Client::coins).
    TokenStatus {
        /// `1`: everything.
        Normal = "1",
        /// `2`: under maintenance.
        Maintenance = "2",
        /// `3`: being delisted; withdrawals only.
        Delisting = "3",
    }

    /// The kind of a webhook, which [`ResendWebhooks`](super::ResendWebhooks) can be limited to.
    OrderType {
        /// A payment of an API order.
        ApiDeposit = "API Deposit",
        /// A payment to a permanent address.
        DirectDeposit = "Direct Deposit",
        /// A payment of an invoice.
        Invoice = "Invoice",
        /// A withdrawal made by the API.
        ApiWithdrawal = "API Withdrawal",
        /// A refund to a payer.
        Refund = "Refund",
    }
}

impl PayStatus {
    /// Whether the documents list no later status: [`Success`](Self::Success) or [`Failed`](Self::Failed).
    #[must_use]
    pub fn is_final(&self) -> bool {
        matches!(self, Self::Success | Self::Failed)
    }
}

impl DepositStatus {
    /// Whether the order is fully paid, by the status: [`Successful`](Self::Successful), [`Paid`](Self::Paid),
    /// [`PaidOverdue`](Self::PaidOverdue), [`Overpayment`](Self::Overpayment) or
    /// [`OverpaymentOverdue`](Self::OverpaymentOverdue).
    ///
    /// Before delivering use [`DepositOrder::is_paid`](super::DepositOrder::is_paid), which compares the amounts too.
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

    /// Whether the status means that money was received, in full or in part (`assumed` for `Underpayment`).
    pub(crate) fn has_money(&self) -> bool {
        self.is_settled() || matches!(self, Self::Underpayment | Self::UnderpaymentOverdue)
    }
}

impl WithdrawalStatus {
    /// Whether the documents list no later status: [`Successful`](Self::Successful) or [`Failed`](Self::Failed).
    #[must_use]
    pub fn is_final(&self) -> bool {
        matches!(self, Self::Successful | Self::Failed)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Every status of every kind, in every case.
    #[test]
    fn labels_are_read_in_any_case() {
        for label in [
            "Processing",
            "Awaiting payment",
            "Underpayment(Overdue)",
            "Successful",
        ] {
            for spelling in [label.to_owned(), label.to_uppercase(), label.to_lowercase()] {
                assert_eq!(DepositStatus::from(&*spelling).as_str(), label);
            }
        }
        for label in ["Pending", "Processing", "Successful", "Failed"] {
            assert_eq!(
                WithdrawalStatus::from(&*label.to_lowercase()).as_str(),
                label
            );
        }
        for label in [
            "API Deposit",
            "Direct Deposit",
            "Invoice",
            "API Withdrawal",
            "Refund",
        ] {
            assert_eq!(OrderType::from(&*label.to_lowercase()).as_str(), label);
        }
        assert!(!DepositStatus::Processing.is_settled());
    }

    #[test]
    fn known_values_round_trip_and_others_are_kept() {
        for value in ["pending", "processing", "success", "failed"] {
            let status = PayStatus::from(value);
            assert!(!matches!(status, PayStatus::Other(_)));
            assert_eq!((status.as_str(), status.to_string()), (value, value.into()));
        }
        for spelling in ["Success", "SUCCESS", "sUCCESS"] {
            let status = PayStatus::from(spelling);
            assert_eq!((&status, status.as_str()), (&PayStatus::Success, "success"));
        }
        for similar in ["success ", "succes", "successful", ""] {
            let status = PayStatus::from(similar);
            assert_eq!(status, PayStatus::Other(similar.to_owned()));
            assert!(!status.is_final());
        }
        let odd = PayStatus::from("a\nb").to_string();
        assert_eq!(odd, "unlisted (a\\nb)");
    }
}
