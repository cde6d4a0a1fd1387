//! What a fake gateway can do.

use std::collections::BTreeSet;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use payments_core::{Amount, Clock, InvalidRequest, Timestamp};
use payments_signing::Secret;
use payments_signing::cpay::Key;

use super::purse::Purse;
use super::state::State;
use super::{FakeGateway, Inner};
use payments_facade::address::AddressOptions;
use payments_facade::checkout::{CheckoutKind, CheckoutOptions};
use payments_facade::exchange::ExchangeOptions;
use payments_facade::facts::{Fact, Facts, Strategy};
use payments_facade::lookup::LookupKind;
use payments_facade::payout::{PayeeKind, PayoutOptions};
use payments_facade::webhook::Rotation;
use payments_facade::{Fee, GatewayId, Money, network};

/// The groups of a gateway that can be switched off.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum FakeGroup {
    /// [`Checkout`](payments_facade::checkout::Checkout).
    Checkout,
    /// [`Cancellation`](payments_facade::checkout::Cancellation), within checkout.
    Cancellation,
    /// [`Payouts`](payments_facade::payout::Payouts).
    Payouts,
    /// [`Addresses`](payments_facade::address::Addresses).
    Addresses,
    /// [`Rates`](payments_facade::rate::Rates).
    Rates,
    /// [`Exchange`](payments_facade::exchange::Exchange).
    Exchange,
    /// [`Balances`](payments_facade::balance::Balances).
    Balances,
    /// [`Statements`](payments_facade::statement::Statements).
    Statements,
}

impl FakeGroup {
    /// All of them.
    pub const ALL: &'static [Self] = &[
        Self::Checkout,
        Self::Cancellation,
        Self::Payouts,
        Self::Addresses,
        Self::Rates,
        Self::Exchange,
        Self::Balances,
        Self::Statements,
    ];
}

/// Builds a [`FakeGateway`]. At first it can do everything.
#[derive(Debug)]
#[must_use = "`build` makes the gateway"]
pub struct FakeBuilder {
    provider: &'static str,
    account: String,
    plan: Plan,
    purse: Purse,
    secret: Option<Secret>,
    previous: Option<(Secret, Timestamp)>,
}

/// The options that are supported, by request.
#[derive(Debug)]
pub(super) struct Options {
    pub(super) checkout: Vec<&'static str>,
    pub(super) payout: Vec<&'static str>,
    pub(super) exchange: Vec<&'static str>,
    pub(super) address: Vec<&'static str>,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            checkout: CheckoutOptions::NAMES.to_vec(),
            payout: PayoutOptions::NAMES.to_vec(),
            exchange: ExchangeOptions::NAMES.to_vec(),
            address: AddressOptions::NAMES.to_vec(),
        }
    }
}

impl Options {
    fn remove(&mut self, name: &str) {
        for names in [
            &mut self.checkout,
            &mut self.payout,
            &mut self.exchange,
            &mut self.address,
        ] {
            names.retain(|known| *known != name);
        }
    }
}

#[derive(Debug)]
pub(super) struct Plan {
    pub(super) groups: BTreeSet<FakeGroup>,
    pub(super) checkouts: Vec<CheckoutKind>,
    pub(super) payees: Vec<PayeeKind>,
    pub(super) fees: Vec<Fee>,
    pub(super) lookups: Vec<LookupKind>,
    pub(super) options: Options,
    /// The symbols that are taken; none: all.
    pub(super) assets: Option<Vec<String>>,
    pub(super) networks: Vec<String>,
    pub(super) payout_fee: Amount,
    /// Units of the first for one of the second.
    pub(super) rates: Vec<(String, String, Amount)>,
    pub(super) facts: Facts,
    pub(super) clock: Option<Arc<dyn Clock>>,
}

/// What a fake promises. No more than the real ones do: an application must get along with [`Pending`](payments_facade::ticket::Pending).
const FACTS: Facts = Facts::new(
    Fact::documented(Strategy::Query, DOCUMENT),
    Fact::documented(Duration::from_secs(60), DOCUMENT),
    Fact::assumed(false, "no document says so, as with the real ones"),
);

const DOCUMENT: &str = "FakeGateway";

impl FakeBuilder {
    pub(super) fn new(provider: &'static str, account: &str) -> Self {
        let plan = Plan {
            groups: FakeGroup::ALL.iter().copied().collect(),
            checkouts: CheckoutKind::ALL.to_vec(),
            payees: PayeeKind::ALL.to_vec(),
            fees: Fee::ALL.to_vec(),
            lookups: LookupKind::ALL.to_vec(),
            options: Options::default(),
            assets: None,
            networks: vec![network::TRON.to_owned(), network::ETHEREUM.to_owned()],
            payout_fee: Amount::ZERO,
            rates: Vec::new(),
            facts: FACTS,
            clock: None,
        };
        Self {
            provider,
            account: account.to_owned(),
            plan,
            purse: Purse::default(),
            secret: None,
            previous: None,
        }
    }

