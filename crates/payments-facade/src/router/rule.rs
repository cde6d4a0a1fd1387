//! Which orders a gateway may get, and why it does not get one.

use std::fmt;

use payments_core::InvalidRequest;

use crate::gateway::GatewayId;
use crate::money::Money;
use crate::network;

/// Which orders a gateway may get from a [`Router`](super::Router). Without conditions: all that it can make.
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
#[must_use = "a rule is passed to `Router::then`"]
pub struct Rule {
    pub(super) gateway: GatewayId,
    assets: Option<Vec<String>>,
    networks: Option<Vec<String>>,
    least: Vec<Money>,
    most: Vec<Money>,
    pub(super) passes_on_declined: bool,
}

/// Why a gateway was skipped. Nothing was sent to it.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum SkipReason {
    /// It is [disabled](super::Router::disable).
    Disabled,
    /// The reference is closed by an earlier call, at this gateway.
    ReferenceClosed(GatewayId),
    /// Its rule does not name the asset.
    Asset,
    /// Its rule does not name the network.
    Network,
    /// Its rule requires at least this.
    TooLittle(Money),
    /// Its rule allows at most this.
    TooMuch(Money),
    /// It does not have this group.
    Group(&'static str),
    /// It does not take this kind of order or payee.
    Kind(&'static str),
    /// Its own check refused the order.
    Refused(InvalidRequest),
}

impl fmt::Display for SkipReason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Disabled => f.write_str("disabled by the application"),
            Self::ReferenceClosed(gateway) => {
                write!(f, "an earlier call under this reference went to {gateway}")
            }
            Self::Asset => f.write_str("its rule does not name the asset"),
            Self::Network => f.write_str("its rule does not name the network"),
            Self::TooLittle(least) => write!(f, "its rule requires at least {least}"),
            Self::TooMuch(most) => write!(f, "its rule allows at most {most}"),
            Self::Group(group) => write!(f, "it has no {group}"),
            Self::Kind(kind) => write!(f, "it does not take {kind}"),
            Self::Refused(invalid) => write!(f, "its own check refused it: {invalid}"),
        }
    }
}

impl Rule {
    /// All orders that this gateway can make.
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

    /// Only these assets, by symbol in any case.
    pub fn assets<S: Into<String>>(mut self, symbols: impl IntoIterator<Item = S>) -> Self {
        self.assets = Some(symbols.into_iter().map(Into::into).collect());
        self
    }

    /// Only these networks, in any [spelling](network::is_same): that of the money, or else that of the coin that the order
    /// is paid with. An order without a network passes: the customer chooses it on the provider's page.
    pub fn networks<S: Into<String>>(mut self, names: impl IntoIterator<Item = S>) -> Self {
        self.networks = Some(names.into_iter().map(Into::into).collect());
        self
    }

    /// Lower bound for this asset. If it names a network, it applies to that network and to any network we cannot identify
    /// because it is not listed in [`network`]. Several bounds can be combined; other assets are not affected.
    pub fn at_least(mut self, money: Money) -> Self {
        self.least.push(money);
        self
    }

    /// Upper bound; otherwise as [`at_least`](Self::at_least).
    pub fn at_most(mut self, money: Money) -> Self {
        self.most.push(money);
        self
    }

    /// An order that this gateway's risk control or the payer's bank declined goes on to the next gateway. By default it
    /// does not: make sure that the contracts with both providers allow it.
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
        let broken = |limits: &[Money], breaks: fn(&Money, &Money) -> bool| {
            let mut limits = limits.iter().filter(|limit| applies(limit, money, on));
            limits.find(|limit| breaks(money, limit)).cloned()
        };
        if let Some(least) = broken(&self.least, |money, limit| money.amount < limit.amount) {
            return Err(SkipReason::TooLittle(least));
        }
        if let Some(most) = broken(&self.most, |money, limit| money.amount > limit.amount) {
            return Err(SkipReason::TooMuch(most));
        }
        Ok(())
    }
}

/// Whether the limit applies to this money, which moves on the network `on`. It applies if a network is missing or not
/// known, so that another spelling does not bypass it.
fn applies(limit: &Money, money: &Money, on: Option<&str>) -> bool {
    let symbol = limit.asset.symbol();
    let may_be_on = |name: Option<&str>| match (limit.asset.network(), name) {
        (Some(limited), Some(name)) => network::may_be_same(limited, name),
        _ => true,
    };
    symbol.eq_ignore_ascii_case(money.asset.symbol())
        && (may_be_on(money.asset.network()) || may_be_on(on))
}
