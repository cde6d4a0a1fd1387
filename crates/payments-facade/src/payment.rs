//! Payments, merged from everything that was observed of them.

mod agreement;
mod observation;
mod payments;
mod stated;
mod status;
mod view;

pub use agreement::Agreement;
pub use observation::{Observation, PaymentKind, Source};
pub use payments::Payments;
pub use status::{Closure, Funds, Phase, Settlement, Status};

use payments_core::{Asset, MerchantRef, ProviderRef, Timestamp};
use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

use crate::gateway::GatewayId;
use crate::money::Money;

/// One payment at one gateway: the *set* of everything that was observed of it.
///
/// Responses, webhooks, queries and statements arrive late, repeatedly and in any order. Merging adds the observations that
/// are new, and every property is computed from the set. So merging is commutative, associative and idempotent among values
/// that all name the reference, or all name the provider's id: the order of arrival does not matter. If some values name only
/// the reference and others only the provider's id, use [`Payments`].
///
/// The kind is part of the identity: a checkout and a refund under one reference are two payments.
///
/// It is data: store it as JSON with `serde` next to the order, and merge what arrives. The document contains a version.
///
/// ```
/// use payments_facade::payment::{Observation, PaymentKind, Source};
/// use payments_facade::{GatewayId, Money, Payment, Phase, Settlement};
/// use payments_core::MerchantRef;
///
/// let gateway = GatewayId::new("cpay", "main")?;
/// let reference = MerchantRef::new("order-1001")?;
/// let price = Money::of("10.50", "USDT")?;
///
/// // The application's own record, and a webhook that arrived before anything else.
/// let books = Payment::asked_for(gateway.clone(), PaymentKind::Checkout, reference.clone(), price);
/// let event = Observation::new(Source::Event, PaymentKind::Unstated)
///     .reference(Some(reference))
///     .phase(Phase::Completed, "14")
///     .paid(Some(Money::of("10", "USDT")?));
///
/// let mut payment = Payment::new(gateway, event);
/// payment.merge(books)?;
/// assert_eq!(payment.phase(), Phase::Completed);
/// assert_eq!(payment.funds().settlement(), Settlement::Missing(Money::of("0.5", "USDT")?));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Payment {
    gateway: GatewayId,
    /// Ascending, each once, at least one.
    observations: Vec<Observation>,
}

/// The two values to be merged describe different payments. Neither was changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "these are two payments: the gateway, the reference or the kind differ, or no id is shared"
)]
pub struct OtherPayment;

impl Payment {
    /// A payment with one observation.
    #[must_use]
    pub fn new(gateway: GatewayId, observation: Observation) -> Self {
        Self {
            gateway,
            observations: vec![observation],
        }
    }

    /// The application's own record: this amount was requested under this reference. For a payout, `expected` is what is to
    /// reach the payee.
    #[must_use]
    pub fn asked_for(
        gateway: GatewayId,
        kind: PaymentKind,
        reference: MerchantRef,
        expected: Money,
    ) -> Self {
        let books = Observation::new(Source::Books, kind)
            .reference(Some(reference))
            .expected(Some(expected));
        Self::new(gateway, books)
    }

    /// Adds the observations of another value of the same payment. Returns whether any of them was new.
    ///
    /// # Errors
    /// [`OtherPayment`] if the gateways, references or kinds differ, or no reference or id is shared. Several refunds of one
    /// order are several payments, each with its own id.
    pub fn merge(&mut self, other: Self) -> Result<bool, OtherPayment> {
        if !self.is_same(&other) {
            return Err(OtherPayment);
        }
        let mut is_new = false;
        for observation in other.observations {
            if let Err(place) = self.observations.binary_search(&observation) {
                self.observations.insert(place, observation);
                is_new = true;
            }
        }
        Ok(is_new)
    }

    /// What this refund states about the order whose reference it names: merge it with the order's payment, so that the money
    /// sent back does not count as paid. A refund that a query of the order reports as well counts once.
    /// [`Payments::all`] does this itself.
    ///
    /// `None` if this is not a refund, names no reference, or nothing was sent back.
    #[must_use]
    pub fn refund_of_order(&self) -> Option<Self> {
        let stated = self.observations.iter().filter_map(|one| {
            let observation = view::refund_of_order(one, PaymentKind::Checkout)?;
            Some(Self::new(self.gateway.clone(), observation))
        });
        stated.reduce(|mut all, one| {
            // All have the same kind and reference, so this cannot fail.
            let _ = all.merge(one);
            all
        })
    }

