//! Runs the steps of a scenario: the calls of the program, what happens in the sandbox, and the expectations.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use payments_core::{Amount, Clock, Executor, MerchantRef, Outcome};
use payments_facade::config::{GatewaysConfig, SystemSecrets};
use payments_facade::payment::{PaymentKind, Payments};
use payments_facade::{Error, Gateway, GatewayId, Gateways, Lookup, Payment, Resolution, Ticket};
use payments_reqwest::{ReqwestTransport, SystemClock, SystemEntropy};
use payments_sandbox::Sandbox;

use super::at::At;
use super::clock::SandboxClock;
use super::expect;
use super::file::Scenario;
use super::host::Host;
use super::inbox::{Inbox, Receiver};
use super::order;
use super::rotation;
use super::step::*;
use crate::accounts_file;
use crate::commands::webhook::forward::Forward;
use crate::commands::webhook::post;
use crate::failure::Failure;
use crate::sandbox::admin::Admin;
use crate::sandbox::start_failure;

pub(super) struct Run {
    host: Host,
    at: At,
    id: GatewayId,
    accounts: String,
    /// The program's clock.
    clock: Arc<SandboxClock>,
    /// That of the timestamps of webhooks.
    stamps: Arc<dyn Clock>,
    gateways: Gateways,
    pub(super) inbox: Inbox,
    /// Where the webhooks of the scenario's orders go, if the sandbox reaches the command.
    notify_url: Option<String>,
    payments: Payments,
    effects: BTreeSet<String>,
    prices: BTreeMap<String, Amount>,
    tickets: BTreeMap<String, Ticket>,
}

impl Run {
    /// An account at the scenario's gateway, and a program that receives its webhooks: in a new sandbox, or in one that runs.
    pub(super) async fn start(
        scenario: &Scenario,
        forward: Option<&Forward>,
        running: Option<(Admin, bool)>,
    ) -> Result<Self, Failure> {
        let failed = |error: &dyn std::fmt::Display| {
            Failure::failed("the sandbox's accounts cannot be used", error)
        };
        let inbox = Inbox::start().await?;
        let (host, is_here) = match running {
            Some((admin, is_here)) => (Host::running(admin), is_here),
            None => (Host::own(own(scenario, &inbox.url).await?)?, true),
        };
        let accounts = accounts_file::of(host.base_url(), &host.credentials().await?);
        let id = scenario.at.account().map_err(|error| failed(&error))?;
        let forward = forward.map(|forward| forward.post(&id, &post::transport()?));
        inbox.forward_to(forward.transpose()?);
        let (time, clock) = (host.time().await?, Arc::new(SandboxClock::default()));
        clock.follow(time.now_ms);
        let mut run = Self {
            host,
            at: scenario.at,
            id,
            accounts: accounts.map_err(|error| failed(&error))?.to_string(),
            stamps: match time.is_manual {
                true => Arc::<SandboxClock>::clone(&clock),
                false => Arc::new(SystemClock::new()),
            },
            clock,
            gateways: Gateways::new(),
            notify_url: is_here.then(|| inbox.url.clone()),
            inbox,
            payments: Payments::new(),
            effects: BTreeSet::new(),
            prices: BTreeMap::new(),
            tickets: BTreeMap::new(),
        };
        run.connect().map_err(|error| failed(&error))?;
        Ok(run)
    }

    pub(super) async fn stop(self) {
        self.host.stop().await;
    }

    /// The account with the secret that the accounts file has now.
    fn connect(&mut self) -> Result<(), String> {
        let config = GatewaysConfig::read(&self.accounts, &SystemSecrets::new());
        let config = config.map_err(|error| error.to_string())?;
        // A sandbox in a network of containers is called over plain http; its credentials are no secrets.
        let transport = ReqwestTransport::builder().allow_plain_http(true).build();
        let transport = Arc::new(transport.map_err(|error| error.to_string())?);
        let by = |clock: Arc<dyn Clock>| {
            let executor = Executor::new(transport.clone(), clock, Arc::new(SystemEntropy));
            let gateways = config.build(|_| executor.clone());
            gateways.map_err(|error| error.to_string())
        };
        self.gateways = by(Arc::<SandboxClock>::clone(&self.clock))?;
        let verifies = by(Arc::clone(&self.stamps))?.get_shared(&self.id);
        self.inbox.verify_by(Receiver {
            verifies: verifies.ok_or("there is no such account")?,
            queries: self.gateway()?,
            clock: Arc::clone(&self.stamps),
        });
        Ok(())
    }

    fn gateway(&self) -> Result<Arc<dyn Gateway>, String> {
        let gateway = self.gateways.get_shared(&self.id);
        gateway.ok_or_else(|| format!("there is no account {}", self.id))
    }

    /// Returns after the webhooks were sent that the step made due.
    pub(super) async fn step(&mut self, step: &Step) -> Found {
        let found = self.run(&step.kind).await;
        let sent = self.host.quiet().await;
        found.and_then(|found| sent.map(|()| found))
    }

