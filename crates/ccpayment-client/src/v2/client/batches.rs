//! Batches of withdrawals.

use payments_core::Error;
#[cfg(doc)]
use payments_core::Outcome;

use super::Client;
use crate::v2::list::Page;
use crate::v2::op::{
    AbortBatch, AbortedBatch, AppendToBatch, Appended, Batch, BatchAddresses, BatchQuery,
    BatchRecord, BatchRowsQuery, CheckBatchAddresses, ConfirmBatch, CreateBatch, CreatedBatch,
};

/// Batches of withdrawals. **Client only**, and in no page of the provider: see [`CreateBatch`].
impl Client {
    /// Checks addresses before a batch is created. Effect: read, repeated when that may help.
    ///
    /// # Errors
    /// [`Error`]; nothing was changed.
    #[doc(alias = "checkWithdrawAddress")]
    pub async fn check_batch_addresses(
        &self,
        request: CheckBatchAddresses,
    ) -> Result<BatchAddresses, Error> {
        self.call(&request).await
    }

    /// Creates a batch of withdrawals. Nothing is paid out before [`confirm_batch`](Self::confirm_batch). Effect: unkeyed,
    /// never resent once it may have left.
    ///
    /// # Errors
    /// [`Error`] with its outcome. After [`Outcome::Unknown`] use [`confirm`](Self::confirm).
    #[doc(alias = "applyBatchWithdraw")]
    pub async fn create_batch(&self, request: CreateBatch) -> Result<CreatedBatch, Error> {
        self.call(&request).await
    }

    /// Adds withdrawals to a batch. Effect: unkeyed, never resent once it may have left.
    ///
    /// # Errors
    /// [`Error`] with its outcome. After [`Outcome::Unknown`] list the rows with [`batch_rows`](Self::batch_rows) before you
    /// append again.
    #[doc(alias = "appendBatchWithdraw")]
    pub async fn append_to_batch(&self, request: AppendToBatch) -> Result<Appended, Error> {
        self.call(&request).await
    }

    /// Pays out a batch. Effect: unkeyed, never resent once it may have left.
    ///
    /// # Errors
    /// [`Error`] with its outcome. After [`Outcome::Unknown`] query the [`batch`](Self::batch).
    #[doc(alias = "confirmBatchWithdraw")]
    pub async fn confirm_batch(&self, request: ConfirmBatch) -> Result<Batch, Error> {
        self.call(&request).await
    }

    /// Cancels what a batch has not paid out. Effect: unkeyed, never resent once it may have left.
    ///
    /// # Errors
    /// [`Error`] with its outcome. After [`Outcome::Unknown`] query the [`batch`](Self::batch).
    #[doc(alias = "abortBatchWithdraw")]
    pub async fn abort_batch(&self, request: AbortBatch) -> Result<AbortedBatch, Error> {
        self.call(&request).await
    }

    /// Returns a batch. Effect: read, repeated when that may help.
    ///
    /// # Errors
    /// [`Error`]; nothing was changed.
    #[doc(alias = "getBatchWithdrawOrder")]
    pub async fn batch(&self, request: BatchQuery) -> Result<Batch, Error> {
        self.call(&request).await
    }

    /// Returns a page of the rows of a batch; all of them: [`rows`](Self::rows). Effect: read, repeated when that may help.
    ///
    /// # Errors
    /// [`Error`]; nothing was changed.
    #[doc(alias = "getBatchWithdrawOrderRecordList")]
    pub async fn batch_rows(&self, request: BatchRowsQuery) -> Result<Page<BatchRecord>, Error> {
        self.call(&request).await
    }
}
