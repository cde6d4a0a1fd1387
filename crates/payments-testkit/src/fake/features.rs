//! What a fake gateway supports.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;

use payments_core::{Amount, Asset, Clock, InvalidRequest, check};
use payments_facade::address::AddressOptions;
use payments_facade::checkout::{CheckoutKind, CheckoutOptions};
use payments_facade::exchange::ExchangeOptions;
use payments_facade::facts::{Fact, Facts, Strategy};
use payments_facade::lookup::LookupKind;
use payments_facade::payout::{PayeeKind, PayoutOptions};
use payments_facade::{Fee, Money};

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
    /// All groups.
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

/// The supported options, by request.
#[derive(Debug)]
pub(super) struct Options {
    pub(super) checkout: Vec<&'static str>,
    pub(super) payout: Vec<&'static str>,
    pub(super) exchange: Vec<&'static str>,
    pub(super) address: Vec<&'static str>,
}

impl Options {
    pub(super) fn remove(&mut self, name: &str) {
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
pub(super) struct Features {
    pub(super) groups: BTreeSet<FakeGroup>,
    pub(super) checkouts: Vec<CheckoutKind>,
    pub(super) payees: Vec<PayeeKind>,
    pub(super) fees: Vec<Fee>,
    pub(super) lookups: Vec<LookupKind>,
    pub(super) options: Options,
    /// The accepted symbols; `None` accepts all.
    pub(super) assets: Option<Vec<String>>,
    pub(super) payout_fee: Amount,
    /// Source, target, and the units of the source for one unit of the target.
    pub(super) rates: Vec<(String, String, Amount)>,
    pub(super) facts: Facts,
    pub(super) clock: Option<Arc<dyn Clock>>,
}

/// The source of the facts.
pub(super) const DOCUMENT: &str = "FakeGateway";

/// No more than real providers guarantee, so that applications have to handle
/// [`Pending`](payments_facade::ticket::Pending).
const FACTS: Facts = Facts::new(
    Fact::documented(Strategy::Query, DOCUMENT),
    Fact::documented(Duration::from_secs(60), DOCUMENT),
    Fact::assumed(false, "not documented, as with the real providers"),
);

impl Default for Features {
    /// Everything is supported; payouts are free, and there are no rates.
    fn default() -> Self {
        Self {
            groups: FakeGroup::ALL.iter().copied().collect(),
            checkouts: CheckoutKind::ALL.to_vec(),
            payees: PayeeKind::ALL.to_vec(),
            fees: Fee::ALL.to_vec(),
            lookups: LookupKind::ALL.to_vec(),
            options: Options {
                checkout: CheckoutOptions::NAMES.to_vec(),
                payout: PayoutOptions::NAMES.to_vec(),
                exchange: ExchangeOptions::NAMES.to_vec(),
                address: AddressOptions::NAMES.to_vec(),
            },
            assets: None,
            payout_fee: Amount::ZERO,
            rates: Vec::new(),
            facts: FACTS,
            clock: None,
        }
    }
}

impl Features {
    /// Refuses an amount of zero and an asset that is not accepted.
    pub(super) fn check_money(&self, money: &Money) -> Result<(), InvalidRequest> {
        check::positive("amount", money.amount)?;
        let symbol = money.asset.symbol();
        match &self.assets {
            Some(assets) if !assets.iter().any(|asset| asset == symbol) => {
                Err(InvalidRequest::request("asset", "is not accepted").allowed(assets.join(", ")))
            }
            _ => Ok(()),
        }
    }

    /// The rate from `source` to `target`.
    pub(super) fn rate(&self, source: &Asset, target: &Asset) -> Result<Amount, InvalidRequest> {
        let mut rates = self.rates.iter();
        rates
            .find(|(from, to, _)| from == source.symbol() && to == target.symbol())
            .map(|(.., rate)| *rate)
            .ok_or_else(|| InvalidRequest::request("asset", "has no exchange rate"))
    }
}
