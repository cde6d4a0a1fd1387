//! Records findings.

use payments_core::Timestamp;
use payments_facade::Money;

use super::FindingKind;
use crate::document;
use crate::engine::Transaction;
use crate::error::StoreError;

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

    pub(crate) fn with_money(mut self, money: Option<Money>) -> Self {
        self.money = money;
        self
    }

    /// Records it, once for each gateway, kind and subject. Returns whether it is new, or differs from what was known.
    pub(crate) async fn record(
        &self,
        tx: &mut dyn Transaction,
        now: Timestamp,
    ) -> Result<bool, StoreError> {
        let sql = "INSERT INTO pay_findings (gateway, kind, subject, detail, money, found_at)
            VALUES ($1, $2, $3, $4, $5, $6)
            ON CONFLICT (gateway, kind, subject) DO UPDATE SET detail = $4, money = $5, resolved_at = NULL
            WHERE pay_findings.detail <> $4";
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
