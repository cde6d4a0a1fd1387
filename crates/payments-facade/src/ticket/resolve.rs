//! Resolves tickets.

use std::time::Duration;

use payments_core::{Effect, Fault, InvalidRequest, Timestamp};

use super::{Difference, MoneyCall, Ticket};
use crate::answer::Answer;
use crate::error::Error;
use crate::facts::{Basis, Facts, Strategy};
use crate::gateway::{Gateway, GatewayId, Gateways};
use crate::payment::Payment;
use crate::recovery::LookupResult;

/// How long to wait before the next query by default.
const ASK_AGAIN_AFTER: Duration = Duration::from_secs(30);

/// What happened to a call.
#[derive(Debug)]
pub enum Resolution {
    /// There is an order under the reference, and nothing that the provider states about it differs from the ticket. If
    /// [`Ticket::is_confirmed_by`] is true, the provider states amount, asset and payee: the call took effect. Otherwise keep
    /// the ticket and compare the order by hand: it is this call's, unless the reference was used before. Check
    /// [`Payment::is_contested`] before booking it.
    Found(Answer<Payment>),
    /// Another order exists under the reference. It does not show whether the call took effect: keep the ticket, do not make
    /// the call again, and find out by hand. [`Ticket::was_refused`] says whether the provider refused this call.
    Conflict {
        /// The order under the reference.
        found: Answer<Payment>,
        /// What differs, at least one.
        differences: Vec<Difference>,
    },
    /// The call had no effect. The provider answered "not found", documents that this proves it, and the period in which the
    /// order could still appear is over. The call may be made again.
    Absent,
    /// The outcome is still unknown.
    Pending(Pending),
}

/// The outcome of a call is still unknown. Do not make the call again, under any reference.
#[derive(Debug)]
pub struct Pending {
    /// When to resolve the ticket again. If the provider never proves that there is no order, this does not end: after a time
    /// that the application chooses, the provider's statement or support decides.
    pub until: Timestamp,
    /// Why the query failed. `None` if the answer was "not found", which proves nothing yet. Its outcome is that of the query,
    /// not of the ticket's call. With [`Kind::Integrity`](payments_core::Kind::Integrity) the answer contradicts the query, and
    /// a person has to check.
    pub cause: Option<Error>,
}

/// The registry does not contain the ticket's gateway.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("gateway {0} is not configured: resolve the ticket where it is")]
pub struct NoSuchGateway(pub GatewayId);

impl Ticket {
    /// Queries the gateway once, by the strategy in its [`Facts`]. Payouts and exchanges are never sent again.
    ///
    /// # Errors
    /// [`NoSuchGateway`]. A failed query is not an error but [`Resolution::Pending`].
    pub async fn resolve(
        &self,
        gateways: &Gateways,
        now: Timestamp,
    ) -> Result<Resolution, NoSuchGateway> {
        let gateway = gateways
            .get(&self.gateway)
            .ok_or_else(|| NoSuchGateway(self.gateway.clone()))?;
        Ok(self.resolve_at(gateway, now).await)
    }

    /// Like [`resolve`](Self::resolve), at the given gateway. If it is not the one that the ticket names, nothing is sent, and
    /// the result is [`Resolution::Pending`].
    pub async fn resolve_at(&self, gateway: &dyn Gateway, now: Timestamp) -> Resolution {
        let facts = gateway.facts();
        if let Err(invalid) = self.askable(gateway, facts, now) {
            return Resolution::Pending(Pending {
                until: now.checked_add(ASK_AGAIN_AFTER).unwrap_or(now),
                cause: Some(Error::local("payments-facade", "resolve", invalid)),
            });
        }
        let result = gateway.recovery().lookup(self).await;
        let proves = facts.not_found_proves.value
            && matches!(facts.not_found_proves.source, Basis::Documented(_));
        let quiet_until = self
            .at
            .checked_add(facts.quiet_period.value)
            .unwrap_or(Timestamp::from_millis(u64::MAX));
        let later = now.checked_add(ASK_AGAIN_AFTER).unwrap_or(now);
        match result {
            Ok(LookupResult::Found(found)) => self.judged(found, Vec::new(), later),
            Ok(LookupResult::Other { found, differences }) => {
                self.judged(found, differences, later)
            }
            Ok(LookupResult::NotFound) if !proves => Resolution::Pending(Pending {
                until: later.max(quiet_until),
                cause: None,
            }),
            Ok(LookupResult::NotFound) if now < quiet_until => Resolution::Pending(Pending {
                until: quiet_until,
                cause: None,
            }),
            Ok(LookupResult::NotFound) => Resolution::Absent,
            Err(error) => Resolution::Pending(Pending {
                until: error
                    .retry_after()
                    .and_then(|wait| now.checked_add(wait))
                    .map_or(later, |asked| asked.max(later)),
                cause: Some(error),
            }),
        }
    }

    /// Refuses another gateway than the ticket's and, if resolving sends the order again, a ticket that is too old.
    fn askable(
        &self,
        gateway: &dyn Gateway,
        facts: &Facts,
        now: Timestamp,
    ) -> Result<(), InvalidRequest> {
        if *gateway.id() != self.gateway {
            return Err(InvalidRequest::configuration(
                "gateway",
                "is not the one that the ticket names",
            ));
        }
        let repeats = facts.strategy.value == Strategy::Repeat;
        let end = self.at.checked_add(facts.repeat_within.value);
        if repeats && end.is_some_and(|end| now > end) {
            return Err(InvalidRequest::request(
                "ticket",
                "is too old to send its order again: check the provider's statement",
            ));
        }
        Ok(())
    }

    /// What a found order proves. `known` are differences that only the adapter can see.
    ///
    /// An answer about another gateway or reference says nothing about this reference.
    fn judged(
        &self,
        found: Answer<Payment>,
        known: Vec<Difference>,
        later: Timestamp,
    ) -> Resolution {
        let field = if *found.gateway() != self.gateway {
            Some("gateway")
        } else if found.reference().is_some_and(|it| *it != self.reference) {
            Some("reference")
        } else {
            None
        };
        if let Some(field) = field {
            let cause = payments_core::Error::from_fault(
                "payments-facade",
                "resolve",
                Effect::Read,
                Fault::mismatch(field),
                None,
            );
            return Resolution::Pending(Pending {
                until: later,
                cause: Some(Error::of_read(cause)),
            });
        }
        let mut differences = self.differences(&found);
        differences.retain(|one| *one != Difference::EarlierCall || known.is_empty());
        differences.extend(known);
        differences.sort();
        differences.dedup();
        if differences.is_empty() {
            Resolution::Found(self.completed(found))
        } else {
            Resolution::Conflict { found, differences }
        }
    }

    /// Adds what was ordered and what is to arrive to a found order, because a provider's answer may not contain it. For exchanges
    /// the provider computes the amount that arrives.
    fn completed(&self, found: Answer<Payment>) -> Answer<Payment> {
        found.map(|mut payment| {
            if matches!(self.call, MoneyCall::Checkout | MoneyCall::Card) || self.states_arriving()
            {
                // It fails only if the answer names no reference: then the payment stays as the adapter found it.
                let _ = payment.merge(self.own_record());
            }
            payment
        })
    }
}
