//! `webhook/resend`: the webhooks of an hour.

use std::time::Duration;

use async_trait::async_trait;
use ccpayment_client::v1::{DepositQuery, OrderType, ResendWebhooks, Trade, WithdrawalQuery};
use payments_core::{InvalidRequest, MerchantRef, Timestamp};

use super::{Ccpayment, PROVIDER, recovery};
use crate::adapter::{read_error, refused};
use crate::answer::{Answer, ProviderResponse};
use crate::error::Error;
use crate::lookup::Lookup;
use crate::webhook::{Resend, Resent};

const NAME: &str = "resend_webhooks";

/// The longest period that CCPayment allows.
const HOUR: Duration = Duration::from_secs(60 * 60);

/// How long before the payment the period begins. A webhook is sent when the payment is confirmed, so most of the period is after
/// the payment (`assumed`: the page does not say which time of a transaction it compares).
const BEFORE: Duration = Duration::from_secs(5 * 60);

/// The period begins shortly before the latest payment of the order. Webhooks that were acknowledged are sent again as well: an
/// acknowledged webhook may have been lost after that.
#[async_trait]
impl Resend for Ccpayment {
    async fn resend(&self, by: &Lookup) -> Result<Answer<Resent>, Error> {
        let reference = recovery::reference(by, NAME)?;
        let (paid_at, order_type) = self.latest_payment(reference).await?;
        let start = paid_at.as_millis().saturating_sub(millis(BEFORE));
        let from = Timestamp::from_millis(start);
        let until = Timestamp::from_millis(start.saturating_add(millis(HOUR)));
        let resend = ResendWebhooks::since(from).only(order_type);
        let resent = self
            .client
            .resend_webhooks(resend.delivered_too(true))
            .await;
        let resent = resent.map_err(read_error)?;
        let count = resent.count;
        Ok(Answer::new(
            Resent::new(from, until, count),
            ProviderResponse::new(resent),
        ))
    }
}

impl Ccpayment {
    /// The time of the latest payment of an order or payout, and which webhooks report it.
    async fn latest_payment(
        &self,
        reference: &MerchantRef,
    ) -> Result<(Timestamp, OrderType), Error> {
        let latest = |trades: &[Trade], created: Option<Timestamp>| {
            let paid = trades.iter().filter_map(|one| one.pay_time).max();
            paid.or(created.filter(|_| !trades.is_empty()))
        };
        let unpaid = || {
            let problem = "has no order that was paid, so there is no webhook to send again";
            refused(
                PROVIDER,
                NAME,
                InvalidRequest::request("reference", problem),
            )
        };
        let query = DepositQuery::one(reference.clone());
        // A payout under this reference is an error here.
        if let Ok(found) = self.client.deposits(query).await
            && let Some(row) = found.find(reference)
        {
            let time = latest(&row.payments, row.created);
            return time
                .map(|time| (time, OrderType::ApiDeposit))
                .ok_or_else(unpaid);
        }
        let query = WithdrawalQuery::one(reference.clone());
        let found = self.client.withdrawals(query).await.map_err(read_error)?;
        let row = found.find(reference);
        row.and_then(|row| latest(&row.transfers, row.created))
            .map(|time| (time, OrderType::ApiWithdrawal))
            .ok_or_else(unpaid)
    }
}

fn millis(duration: Duration) -> u64 {
    u64::try_from(duration.as_millis()).unwrap_or(u64::MAX)
}
