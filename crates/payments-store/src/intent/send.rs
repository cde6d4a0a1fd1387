//! Makes a call: recorded, sent once, its result recorded.

use payments_core::Outcome;
use payments_facade::checkout::CreatedCheckout;
use payments_facade::exchange::{ExchangeOrder, Exchanged};
use payments_facade::{Answer, CheckoutOrder, Error, Gateway, Payment, PayoutOrder, Ticket};

use super::error::IntentError;
use super::order::Order;
use super::record::{REPORTED, no_longer_given_up};
use super::{Intent, IntentState, find};
use crate::document;
use crate::engine::{EngineError, EngineErrorKind};
use crate::error::StoreError;
use crate::stated;
use crate::store::Store;

/// The result of an attempt to take a reference.
enum Reserved {
    /// It is this call's, with this number.
    Taken(i64),
    /// Another call has it, or an order that the provider has reported.
    Blocked(Box<Intent>),
}

impl Store {
    /// Makes a payout once. The call is committed before the request leaves, and its result after.
    ///
    /// After a crash, a dropped future or a lost answer the intent is [unknown](IntentState::Unknown), and every further call
    /// under its reference is refused, in any process over this database, until [`resolve_due`](Self::resolve_due) or a
    /// person ends it. If only the result cannot be recorded, this returns the answer, and the intent becomes unknown.
    ///
    /// If any provider has already reported an order under the reference, nothing is sent, and the intent is unknown as well. If another
    /// gateway reported a payout, the intent's ticket names that gateway. The reported order is among the [payments](Self::payments), or
    /// its event waits for a handler or was discarded. Webhooks of C-Pay do not state the kind, so the order may be of another kind:
    /// never use the reference of an order for a payout.
    ///
    /// Effect: unkeyed, and sent at most once for each reference.
    ///
    /// # Errors
    /// [`IntentError`], whose `outcome` says whether an order exists under the reference.
    pub async fn payout(
        &self,
        gateway: &dyn Gateway,
        order: &PayoutOrder,
    ) -> Result<Answer<Payment>, IntentError> {
        self.send(gateway, order).await
    }

    /// Creates a checkout order once; as [`payout`](Self::payout). Only where a gateway resolves an order by
    /// [repeating it](payments_facade::facts::Strategy::Repeat), [`resolve_due`](Self::resolve_due) sends it again, under the same
    /// reference.
    ///
    /// # Errors
    /// As there.
    pub async fn checkout(
        &self,
        gateway: &dyn Gateway,
        order: &CheckoutOrder,
    ) -> Result<Answer<CreatedCheckout>, IntentError> {
        self.send(gateway, order).await
    }

    /// Executes an exchange once; as [`payout`](Self::payout).
    ///
    /// # Errors
    /// As there.
    pub async fn exchange(
        &self,
        gateway: &dyn Gateway,
        order: &ExchangeOrder,
    ) -> Result<Answer<Exchanged>, IntentError> {
        self.send(gateway, order).await
    }

    async fn send<O: Order>(
        &self,
        gateway: &dyn Gateway,
        order: &O,
    ) -> Result<Answer<O::Made>, IntentError> {
        let ticket = order.prepare(gateway, self.now());
        let ticket = ticket.map_err(IntentError::Refused)?;
        let number = self.take(&ticket).await?;
        let result = order.make(gateway).await;
        // A failure to record leaves the intent to be resolved. The caller needs the result in any case.
        let _ = self
            .record_result::<O>(&ticket, number, &result, true)
            .await;
        result.map_err(IntentError::Failed)
    }

    /// Records the result of a call. `has_caller`: whether someone gets the answer.
    pub(super) async fn record_result<O: Order>(
        &self,
        ticket: &Ticket,
        number: i64,
        result: &Result<Answer<O::Made>, Error>,
        has_caller: bool,
    ) -> Result<(), StoreError> {
        let error = match result {
            Ok(answer) => {
                return self
                    .retry(|| self.applied(ticket, number, O::payment(answer), has_caller))
                    .await;
            }
            Err(error) => error,
        };
        let text = error.to_string();
        match error.ticket() {
            None if error.outcome() == Outcome::NotApplied => {
                self.retry(|| self.not_applied(ticket, number, &text, has_caller))
                    .await
            }
            latest => {
                let latest = latest.unwrap_or(ticket);
                self.retry(|| self.unknown(latest, number, &text)).await
            }
        }
    }

