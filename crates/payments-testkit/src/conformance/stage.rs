//! What the trials have in common: making things, asking the truth, and putting together all that can be known.

use std::fmt::Debug;
use std::future::Future;

use payments_core::{Kind, Outcome, ProviderRef};

use super::env::{Delivery, Env};
use super::order::{Made, Op, Order};
use super::report::{Stop, ensure};
use payments_facade::facts::{Basis, Facts};
use payments_facade::lookup::LookupKind;
use payments_facade::{Error, Gateway, Lookup, Payment, Received, WebhookError};

/// A gateway and the other end of it.
#[derive(Clone, Copy)]
pub(super) struct Stage<'a> {
    pub(super) gateway: &'a dyn Gateway,
    pub(super) env: &'a dyn Env,
}

pub(super) type Tried<T = ()> = Result<T, Stop>;

impl Stage<'_> {
    /// Something good to make, under a new reference.
    pub(super) fn order(&self, op: Op) -> Tried<Order> {
        let order = self.env.order(op, self.env.reference());
        order.ok_or(Stop::Skipped("the environment has no such order"))
    }

    pub(super) async fn make(&self, order: &Order) -> Tried<Made> {
        match order.make(self.gateway).await {
            Ok(made) => Ok(made),
            Err(error) => {
                self.truthful(order, &error).await?;
                Err(Stop::failed(format!("a good call failed: {error}")))
            }
        }
    }

    pub(super) async fn count(&self, order: &Order) -> usize {
        self.env.count(order.reference()).await
    }

    /// An error says what is true at the other end, and has a ticket exactly where it does not know.
    pub(super) async fn truthful(&self, order: &Order, error: &Error) -> Tried {
        let (held, outcome) = (self.count(order).await, error.outcome());
        ensure!(
            outcome != Outcome::NotApplied || held == 0 || error.kind() == Kind::Duplicate,
            "says that it did not take effect, and the provider holds {held} under the reference: {error}"
        );
        ensure!(
            outcome != Outcome::Applied || held > 0,
            "says that it took effect, and the provider holds nothing under the reference: {error}"
        );
        // Not even a refusal is the end of it where the reference is known: an earlier run may have used it.
        let may_be_there = outcome != Outcome::NotApplied || error.kind() == Kind::Duplicate;
        let has_ticket = error.ticket().is_some();
        ensure!(
            has_ticket == may_be_there,
            "a ticket belongs to what may be there and to nothing else, {outcome:?}, ticket: {has_ticket}: {error}"
        );
        Ok(())
    }

    /// The call is refused as unsupported by this name, with no request on the way.
    pub(super) async fn unsupported<T: Debug>(
        &self,
        name: &str,
        call: impl Future<Output = Result<T, Error>>,
    ) -> Tried {
        let before = self.env.requests();
        let result = call.await;
        let sent = self.env.requests().saturating_sub(before);
        ensure!(
            sent == 0,
            "{sent} requests were sent for something that is not supported"
        );
        let error = match result {
            Err(error) => error,
            Ok(answer) => return Err(Stop::failed(format!("was not refused: {answer:?}"))),
        };
        let (kind, field) = (error.kind(), error.field());
        ensure!(
            kind == Kind::Unsupported && field == Some(name),
            "must be refused as `{name}` not supported, and came as {kind:?} of {field:?}: {error}"
        );
        ensure!(
            error.outcome() == Outcome::NotApplied && error.ticket().is_none(),
            "a refusal before any I/O has no effect and no ticket: {error}"
        );
        Ok(())
    }

    /// Making this is refused as unsupported by this name, by the check as by the call, and leaves nothing behind.
    pub(super) async fn refuses(&self, order: &Order, name: &str) -> Tried {
        let checked = order.check(self.gateway);
        ensure!(
            checked
                .as_ref()
                .is_err_and(|invalid| invalid.field() == name),
            "check() must refuse `{name}`, and gave {checked:?}"
        );
        self.unsupported(name, order.make(self.gateway)).await?;
        let held = self.count(order).await;
        ensure!(
            held == 0,
            "was refused, and the provider holds {held} of it"
        );
        Ok(())
    }

    pub(super) fn receive(&self, delivery: &Delivery) -> Result<Received, WebhookError> {
        let (headers, body) = (&delivery.headers, &delivery.body);
        let webhooks = self.gateway.webhooks();
        webhooks.receive(headers, body, self.env.now())
    }

    /// The webhooks about an order so far, each of which must be taken.
    pub(super) async fn events(&self, order: &Order) -> Tried<Vec<Received>> {
        let deliveries = self.env.deliveries(order.reference()).await;
        let received = deliveries.iter().map(|delivery| {
            let told = self.receive(delivery);
            told.map_err(|error| Stop::failed(format!("a genuine webhook was refused: {error}")))
        });
        received.collect()
    }

    /// All that can be known of an order: the answer that made it, every query there is, every webhook.
    pub(super) async fn whole(&self, order: &Order, made: &Made) -> Tried<Payment> {
        let mut payment = made.payment.clone();
        for received in self.events(order).await? {
            merge(
                &mut payment,
                received.into_event().into_payment(),
                "a webhook",
            )?;
        }
        for by in self.lookups(order, &payment) {
            let found = self.found(order.op(), &by).await?;
            merge(&mut payment, found, "a query")?;
        }
        Ok(payment)
    }

    /// Something that must be found.
    pub(super) async fn found(&self, op: Op, by: &Lookup) -> Tried<Payment> {
        match op.find(self.gateway, by).await {
            Ok(Some(payment)) => Ok(payment),
            Ok(None) => Err(Stop::failed(format!(
                "is there, and find by {by:?} gave none"
            ))),
            Err(error) => Err(Stop::failed(format!(
                "is there, and find by {by:?} failed: {error}"
            ))),
        }
    }

    /// The lookups that the gateway claims and that this much is known for.
    pub(super) fn lookups(&self, order: &Order, known: &Payment) -> Vec<Lookup> {
        let claimed = LookupKind::ALL.iter().copied();
        let claimed = claimed.filter(|kind| order.op().finds_by(self.gateway, *kind));
        claimed
            .filter_map(|kind| lookup(kind, order, known))
            .collect()
    }
}

