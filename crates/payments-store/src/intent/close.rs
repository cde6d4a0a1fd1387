//! How a person ends an intent.

use payments_core::{InvalidRequest, MerchantRef, Timestamp};
use payments_facade::ticket::{Closed, ClosedAs, MoneyCall};
use payments_facade::{Payment, Ticket};

use super::{Intent, IntentState, find};
use crate::decision;
use crate::document;
use crate::engine::{EngineError, EngineErrorKind, Transaction};
use crate::error::StoreError;
use crate::payments;
use crate::stated::{self, Origin, WEBHOOK_GRACE};
use crate::store::Store;

/// Why an intent was not closed. Nothing was changed.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum CloseError {
    /// The name or the reason is empty.
    #[error("nothing was changed: {0}")]
    Invalid(InvalidRequest),
    /// There is no such intent.
    #[error("there is no {} with the reference {reference}", .call.as_str())]
    NotKnown {
        /// The kind of call.
        call: MoneyCall,
        /// The reference.
        reference: MerchantRef,
    },
    /// It waits to be sent.
    #[error("nothing was changed: the call under {} was not sent yet, `cancel` it", .0.ticket.reference())]
    Staged(Box<Intent>),
    /// It was sent, or may have been.
    #[error("nothing was changed: the call under {} may have been sent, `resolve` or `close` it", .0.ticket.reference())]
    Sent(Box<Intent>),
    /// Its request may be under way.
    #[error("nothing was changed: the call under {} is being made, try again later", .0.ticket.reference())]
    Sending(Box<Intent>),
    /// Its outcome is known.
    #[error(
        "nothing was changed: the call under {} has ended as {}",
        .0.ticket.reference(),
        .0.state.as_str()
    )]
    Ended(Box<Intent>),
    /// The database failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl Intent {
    /// The intent, if a person may [close](Store::close) it in the state it has here: unknown or found.
    ///
    /// # Errors
    /// The [`CloseError`] that `close` would return.
    pub fn closable(self) -> Result<Self, CloseError> {
        match self.state {
            IntentState::Unknown | IntentState::Found => Ok(self),
            IntentState::Staged => Err(CloseError::Staged(Box::new(self))),
            IntentState::Sending => Err(CloseError::Sending(Box::new(self))),
            IntentState::Applied | IntentState::NotApplied => {
                Err(CloseError::Ended(Box::new(self)))
            }
        }
    }

    /// The intent, if a person may [cancel](Store::cancel) it in the state it has here: staged.
    ///
    /// # Errors
    /// The [`CloseError`] that `cancel` would return.
    pub fn cancellable(self) -> Result<Self, CloseError> {
        match self.state {
            IntentState::Staged => Ok(self),
            IntentState::Sending => Err(CloseError::Sending(Box::new(self))),
            IntentState::Unknown | IntentState::Found => Err(CloseError::Sent(Box::new(self))),
            IntentState::Applied | IntentState::NotApplied => {
                Err(CloseError::Ended(Box::new(self)))
            }
        }
    }
}

impl Store {
    /// Ends an unknown or found intent by the decision of a person, with the name and the reason. Nothing is sent.
    ///
    /// With [`ClosedAs::NotApplied`], another call can be made under the reference: it pays twice if the decision is wrong. If the
    /// provider has reported an order under the reference, no call is ever sent under it, whatever is decided. Once you are sure that
    /// the reported order is another one, make the call under another reference.
    ///
    /// With [`ClosedAs::Applied`], the call is one of the [payments](Self::payments) that the [reconciler](Self::reconcile) queries.
    ///
    /// # Errors
    /// [`CloseError`].
    pub async fn close(
        &self,
        call: MoneyCall,
        reference: &MerchantRef,
        outcome: ClosedAs,
        by: &str,
        because: &str,
    ) -> Result<Intent, CloseError> {
        decision::check(by, because).map_err(CloseError::Invalid)?;
        self.retry(|| self.close_once(call, reference, outcome, by, because))
            .await?
    }

