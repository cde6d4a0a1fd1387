//! Configuration of a fake gateway.

use std::sync::Arc;

use payments_core::{Amount, Clock, InvalidRequest, Timestamp};
use payments_facade::checkout::CheckoutKind;
use payments_facade::facts::{Fact, Facts};
use payments_facade::lookup::LookupKind;
use payments_facade::payout::PayeeKind;
use payments_facade::webhook::Rotation;
use payments_facade::{Fee, GatewayId, Money};
use payments_signing::Secret;
use payments_signing::cpay::Key;

use super::features::{DOCUMENT, FakeGroup, Features};
use super::gateway::FakeGateway;
use super::ledger::Ledger;
use super::state::State;

/// Builds a [`FakeGateway`]. A new builder supports everything.
#[derive(Debug)]
#[must_use = "`build` returns the gateway"]
pub struct FakeBuilder {
    provider: &'static str,
    account: String,
    features: Features,
    ledger: Ledger,
    secret: Option<Secret>,
    previous: Option<(Secret, Timestamp)>,
}

impl FakeGateway {
    /// A gateway that supports everything and has no money.
    ///
    /// # Errors
    /// [`InvalidRequest`] if `provider` or `account` is not valid in a [`GatewayId`].
    pub fn new(provider: &'static str, account: &str) -> Result<Self, InvalidRequest> {
        Self::builder(provider, account).build()
    }

    /// A builder, for a gateway with other features than [`new`](Self::new).
    pub fn builder(provider: &'static str, account: &str) -> FakeBuilder {
        FakeBuilder {
            provider,
            account: account.to_owned(),
            features: Features::default(),
            ledger: Ledger::default(),
            secret: None,
            previous: None,
        }
    }
}

impl FakeBuilder {
    /// Supports only these groups.
    pub fn only(mut self, groups: &[FakeGroup]) -> Self {
        self.features.groups = groups.iter().copied().collect();
        self
    }

    /// Switches this group off.
    pub fn without(mut self, group: FakeGroup) -> Self {
        self.features.groups.remove(&group);
        self
    }

    /// Supports only these kinds of orders.
    pub fn checkout_kinds(mut self, kinds: &[CheckoutKind]) -> Self {
        self.features.checkouts = kinds.to_vec();
        self
    }

    /// Supports only payouts to these kinds of payees.
    pub fn payee_kinds(mut self, kinds: &[PayeeKind]) -> Self {
        self.features.payees = kinds.to_vec();
        self
    }

    /// Supports only these fee modes. The amount in [`Fee::Split`] is ignored.
    pub fn fees(mut self, fees: &[Fee]) -> Self {
        self.features.fees = fees.to_vec();
        self
    }

    /// Finds and cancels orders only by these kinds of lookups.
    pub fn lookups(mut self, kinds: &[LookupKind]) -> Self {
        self.features.lookups = kinds.to_vec();
        self
    }

    /// Does not support the option of this name, in any request.
    pub fn without_option(mut self, name: &'static str) -> Self {
        self.features.options.remove(name);
        self
    }

    /// Accepts only money of these symbols.
    pub fn assets(mut self, symbols: &[&str]) -> Self {
        self.features.assets = Some(symbols.iter().map(|&symbol| symbol.to_owned()).collect());
        self
    }

    /// Adds money to the initial balance. An addition that exceeds 38 digits is ignored.
    pub fn balance(mut self, money: &Money) -> Self {
        let _ = self.ledger.credit(money);
        self
    }

    /// The fee of a payout, in the payout's asset. It does not apply to [`Fee::Split`], where the merchant states the fee.
    pub fn payout_fee(mut self, fee: Amount) -> Self {
        self.features.payout_fee = fee;
        self
    }

    /// Adds an exchange rate: the units of `source` that buy one unit of `target`.
    pub fn rate(mut self, source: &str, target: &str, rate: Amount) -> Self {
        let rate = (source.to_owned(), target.to_owned(), rate);
        self.features.rates.push(rate);
        self
    }

    /// "Not found" proves that a call had no effect, once the quiet period of one minute is over. Tickets can then resolve to
    /// [`Absent`](payments_facade::Resolution::Absent), which they never do with the three real providers.
    pub fn not_found_proves(mut self) -> Self {
        self.features.facts.not_found_proves = Fact::documented(true, DOCUMENT);
        self
    }

    /// Replaces the facts. The default: tickets are resolved by querying the reference, the quiet period is one minute, and
    /// "not found" proves nothing.
    pub fn facts(mut self, facts: Facts) -> Self {
        self.features.facts = facts;
        self
    }

    /// Uses this clock instead of a time that only [`FakeGateway::advance`] moves.
    pub fn clock(mut self, clock: Arc<dyn Clock>) -> Self {
        self.features.clock = Some(clock);
        self
    }

    /// The secret that signs the webhooks. The default is derived from the gateway's id.
    pub fn webhook_secret(mut self, secret: Secret) -> Self {
        self.secret = Some(secret);
        self
    }

    /// Also accepts webhooks that are signed with this secret, until just before `end`.
    pub fn previous_webhook_secret(mut self, secret: Secret, end: Timestamp) -> Self {
        self.previous = Some((secret, end));
        self
    }

    /// Builds the gateway.
    ///
    /// # Errors
    /// [`InvalidRequest`] if the provider or account is not valid in a [`GatewayId`].
    pub fn build(self) -> Result<FakeGateway, InvalidRequest> {
        let id = GatewayId::new(self.provider, &self.account)?;
        let secret = match self.secret {
            Some(secret) => secret,
            None => Secret::new(format!("secret-of-{id}")).map_err(|error| {
                InvalidRequest::configuration("webhook secret", error.to_string())
            })?,
        };
        let signing_key = Key::new(secret);
        let mut accepted_keys = Rotation::new(signing_key.clone());
        if let Some((secret, end)) = self.previous {
            accepted_keys = accepted_keys.with_previous(Key::new(secret), end);
        }
        Ok(FakeGateway::from_parts(
            id,
            self.provider,
            self.features,
            signing_key,
            accepted_keys,
            State::new(self.ledger),
        ))
    }
}
