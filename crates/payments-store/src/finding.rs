//! What a person has to look at.

pub(crate) mod record;

use payments_core::Timestamp;
use payments_facade::GatewayId;

use crate::document;
use crate::error::StoreError;
use crate::store::Store;

/// Something that the store noticed and that a person has to look at.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Finding {
    /// What it is: `contested` (the sources of a payment contradict each other), `conflict` (another order exists under the
    /// reference of an intent) or `other_content` (two webhooks with one effect key differ).
    pub kind: String,
    /// The gateway.
    pub gateway: GatewayId,
    /// The payment, reference or effect key.
    pub subject: String,
    /// What was found, and what to do.
    pub detail: String,
    /// When.
    pub found_at: Timestamp,
}

impl Store {
    /// All findings, the latest first, at most `limit` of them. Effect: read.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn findings(&self, limit: u32) -> Result<Vec<Finding>, StoreError> {
        self.retry(|| self.read_findings(limit)).await
    }

    async fn read_findings(&self, limit: u32) -> Result<Vec<Finding>, StoreError> {
        let sql = "SELECT kind, gateway, subject, detail, found_at FROM pay_findings
            ORDER BY found_at DESC, kind, subject LIMIT $1";
        let mut tx = self.begin().await?;
        let rows = tx.query(sql, &[i64::from(limit).into()]).await?;
        let findings = rows.iter().map(|row| {
            Ok(Finding {
                kind: row.text(0)?.to_owned(),
                gateway: document::read_text("gateway", row.text(1)?)?,
                subject: row.text(2)?.to_owned(),
                detail: row.text(3)?.to_owned(),
                found_at: row.time(4)?,
            })
        });
        findings.collect()
    }
}
