//! What a person has to look at.

mod kind;
pub(crate) mod record;
mod resolve;

pub use kind::FindingKind;
pub use resolve::ResolveError;

use std::fmt;
use std::str::FromStr;

use payments_core::{InvalidRequest, Timestamp};
use payments_facade::{GatewayId, Money};
use serde::{Deserialize, Serialize};

use crate::document;
use crate::engine::Row;
use crate::error::StoreError;
use crate::listed::{Listed, listed};
use crate::store::Store;

/// Something that the store noticed and that a person has to check. It is recorded once. If it changes later, such as the missing amount,
/// the same finding gets the new detail and is open again. It also reopens if the same problem returns after it had ended: a payout is
/// refused again, or an amount is wrong again.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Finding {
    /// What it is.
    pub kind: FindingKind,
    /// The gateway.
    pub gateway: GatewayId,
    /// The reference or the id of a payment, an effect key, or an asset.
    pub subject: String,
    /// What was found, and what to do.
    pub detail: String,
    /// The money at stake: what is missing, too much, late, refunded, paid out or different.
    pub money: Option<Money>,
    /// When it was found first, or found again after it was resolved.
    pub found_at: Timestamp,
    /// Since when it is resolved. `None` while a person has to look at it.
    pub resolved_at: Option<Timestamp>,
    /// Who resolved it, and why, the latest last.
    pub resolutions: Vec<Resolved>,
}

/// The end of a finding: by the decision of a person, or by the reconciler if it does not hold any more.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Resolved {
    /// Who decided: a name, or `reconciler`.
    pub by: String,
    /// Why nothing is left to do.
    pub because: String,
    /// When, in milliseconds since the Unix epoch.
    pub at_ms: u64,
}

/// What identifies a finding: `underpaid:cpay/main:order-1001`.
///
/// ```
/// use payments_store::{FindingId, FindingKind};
///
/// let id: FindingId = "underpaid:cpay/main:order-1001".parse()?;
/// assert_eq!(id.kind, FindingKind::Underpaid);
/// assert_eq!((id.gateway.as_str(), id.subject.as_str()), ("cpay/main", "order-1001"));
/// assert_eq!(id.to_string(), "underpaid:cpay/main:order-1001");
/// # Ok::<(), payments_core::InvalidRequest>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct FindingId {
    /// The kind.
    pub kind: FindingKind,
    /// The gateway.
    pub gateway: GatewayId,
    /// The subject.
    pub subject: String,
}

impl fmt::Display for FindingId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let kind = self.kind.as_str();
        write!(f, "{kind}:{}:{}", self.gateway, self.subject)
    }
}

impl FromStr for FindingId {
    type Err = InvalidRequest;

    fn from_str(text: &str) -> Result<Self, InvalidRequest> {
        let mut parts = text.splitn(3, ':');
        let mut part = || parts.next().filter(|part| !part.is_empty());
        let (Some(kind), Some(gateway), Some(subject)) = (part(), part(), part()) else {
            return Err(
                InvalidRequest::request("finding", "is no finding").allowed("KIND:GATEWAY:SUBJECT")
            );
        };
        Ok(Self {
            kind: kind.parse()?,
            gateway: gateway.parse()?,
            subject: subject.to_owned(),
        })
    }
}

/// Which findings to read. The default: those of all kinds that are not resolved.
#[derive(Clone, Copy, Debug, Default)]
pub struct FindingFilter {
    /// Only those found at this time or later.
    pub since: Option<Timestamp>,
    /// Only those of this kind.
    pub kind: Option<FindingKind>,
    /// Also those that are resolved.
    pub with_resolved: bool,
}

const COLUMNS: &str = "kind, gateway, subject, detail, money, found_at, resolved_at, resolutions";

impl Finding {
    /// What identifies it.
    #[must_use]
    pub fn id(&self) -> FindingId {
        FindingId {
            kind: self.kind,
            gateway: self.gateway.clone(),
            subject: self.subject.clone(),
        }
    }
}

