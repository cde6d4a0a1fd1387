//! How a person resolves a finding.

use payments_core::InvalidRequest;

use super::{Finding, FindingId, record};
use crate::decision;
use crate::error::StoreError;
use crate::store::Store;

/// Why a finding was not resolved. Nothing was changed.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ResolveError {
    /// The name or the reason is empty.
    #[error("nothing was changed: {0}")]
    Invalid(InvalidRequest),
    /// There is no such finding.
    #[error("nothing was changed: there is no finding {0}")]
    NotKnown(FindingId),
    /// It is resolved already.
    #[error("nothing was changed: {} is resolved already", .0.id())]
    Resolved(Box<Finding>),
    /// The database failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl Store {
    /// Resolves a finding by the decision of a person, with the name and the reason. Nothing is sent.
    ///
    /// # Errors
    /// [`ResolveError`].
    pub async fn resolve_finding(
        &self,
        id: &FindingId,
        by: &str,
        because: &str,
    ) -> Result<Finding, ResolveError> {
        decision::check(by, because).map_err(ResolveError::Invalid)?;
        self.retry(|| self.resolve_finding_once(id, by, because))
            .await?
    }

    async fn resolve_finding_once(
        &self,
        id: &FindingId,
        by: &str,
        because: &str,
    ) -> Result<Result<Finding, ResolveError>, StoreError> {
        let mut tx = self.begin().await?;
        let Some(resolved) = record::resolve(&mut *tx, id, by, because, self.now()).await? else {
            return Ok(Err(match record::find(&mut *tx, id).await? {
                Some(found) => ResolveError::Resolved(Box::new(found)),
                None => ResolveError::NotKnown(id.clone()),
            }));
        };
        tx.commit().await?;
        Ok(Ok(resolved))
    }
}
