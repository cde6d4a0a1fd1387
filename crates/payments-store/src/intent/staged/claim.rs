//! Which staged payout is sent next.

use std::sync::Arc;

use payments_core::Timestamp;
use payments_facade::ticket::MoneyCall;
use payments_facade::{Gateway, GatewayId, Gateways, PayoutOrder, Ticket};

use crate::document;
use crate::due;
use crate::engine::{EngineError, EngineErrorKind, Row, Transaction, Value};
use crate::error::StoreError;
use crate::finding::record::Found;
use crate::intent::order::Order as _;
use crate::intent::record::{REPORTED, not_sent};
use crate::intent::{IntentState, LONGEST_WAIT, places_of};
use crate::stated;
use crate::store::Store;

/// The name of the stored order in errors.
pub(super) const ORDER: &str = "staged payout";

/// The end of the search for the payout that was due longest.
pub(super) enum Claim {
    /// None is due.
    Nothing,
    /// It cannot be sent. That was recorded.
    Skipped,
    /// It is recorded as being sent, by this worker.
    Taken(Box<Claimed>),
}

/// A payout to be sent.
pub(super) struct Claimed {
    pub(super) call: Call,
    /// Fences what this attempt writes.
    pub(super) number: i64,
    pub(super) staged_at: Timestamp,
    pub(super) ends_at: Timestamp,
}

/// What is sent, and where.
pub(super) struct Call {
    pub(super) gateway: Arc<dyn Gateway>,
    pub(super) order: PayoutOrder,
    pub(super) ticket: Ticket,
}

/// Why a payout is not sent now, and the state that it is in then.
struct Unsent {
    state: IntentState,
    reason: String,
    found: Option<Box<Found>>,
    /// Replaces that of the row.
    ticket: Option<Box<Ticket>>,
}

impl Unsent {
    fn new(state: IntentState, reason: impl ToString) -> Self {
        Self {
            state,
            reason: reason.to_string(),
            found: None,
            ticket: None,
        }
    }

    /// This gateway reported the order. So the queries are for it.
    fn reported(row: &Row, by: &GatewayId, now: Timestamp) -> Self {
        let ticket = || {
            let (reference, asked) = (row.text(0)?, row.text(3)?);
            match asked == by.as_str() {
                true => Ok(None),
                false => Ok(Some(Box::new(read_order(reference, row)?.ticket(by, now)))),
            }
        };
        match ticket() {
            Ok(ticket) => Self {
                ticket,
                ..Self::new(IntentState::Unknown, REPORTED)
            },
            Err(error) => Self::unreadable(row, &error),
        }
    }

    /// It stays staged, and a person learns of it.
    fn unreadable(row: &Row, error: &StoreError) -> Self {
        let (reference, gateway) = (row.text(0), row.text(3));
        let found = Found::unreadable(
            gateway.unwrap_or_default(),
            reference.unwrap_or_default(),
            error,
        );
        Self {
            found: Some(Box::new(found)),
            ..Self::new(IntentState::Staged, error)
        }
    }
}

impl Store {
    /// Takes the staged payout that is due longest, of these gateways. One that cannot be sent does not hold up the others.
    pub(super) async fn claim_staged(&self, gateways: &Gateways) -> Result<Claim, StoreError> {
        self.retry(|| self.claim_staged_once(gateways)).await
    }

    async fn claim_staged_once(&self, gateways: &Gateways) -> Result<Claim, StoreError> {
        let now = self.now();
        let mut values = vec![Value::Null, Value::Null];
        let Some(places) = places_of(gateways.iter(), &mut values) else {
            return Ok(Claim::Nothing);
        };
        let skip = self.engine.dialect().skip_locked();
        let sql = format!(
            "SELECT reference, number, staged_at, gateway, document FROM pay_intents
            WHERE state = 'staged' AND call = 'payout' AND due_at BETWEEN $1 AND $2 AND gateway IN ({places})
            ORDER BY due_at, reference LIMIT 1 {skip}"
        );
        let mut tx = self.begin().await?;
        let mut rows = Vec::new();
        for (from, to) in due::times(now, LONGEST_WAIT) {
            values.splice(..2, [from.into(), to.into()]);
            rows = tx.query(&sql, &values).await?;
            if !rows.is_empty() {
                break;
            }
        }
        let Some(row) = rows.first() else {
            return Ok(Claim::Nothing);
        };
        let (reference, number, staged_at) = (row.text(0)?, row.integer(1)?, row.time(2)?);
        let call = match reported_by(&mut *tx, row).await {
            Ok(None) => prepare(row, gateways, now),
            // Whatever made it: a second one could pay twice.
            Ok(Some(gateway)) => Err(Unsent::reported(row, &gateway, now)),
            // Others must not wait for it.
            Err(error @ StoreError::Unreadable { .. }) => Err(Unsent::unreadable(row, &error)),
            Err(error) => return Err(error),
        };
        let claim = match call {
            Ok(call) => {
                let ends_at = now.checked_add(self.settings.longest_call).unwrap_or(now);
                // The clock by which it was staged may have been ahead: its time counts from now on then.
                let staged_at = staged_at.min(now);
                set_sending(&mut *tx, &call.ticket, number, staged_at, ends_at).await?;
                Claim::Taken(Box::new(Claimed {
                    call,
                    number: number + 1,
                    staged_at,
                    ends_at,
                }))
            }
            Err(unsent) => {
                let due = self.next_attempt(staged_at, now);
                set_unsent(&mut *tx, reference, number, &unsent, due).await?;
                if let Some(found) = &unsent.found {
                    found.record(&mut *tx, now).await?;
                }
                Claim::Skipped
            }
        };
        tx.commit().await?;
        Ok(claim)
    }
}