pub(super) fn lookup(kind: LookupKind, order: &Order, known: &Payment) -> Option<Lookup> {
    Some(match kind {
        LookupKind::Reference => order.reference().clone().into(),
        LookupKind::Provider => known.provider_ref()?.clone().into(),
        LookupKind::Transaction => Lookup::Transaction(known.transactions().next()?.to_owned()),
        _ => return None,
    })
}

/// Whether "not found" counts for anything: only by the provider's own word.
pub(super) fn not_found_proves(facts: &Facts) -> bool {
    let fact = facts.not_found_proves;
    fact.value && matches!(fact.source, Basis::Documented(_))
}

/// A lookup of this kind that nothing answers to.
pub(super) fn nobodys(kind: LookupKind, env: &dyn Env) -> Tried<Lookup> {
    Ok(match kind {
        LookupKind::Reference => env.reference().into(),
        LookupKind::Provider => ProviderRef::new("7000000000000000001")
            .map_err(|invalid| Stop::failed(invalid.to_string()))?
            .into(),
        LookupKind::Transaction => Lookup::Transaction("0".repeat(64)),
        _ => return Err(Stop::Skipped("this suite knows no such lookup")),
    })
}

pub(super) fn merge(payment: &mut Payment, other: Payment, whose: &str) -> Tried {
    let told = format!("{other:?}");
    match payment.merge(other) {
        Ok(_) => Ok(()),
        Err(other) => Err(Stop::failed(format!(
            "{whose} tells of another payment ({other}): {told}"
        ))),
    }
}