fn finding(row: &Row) -> Result<Finding, StoreError> {
    let subject = row.text(2)?;
    let kind = row.text(0)?;
    let money = row.optional_text(4)?;
    let money = money.map(|text| document::read("money of finding", subject, text));
    let resolutions = row.optional_text(7)?;
    let resolutions =
        resolutions.map(|text| document::read("resolutions of finding", subject, text));
    Ok(Finding {
        kind: kind.parse().map_err(|_| StoreError::Unreadable {
            document: "kind of finding",
            name: kind.to_owned(),
            problem: "this release does not know it".to_owned(),
        })?,
        gateway: document::read_text("gateway", row.text(1)?)?,
        subject: subject.to_owned(),
        detail: row.text(3)?.to_owned(),
        money: money.transpose()?,
        found_at: row.time(5)?,
        resolved_at: row.optional_time(6)?,
        resolutions: resolutions.transpose()?.unwrap_or_default(),
    })
}

impl Store {
    /// The findings that are not resolved, the latest first, at most `limit` of them. Effect: read.
    ///
    /// # Errors
    /// [`StoreError`], also if one of them cannot be read: [`list_findings`](Self::list_findings) returns the others.
    pub async fn findings(&self, limit: u32) -> Result<Vec<Finding>, StoreError> {
        self.findings_by(&FindingFilter::default(), limit).await
    }

    /// As [`findings`](Self::findings), those that this filter selects.
    ///
    /// # Errors
    /// As there.
    pub async fn findings_by(
        &self,
        filter: &FindingFilter,
        limit: u32,
    ) -> Result<Vec<Finding>, StoreError> {
        let rows = self.retry(|| self.read_findings(filter, limit)).await?;
        rows.iter().map(finding).collect()
    }

    /// As [`findings_by`](Self::findings_by). One that cannot be read is in the list as well, with its id and the reason.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn list_findings(
        &self,
        filter: &FindingFilter,
        limit: u32,
    ) -> Result<Vec<Listed<Finding>>, StoreError> {
        let rows = self.retry(|| self.read_findings(filter, limit)).await?;
        let key = |row: &Row| {
            let (kind, gateway, subject) = (row.text(0)?, row.text(1)?, row.text(2)?);
            Ok(format!("{kind}:{gateway}:{subject}"))
        };
        Ok(listed(&rows, finding, key))
    }

    async fn read_findings(
        &self,
        filter: &FindingFilter,
        limit: u32,
    ) -> Result<Vec<Row>, StoreError> {
        let resolved = match filter.with_resolved {
            true => "",
            false => "AND resolved_at IS NULL",
        };
        let sql = format!(
            "SELECT {COLUMNS} FROM pay_findings WHERE found_at >= $1 AND ($2 = '' OR kind = $2) {resolved}
            ORDER BY found_at DESC, kind, gateway, subject LIMIT $3"
        );
        let values = [
            filter.since.unwrap_or_default().into(),
            filter.kind.map_or("", FindingKind::as_str).into(),
            i64::from(limit).into(),
        ];
        let mut tx = self.begin().await?;
        Ok(tx.query(&sql, &values).await?)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_has_three_parts_and_a_subject_may_have_more() {
        for text in [
            "underpaid:cpay/main:order-1001",
            "sum_difference:cpay/main:2023-11-14 USDT",
            "missed_webhook:fake/main:fake/main:fake-1:completed.1",
        ] {
            let id: FindingId = text.parse().unwrap();
            assert_eq!(id.to_string(), text);
        }
        for text in [
            "",
            "underpaid",
            "underpaid:cpay/main",
            "underpaid:cpay/main:",
            "underpaid::order-1001",
            ":cpay/main:order-1001",
            "paid:cpay/main:order-1001",
            "underpaid:cpay:order-1001",
        ] {
            assert!(text.parse::<FindingId>().is_err(), "{text}");
        }
    }
}
