//! From a ticket to an answer.

use std::time::Duration;

use payments_core::{Effect, Fault, InvalidRequest, Timestamp};

use super::{MoneyCall, Ticket};
use crate::recovery::LookupResult;
use crate::{
    Agreement, Answer, Basis, Error, Facts, Gateway, GatewayId, Gateways, Payment, PaymentKind,
    Strategy,
};

/// How long to wait before asking again where nothing else says so.
const ASK_AGAIN_AFTER: Duration = Duration::from_secs(30);

/// What became of a call.
#[derive(Debug)]
pub enum Resolution {
    /// There is an order under the reference, and this is how it stands: the call took effect, if the reference was used for
    /// this call alone. Where the provider names another sum than the ticket's it is [`Still`](Self::Still) instead;
    /// [`Ticket::agreement`] says whether it names the sum at all. No payee is compared. Look at
    /// [`Payment::is_contested`] before booking it.
    Found(Answer<Payment>),
    /// It did not take effect, and it is proven: the provider answered that it knows no such order, it documents (not: is
    /// assumed to mean) that answer as a proof, and the time in which the order could still turn up is over. The call may be made again.
    Absent,
    /// It is not known yet.
    Still(Still),
}

/// Nobody knows yet what became of a call. Do not make it again, under no reference whatever.
#[derive(Debug)]
pub struct Still {
    /// When to ask again. Where the provider has no answer that proves an absence this has no end: after a while of the
    /// application's choosing the provider's statement or support decides.
    pub until: Timestamp,
    /// Why the question could not be answered; none where the answer was "not found" and it is too early to believe it.
    /// With [`Kind::Integrity`](payments_core::Kind::Integrity) the order under the reference is another one, and a person
    /// has to look.
    pub cause: Option<Error>,
}

/// The registry has no gateway of the ticket's name.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("no gateway {0} is configured: the ticket can be resolved where it is")]
pub struct NoSuchGateway(pub GatewayId);

impl Ticket {
    /// Asks the gateway, once, by the strategy its [`Facts`](crate::Facts) name. A payout is never sent again, and neither
    /// is anything else that moves money by itself.
    ///
    /// # Errors
    /// [`NoSuchGateway`]. A question that failed is no error: it is [`Resolution::Still`].
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

    /// As [`resolve`](Self::resolve), at a gateway that is at hand: the one that the ticket names. At any other one nothing
    /// is sent, and it is [`Resolution::Still`].
    pub async fn resolve_at(&self, gateway: &dyn Gateway, now: Timestamp) -> Resolution {
        let facts = gateway.facts();
        if let Err(invalid) = self.askable(gateway, facts, now) {
            return Resolution::Still(Still {
                until: now.checked_add(ASK_AGAIN_AFTER).unwrap_or(now),
                cause: Some(Error::local("payments-facade", "resolve", invalid)),
            });
        }
        let sighting = gateway.recovery().lookup(self).await;
        let proves = facts.not_found_proves.value
            && matches!(facts.not_found_proves.source, Basis::Documented(_));
        let quiet_until = self
            .at
            .checked_add(facts.quiet_period.value)
            .unwrap_or(Timestamp::from_millis(u64::MAX));
        let later = now.checked_add(ASK_AGAIN_AFTER).unwrap_or(now);
        match sighting {
            Ok(LookupResult::Found(found)) => match self.completed(found) {
                Ok(found) => Resolution::Found(found),
                Err(error) => Resolution::Still(Still {
                    until: later,
                    cause: Some(error),
                }),
            },
            Ok(LookupResult::NotFound) if !proves => Resolution::Still(Still {
                until: later.max(quiet_until),
                cause: None,
            }),
            Ok(LookupResult::NotFound) if now < quiet_until => Resolution::Still(Still {
                until: quiet_until,
                cause: None,
            }),
            Ok(LookupResult::NotFound) => Resolution::Absent,
            Err(error) => Resolution::Still(Still {
                until: later,
                cause: Some(error),
            }),
        }
    }

    /// What the provider's own words in a payment that was found say about the ticket's sum. Where it is
    /// [`Agreement::Untold`], only the merchant's books can tell whether the order is this call's: it is unless the reference
    /// was used before.
    #[must_use]
    pub fn agreement(&self, payment: &Payment) -> Agreement {
        payment.agreement(&self.money)
    }

    /// Whether this gateway may be asked, now: the one that the ticket names, and, where asking makes the order, while it
    /// is still wanted.
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
                "is too old for its order to be sent once more: look into the provider's statement",
            ));
        }
        Ok(())
    }

    /// What was found, measured by what was asked for: a provider's answer to a query may not repeat the sum. Of a payout
    /// and an exchange the sum that arrives is the provider's to compute.
    ///
    /// An answer that names another gateway, reference or kind is about another order, and tells nothing of this one.
    fn completed(&self, found: Answer<Payment>) -> Result<Answer<Payment>, Error> {
        let (mut payment, provided) = found.into_parts();
        let kinds = [PaymentKind::Unstated, self.call.kind()];
        let field = if *payment.gateway() != self.gateway {
            Some("gateway")
        } else if payment.reference().is_some_and(|it| *it != self.reference) {
            Some("reference")
        } else if !kinds.contains(&payment.kind()) {
            Some("kind")
        } else if self.agreement(&payment) == Agreement::Other {
            Some("amount")
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
            return Err(Error::of_read(cause));
        }
        if self.call == MoneyCall::Checkout {
            let books = Payment::asked_for(
                self.gateway.clone(),
                self.call.kind(),
                self.reference.clone(),
                self.money.clone(),
            );
            // Refused only where the answer names no reference: then it stands as the adapter found it.
            let _ = payment.merge(books);
        }
        Ok(Answer::new(payment, provided))
    }
}
