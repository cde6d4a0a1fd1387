//! `webhook/resend`: the webhooks of an hour.

use std::time::Duration;

use async_trait::async_trait;
use ccpayment_client::v2::{DepositQuery, Invoice, Order, ResendWebhooks};
use payments_core::{InvalidRequest, ProviderRef, Timestamp};

use super::{CcpaymentV2, NAME};
use crate::adapter::{read_error, refused};
use crate::answer::{Answer, ProviderResponse};
use crate::error::Error;
use crate::lookup::Lookup;
use crate::webhook::{Resend, Resent};

const RESEND: &str = "resend_webhooks";

/// The longest period that CCPayment allows.
const HOUR: Duration = Duration::from_secs(60 * 60);

/// How long before the payment the period begins. A webhook is sent when the payment is confirmed, so most of the period is after
/// the payment (`assumed`: the page does not say which time of a transaction it compares).
const BEFORE: Duration = Duration::from_secs(5 * 60);

/// The period begins shortly before the latest payment of the order, and only the webhooks of that payment are asked for.
/// Webhooks that were acknowledged are sent again as well: an acknowledged webhook may have been lost after that.
///
/// The record of a payout states no time, so its webhooks cannot be asked for: query it.
#[async_trait]
impl Resend for CcpaymentV2 {
    async fn resend(&self, by: &Lookup) -> Result<Answer<Resent>, Error> {
        let (record, arrived_at) = self.latest_payment(by).await?;
        let start = arrived_at.as_millis().saturating_sub(millis(BEFORE));
        let from = Timestamp::from_millis(start);
        let until = Timestamp::from_millis(start.saturating_add(millis(HOUR)));
        let resend = ResendWebhooks::since(from)
            .records([record])
            .delivered_too(true);
        let resent = self.client.resend_webhooks(resend).await;
        let resent = resent.map_err(read_error)?;
        let count = resent.resend_count;
        Ok(Answer::new(
            Resent::new(from, until, count),
            ProviderResponse::new(resent),
        ))
    }
}

impl CcpaymentV2 {
    /// The latest payment of an order or the one with this id, and when it arrived.
    async fn latest_payment(&self, by: &Lookup) -> Result<(ProviderRef, Timestamp), Error> {
        let mut payments: Vec<(Option<Timestamp>, Option<ProviderRef>)> = Vec::new();
        if let Lookup::Provider(record) = by {
            let deposit = self.client.deposit(DepositQuery::new(record.clone())).await;
            let deposit = deposit.map_err(read_error)?;
            payments.push((deposit.arrived_at, Some(record.clone())));
        } else if let Some(found) = self.find_checkout(by).await? {
            if let Some(order) = found.provided::<Order>() {
                let rows = order.payments.iter();
                payments.extend(rows.map(|one| (one.arrived_at, one.record_id.clone())));
            }
            if let Some(invoice) = found.provided::<Invoice>() {
                let rows = invoice.payments.iter();
                payments.extend(rows.map(|one| (one.arrived_at, one.record_id.clone())));
            }
        }
        let stated = payments
            .into_iter()
            .filter_map(|(arrived_at, record)| Some((arrived_at?, record?)));
        stated
            .max()
            .map(|(arrived_at, record)| (record, arrived_at))
            .ok_or_else(|| {
                let problem = "has no order that was paid, so there is no webhook to send again; a payout is queried";
                refused(NAME, RESEND, InvalidRequest::request("reference", problem))
            })
    }
}

fn millis(duration: Duration) -> u64 {
    u64::try_from(duration.as_millis()).unwrap_or(u64::MAX)
}
