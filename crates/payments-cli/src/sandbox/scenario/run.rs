//! Runs the steps of a scenario against a separate sandbox.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::time::Duration;

use payments_core::{Amount, MerchantRef, Outcome};
use payments_facade::config::{GatewaysConfig, SystemSecrets};
use payments_facade::payment::{PaymentKind, Payments};
use payments_facade::{Error, Gateway, GatewayId, Gateways, Lookup, Payment, Resolution, Ticket};
use payments_sandbox::{ActionError, Delivery, FaultWhen, Order, Sandbox};

use super::expect;
use super::file::Scenario;
use super::inbox::Inbox;
use super::order;
use super::rotation;
use super::step::*;
use crate::access::now;
use crate::accounts_file;
use crate::commands::input::with;
use crate::commands::webhook::forward::Forward;
use crate::commands::webhook::post;
use crate::failure::Failure;
use crate::sandbox::start_failure;

pub(super) struct Run {
    sandbox: Sandbox,
    accounts: String,
    gateways: Gateways,
    id: GatewayId,
    pub(super) inbox: Inbox,
    payments: Payments,
    effects: BTreeSet<String>,
    prices: BTreeMap<String, Amount>,
    tickets: BTreeMap<String, Ticket>,
}

impl Run {
    /// A sandbox, an account at the scenario's gateway, and a program that receives its webhooks.
    pub(super) async fn start(
        scenario: &Scenario,
        forward: Option<&Forward>,
    ) -> Result<Self, Failure> {
        let failed = |error: &dyn std::fmt::Display| {
            Failure::failed("the sandbox's accounts cannot be used", error)
        };
        let inbox = Inbox::start().await?;
        let sandbox = Sandbox::builder()
            .cpay_callback_url(&inbox.url)
            .ccpayment_webhook_url(&inbox.url)
            .cpay_push_every_state(scenario.push_every_state)
            .ccpayment_push_every_state(scenario.push_every_state)
            // The program's clock stays behind when a step advances the sandbox's.
            .chainup_opay_time_window(Duration::MAX)
            .start()
            .await
            .map_err(|error| start_failure(&error))?;
        let accounts = accounts_file::text(&sandbox).map_err(|error| failed(&error))?;
        let id = GatewayId::new(scenario.provider, "sandbox").map_err(|error| failed(&error))?;
        let forward = forward.map(|forward| forward.post(&id, &post::transport()?));
        inbox.forward_to(forward.transpose()?);
        let mut run = Self {
            sandbox,
            accounts: accounts.to_string(),
            gateways: Gateways::new(),
            id,
            inbox,
            payments: Payments::new(),
            effects: BTreeSet::new(),
            prices: BTreeMap::new(),
            tickets: BTreeMap::new(),
        };
        run.gateways = run.connect(&accounts).map_err(|error| failed(&error))?;
        let gateway = run.gateway().map_err(|error| failed(&error))?;
        run.inbox.verify_by(gateway);
        Ok(run)
    }

    pub(super) async fn stop(self) {
        self.sandbox.shutdown().await;
    }

    fn connect(&self, accounts: &str) -> Result<Gateways, String> {
        let config = GatewaysConfig::read(accounts, &SystemSecrets::new());
        let config = config.map_err(|error| error.to_string())?;
        config.connect().map_err(|error| error.to_string())
    }

    fn gateway(&self) -> Result<Arc<dyn Gateway>, String> {
        let gateway = self.gateways.get_shared(&self.id);
        gateway.ok_or_else(|| format!("there is no account {}", self.id))
    }

    /// Returns after the webhooks were sent that the step made due.
    pub(super) async fn step(&mut self, step: &Step) -> Found {
        let found = self.run(&step.kind).await;
        self.sandbox.webhooks_quiet().await;
        found
    }

    async fn run(&mut self, kind: &Kind) -> Found {
        match kind {
            Kind::Create(create) => self.create(create).await,
            Kind::Payout(payout) => self.payout(payout).await,
            Kind::Pay(order, share) => self.pay(order, *share).await,
            Kind::Act(order, action) => self.act(order, *action).await,
            Kind::Refund(order, share) => self.refund(order, *share).await,
            Kind::Fault(fault) => self.fault(fault),
            Kind::Advance { by, times } => self.advance(*by, *times).await,
            Kind::Answer(status) => {
                self.inbox.answer(*status);
                Ok(String::new())
            }
            Kind::RotateSecret(accepted) => self.rotate_secret(*accepted),
            Kind::Resend(order) => self.resend(order).await,
            Kind::Resolve(reference, resolved) => self.resolve(reference, *resolved).await,
            Kind::Expect(source, order, expected) => self.expect(*source, order, expected).await,
            Kind::ExpectNoWebhook(order) => self.expect_no_webhook(order),
            Kind::ExpectRefusedWebhook => match self.inbox.take_refused().await {
                true => Ok("refused".to_owned()),
                false => Err("no webhook was refused within 5 s".to_owned()),
            },
            Kind::ExpectDeliveries(order, expected) => self.expect_deliveries(order, expected),
        }
    }

