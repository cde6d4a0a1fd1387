//! The user wallet system.

use payments_core::Error;
#[cfg(doc)]
use payments_core::Outcome;

use super::Client;
use crate::v2::list::Page;
use crate::v2::op::{
    Assets, AssignUserAddress, Deposit, DepositAddress, OneAsset, SwapRecord, Swapped,
    UserAssetQuery, UserAssetsQuery, UserDepositQuery, UserDepositsQuery, UserSwap, UserSwapQuery,
    UserSwapsQuery, UserTransfer, UserTransferQuery, UserTransferRecord, UserTransferred,
    UserTransfersQuery, UserWithdraw, UserWithdrawToCwallet, UserWithdrawalQuery,
    UserWithdrawalsQuery, Withdrawal, WithdrawalRecord,
};

/// The user wallet system: balances that the provider keeps for the merchant's users. **Client only**: neither the facade
/// nor the sandbox has it.
impl Client {
    /// Returns the balances of a user of the user wallet system. Effect: read, repeated when that may help.
    ///
    /// # Errors
    /// [`Error`]; nothing was changed.
    #[doc(alias = "getUserCoinAssetList")]
    pub async fn user_assets(&self, request: UserAssetsQuery) -> Result<Assets, Error> {
        self.call(&request).await
    }

    /// Returns a user's balance of one coin. Effect: read, repeated when that may help.
    ///
    /// # Errors
    /// [`Error`]; nothing was changed.
    #[doc(alias = "getUserCoinAsset")]
    pub async fn user_asset(&self, request: UserAssetQuery) -> Result<OneAsset, Error> {
        self.call(&request).await
    }

    /// Returns the deposit address of a user, and assigns one if the user has no address. Effect: keyed, repeated when that
    /// may help.
    ///
    /// # Errors
    /// [`Error`] with its outcome. After [`Outcome::Unknown`] call it again: it returns the same address.
    #[doc(alias = "getOrCreateUserDepositAddress")]
    pub async fn user_deposit_address(
        &self,
        request: AssignUserAddress,
    ) -> Result<DepositAddress, Error> {
        self.call(&request).await
    }

    /// Returns a deposit of a user. Credit the user of a webhook by it. Effect: read, repeated when that may help.
    ///
    /// # Errors
    /// [`Error`]; nothing was changed.
    #[doc(alias = "getUserDepositRecord")]
    pub async fn user_deposit(&self, request: UserDepositQuery) -> Result<Deposit, Error> {
        self.call(&request).await
    }

    /// Returns a page of deposits of a user; all of them: [`rows`](Self::rows). Effect: read, repeated when that may help.
    ///
    /// # Errors
    /// [`Error`]; nothing was changed.
    #[doc(alias = "getUserDepositRecordList")]
    pub async fn user_deposits(&self, request: UserDepositsQuery) -> Result<Page<Deposit>, Error> {
        self.call(&request).await
    }

    /// Pays out a user's coins to an address. A success means that the withdrawal was accepted, not that it was paid out.
    /// Effect: unkeyed, never resent once it may have left.
    ///
    /// # Errors
    /// [`Error`] with its outcome. After [`Outcome::Unknown`] use [`confirm`](Self::confirm), and never move the same money
    /// under a new id before it is resolved.
    #[doc(alias = "applyUserWithdrawToNetwork")]
    pub async fn user_withdraw(&self, request: UserWithdraw) -> Result<Withdrawal, Error> {
        self.call(&request).await
    }

    /// Pays out a user's coins to a Cwallet user. There is no webhook: query it with
    /// [`user_withdrawal`](Self::user_withdrawal). Effect: unkeyed, never resent once it may have left.
    ///
    /// # Errors
    /// [`Error`] with its outcome. After [`Outcome::Unknown`] use [`confirm`](Self::confirm), and never move the same money
    /// under a new id before it is resolved.
    #[doc(alias = "applyUserWithdrawToCwallet")]
    pub async fn user_withdraw_to_cwallet(
        &self,
        request: UserWithdrawToCwallet,
    ) -> Result<Withdrawal, Error> {
        self.call(&request).await
    }

    /// Returns a withdrawal of a user. Effect: read, repeated when that may help.
    ///
    /// # Errors
    /// [`Error`]; nothing was changed.
    #[doc(alias = "getUserWithdrawRecord")]
    pub async fn user_withdrawal(
        &self,
        request: UserWithdrawalQuery,
    ) -> Result<WithdrawalRecord, Error> {
        self.call(&request).await
    }

    /// Returns a page of withdrawals of a user; all of them: [`rows`](Self::rows). Effect: read, repeated when that may help.
    ///
    /// # Errors
    /// [`Error`]; nothing was changed.
    #[doc(alias = "getUserWithdrawRecordList")]
    pub async fn user_withdrawals(
        &self,
        request: UserWithdrawalsQuery,
    ) -> Result<Page<WithdrawalRecord>, Error> {
        self.call(&request).await
    }

    /// Moves coins between two users, or from a user to the merchant, at once. Effect: unkeyed, never resent once it may
    /// have left.
    ///
    /// # Errors
    /// [`Error`] with its outcome. After [`Outcome::Unknown`] use [`confirm`](Self::confirm), and never move the same money
    /// under a new id before it is resolved.
    #[doc(alias = "userTransfer")]
    pub async fn user_transfer(&self, request: UserTransfer) -> Result<UserTransferred, Error> {
        self.call(&request).await
    }

    /// Returns a transfer between users. Effect: read, repeated when that may help.
    ///
    /// # Errors
    /// [`Error`]; nothing was changed.
    #[doc(alias = "getUserTransferRecord")]
    pub async fn user_transfer_record(
        &self,
        request: UserTransferQuery,
    ) -> Result<UserTransferRecord, Error> {
        self.call(&request).await
    }

    /// Returns a page of transfers of a user; all of them: [`rows`](Self::rows). Effect: read, repeated when that may help.
    ///
    /// # Errors
    /// [`Error`]; nothing was changed.
    #[doc(alias = "getUserTransferRecordList")]
    pub async fn user_transfer_records(
        &self,
        request: UserTransfersQuery,
    ) -> Result<Page<UserTransferRecord>, Error> {
        self.call(&request).await
    }

    /// Exchanges coins of a user, at once. Estimate it with [`estimate_swap`](Self::estimate_swap). Effect: unkeyed, never
    /// resent once it may have left.
    ///
    /// # Errors
    /// [`Error`] with its outcome. After [`Outcome::Unknown`] use [`confirm`](Self::confirm), and never move the same money
    /// under a new id before it is resolved.
    #[doc(alias = "userSwap")]
    pub async fn user_swap(&self, request: UserSwap) -> Result<Swapped, Error> {
        self.call(&request).await
    }

    /// Returns a swap of a user. Effect: read, repeated when that may help.
    ///
    /// # Errors
    /// [`Error`]; nothing was changed.
    #[doc(alias = "getUserSwapRecord")]
    pub async fn user_swap_record(&self, request: UserSwapQuery) -> Result<SwapRecord, Error> {
        self.call(&request).await
    }

    /// Returns a page of swaps of users; all of them: [`rows`](Self::rows). Effect: read, repeated when that may help.
    ///
    /// # Errors
    /// [`Error`]; nothing was changed.
    #[doc(alias = "getUserSwapRecordList")]
    pub async fn user_swap_records(
        &self,
        request: UserSwapsQuery,
    ) -> Result<Page<SwapRecord>, Error> {
        self.call(&request).await
    }
}
