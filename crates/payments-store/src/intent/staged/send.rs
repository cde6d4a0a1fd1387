//! One attempt to send a staged payout.

use std::time::Duration;

use payments_core::{NextStep, Outcome, Timestamp};
use payments_facade::{Error, PayoutOrder};

use super::claim::{Call, Claimed, ORDER};
use crate::backoff;
use crate::document;
use crate::error::StoreError;
use crate::intent::at_most;
use crate::intent::order::Order as _;
use crate::store::Store;

/// The shortest and the longest wait between two attempts. It grows with the time since the payout was staged.
const WAITS: (Duration, Duration) = (Duration::from_secs(5), Duration::from_secs(3_600));

impl Store {
    /// Sends a payout, and records what became of it.
    pub(super) async fn send_staged(&self, claimed: Claimed) -> Result<(), StoreError> {
        let now = self.now();
        // From this moment on, the others take it for one that may have been sent.
        if now >= claimed.ends_at {
            let reason = "recording it took too long";
            return self.retry(|| self.stage_again(&claimed, now, reason)).await;
        }
        let Call {
            gateway,
            order,
            ticket,
        } = &claimed.call;
        let result = tokio::select! {
            biased;
            result = order.make(&**gateway) => result,
            // From now on, everyone takes it for unknown.
            () = self.clock.sleep(claimed.ends_at.since(now)) => return Ok(()),
        };
        let now = self.now();
        if let Err(error) = &result
            && can_be_sent_again(error)
            && now.since(claimed.staged_at) < self.settings.send_within
        {
            let asked = error.retry_after().and_then(|wait| now.checked_add(wait));
            let due = self.next_attempt(claimed.staged_at, now);
            let due = at_most(asked.map_or(due, |asked| due.max(asked)), now);
            let reason = error.to_string();
            return self
                .retry(|| self.stage_again(&claimed, due, &reason))
                .await;
        }
        self.record_result::<PayoutOrder>(ticket, claimed.number, &result, false)
            .await
    }

    /// Stages a payout that certainly had no effect once more.
    pub(super) async fn stage_again(
        &self,
        claimed: &Claimed,
        due: Timestamp,
        reason: &str,
    ) -> Result<(), StoreError> {
        let sql = "UPDATE pay_intents
            SET state = 'staged', number = number + 1, due_at = $4, problem = $5, document = $6
            WHERE call = $1 AND reference = $2 AND number = $3 AND state = 'sending'";
        let Call { order, ticket, .. } = &claimed.call;
        let reference = ticket.reference().as_str();
        let values = [
            ticket.call().as_str().into(),
            reference.into(),
            claimed.number.into(),
            due.into(),
            reason.into(),
            document::write(ORDER, reference, order)?.into(),
        ];
        let mut tx = self.begin().await?;
        match tx.execute(sql, &values).await? {
            // Meanwhile it was taken for unknown, or confirmed: it is not sent again.
            0 => {
                drop(tx);
                self.not_applied(ticket, claimed.number, reason, false)
                    .await
            }
            _ => Ok(tx.commit().await?),
        }
    }

    /// When to try again: after a quarter of the time since it was staged, within limits.
    pub(super) fn next_attempt(&self, staged_at: Timestamp, now: Timestamp) -> Timestamp {
        let (shortest, longest) = WAITS;
        let wait = (now.since(staged_at) / 4).clamp(shortest, longest);
        let wait = backoff::jittered(wait, &*self.entropy);
        now.checked_add(wait).unwrap_or(now)
    }
}

/// Whether the call certainly had no effect, and can have one later without a change of the payout.
fn can_be_sent_again(error: &Error) -> bool {
    let had_no_effect = error.outcome() == Outcome::NotApplied && error.ticket().is_none();
    let can_change = matches!(
        error.next_step(),
        NextStep::RetryLater | NextStep::AddFunds | NextStep::FixConfiguration
    );
    had_no_effect && can_change
}