    async fn run(&mut self, kind: &Kind) -> Found {
        let host = &self.host;
        match kind {
            Kind::Create(create) => self.create(create).await,
            Kind::Payout(payout) => self.payout(payout).await,
            Kind::ExpectOrder(order) => self.expect_order(order).await,
            Kind::Choose(order, asset) => {
                let network = asset.network().unwrap_or_default();
                host.choose(order, asset.symbol(), network).await
            }
            Kind::Pay(order, share) => {
                let amount = share.map(|share| self.part(order, share)).transpose()?;
                host.pay(order, amount.as_deref()).await
            }
            Kind::Act(order, action) => host.act(order, *action).await,
            Kind::Refund(order, share) => host.refund(order, &self.part(order, *share)?).await,
            Kind::Fault(fault) => host.fault(self.at, fault).await,
            Kind::Switch(name, on) => host.switch(name, *on).await,
            Kind::Advance { by, times } => {
                for _ in 0..*times {
                    self.clock.follow(host.advance(*by).await?.now_ms);
                    host.quiet().await?;
                }
                Ok(String::new())
            }
            Kind::Answer(status) => {
                self.inbox.answer(*status);
                Ok(String::new())
            }
            Kind::RotateSecret(accepted) => {
                self.accounts = rotation::rotated(&self.accounts, self.at, *accepted)?;
                self.connect().map(|()| String::new())
            }
            Kind::Resend(order) => host.resend(order).await,
            Kind::Resolve(reference, resolved) => self.resolve(reference, *resolved).await,
            Kind::Expect(source, order, expected) => self.expect(*source, order, expected).await,
            Kind::ExpectNoWebhook(order) => match self.inbox.has(|payment| names(payment, order)) {
                true => Err("there is a webhook".to_owned()),
                false => Ok("none".to_owned()),
            },
            Kind::ExpectRefusedWebhook => match self.inbox.take_refused().await {
                true => Ok("refused".to_owned()),
                false => Err("no webhook was refused within 5 s".to_owned()),
            },
            Kind::ExpectDeliveries(order, expected) => {
                expect::compare_deliveries(&host.deliveries(order).await?, expected)
            }
        }
    }

    /// Waits for an order of the program under test.
    async fn expect_order(&mut self, order: &MerchantRef) -> Found {
        let amount = self.host.created(self.at, order).await?;
        if let Ok(price) = amount.parse() {
            self.prices.insert(order.to_string(), price);
        }
        Ok(format!("asks for {amount}"))
    }

    async fn create(&mut self, create: &Create) -> Found {
        self.host.check_new(&create.order).await?;
        let gateway = self.gateway()?;
        let checkout = gateway.checkout().ok_or("the gateway has no checkout")?;
        let order = order::checkout(self.at, create, self.notify_url.as_deref());
        let key = create.order.to_string();
        self.prices.insert(key.clone(), create.amount);
        self.tickets
            .insert(key, checkout.ticket(&order, self.clock.now()));
        let result = checkout.create(&order).await;
        self.called(
            result.map(|created| created.into_inner().payment),
            create.outcome,
        )
    }

    async fn payout(&mut self, payout: &Payout) -> Found {
        self.host.check_new(&payout.reference).await?;
        let gateway = self.gateway()?;
        let payouts = gateway.payouts().ok_or("the gateway has no payouts")?;
        let order = order::payout(self.at, payout, self.notify_url.as_deref())?;
        let key = payout.reference.to_string();
        self.prices.insert(key.clone(), payout.amount);
        self.tickets
            .insert(key, payouts.ticket(&order, self.clock.now()));
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

    fn part(&self, order: &MerchantRef, share: Share) -> Found {
        let price = self.prices.get(order.as_str()).copied();
        let amount = price.and_then(|price| share.of(price));
        let amount = amount.ok_or("the amount is too large")?;
        Ok(amount.to_string())
    }

    async fn resolve(&mut self, reference: &MerchantRef, expected: Resolved) -> Found {
        let ticket = self.tickets.get(reference.as_str());
        let ticket = ticket.ok_or("there is no ticket")?;
        let resolution = ticket.resolve(&self.gateways, self.clock.now()).await;
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
                let arrived = self.inbox.take(|payment| names(payment, order)).await;
                let arrived = arrived.ok_or("no webhook arrived within 5 s")?;
                let keys = arrived.effects.iter();
                let new: BTreeSet<String> = keys
                    .map(|key| key.as_str().to_owned())
                    .filter(|key| !self.effects.contains(key))
                    .collect();
                let is_repeated = new.is_empty();
                self.effects.extend(new);
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
                self.payments.add(arrived.payment.clone());
                arrived.payment
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
}

fn names(payment: &Payment, order: &MerchantRef) -> bool {
    payment.reference() == Some(order)
}

/// A sandbox for one scenario. `url` receives what does not name another URL.
async fn own(scenario: &Scenario, url: &str) -> Result<Sandbox, Failure> {
    let sandbox = Sandbox::builder()
        .cpay_callback_url(url)
        .ccpayment_webhook_url(url)
        .ccpayment_v2_webhook_url(url)
        .cpay_push_every_state(scenario.push_every_state)
        .ccpayment_push_every_state(scenario.push_every_state)
        .ccpayment_v2_push_every_state(scenario.push_every_state)
        .start()
        .await;
    sandbox.map_err(|error| start_failure(&error, None))
}