    /// Takes the reference for a call that is about to be made. Returns the call's number.
    pub(super) async fn take(&self, ticket: &Ticket) -> Result<i64, IntentError> {
        let reserved = self.retry(|| self.reserve(ticket)).await;
        let number = match reserved.map_err(IntentError::NotRecorded)? {
            Reserved::Taken(number) => number,
            Reserved::Blocked(intent) => return Err(blocked(intent)),
        };
        // From this moment on, the others take the call for ended.
        let ends_at = ticket.at().checked_add(self.settings.longest_call);
        if ends_at.is_some_and(|end| self.now() >= end) {
            let _ = self
                .retry(|| self.not_applied(ticket, number, "recording it took too long", true))
                .await;
            return Err(IntentError::TooLate);
        }
        Ok(number)
    }

    /// Takes the reference for this call, unless an earlier one has it, or a provider has reported an order under it.
    async fn reserve(&self, ticket: &Ticket) -> Result<Reserved, StoreError> {
        let (call, reference) = (ticket.call(), ticket.reference());
        let mut tx = self.begin().await?;
        let now = self.now();
        let earlier = find(&mut *tx, call, reference, now).await?;
        if let Some(earlier) = &earlier
            && earlier.state != IntentState::NotApplied
        {
            return Ok(Reserved::Blocked(Box::new(earlier.clone())));
        }
        let number = earlier.as_ref().map_or(0, |it| it.number);
        let at = ticket.at();
        // Whatever made it: this call could make a second one.
        let reported_by =
            stated::reported_by(&mut *tx, ticket.gateway(), reference, call.kind()).await?;
        let (state, ends_at, problem) = match reported_by {
            Some(_) => (IntentState::Unknown, at, Some(REPORTED)),
            None => {
                let ends_at = at.checked_add(self.settings.longest_call).unwrap_or(at);
                (IntentState::Sending, ends_at, None)
            }
        };
        if let Some(earlier) = &earlier {
            let because = match reported_by {
                Some(_) => "the provider reported an order under the reference",
                None => "the payout was made again",
            };
            no_longer_given_up(&mut *tx, earlier, because, now).await?;
        }
        let ticket = match &reported_by {
            // The queries are for the gateway that has the order.
            Some(other) if other != ticket.gateway() => &ticket.at_gateway(other.clone()),
            _ => ticket,
        };
        let sql = "INSERT INTO pay_intents
            (call, reference, gateway, ticket, state, number, ends_at, due_at, problem)
            VALUES ($1, $2, $3, $4, $7, $5 + 1, $6, $6, $8)
            ON CONFLICT (call, reference) DO UPDATE SET gateway = $3, ticket = $4, state = $7,
                number = $5 + 1, ends_at = $6, due_at = $6, problem = $8, staged_at = NULL
            WHERE pay_intents.number = $5 AND pay_intents.state = 'not_applied'";
        let values = [
            call.as_str().into(),
            reference.as_str().into(),
            ticket.gateway().as_str().into(),
            document::write("ticket", reference.as_str(), ticket)?.into(),
            number.into(),
            ends_at.into(),
            state.as_str().into(),
            problem.into(),
        ];
        if tx.execute(sql, &values).await? == 0 {
            let text = "another call took the same reference";
            return Err(EngineError::new(EngineErrorKind::Conflict, text).into());
        }
        let reported = match reported_by {
            Some(_) => find(&mut *tx, call, reference, now).await?,
            None => None,
        };
        tx.commit().await?;
        Ok(match reported {
            Some(intent) => Reserved::Blocked(Box::new(intent)),
            None => Reserved::Taken(number + 1),
        })
    }
}

/// The error of a call whose reference has this intent.
pub(super) fn blocked(intent: Box<Intent>) -> IntentError {
    match intent.state {
        IntentState::Applied => IntentError::AlreadyMade(intent),
        IntentState::Staged => IntentError::Staged(intent),
        _ => IntentError::Unresolved(intent),
    }
}