    async fn create(&mut self, create: &Create) -> Found {
        let gateway = self.gateway()?;
        let checkout = gateway.checkout().ok_or("the gateway has no checkout")?;
        let order = order::checkout(self.id.provider(), create, &self.inbox.url);
        let key = create.order.to_string();
        self.prices.insert(key.clone(), create.amount);
        self.tickets.insert(key, checkout.ticket(&order, now()));
        let result = checkout.create(&order).await;
        self.called(
            result.map(|created| created.into_inner().payment),
            create.outcome,
        )
    }

    async fn payout(&mut self, payout: &Payout) -> Found {
        let gateway = self.gateway()?;
        let payouts = gateway.payouts().ok_or("the gateway has no payouts")?;
        let order = order::payout(self.id.provider(), payout)?;
        let key = payout.reference.to_string();
        self.prices.insert(key.clone(), payout.amount);
        self.tickets.insert(key, payouts.ticket(&order, now()));
        let result = payouts.create(&order).await;
        self.called(result.map(|answer| answer.into_inner()), payout.outcome)
    }

    /// Keeps what a call returned, and compares its outcome.
    fn called(&mut self, result: Result<Payment, Error>, expected: Outcome) -> Found {
        let (outcome, text) = match result {
            Ok(payment) => {
                self.payments.add(payment);
                (Outcome::Applied, String::new())
            }
            Err(error) => (error.outcome(), error.to_string()),
        };
        if outcome == expected {
            return Ok(format!("outcome {}", outcome.as_str()));
        }
        Err(format!(
            "the outcome is {}, expected {}: {text}",
            outcome.as_str(),
            expected.as_str()
        ))
    }

    async fn pay(&self, order: &MerchantRef, share: Option<Share>) -> Found {
        let amount = share.map(|share| self.part(order, share)).transpose()?;
        let paid = self.sandbox.pay(order.as_str(), amount.as_deref()).await;
        acted(&paid)
    }

    async fn refund(&self, order: &MerchantRef, share: Share) -> Found {
        let amount = self.part(order, share)?;
        let refund = self.sandbox.refund(order.as_str(), &amount).await;
        let refund = refund.map_err(|error| error.to_string())?;
        // At ChainUp OPay it is made at once.
        if !refund.status.is_final() {
            acted(&self.sandbox.complete(&refund.order_id).await)?;
        }
        Ok(format!("{amount} {}", refund.currency))
    }

    fn part(&self, order: &MerchantRef, share: Share) -> Found {
        let price = self.prices.get(order.as_str()).copied();
        let amount = price.and_then(|price| share.of(price));
        let amount = amount.ok_or("the amount is too large")?;
        Ok(amount.to_string())
    }

    async fn act(&self, order: &MerchantRef, action: Action) -> Found {
        let (sandbox, id) = (&self.sandbox, order.as_str());
        acted(&match action {
            Action::Process => sandbox.process(id).await,
            Action::Expire => sandbox.expire(id).await,
            Action::Fail => sandbox.fail(id).await,
            Action::Complete => sandbox.complete(id).await,
            Action::Reject => sandbox.reject(id).await,
        })
    }

    fn fault(&self, fault: &Fault) -> Found {
        use payments_sandbox::{Fault as Injected, Gateway as At};

        let at = match self.id.provider() {
            "cpay" => At::CPAY,
            "chainup-opay" => At::CHAINUP_OPAY,
            _ => At::CCPAYMENT,
        };
        let injected = match (fault.when, fault.kind) {
            (FaultWhen::Webhook, Some(kind)) => Injected::webhook(at, kind),
            (FaultWhen::After, Some(kind)) => Injected::after(at).kind(kind),
            (FaultWhen::After, None) => Injected::after(at),
            (_, Some(kind)) => Injected::instead(at).kind(kind),
            (_, None) => Injected::instead(at),
        };
        let injected = with!(injected,
            call: fault.call.as_deref(),
            code: fault.code,
            http_status: fault.http_status,
            field: fault.field.as_deref(),
            bytes: fault.bytes,
            delay: fault.delay,
        );
        let set = self.sandbox.fault(injected.times(fault.times));
        set.map_err(|error| error.to_string())?;
        Ok(String::new())
    }

    async fn advance(&self, by: Duration, times: u32) -> Found {
        for _ in 0..times {
            self.sandbox.clock().advance(by);
            self.sandbox.webhooks_quiet().await;
        }
        Ok(String::new())
    }

    /// The program's account gets another secret. The provider keeps the old one.
    fn rotate_secret(&mut self, accepted: Duration) -> Found {
        let accounts = rotation::rotated(&self.accounts, self.id.provider(), accepted)?;
        self.gateways = self.connect(&accounts)?;
        self.inbox.verify_by(self.gateway()?);
        Ok(String::new())
    }

