//! Which orders a gateway may get.

use std::fmt;

use payments_core::InvalidRequest;

use crate::gateway::GatewayId;
use crate::money::Money;
use crate::network;

/// Which orders a gateway may get from a [`Router`](crate::router::Router). Without further words: all that it can carry out.
///
/// ```
/// use payments_facade::router::Rule;
/// use payments_facade::{Money, network};
///
/// let rule = Rule::new("cpay/main".parse()?)
///     .assets(["USDT", "BTC"])
///     .networks([network::TRON])
///     .at_least(Money::of("10", "USDT")?)
///     .at_most(Money::of("5000", "USDT")?);
/// # let _ = rule;
/// # Ok::<(), payments_core::InvalidRequest>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[must_use = "a rule is given to `Router::then`"]
pub struct Rule {
    pub(super) gateway: GatewayId,
    assets: Option<Vec<String>>,
    networks: Option<Vec<String>>,
    least: Vec<Money>,
    most: Vec<Money>,
    pub(super) passes_on_declined: bool,
}

/// Why a gateway does not get an order. Nothing was sent to it.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum SkipReason {
    /// It was [disabled](crate::router::Router::disable).
    Disabled,
    /// An earlier call under the reference went to this gateway. No other one gets it, nor does this one unless it is
    /// [proven](crate::router::Router::resolve) that nothing came of that call.
    Bound(GatewayId),
    /// Its rule does not name the asset.
    Asset,
    /// Its rule does not name the network.
    Network,
    /// Its rule wants at least this.
    TooLittle(Money),
    /// Its rule wants at most this.
    TooMuch(Money),
    /// It has no group for this.
    Group(&'static str),
    /// It does not take orders of this kind, or payees.
    Kind(&'static str),
    /// Its own check refused the order.
    Refused(InvalidRequest),
}

impl fmt::Display for SkipReason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Disabled => f.write_str("disabled by the application"),
            Self::Bound(place) => write!(f, "an earlier call under this reference went to {place}"),
            Self::Asset => f.write_str("its rule does not name the asset"),
            Self::Network => f.write_str("its rule does not name the network"),
            Self::TooLittle(least) => write!(f, "its rule wants at least {least}"),
            Self::TooMuch(most) => write!(f, "its rule wants at most {most}"),
            Self::Group(group) => write!(f, "it has no {group}"),
            Self::Kind(kind) => write!(f, "it does not take {kind}"),
            Self::Refused(invalid) => write!(f, "its own check says: {invalid}"),
        }
    }
}

impl Rule {
    /// Whatever this gateway can carry out.
    pub const fn new(gateway: GatewayId) -> Self {
        Self {
            gateway,
            assets: None,
            networks: None,
            least: Vec::new(),
            most: Vec::new(),
            passes_on_declined: false,
        }
    }

    /// Money of these symbols alone, whether in capitals or not.
    pub fn assets<S: Into<String>>(mut self, symbols: impl IntoIterator<Item = S>) -> Self {
        self.assets = Some(symbols.into_iter().map(Into::into).collect());
        self
    }

    /// These networks alone, by any of their [spellings](network::is_same). An order that names no network passes: the
    /// customer chooses it on the provider's page.
    pub fn networks<S: Into<String>>(mut self, names: impl IntoIterator<Item = S>) -> Self {
        self.networks = Some(names.into_iter().map(Into::into).collect());
        self
    }

    /// Not less than this. It says nothing of other assets; several of these may stand side by side. One that names a network
    /// says nothing of others, as long as both are listed in [`network`]: of two names of which one is not, nobody knows
    /// whether they mean the same, so the limit holds.
    pub fn at_least(mut self, money: Money) -> Self {
        self.least.push(money);
        self
    }

    /// Not more than this; otherwise as [`at_least`](Self::at_least).
    pub fn at_most(mut self, money: Money) -> Self {
        self.most.push(money);
        self
    }

    /// An order that this gateway's risk control or the payer's bank declined goes on to the next gateway. Without this it
    /// goes nowhere: a second gateway is not a second opinion, unless the contracts with both say that it may be.
    pub fn passes_on_declined(mut self) -> Self {
        self.passes_on_declined = true;
        self
    }

    pub(super) fn check(&self, money: &Money, on: Option<&str>) -> Result<(), SkipReason> {
        let symbol = money.asset.symbol();
        let names = |names: &Option<Vec<String>>, is: &dyn Fn(&str) -> bool| {
            let names = names.as_ref();
            names.is_none_or(|names| names.iter().any(|known| is(known)))
        };
        if !names(&self.assets, &|known| known.eq_ignore_ascii_case(symbol)) {
            return Err(SkipReason::Asset);
        }
        if on.is_some_and(|on| !names(&self.networks, &|known| network::is_same(known, on))) {
            return Err(SkipReason::Network);
        }
        let like = |limits: &[Money], breaks: fn(&Money, &Money) -> bool| {
            let mut limits = limits.iter().filter(|limit| binds(limit, money, on));
            limits.find(|limit| breaks(money, limit)).cloned()
        };
        if let Some(least) = like(&self.least, |money, limit| money.amount < limit.amount) {
            return Err(SkipReason::TooLittle(least));
        }
        if let Some(most) = like(&self.most, |money, limit| money.amount > limit.amount) {
            return Err(SkipReason::TooMuch(most));
        }
        Ok(())
    }
}

/// Whether the limit says something of this money, which moves on that network. Where a name is missing or not known it
/// does: a limit that is passed by another spelling is none.
fn binds(limit: &Money, money: &Money, on: Option<&str>) -> bool {
    let symbol = limit.asset.symbol();
    let may_be_on = |name: Option<&str>| match (limit.asset.network(), name) {
        (Some(limited), Some(name)) => network::may_be_same(limited, name),
        _ => true,
    };
    symbol.eq_ignore_ascii_case(money.asset.symbol())
        && (may_be_on(money.asset.network()) || may_be_on(on))
}