    /// The same gateway and kind, and the same reference or, if a reference is missing, a shared provider id. Refunds are
    /// compared by id if they have one, because the reference they name is the order's.
    fn is_same(&self, other: &Self) -> bool {
        let (mine, others) = (self.kind(), other.kind());
        if self.gateway != other.gateway
            || (mine != others && mine.is_stated() && others.is_stated())
        {
            return false;
        }
        let shares_id = || {
            self.provider_refs()
                .any(|id| other.provider_refs().any(|known| known == id))
        };
        let has_id = |payment: &Self| payment.provider_ref().is_some();
        match (self.reference(), other.reference()) {
            (Some(left), Some(right)) => {
                let is_refund = mine == PaymentKind::Refund || others == PaymentKind::Refund;
                let by_id = is_refund && (has_id(self) || has_id(other));
                left == right && (!by_id || shares_id())
            }
            _ => shares_id(),
        }
    }

    /// The gateway.
    #[must_use]
    pub fn gateway(&self) -> &GatewayId {
        &self.gateway
    }

    /// The merchant's reference. `None` for a deposit without an order.
    #[must_use]
    pub fn reference(&self) -> Option<&MerchantRef> {
        self.observations
            .iter()
            .find_map(|one| one.content.reference.as_ref())
    }

    /// The provider's id. The smallest, if there are several ([contested](Self::is_contested)).
    #[must_use]
    pub fn provider_ref(&self) -> Option<&ProviderRef> {
        self.provider_refs().min()
    }

    /// The provider's id in each observation that names one, with repetitions.
    pub fn provider_refs(&self) -> impl Iterator<Item = &ProviderRef> {
        self.observations
            .iter()
            .filter_map(|one| one.content.provider_ref.as_ref())
    }

    /// The kind.
    #[must_use]
    pub fn kind(&self) -> PaymentKind {
        view::kind(&self.observations)
    }

    /// The status.
    #[must_use]
    pub fn status(&self) -> Status {
        Status {
            phase: self.phase(),
            funds: self.funds(),
            contested: self.is_contested(),
        }
    }

    /// The furthest phase that was observed. Final phases win over others, and completion wins over closure.
    #[must_use]
    pub fn phase(&self) -> Phase {
        view::phase(&self.observations)
    }

    /// The money that was expected and received.
    #[must_use]
    pub fn funds(&self) -> Funds {
        view::funds(&self.observations)
    }

    /// The provider's own status texts or numbers.
    pub fn status_texts(&self) -> impl Iterator<Item = &str> {
        self.observations
            .iter()
            .filter_map(|one| one.content.status_text.as_deref())
    }

    /// The hashes of transactions on their chains.
    pub fn transactions(&self) -> impl Iterator<Item = &str> {
        self.observations
            .iter()
            .filter_map(|one| one.content.transaction.as_deref())
    }

    /// The amount of the order as it was requested, the greatest that a provider stated: for a payout, whoever bears the fee.
    #[must_use]
    pub fn ordered(&self) -> Option<&Money> {
        view::ordered(&self.observations)
    }

    /// For payouts: whether the fee is part of what was [ordered](Self::ordered). It is if the application's own record, or the answer
    /// to the call, names no amount that is to arrive.
    #[must_use]
    pub fn includes_fee(&self) -> bool {
        let is_own = |one: &&Observation| match one.content.source {
            // A record of the application that names no order states nothing.
            Source::Books => one.content.ordered.is_some(),
            source => source == Source::Created,
        };
        let mut own = self.observations.iter().filter(is_own).peekable();
        let is_stated = own.peek().is_some() && self.kind() == PaymentKind::Payout;
        is_stated && own.all(|one| one.content.expected.is_none())
    }

    /// The provider's fee, the greatest that was stated. `None` if it was stated in several assets.
    #[must_use]
    pub fn fee(&self) -> Option<&Money> {
        view::fee(&self.observations)
    }

