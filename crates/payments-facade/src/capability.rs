//! What a gateway can do, computed from its code.

use std::collections::BTreeSet;
use std::fmt;

use crate::checkout::CheckoutKind;
use crate::gateway::Gateway;
use crate::lookup::LookupKind;
use crate::payment::PaymentKind;
use crate::payout::{Fee, PayeeKind};
use crate::rate::RatePurpose;

/// One thing a gateway can do: `checkout.hosted.notify_url`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Capability {
    /// The group, by the name of its accessor.
    pub group: &'static str,
    /// The feature. `None` for the group.
    pub feature: Option<&'static str>,
    /// An option or variant of the feature.
    pub option: Option<&'static str>,
}

impl Capability {
    /// Whether `name` is its name, as `Display` writes it.
    fn is(&self, name: &str) -> bool {
        let parts = [self.feature, self.option].into_iter().flatten();
        let mut rest = name.strip_prefix(self.group);
        for part in parts {
            rest = rest.and_then(|rest| rest.strip_prefix('.')?.strip_prefix(part));
        }
        rest == Some("")
    }
}

impl fmt::Display for Capability {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.group)?;
        for part in [self.feature, self.option].into_iter().flatten() {
            write!(f, ".{part}")?;
        }
        Ok(())
    }
}

/// Everything a gateway can do.
///
/// It is computed from the gateway's accessors and the lists of options that its groups support.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Capabilities(BTreeSet<Capability>);

impl Capabilities {
    /// The capabilities of this gateway. Nothing is sent.
    #[must_use]
    pub fn of(gateway: &dyn Gateway) -> Self {
        let mut all = Collector(BTreeSet::new());
        all.checkout(gateway);
        all.payouts(gateway);
        if let Some(exchange) = gateway.exchange() {
            all.group("exchange");
            all.options("exchange", "execute", exchange.supported_options());
            all.lookups("exchange", |kind| exchange.finds_by(kind));
        }
        if let Some(addresses) = gateway.addresses() {
            all.group("addresses");
            all.options("addresses", "get", addresses.supported_options());
        }
        if let Some(rates) = gateway.rates() {
            all.group("rates");
            for purpose in RatePurpose::ALL {
                if rates.quotes_for(*purpose) {
                    all.feature("rates", purpose.as_str());
                }
            }
        }
        if gateway.webhooks().resending().is_some() {
            all.feature("webhooks", "resend");
        }
        if gateway.balances().is_some() {
            all.group("balances");
        }
        if let Some(statements) = gateway.statements() {
            all.group("statements");
            let kinds = PaymentKind::STATED.iter();
            for kind in kinds.filter(|kind| statements.selects(**kind)) {
                all.add("statements", Some("kind"), Some(kind.as_str()));
            }
        }
        Self(all.0)
    }

    /// Whether it has the capability of this name: `payouts`, `checkout.hosted`, `checkout.hosted.notify_url`.
    #[must_use]
    pub fn has(&self, name: &str) -> bool {
        self.0.iter().any(|capability| capability.is(name))
    }

    /// All capabilities, ordered by name.
    pub fn iter(&self) -> impl Iterator<Item = Capability> + '_ {
        self.0.iter().copied()
    }
}

struct Collector(BTreeSet<Capability>);

impl Collector {
    fn group(&mut self, group: &'static str) {
        self.add(group, None, None);
    }

    fn feature(&mut self, group: &'static str, feature: &'static str) {
        self.add(group, Some(feature), None);
    }

    fn add(
        &mut self,
        group: &'static str,
        feature: Option<&'static str>,
        option: Option<&'static str>,
    ) {
        self.0.insert(Capability {
            group,
            feature,
            option,
        });
    }

    fn options(&mut self, group: &'static str, feature: &'static str, names: &[&'static str]) {
        self.feature(group, feature);
        for name in names {
            self.add(group, Some(feature), Some(*name));
        }
    }

    fn lookups(&mut self, group: &'static str, works: impl Fn(LookupKind) -> bool) {
        for kind in LookupKind::ALL.iter().filter(|kind| works(**kind)) {
            self.add(group, Some("find"), Some(kind.as_str()));
        }
    }

    fn checkout(&mut self, gateway: &dyn Gateway) {
        let Some(checkout) = gateway.checkout() else {
            return;
        };
        self.group("checkout");
        for kind in CheckoutKind::ALL {
            if let Some(names) = checkout.supported_options(*kind) {
                self.options("checkout", kind.as_str(), names);
            }
        }
        self.lookups("checkout", |kind| checkout.finds_by(kind));
        if let Some(cancellation) = checkout.cancellation() {
            for kind in LookupKind::ALL {
                if cancellation.cancels_by(*kind) {
                    self.add("checkout", Some("cancel"), Some(kind.as_str()));
                }
            }
        }
    }

    fn payouts(&mut self, gateway: &dyn Gateway) {
        let Some(payouts) = gateway.payouts() else {
            return;
        };
        self.group("payouts");
        for kind in PayeeKind::ALL {
            let Some(names) = payouts.supported_options(*kind) else {
                continue;
            };
            self.options("payouts", kind.as_str(), names);
            for fee in Fee::ALL {
                if payouts.takes_fee(*kind, *fee) {
                    self.add("payouts", Some(kind.as_str()), Some(fee.as_str()));
                }
            }
            if *kind == PayeeKind::Chain && payouts.takes_memo() {
                self.add("payouts", Some(kind.as_str()), Some("memo"));
            }
        }
        self.lookups("payouts", |kind| payouts.finds_by(kind));
    }
}
