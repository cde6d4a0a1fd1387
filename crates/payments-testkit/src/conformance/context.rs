//! What trials share: creating orders, comparing results with the provider, and collecting all observations of a payment.

use std::fmt::Debug;
use std::future::Future;

use payments_core::{Kind, Outcome, ProviderRef};
use payments_facade::facts::{Basis, Facts};
use payments_facade::lookup::LookupKind;
use payments_facade::{Error, Gateway, Lookup, Payment, Received, WebhookError};

use super::delivery::{Accepted, Delivery};
use super::env::Env;
use super::order::{Created, Op, Order};
use super::report::{Stop, ensure};

/// The gateway under test and its environment.
#[derive(Clone, Copy)]
pub(super) struct Context<'a> {
    pub(super) gateway: &'a dyn Gateway,
    pub(super) env: &'a dyn Env,
}

pub(super) type TrialResult<T = ()> = Result<T, Stop>;

impl Context<'_> {
    /// A valid order under a new reference.
    pub(super) fn order(&self, op: Op) -> TrialResult<Order> {
        let order = self.env.order(op, self.env.reference());
        order.ok_or(Stop::Skipped("the environment has no such order"))
    }

    pub(super) async fn create(&self, order: &Order) -> TrialResult<Created> {
        match order.create(self.gateway).await {
            Ok(created) => Ok(created),
            Err(error) => {
                self.check_error(order, &error).await?;
                Err(Stop::failed(format!("a valid call failed: {error}")))
            }
        }
    }

    pub(super) async fn count(&self, order: &Order) -> usize {
        self.env.count(order.reference()).await
    }

    /// The error's outcome agrees with the provider, and the error has a ticket if and only if the order may exist.
    pub(super) async fn check_error(&self, order: &Order, error: &Error) -> TrialResult {
        let (held, outcome) = (self.count(order).await, error.outcome());
        ensure!(
            outcome != Outcome::NotApplied || held == 0 || error.kind() == Kind::Duplicate,
            "the error states that nothing was created, but the provider has {held} orders under the reference: {error}"
        );
        ensure!(
            outcome != Outcome::Applied || held > 0,
            "the error states that an order was created, but the provider has none under the reference: {error}"
        );
        // A duplicate is refused, but an earlier run may have created an order under the reference.
        let may_exist = outcome != Outcome::NotApplied || error.kind() == Kind::Duplicate;
        let has_ticket = error.ticket().is_some();
        ensure!(
            has_ticket == may_exist,
            "an error must have a ticket if and only if the order may exist; outcome: {outcome:?}, ticket: {has_ticket}: {error}"
        );
        Ok(())
    }

    /// The call is refused as unsupported by this name, and sends no request.
    pub(super) async fn expect_unsupported<T: Debug>(
        &self,
        name: &str,
        call: impl Future<Output = Result<T, Error>>,
    ) -> TrialResult {
        let before = self.env.requests();
        let result = call.await;
        let sent = self.env.requests().saturating_sub(before);
        ensure!(
            sent == 0,
            "{sent} requests were sent for an unsupported call"
        );
        let error = match result {
            Err(error) => error,
            Ok(answer) => {
                return Err(Stop::failed(format!(
                    "the call was not refused: {answer:?}"
                )));
            }
        };
        let (kind, field) = (error.kind(), error.field());
        ensure!(
            kind == Kind::Unsupported && field == Some(name),
            "`{name}` must be refused as unsupported, but the error is {kind:?} with the field {field:?}: {error}"
        );
        ensure!(
            error.outcome() == Outcome::NotApplied && error.ticket().is_none(),
            "a refusal before any I/O must have no effect and no ticket: {error}"
        );
        Ok(())
    }

    /// The order is refused as unsupported by this name, by `check` and by the call, and nothing is created.
    pub(super) async fn expect_refusal(&self, order: &Order, name: &str) -> TrialResult {
        let checked = order.check(self.gateway);
        ensure!(
            checked
                .as_ref()
                .is_err_and(|invalid| invalid.field() == name),
            "check() must refuse `{name}`, but returned {checked:?}"
        );
        self.expect_unsupported(name, order.create(self.gateway))
            .await?;
        let held = self.count(order).await;
        ensure!(
            held == 0,
            "the call was refused, but the provider has {held} orders"
        );
        Ok(())
    }

    pub(super) fn receive(&self, delivery: &Delivery) -> Result<Received, WebhookError> {
        let (headers, body) = (&delivery.headers, &delivery.body);
        let webhooks = self.gateway.webhooks();
        webhooks.receive(headers, body, self.env.now())
    }

    /// Receives a genuine webhook, which must be accepted.
    pub(super) async fn accept(&self, delivery: &Delivery) -> TrialResult<Accepted> {
        let accepted = delivery.receive(self.gateway, self.env.now()).await;
        accepted.map_err(|error| Stop::failed(format!("a genuine webhook was refused: {error}")))
    }

    /// Merges the call's answer with all webhooks and all supported queries.
    pub(super) async fn observe(&self, order: &Order, created: &Created) -> TrialResult<Payment> {
        let mut payment = created.payment.clone();
        for delivery in self.env.deliveries(order.reference()).await {
            if let Some(reported) = self.accept(&delivery).await?.payment {
                merge(&mut payment, reported, "a webhook")?;
            }
        }
        for by in self.lookups(order, &payment) {
            let found = self.found(order.op(), &by).await?;
            merge(&mut payment, found, "a query")?;
        }
        Ok(payment)
    }

    /// Finds an existing order.
    pub(super) async fn found(&self, op: Op, by: &Lookup) -> TrialResult<Payment> {
        match op.find(self.gateway, by).await {
            Ok(Some(payment)) => Ok(payment),
            Ok(None) => Err(Stop::failed(format!(
                "the order exists, but find by {by:?} returned nothing"
            ))),
            Err(error) => Err(Stop::failed(format!(
                "the order exists, but find by {by:?} failed: {error}"
            ))),
        }
    }

    /// The supported lookups for which `known` contains the id.
    pub(super) fn lookups(&self, order: &Order, known: &Payment) -> Vec<Lookup> {
        let supported = LookupKind::ALL.iter().copied();
        let supported = supported.filter(|kind| order.op().finds_by(self.gateway, *kind));
        supported
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

/// Whether "not found" proves that a call had no effect: only if the provider documents it.
pub(super) fn not_found_proves(facts: &Facts) -> bool {
    let fact = facts.not_found_proves;
    fact.value && matches!(fact.source, Basis::Documented(_))
}

/// A lookup of this kind that matches no order.
pub(super) fn absent_lookup(kind: LookupKind, env: &dyn Env) -> TrialResult<Lookup> {
    Ok(match kind {
        LookupKind::Reference => env.reference().into(),
        LookupKind::Provider => ProviderRef::new("7000000000000000001")
            .map_err(|invalid| Stop::failed(invalid.to_string()))?
            .into(),
        LookupKind::Transaction => Lookup::Transaction("0".repeat(64)),
        _ => return Err(Stop::Skipped("this suite has no such lookup")),
    })
}

pub(super) fn merge(payment: &mut Payment, other: Payment, source: &str) -> TrialResult {
    let text = format!("{other:?}");
    match payment.merge(other) {
        Ok(_) => Ok(()),
        Err(other) => Err(Stop::failed(format!(
            "{source} reports another payment ({other}): {text}"
        ))),
    }
}

/// What the environment must provide for a trial.
pub(super) fn given<T>(sample: Option<T>) -> TrialResult<T> {
    sample.ok_or(Stop::Skipped("the environment has no such request"))
}

pub(super) fn group_missing() -> Stop {
    Stop::failed("the gateway no longer offers the group")
}

pub(super) fn call_failed(error: &Error) -> Stop {
    Stop::failed(format!("a valid call failed: {error}"))
}
