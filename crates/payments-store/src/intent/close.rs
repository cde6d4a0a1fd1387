//! How a person ends an intent.

use payments_core::{InvalidRequest, MerchantRef};
use payments_facade::ticket::{ClosedAs, MoneyCall};

use super::{Intent, IntentState, find};
use crate::document;
use crate::error::StoreError;
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

impl Store {
    /// Ends an unknown or found intent by the decision of a person, with the name and the reason. Nothing is sent.
    ///
    /// With [`ClosedAs::NotApplied`], another call can be made under the reference: it pays twice if the decision is wrong.
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
        let is_given = |field, value: &str| match value.trim().is_empty() {
            true => Err(InvalidRequest::request(field, "is empty")),
            false => Ok(()),
        };
        InvalidRequest::all([is_given("by", by), is_given("because", because)])
            .map_err(CloseError::Invalid)?;
        self.retry(|| self.close_once(call, reference, outcome, by, because))
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
        let Some(mut open) = find(&mut *tx, call, reference, now).await? else {
            return Ok(Err(CloseError::NotKnown {
                call,
                reference: reference.clone(),
            }));
        };
        match open.state {
            IntentState::Unknown | IntentState::Found => {}
            IntentState::Sending => return Ok(Err(CloseError::Sending(Box::new(open)))),
            _ => return Ok(Err(CloseError::Ended(Box::new(open)))),
        }
        match open.ticket.close(outcome, Some(by), because, now) {
            Ok(closed) => open.closed.push(closed),
            Err(invalid) => return Ok(Err(CloseError::Invalid(invalid))),
        }
        open.state = match outcome {
            ClosedAs::Applied => IntentState::Applied,
            ClosedAs::NotApplied => IntentState::NotApplied,
        };
        let sql = "UPDATE pay_intents SET state = $4, closed = $5
            WHERE call = $1 AND reference = $2 AND number = $3 AND state IN ('sending', 'unknown', 'found')";
        let values = [
            call.as_str().into(),
            reference.as_str().into(),
            open.number.into(),
            open.state.as_str().into(),
            document::write("record of intent", reference.as_str(), &open.closed)?.into(),
        ];
        if tx.execute(sql, &values).await? == 0 {
            // The outcome became known since it was read.
            return Ok(Err(CloseError::Ended(Box::new(open))));
        }
        tx.commit().await?;
        Ok(Ok(open))
    }
}