    /// When it was created: the earliest time that was stated.
    #[must_use]
    pub fn made_at(&self) -> Option<Timestamp> {
        self.observations
            .iter()
            .filter_map(|one| one.content.made_at)
            .min()
    }

    /// Whether the sources contradict each other, so that a person has to check: two provider orders under one reference, two
    /// expected amounts in one asset, or closed as well as completed, except for incoming money that the provider reports as
    /// late.
    #[must_use]
    pub fn is_contested(&self) -> bool {
        view::is_contested(&self.observations)
    }

    /// Whether the provider's statements name this amount as that of the order.
    ///
    /// - `arrives`: what is to reach the payee of a payout, if that is another sum.
    pub(crate) fn agreement(&self, asked: &Money, arrives: Option<&Money>) -> Agreement {
        agreement::agreement(&self.observations, asked, arrives)
    }

    /// Whether the provider's statements name this asset, on any network.
    pub(crate) fn names_asset(&self, asset: &Asset) -> bool {
        agreement::names_asset(&self.observations, asset)
    }

    /// Whether the provider's statements name this payee.
    pub(crate) fn payee_agreement(&self, address: &str, memo: Option<&str>) -> Agreement {
        agreement::payee_agreement(&self.observations, address, memo)
    }

    /// Whether the order is on a network that is certainly another one.
    pub(crate) fn is_on_other_network(&self, network: &str) -> bool {
        agreement::is_on_other_network(&self.observations, network)
    }

    /// The merchant's own id of the customer, as the provider states it. For a deposit without an order it says whom to credit.
    /// `None` if sources name different customers.
    #[must_use]
    pub fn customer(&self) -> Option<&str> {
        view::only(&self.observations, |one| one.content.customer.as_ref())
    }

    /// The merchant's own text, as the provider returns it. If sources state different ones, that of the furthest phase: C-Pay
    /// adds its own fields.
    #[must_use]
    pub fn metadata(&self) -> Option<&str> {
        view::metadata(&self.observations)
    }

    /// The provider's id of the invoice that was paid. `None` if sources name different ones.
    #[must_use]
    pub fn invoice(&self) -> Option<&str> {
        view::only(&self.observations, |one| one.content.invoice.as_ref())
    }

    /// All observations, in an order that has nothing to do with time.
    #[must_use]
    pub fn observations(&self) -> &[Observation] {
        &self.observations
    }
}

/// The latest version of the stored form. A document has the lowest version that can hold its observations, so that a release
/// that reads only version 1 never ignores a refund.
const VERSION: u32 = 2;

impl Payment {
    fn version(&self) -> u32 {
        let has_refund =
            |one: &Observation| one.content.refunded.is_some() || one.content.has_unknown_refund;
        if self.observations.iter().any(has_refund) {
            VERSION
        } else {
            1
        }
    }
}

impl Serialize for Payment {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        #[derive(Serialize)]
        struct Stored<'a> {
            version: u32,
            gateway: &'a GatewayId,
            observations: &'a [Observation],
        }

        Stored {
            version: self.version(),
            gateway: &self.gateway,
            observations: &self.observations,
        }
        .serialize(serializer)
    }
}

/// Sorts the observations again, so that a manually written document cannot break the invariants.
impl<'de> Deserialize<'de> for Payment {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        #[derive(Deserialize)]
        struct Stored {
            #[serde(rename = "version")]
            _version: Version,
            gateway: GatewayId,
            observations: Vec<Observation>,
        }

        let Stored {
            gateway,
            mut observations,
            ..
        } = Stored::deserialize(deserializer)?;
        if observations.is_empty() {
            return Err(de::Error::custom("a payment without observations"));
        }
        observations.sort();
        observations.dedup();
        Ok(Self {
            gateway,
            observations,
        })
    }
}

/// A supported version. It is the first field of a document, so it is checked before the others are read.
struct Version;

impl<'de> Deserialize<'de> for Version {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        match u32::deserialize(deserializer)? {
            1..=VERSION => Ok(Self),
            other => Err(de::Error::custom(format_args!(
                "a stored payment of version {other}: this library reads versions 1 to {VERSION}"
            ))),
        }
    }
}
