//! Statuses and kinds. The lists are open: the provider adds values without notice.

use crate::open_enums::open_enums;

open_enums! {
    /// `status` of a deposit, of the record and of a webhook.
    DepositStatus {
        /// `Processing`: seen on the chain, being confirmed.
        Processing = "Processing",
        /// `Success`: confirmed.
        Success = "Success",
        /// `Failed`.
        Failed = "Failed",
    }

    /// `status` of a withdrawal, of the record and of a webhook.
    WithdrawalStatus {
        /// `Processing`: accepted and not final.
        Processing = "Processing",
        /// `Success`: paid out.
        Success = "Success",
        /// `Failed`: not paid out.
        Failed = "Failed",
        /// `WaitingApproval`: a person has to approve it in the console.
        WaitingApproval = "WaitingApproval",
        /// `Rejected`: a person rejected it in the console.
        Rejected = "Rejected",
    }

    /// `status` of a swap.
    SwapStatus {
        /// `Processing`: not final.
        Processing = "Processing",
        /// `Success`: carried out.
        Success = "Success",
        /// `Failed`: not carried out.
        Failed = "Failed",
    }

    /// `status` of a transfer between users.
    TransferStatus {
        /// `Success`: carried out.
        Success = "Success",
        /// `Failed`: not carried out.
        Failed = "Failed",
    }

    /// `status` of a batch of withdrawals, by the field tables.
    BatchStatus {
        /// `Init`: not confirmed.
        Init = "Init",
        /// `Reviewing`: a person has to approve it in the console.
        Reviewing = "Reviewing",
        /// `Rejected`: a person rejected it in the console.
        Rejected = "Rejected",
        /// `Pending`: confirmed and not started.
        Pending = "Pending",
        /// `Processing`: being paid out.
        Processing = "Processing",
        /// `Completed`: nothing more is paid out. Rows may have failed.
        Completed = "Completed",
    }

    /// `status` of a coin.
    CoinStatus {
        /// `Normal`.
        Normal = "Normal",
        /// `Maintain`: no withdrawals.
        Maintain = "Maintain",
        /// `Pre-delisting`: no deposits.
        PreDelisting = "Pre-delisting",
        /// `Delisted`.
        Delisted = "Delisted",
    }

    /// `status` of a chain.
    ChainStatus {
        /// `Normal`.
        Normal = "Normal",
        /// `Maintenance`, as the provider's page spells it.
        Maintenance = "Maintenance",
        /// `Maintain`, as the provider's field tables spell it.
        Maintain = "Maintain",
    }

    /// `withdrawType` of a withdrawal's record.
    WithdrawType {
        /// `Network`: to an address on a chain.
        Network = "Network",
        /// `Cwallet`: to a Cwallet user.
        Cwallet = "Cwallet",
    }

    /// `type` of a webhook, which [`ResendWebhooks`](super::ResendWebhooks) can be limited to.
    WebhookType {
        /// `ActivateWebhookURL`: the console checks a URL that is being saved.
        ActivateWebhookUrl = "ActivateWebhookURL",
        /// `ApiDeposit`: a payment of an order or an invoice.
        ApiDeposit = "ApiDeposit",
        /// `DirectDeposit`: a payment to a permanent address.
        DirectDeposit = "DirectDeposit",
        /// `ApiWithdrawal`: a withdrawal to an address on a chain.
        ApiWithdrawal = "ApiWithdrawal",
        /// `UserDeposit`: a deposit of a user of the user wallet system.
        UserDeposit = "UserDeposit",
        /// `UserWithdrawal`: a withdrawal of a user of the user wallet system.
        UserWithdrawal = "UserWithdrawal",
    }
}

impl WithdrawalStatus {
    /// Whether no later status is expected (`assumed`: no document states it): [`Success`](Self::Success),
    /// [`Failed`](Self::Failed) or [`Rejected`](Self::Rejected).
    #[must_use]
    pub fn is_final(&self) -> bool {
        matches!(self, Self::Success | Self::Failed | Self::Rejected)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn known_values_round_trip_and_others_are_kept() {
        for value in [
            "Processing",
            "Success",
            "Failed",
            "WaitingApproval",
            "Rejected",
        ] {
            let status = WithdrawalStatus::from(value);
            assert!(!matches!(status, WithdrawalStatus::Other(_)), "{value}");
            assert_eq!(status.as_str(), value);
        }
        for similar in ["Success ", "Succes", "Pending", ""] {
            let status = WithdrawalStatus::from(similar);
            assert_eq!(status, WithdrawalStatus::Other(similar.to_owned()));
            assert!(!status.is_final());
        }
    }
}
