//! Records findings.

use payments_core::Timestamp;
use payments_facade::{Money, Payment};

use super::{COLUMNS, Finding, FindingId, FindingKind, Resolved, finding};
use crate::document;
use crate::engine::{EngineError, EngineErrorKind, Transaction, Value};
use crate::error::StoreError;
use crate::payments::reading::subject;

/// A finding that may be known already.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Found {
    pub(crate) kind: FindingKind,
    pub(crate) gateway: String,
    pub(crate) subject: String,
    /// It depends on what was found only, so that a repeated search finds the same.
    pub(crate) detail: String,
    pub(crate) money: Option<Money>,
}

impl Found {
    pub(crate) fn new(
        kind: FindingKind,
        gateway: &str,
        subject: impl Into<String>,
        detail: impl Into<String>,
    ) -> Self {
        Self {
            kind,
            gateway: gateway.to_owned(),
            subject: subject.into(),
            detail: detail.into(),
            money: None,
        }
    }

    /// About a payment.
    pub(crate) fn about(kind: FindingKind, payment: &Payment, detail: impl Into<String>) -> Self {
        Self::new(kind, payment.gateway().as_str(), subject(payment), detail)
    }

    /// The sources of the payment contradict each other.
    pub(crate) fn contested(payment: &Payment) -> Option<Self> {
        let detail =
            "the sources of the payment contradict each other: compare them with the provider";
        let is_contested = payment.is_contested();
        is_contested.then(|| Self::about(FindingKind::Contested, payment, detail))
    }

    /// Something stored that cannot be read. Several tasks come across the same payment or balance: it is one finding, under its name.
    pub(crate) fn unreadable(gateway: &str, subject: &str, error: &StoreError) -> Self {
        let subject = match error {
            StoreError::Unreadable {
                document: document::PAYMENT | document::SUMS,
                name,
                ..
            } => name,
            _ => subject,
        };
        let detail = format!(
            "{error}: it is left out until it can be; use the latest release, or restore it from a backup"
        );
        Self::new(FindingKind::Unreadable, gateway, subject, detail)
    }

    pub(crate) fn with_money(mut self, money: Option<Money>) -> Self {
        self.money = money;
        self
    }

    /// Records it, once for each gateway, kind and subject. Returns whether it is new, or differs from what was known. The same is
    /// new again after it had [ended](end), and not after a person resolved it. One that was resolved is found at this time.
    pub(crate) async fn record(
        &self,
        tx: &mut dyn Transaction,
        now: Timestamp,
    ) -> Result<bool, StoreError> {
        let sql = "INSERT INTO pay_findings (gateway, kind, subject, detail, money, found_at)
            VALUES ($1, $2, $3, $4, $5, $6)
            ON CONFLICT (gateway, kind, subject) DO UPDATE SET detail = $4, money = $5, resolved_at = NULL, holds = 1,
                found_at = CASE WHEN pay_findings.resolved_at IS NULL THEN pay_findings.found_at ELSE $6 END
            WHERE pay_findings.detail <> $4 OR pay_findings.holds = 0";
        let money = self.money.as_ref();
        let money = money.map(|money| document::write("money of finding", &self.subject, money));
        let values = [
            self.gateway.as_str().into(),
            self.kind.as_str().into(),
            self.subject.as_str().into(),
            self.detail.as_str().into(),
            money.transpose()?.into(),
            now.into(),
        ];
        Ok(tx.execute(sql, &values).await? > 0)
    }
}

/// Ends a finding that does not hold any more, if there is one. If the same is found later, it is open again, even if a person had
/// resolved it before. One that cannot be read stays open: what it is about must not wait for someone who repairs it.
pub(crate) async fn end(
    tx: &mut dyn Transaction,
    id: &FindingId,
    by: &str,
    because: &str,
    now: Timestamp,
) -> Result<(), StoreError> {
    match resolve(tx, id, by, because, now).await {
        Err(StoreError::Unreadable { .. }) => return Ok(()),
        resolved => resolved?,
    };
    let sql = "UPDATE pay_findings SET holds = 0 WHERE gateway = $1 AND kind = $2 AND subject = $3 AND holds = 1";
    tx.execute(sql, &key(id)).await?;
    Ok(())
}

/// Whether a person has resolved a finding, and it has not ended since.
pub(crate) async fn is_settled(
    tx: &mut dyn Transaction,
    id: &FindingId,
) -> Result<bool, EngineError> {
    let sql = "SELECT 1 FROM pay_findings WHERE gateway = $1 AND kind = $2 AND subject = $3
        AND resolved_at IS NOT NULL AND holds = 1";
    Ok(!tx.query(sql, &key(id)).await?.is_empty())
}

/// Resolves a finding, if there is one and it is open. The decision is about the detail that was read.
pub(crate) async fn resolve(
    tx: &mut dyn Transaction,
    id: &FindingId,
    by: &str,
    because: &str,
    now: Timestamp,
) -> Result<Option<Finding>, StoreError> {
    let Some(mut open) = find(tx, id).await?.filter(|it| it.resolved_at.is_none()) else {
        return Ok(None);
    };
    open.resolved_at = Some(now);
    open.resolutions.push(Resolved {
        by: by.to_owned(),
        because: because.to_owned(),
        at_ms: now.as_millis(),
    });
    let resolutions = document::write("resolutions of finding", &id.subject, &open.resolutions)?;
    let sql = "UPDATE pay_findings SET resolved_at = $4, resolutions = $5
        WHERE gateway = $1 AND kind = $2 AND subject = $3 AND detail = $6 AND resolved_at IS NULL";
    let values = [
        id.gateway.as_str().into(),
        id.kind.as_str().into(),
        id.subject.as_str().into(),
        now.into(),
        resolutions.into(),
        open.detail.as_str().into(),
    ];
    match tx.execute(sql, &values).await? {
        0 => {
            let text = "another transaction changed the same finding";
            Err(EngineError::new(EngineErrorKind::Conflict, text).into())
        }
        _ => Ok(Some(open)),
    }
}

pub(super) async fn find(
    tx: &mut dyn Transaction,
    id: &FindingId,
) -> Result<Option<Finding>, StoreError> {
    let sql = format!(
        "SELECT {COLUMNS} FROM pay_findings WHERE gateway = $1 AND kind = $2 AND subject = $3"
    );
    let rows = tx.query(&sql, &key(id)).await?;
    rows.first().map(finding).transpose()
}

fn key(id: &FindingId) -> [Value; 3] {
    [
        id.gateway.as_str().into(),
        id.kind.as_str().into(),
        id.subject.as_str().into(),
    ]
}