    /// Takes a staged call back before it is sent, by the decision of a person, with the name and the reason. Another call can
    /// be made under the reference then. Nothing is sent.
    ///
    /// # Errors
    /// [`CloseError`].
    pub async fn cancel(
        &self,
        call: MoneyCall,
        reference: &MerchantRef,
        by: &str,
        because: &str,
    ) -> Result<Intent, CloseError> {
        decision::check(by, because).map_err(CloseError::Invalid)?;
        self.retry(|| self.cancel_once(call, reference, by, because))
            .await?
    }

    async fn close_once(
        &self,
        call: MoneyCall,
        reference: &MerchantRef,
        outcome: ClosedAs,
        by: &str,
        because: &str,
    ) -> Result<Result<Intent, CloseError>, StoreError> {
        let now = self.now();
        let mut tx = self.begin().await?;
        let open = match find(&mut *tx, call, reference, now).await? {
            Some(open) => open,
            None => return Ok(Err(not_known(call, reference))),
        };
        let open = match open.closable() {
            Ok(open) => open,
            Err(refused) => return Ok(Err(refused)),
        };
        let closed = match open.ticket.close(outcome, Some(by), because, now) {
            Ok(closed) => closed,
            Err(invalid) => return Ok(Err(CloseError::Invalid(invalid))),
        };
        if outcome == ClosedAs::Applied {
            make_payment(&mut *tx, &open.ticket, now).await?;
        }
        end(tx, open, closed, "'sending', 'unknown', 'found'").await
    }

    async fn cancel_once(
        &self,
        call: MoneyCall,
        reference: &MerchantRef,
        by: &str,
        because: &str,
    ) -> Result<Result<Intent, CloseError>, StoreError> {
        let now = self.now();
        let mut tx = self.begin().await?;
        let staged = match find(&mut *tx, call, reference, now).await? {
            Some(staged) => staged,
            None => return Ok(Err(not_known(call, reference))),
        };
        let staged = match staged.cancellable() {
            Ok(staged) => staged,
            Err(refused) => return Ok(Err(refused)),
        };
        let outcome = ClosedAs::NotApplied;
        let closed = match staged.ticket.close(outcome, Some(by), because, now) {
            Ok(closed) => closed,
            Err(invalid) => return Ok(Err(CloseError::Invalid(invalid))),
        };
        end(tx, staged, closed, "'staged'").await
    }
}

/// Makes the payment of a call that took effect, if the provider has not reported it: the reconciler queries payments, and otherwise
/// money whose webhook is lost would never be found.
async fn make_payment(
    tx: &mut dyn Transaction,
    ticket: &Ticket,
    now: Timestamp,
) -> Result<(), StoreError> {
    let asked = ticket.own_record();
    let is_it = |known: &Payment| known.kind() == asked.kind() || !known.kind().is_stated();
    match payments::sharing_names(tx, &asked).await {
        Ok(known) if known.iter().any(is_it) => {}
        // One that cannot be read is a payment as well.
        Err(StoreError::Unreadable { .. }) => {}
        known => {
            known?;
            stated::store(tx, &asked, Origin::Call, WEBHOOK_GRACE, now).await?;
        }
    }
    Ok(())
}

/// Records the decision, if the intent still is in one of these states.
async fn end(
    mut tx: Box<dyn Transaction>,
    mut intent: Intent,
    closed: Closed,
    states: &str,
) -> Result<Result<Intent, CloseError>, StoreError> {
    intent.state = match closed.outcome {
        ClosedAs::Applied => IntentState::Applied,
        ClosedAs::NotApplied => IntentState::NotApplied,
    };
    intent.closed.push(closed);
    let sql = format!(
        "UPDATE pay_intents SET state = $4, closed = $5, document = NULL
        WHERE call = $1 AND reference = $2 AND number = $3 AND state IN ({states})"
    );
    let reference = intent.ticket.reference().as_str();
    let values = [
        intent.ticket.call().as_str().into(),
        reference.into(),
        intent.number.into(),
        intent.state.as_str().into(),
        document::write("record of intent", reference, &intent.closed)?.into(),
    ];
    if tx.execute(&sql, &values).await? == 0 {
        let text = "the intent changed in the meantime";
        return Err(EngineError::new(EngineErrorKind::Conflict, text).into());
    }
    tx.commit().await?;
    Ok(Ok(intent))
}

fn not_known(call: MoneyCall, reference: &MerchantRef) -> CloseError {
    CloseError::NotKnown {
        call,
        reference: reference.clone(),
    }
}