    /// These groups alone.
    pub fn only(mut self, groups: &[FakeGroup]) -> Self {
        self.plan.groups = groups.iter().copied().collect();
        self
    }

    /// Not this group.
    pub fn without(mut self, group: FakeGroup) -> Self {
        self.plan.groups.remove(&group);
        self
    }

    /// Orders of these kinds alone.
    pub fn checkout_kinds(mut self, kinds: &[CheckoutKind]) -> Self {
        self.plan.checkouts = kinds.to_vec();
        self
    }

    /// Payouts to these payees alone.
    pub fn payee_kinds(mut self, kinds: &[PayeeKind]) -> Self {
        self.plan.payees = kinds.to_vec();
        self
    }

    /// The fee of a payout is borne in one of these ways alone; amounts do not matter here.
    pub fn fees(mut self, fees: &[Fee]) -> Self {
        self.plan.fees = fees.to_vec();
        self
    }

    /// Orders are found and called off by these alone.
    pub fn lookups(mut self, kinds: &[LookupKind]) -> Self {
        self.plan.lookups = kinds.to_vec();
        self
    }

    /// Without the option of this name, in any request.
    pub fn without_option(mut self, name: &'static str) -> Self {
        self.plan.options.remove(name);
        self
    }

    /// Takes money of these symbols alone.
    pub fn assets(mut self, symbols: &[&str]) -> Self {
        self.plan.assets = Some(symbols.iter().map(|&symbol| symbol.to_owned()).collect());
        self
    }

    /// A customer has an address on each of these networks.
    pub fn networks(mut self, networks: &[&str]) -> Self {
        self.plan.networks = networks.iter().map(|&name| name.to_owned()).collect();
        self
    }

    /// Money that is available from the beginning.
    pub fn balance(mut self, money: &Money) -> Self {
        // More than 38 digits stay what they were.
        let _ = self.purse.credit(money);
        self
    }

    /// What a payout costs, in its own asset, where the merchant does not say so by [`Fee::Split`].
    pub fn payout_fee(mut self, fee: Amount) -> Self {
        self.plan.payout_fee = fee;
        self
    }

    /// So many units of `source` buy one unit of `target`.
    pub fn rate(mut self, source: &str, target: &str, rate: Amount) -> Self {
        let rate = (source.to_owned(), target.to_owned(), rate);
        self.plan.rates.push(rate);
        self
    }

    /// "Not found" is a proof once the quiet period is over, a minute after the call: then tickets end with
    /// [`Absent`](payments_facade::Resolution::Absent), as they do with none of the three providers.
    pub fn not_found_proves(mut self) -> Self {
        self.plan.facts.not_found_proves = Fact::documented(true, DOCUMENT);
        self
    }

    /// Other facts than "ask by reference, wait a minute, and not found proves nothing".
    pub fn facts(mut self, facts: Facts) -> Self {
        self.plan.facts = facts;
        self
    }

    /// A clock instead of a time that stands still.
    pub fn clock(mut self, clock: Arc<dyn Clock>) -> Self {
        self.plan.clock = Some(clock);
        self
    }

    /// The secret that webhooks are signed with.
    pub fn webhook_secret(mut self, secret: Secret) -> Self {
        self.secret = Some(secret);
        self
    }

    /// Webhooks under this secret are taken as well, until just before `end`.
    pub fn previous_webhook_secret(mut self, secret: Secret, end: Timestamp) -> Self {
        self.previous = Some((secret, end));
        self
    }

    /// The gateway.
    ///
    /// # Errors
    /// [`InvalidRequest`] when its name is none of a gateway.
    pub fn build(self) -> Result<FakeGateway, InvalidRequest> {
        let id = GatewayId::new(self.provider, &self.account)?;
        let secret = match self.secret {
            Some(secret) => secret,
            None => Secret::new(format!("secret-of-{id}")).map_err(|error| {
                InvalidRequest::configuration("webhook secret", error.to_string())
            })?,
        };
        let signs = Key::new(secret);
        let mut verifies = Rotation::new(signs.clone());
        if let Some((secret, end)) = self.previous {
            verifies = verifies.with_previous(Key::new(secret), end);
        }
        Ok(FakeGateway(Arc::new(Inner {
            id,
            provider: self.provider,
            plan: self.plan,
            signs,
            verifies,
            state: Mutex::new(State::new(self.purse)),
        })))
    }
}

impl Plan {
    /// Money that is taken.
    pub(super) fn check_money(&self, money: &Money) -> Result<(), InvalidRequest> {
        payments_core::check::positive("amount", money.amount)?;
        self.check_asset(money.asset.symbol())
    }

    pub(super) fn check_asset(&self, symbol: &str) -> Result<(), InvalidRequest> {
        match &self.assets {
            Some(assets) if !assets.iter().any(|asset| asset == symbol) => {
                Err(InvalidRequest::request("asset", "is not taken here")
                    .allowed(assets.join(", ")))
            }
            _ => Ok(()),
        }
    }
}
