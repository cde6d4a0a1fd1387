//! Records findings.

use payments_core::Timestamp;

use crate::engine::{EngineError, Transaction};

/// Records a finding, once for each gateway, kind and subject.
pub(crate) async fn add(
    tx: &mut dyn Transaction,
    kind: &str,
    gateway: &str,
    subject: &str,
    detail: &str,
    now: Timestamp,
) -> Result<(), EngineError> {
    let sql = "INSERT INTO pay_findings (gateway, kind, subject, detail, found_at)
        VALUES ($1, $2, $3, $4, $5) ON CONFLICT (gateway, kind, subject) DO NOTHING";
    let values = [
        gateway.into(),
        kind.into(),
        subject.into(),
        detail.into(),
        now.into(),
    ];
    tx.execute(sql, &values).await?;
    Ok(())
}
