//! How a person resolves a finding.

use payments_core::InvalidRequest;

use super::{COLUMNS, Finding, FindingId, Resolved, finding};
use crate::document;
use crate::engine::{EngineError, EngineErrorKind};
use crate::error::StoreError;
use crate::retry::retry;
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
        let is_given = |field, value: &str| match value.trim().is_empty() {
            true => Err(InvalidRequest::request(field, "is empty")),
            false => Ok(()),
        };
        InvalidRequest::all([is_given("by", by), is_given("because", because)])
            .map_err(ResolveError::Invalid)?;
        retry(|| self.resolve_finding_once(id, by, because)).await?
    }

    async fn resolve_finding_once(
        &self,
        id: &FindingId,
        by: &str,
        because: &str,
    ) -> Result<Result<Finding, ResolveError>, StoreError> {
        let now = self.now();
        let name = [
            id.gateway.as_str().into(),
            id.kind.as_str().into(),
            id.subject.as_str().into(),
        ];
        let mut tx = self.begin().await?;
        let sql = format!(
            "SELECT {COLUMNS} FROM pay_findings WHERE gateway = $1 AND kind = $2 AND subject = $3"
        );
        let rows = tx.query(&sql, &name).await?;
        let Some(mut found) = rows.first().map(finding).transpose()? else {
            return Ok(Err(ResolveError::NotKnown(id.clone())));
        };
        if found.resolved_at.is_some() {
            return Ok(Err(ResolveError::Resolved(Box::new(found))));
        }
        found.resolved_at = Some(now);
        found.resolutions.push(Resolved {
            by: by.to_owned(),
            because: because.to_owned(),
            at_ms: now.as_millis(),
        });
        let mut values = name.to_vec();
        values.push(now.into());
        values.push(
            document::write("resolutions of finding", &id.subject, &found.resolutions)?.into(),
        );
        values.push(found.detail.as_str().into());
        // The decision is about the detail that was read.
        let sql = "UPDATE pay_findings SET resolved_at = $4, resolutions = $5
            WHERE gateway = $1 AND kind = $2 AND subject = $3 AND detail = $6 AND resolved_at IS NULL";
        if tx.execute(sql, &values).await? == 0 {
            let text = "another transaction changed the same finding";
            return Err(EngineError::new(EngineErrorKind::Conflict, text).into());
        }
        tx.commit().await?;
        Ok(Ok(found))
    }
}