async fn reported_by(tx: &mut dyn Transaction, row: &Row) -> Result<Option<GatewayId>, StoreError> {
    let reference = document::read_text("reference", row.text(0)?)?;
    let asked = document::read_text("gateway", row.text(3)?)?;
    stated::reported_by(tx, &asked, &reference, MoneyCall::Payout.kind()).await
}

fn prepare(row: &Row, gateways: &Gateways, now: Timestamp) -> Result<Call, Unsent> {
    // A later release may have staged it, and can read it.
    let (gateway, order) = read(row, gateways).map_err(|error| Unsent::unreadable(row, &error))?;
    // The settings of the gateway may have changed since it was staged.
    let ticket = order.prepare(&*gateway, now).map_err(|refused| {
        let ticket = order.ticket(gateway.id(), now);
        let unsent = Unsent::new(IntentState::NotApplied, refused);
        let found = Some(Box::new(not_sent(&ticket, &unsent.reason)));
        Unsent { found, ..unsent }
    })?;
    Ok(Call {
        gateway,
        order,
        ticket,
    })
}

fn read(row: &Row, gateways: &Gateways) -> Result<(Arc<dyn Gateway>, PayoutOrder), StoreError> {
    let (reference, id) = (row.text(0)?, row.text(3)?);
    let order = read_order(reference, row)?;
    let gateway = gateways.get_shared(&document::read_text("gateway", id)?);
    let gateway = gateway.ok_or_else(|| {
        let text = "the statement returned another gateway";
        EngineError::new(EngineErrorKind::Statement, text)
    })?;
    Ok((gateway, order))
}

fn read_order(reference: &str, row: &Row) -> Result<PayoutOrder, StoreError> {
    document::read(ORDER, reference, row.text(4)?)
}

/// The order leaves the row: from now on, the payout is never sent by what is stored.
async fn set_sending(
    tx: &mut dyn Transaction,
    ticket: &Ticket,
    number: i64,
    staged_at: Timestamp,
    ends_at: Timestamp,
) -> Result<(), StoreError> {
    let sql = "UPDATE pay_intents SET state = 'sending', number = number + 1, ticket = $4, ends_at = $5, due_at = $5,
            staged_at = $6, problem = NULL, document = NULL
        WHERE call = $1 AND reference = $2 AND number = $3 AND state = 'staged'";
    let reference = ticket.reference().as_str();
    let values = [
        ticket.call().as_str().into(),
        reference.into(),
        number.into(),
        document::write("ticket", reference, ticket)?.into(),
        ends_at.into(),
        staged_at.into(),
    ];
    Ok(changed_one(tx.execute(sql, &values).await?)?)
}

async fn set_unsent(
    tx: &mut dyn Transaction,
    reference: &str,
    number: i64,
    unsent: &Unsent,
    due: Timestamp,
) -> Result<(), StoreError> {
    let ticket = unsent.ticket.as_deref();
    let gateway = ticket.map(|it| it.gateway().as_str());
    let ticket = ticket.map(|it| document::write("ticket", reference, it));
    let sql = "UPDATE pay_intents SET state = $4, due_at = $5, problem = $6,
            gateway = COALESCE($7, gateway), ticket = COALESCE($8, ticket),
            document = CASE WHEN $4 = 'staged' THEN document ELSE NULL END
        WHERE call = $1 AND reference = $2 AND number = $3 AND state = 'staged'";
    let values = [
        MoneyCall::Payout.as_str().into(),
        reference.into(),
        number.into(),
        unsent.state.as_str().into(),
        due.into(),
        unsent.reason.as_str().into(),
        gateway.into(),
        ticket.transpose()?.into(),
    ];
    Ok(changed_one(tx.execute(sql, &values).await?)?)
}

/// Another worker was faster if the row did not change.
fn changed_one(changed: u64) -> Result<(), EngineError> {
    match changed {
        0 => Err(EngineError::new(
            EngineErrorKind::Conflict,
            "another worker took the same payout",
        )),
        _ => Ok(()),
    }
}
