//! Withdrawals, and the checks before one.

use payments_core::Error;
#[cfg(doc)]
use payments_core::Outcome;

use super::Client;
use crate::v2::console_withdrawal::ConsoleWithdrawal;
use crate::v2::list::Page;
use crate::v2::op::{
    AddressQuery, AddressValidity, AutoWithdrawalsQuery, CwalletUser, CwalletUserQuery,
    RiskyRefundsQuery, Withdraw, WithdrawFee, WithdrawFeeQuery, WithdrawToCwallet, Withdrawal,
    WithdrawalQuery, WithdrawalRecord, WithdrawalsQuery,
};

/// Withdrawals, and the checks before one.
impl Client {
    /// Pays out to an address. A success means that the withdrawal was accepted, not that it was paid out. Effect: unkeyed,
    /// never resent once it may have left.
    ///
    /// # Errors
    /// [`Error`] with its outcome. After [`Outcome::Unknown`] use [`confirm`](Self::confirm), and never pay under a new id
    /// before it is resolved.
    #[doc(alias = "applyAppWithdrawToNetwork")]
    pub async fn withdraw(&self, request: Withdraw) -> Result<Withdrawal, Error> {
        self.call(&request).await
    }

    /// Pays out to a Cwallet user. There is no webhook: query it with [`withdrawal`](Self::withdrawal). Effect: unkeyed,
    /// never resent once it may have left.
    ///
    /// # Errors
    /// [`Error`] with its outcome. As [`withdraw`](Self::withdraw).
    #[doc(alias = "applyAppWithdrawToCwallet")]
    pub async fn withdraw_to_cwallet(
        &self,
        request: WithdrawToCwallet,
    ) -> Result<Withdrawal, Error> {
        self.call(&request).await
    }

    /// Returns a withdrawal. Effect: read, repeated when that may help.
    ///
    /// # Errors
    /// [`Error`]; nothing was changed.
    #[doc(alias = "getAppWithdrawRecord")]
    pub async fn withdrawal(&self, request: WithdrawalQuery) -> Result<WithdrawalRecord, Error> {
        self.call(&request).await
    }

    /// Returns a page of withdrawals; all of them: [`rows`](Self::rows). Effect: read, repeated when that may help.
    ///
    /// # Errors
    /// [`Error`]; nothing was changed.
    #[doc(alias = "getAppWithdrawRecordList")]
    pub async fn withdrawals(
        &self,
        request: WithdrawalsQuery,
    ) -> Result<Page<WithdrawalRecord>, Error> {
        self.call(&request).await
    }

    /// Returns a page of automatic withdrawals; all of them: [`rows`](Self::rows). Effect: read, repeated when that may help.
    ///
    /// # Errors
    /// [`Error`]; nothing was changed.
    #[doc(alias = "getAutoWithdrawRecordList")]
    pub async fn auto_withdrawals(
        &self,
        request: AutoWithdrawalsQuery,
    ) -> Result<Page<ConsoleWithdrawal>, Error> {
        self.call(&request).await
    }

    /// Returns a page of refunds of risky deposits; all of them: [`rows`](Self::rows). Effect: read, repeated when that may
    /// help.
    ///
    /// # Errors
    /// [`Error`]; nothing was changed.
    #[doc(alias = "getRiskyRefundRecordList")]
    pub async fn risky_refunds(
        &self,
        request: RiskyRefundsQuery,
    ) -> Result<Page<ConsoleWithdrawal>, Error> {
        self.call(&request).await
    }

    /// Checks whether a Cwallet user exists. Effect: read, repeated when that may help.
    ///
    /// # Errors
    /// [`Error`]; nothing was changed.
    #[doc(alias = "getCwalletUserId")]
    pub async fn cwallet_user(&self, request: CwalletUserQuery) -> Result<CwalletUser, Error> {
        self.call(&request).await
    }

    /// Checks whether an address is valid on a chain. Effect: read, repeated when that may help.
    ///
    /// # Errors
    /// [`Error`]; nothing was changed.
    #[doc(alias = "checkWithdrawalAddressValidity")]
    pub async fn check_address(&self, request: AddressQuery) -> Result<AddressValidity, Error> {
        self.call(&request).await
    }

    /// Returns the network fee of a withdrawal. Effect: read, repeated when that may help.
    ///
    /// # Errors
    /// [`Error`]; nothing was changed.
    #[doc(alias = "getWithdrawFee")]
    pub async fn withdraw_fee(&self, request: WithdrawFeeQuery) -> Result<WithdrawFee, Error> {
        self.call(&request).await
    }
}