    async fn resend(&self, order: &MerchantRef) -> Found {
        let deliveries = self.deliveries(order)?;
        let last = deliveries.last().ok_or("the order has no webhooks")?;
        let again = self.sandbox.resend(last.id).await;
        again.map_err(|error| error.to_string())?;
        Ok(format!("webhook {}", last.id))
    }

    /// The webhooks of an order, with those of its refunds, oldest first.
    fn deliveries(&self, order: &MerchantRef) -> Result<Vec<Delivery>, String> {
        let orders = self.sandbox.orders();
        let ours = orders
            .iter()
            .filter(|one| one.merchant_ref == order.as_str());
        let ids: BTreeSet<&str> = ours.map(|one| one.order_id.as_str()).collect();
        if ids.is_empty() {
            return Err(format!("the sandbox has no order {order}"));
        }
        let all = self.sandbox.deliveries().into_iter();
        Ok(all
            .filter(|one| ids.contains(one.order_id.as_str()))
            .collect())
    }

    async fn resolve(&mut self, reference: &MerchantRef, expected: Resolved) -> Found {
        let ticket = self.tickets.get(reference.as_str());
        let ticket = ticket.ok_or("there is no ticket")?;
        let resolution = ticket.resolve(&self.gateways, now()).await;
        let (resolved, name) = match resolution.map_err(|error| error.to_string())? {
            Resolution::Found(payment) => {
                self.payments.add(payment.into_inner());
                (Resolved::Found, "found")
            }
            Resolution::Conflict { .. } => (Resolved::Conflict, "conflict"),
            Resolution::Absent => (Resolved::Absent, "absent"),
            _ => (Resolved::Pending, "pending"),
        };
        match resolved == expected {
            true => Ok(name.to_owned()),
            false => Err(format!("the resolution is {name}")),
        }
    }

    async fn expect(&mut self, source: Source, order: &MerchantRef, expected: &Expected) -> Found {
        let payment = match source {
            Source::Webhook => {
                let event = self.inbox.take(|event| names(event.payment(), order)).await;
                let event = event.ok_or("no webhook arrived within 5 s")?;
                let is_repeated = !self.effects.insert(event.effect_key().as_str().to_owned());
                if expected
                    .repeated
                    .is_some_and(|repeated| repeated != is_repeated)
                {
                    let word = if is_repeated {
                        "a repetition"
                    } else {
                        "no repetition"
                    };
                    return Err(format!("the webhook is {word}"));
                }
                let payment = event.into_payment();
                self.payments.add(payment.clone());
                payment
            }
            Source::Query => {
                let payment = self.find(order).await?;
                self.payments.add(payment.clone());
                payment
            }
            Source::Payment => self.known(order).ok_or("nothing is known about it")?,
        };
        expect::compare(&payment, expected)
    }

    /// The merged payment of an order or a payout.
    fn known(&self, order: &MerchantRef) -> Option<Payment> {
        let all = self.payments.all().into_iter();
        let mut ours = all.filter(|payment| names(payment, order));
        ours.find(|payment| payment.kind() != PaymentKind::Refund)
    }

    async fn find(&self, order: &MerchantRef) -> Result<Payment, String> {
        let gateway = self.gateway()?;
        let known = self.known(order);
        let id = known.as_ref().and_then(Payment::provider_ref).cloned();
        let lookups = [Some(Lookup::from(order.clone())), id.map(Lookup::from)];
        let is_payout = known.is_some_and(|payment| payment.kind() == PaymentKind::Payout);
        let mut error = "the gateway cannot look it up".to_owned();
        for lookup in lookups.into_iter().flatten() {
            let found = match (is_payout, gateway.payouts(), gateway.checkout()) {
                (true, Some(payouts), _) if payouts.finds_by(lookup.kind()) => {
                    payouts.find(&lookup).await
                }
                (false, _, Some(checkout)) if checkout.finds_by(lookup.kind()) => {
                    checkout.find(&lookup).await
                }
                _ => continue,
            };
            match found {
                Ok(Some(found)) => return Ok(found.into_inner()),
                Ok(None) => error = "the gateway does not find it".to_owned(),
                Err(failed) => error = failed.to_string(),
            }
        }
        Err(error)
    }

    fn expect_no_webhook(&self, order: &MerchantRef) -> Found {
        match self.inbox.has(|event| names(event.payment(), order)) {
            true => Err("there is a webhook".to_owned()),
            false => Ok("none".to_owned()),
        }
    }

    fn expect_deliveries(&self, order: &MerchantRef, expected: &Deliveries) -> Found {
        expect::compare_deliveries(&self.deliveries(order)?, expected)
    }
}

fn names(payment: &Payment, order: &MerchantRef) -> bool {
    payment.reference() == Some(order)
}

fn acted(order: &Result<Order, ActionError>) -> Found {
    match order {
        Ok(order) => Ok(order.status.as_str().to_owned()),
        Err(error) => Err(error.to_string()),
    }
}
