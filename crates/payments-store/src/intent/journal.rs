//! The intents as the journal of a router.

use async_trait::async_trait;
use payments_core::BoxError;
use payments_facade::Ticket;
use payments_facade::router::{Journal, JournalError};

use super::error::IntentError;
use super::{find, record};
use crate::document;
use crate::engine::Value;
use crate::error::StoreError;
use crate::stated::{self, Origin, WEBHOOK_GRACE};
use crate::store::Store;

/// A router with this journal records its calls as intents. So routers and stores of any number of processes over one database use
/// a reference once, [`resolve_due`](Store::resolve_due) resolves a router's calls, too, and a call of a process that died is
/// unknown only when the [longest call](crate::Settings::longest_call) is over.
#[async_trait]
impl Journal for Store {
    async fn sending(&self, ticket: &Ticket) -> Result<(), JournalError> {
        match self.take(ticket).await {
            Ok(_) => Ok(()),
            Err(IntentError::AlreadyMade(intent)) => {
                Err(JournalError::Made(Box::new(intent.ticket)))
            }
            Err(IntentError::Unresolved(intent) | IntentError::Staged(intent)) => {
                Err(JournalError::Unresolved(Box::new(intent.ticket)))
            }
            Err(error) => Err(JournalError::Failed(BoxError::from(error))),
        }
    }

    async fn applied(&self, ticket: &Ticket) {
        // If it fails, the call becomes unknown, and is resolved.
        let _ = self.retry(|| self.mark_applied(ticket)).await;
    }

    async fn unknown(&self, ticket: &Ticket) {
        // If it fails, the call becomes unknown when its longest time is over.
        let _ = self.retry(|| self.mark_unknown(ticket)).await;
    }

    async fn refused(&self, ticket: &Ticket) {
        let _ = self.retry(|| self.mark_refused(ticket)).await;
    }

    async fn not_applied(&self, ticket: &Ticket) {
        let _ = self.retry(|| self.mark_not_applied(ticket)).await;
    }
}

/// The row of a ticket, if the reference's row still is that of this ticket, which may be marked as refused since. The ticket itself
/// never is: a router hands over that from before the call.
const OF_TICKET: &str = "WHERE call = $1 AND reference = $2 AND ticket IN ($3, $4)";

/// Why the outcome of a call is unknown that a provider refused.
const REFUSED: &str = "the provider refused the call because an order exists under the reference, and it is not known whether it is the \
    same; if no query ends it, compare that order with this call and close the intent";

impl Store {
    async fn mark_applied(&self, ticket: &Ticket) -> Result<(), StoreError> {
        let values = values(ticket)?;
        let mut tx = self.begin().await?;
        let sql = format!(
            "UPDATE pay_intents SET state = 'applied', problem = NULL {OF_TICKET} AND state <> 'not_applied'"
        );
        // Otherwise it was ended as not applied, and another call may have taken the row since. A call from before the journal has
        // no row.
        let is_recorded = tx.execute(&sql, &values).await? > 0;
        if !is_recorded
            && find(&mut *tx, ticket.call(), ticket.reference(), self.now())
                .await?
                .is_some()
        {
            let sql =
                format!("UPDATE pay_intents SET state = 'applied', problem = NULL {OF_TICKET}");
            tx.execute(&sql, &values).await?;
            record::contradiction(&mut *tx, ticket, self.now()).await?;
        }
        // A router does not hand over the answer. The reconciler queries payments: without this one, an order whose webhook is lost would never be paid.
        stated::store(
            &mut *tx,
            &ticket.own_record(),
            Origin::Call,
            WEBHOOK_GRACE,
            self.now(),
        )
        .await?;
        tx.commit().await?;
        Ok(())
    }

    async fn mark_unknown(&self, ticket: &Ticket) -> Result<(), StoreError> {
        let sql = format!(
            "UPDATE pay_intents SET state = 'unknown', ends_at = $5, due_at = $5 {OF_TICKET} AND state = 'sending'"
        );
        let mut values = values(ticket)?.to_vec();
        values.push(self.now().into());
        let mut tx = self.begin().await?;
        tx.execute(&sql, &values).await?;
        tx.commit().await?;
        Ok(())
    }

    /// The row gets the marked ticket, also if the call was taken for unknown before its end, or its order seems to be found: without
    /// the mark, that may have been another one. The number rises, so that no query without the mark ends the call.
    async fn mark_refused(&self, ticket: &Ticket) -> Result<(), StoreError> {
        let sql = format!(
            "UPDATE pay_intents SET state = 'unknown', ticket = $4, problem = $6, number = number + 1,
                ends_at = CASE WHEN state = 'sending' THEN $5 ELSE ends_at END,
                due_at = CASE WHEN state = 'unknown' THEN due_at ELSE $5 END
            {OF_TICKET} AND state IN ('sending', 'unknown', 'found')"
        );
        let mut values = values(ticket)?.to_vec();
        values.extend([self.now().into(), REFUSED.into()]);
        let mut tx = self.begin().await?;
        tx.execute(&sql, &values).await?;
        tx.commit().await?;
        Ok(())
    }

    /// A call that made its order stays so.
    async fn mark_not_applied(&self, ticket: &Ticket) -> Result<(), StoreError> {
        let sql = format!(
            "UPDATE pay_intents SET state = 'not_applied' {OF_TICKET} AND state IN ('sending', 'unknown')"
        );
        let mut tx = self.begin().await?;
        tx.execute(&sql, &values(ticket)?).await?;
        tx.commit().await?;
        Ok(())
    }
}

/// The values of [`OF_TICKET`]: the ticket from before the call, and the same one marked as refused.
fn values(ticket: &Ticket) -> Result<[Value; 4], StoreError> {
    let reference = ticket.reference().as_str();
    Ok([
        ticket.call().as_str().into(),
        reference.into(),
        document::write("ticket", reference, ticket)?.into(),
        document::write("ticket", reference, &ticket.clone().refused())?.into(),
    ])
}
