//! One payment, as far as anybody has told of it.

mod group;
mod observation;
mod stated;
mod view;

pub use group::Payments;
pub use observation::{Observation, PaymentKind, Source};

use payments_core::{MerchantRef, ProviderRef, Timestamp};
use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

use crate::{Funds, GatewayId, Money, Phase, Status};

/// One payment at one gateway: the *set* of everything that was observed of it.
///
/// Answers, webhooks, queries and statements arrive late, twice and in any order. A payment only ever grows by what it has
/// not seen yet, and everything it tells is computed from the set. So merging is commutative, associative and idempotent
/// among values that all name the reference, or all name the provider's id: whatever came first, the same observations make
/// the same payment. Where some name the one and some the other, [`Payments`] puts them together in any order.
///
/// What it is belongs to what makes it one: a checkout and a refund under one reference are two payments, and stand beside
/// each other.
///
/// It is data: store it as JSON by `serde` beside the order, and merge what comes. The document has the number of its
/// version.
///
/// ```
/// use payments_facade::{GatewayId, Money, Observation, Payment, PaymentKind, Phase, Settlement, Source};
/// use payments_core::MerchantRef;
///
/// let gateway = GatewayId::new("cpay", "main")?;
/// let reference = MerchantRef::new("order-1001")?;
/// let price = Money::of("10.50", "USDT")?;
///
/// // The application's own books, and a webhook that came before anything else.
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

/// What a provider's words say about a sum that was asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Agreement {
    /// They name it.
    Same,
    /// They name none.
    Untold,
    /// They name another one.
    Other,
}

/// Two values that were to be merged tell of different payments. Neither was changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "these are two payments: another gateway, another reference, another kind, or no id in common"
)]
pub struct OtherPayment;

impl Payment {
    /// What one observation makes.
    #[must_use]
    pub fn new(gateway: GatewayId, observation: Observation) -> Self {
        Self {
            gateway,
            observations: vec![observation],
        }
    }

    /// What the application's own books say: this much was asked for, under this reference. For a payout, `expected` is
    /// what is to reach the payee.
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

    /// Takes in what another value knows of the same payment. Gives whether that was news.
    ///
    /// # Errors
    /// [`OtherPayment`] when they have different gateways or references, are of two kinds, or have nothing in common by which
    /// they could be told to be one. Several refunds of one order are several payments, each by its own id.
    pub fn merge(&mut self, other: Self) -> Result<bool, OtherPayment> {
        if !self.is_same(&other) {
            return Err(OtherPayment);
        }
        let mut news = false;
        for observation in other.observations {
            if let Err(place) = self.observations.binary_search(&observation) {
                self.observations.insert(place, observation);
                news = true;
            }
        }
        Ok(news)
    }

    /// The same gateway, no two kinds, and either the same reference, or an id of the provider's in common where a reference
    /// is missing. A refund is told by its id where it has one: the reference it names is the order's.
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

    /// The gateway it is at.
    #[must_use]
    pub fn gateway(&self) -> &GatewayId {
        &self.gateway
    }

    /// The merchant's reference; none for a deposit that came without an order.
    #[must_use]
    pub fn reference(&self) -> Option<&MerchantRef> {
        self.observations
            .iter()
            .find_map(|one| one.reference.as_ref())
    }

    /// The provider's id, in its own spelling. Where there are several ([contested](Self::is_contested)), the smallest.
    #[must_use]
    pub fn provider_ref(&self) -> Option<&ProviderRef> {
        self.provider_refs().min()
    }

    /// Every id of the provider's that was named, as often as it was.
    pub fn provider_refs(&self) -> impl Iterator<Item = &ProviderRef> {
        self.observations
            .iter()
            .filter_map(|one| one.provider_ref.as_ref())
    }

    /// What it is.
    #[must_use]
    pub fn kind(&self) -> PaymentKind {
        view::kind(&self.observations)
    }

    /// Where it stands.
    #[must_use]
    pub fn status(&self) -> Status {
        Status {
            phase: self.phase(),
            funds: self.funds(),
            contested: self.is_contested(),
        }
    }

    /// How far it is: the furthest that was seen. An end wins over all that leads to it, completion over any other end.
    #[must_use]
    pub fn phase(&self) -> Phase {
        view::phase(&self.observations)
    }

    /// What money was asked for, and what came.
    #[must_use]
    pub fn funds(&self) -> Funds {
        view::funds(&self.observations)
    }

    /// The provider's own words or numbers for the phases that were seen.
    pub fn status_texts(&self) -> impl Iterator<Item = &str> {
        self.observations
            .iter()
            .filter_map(|one| one.status_text.as_deref())
    }

    /// The transactions on their chains.
    pub fn transactions(&self) -> impl Iterator<Item = &str> {
        self.observations
            .iter()
            .filter_map(|one| one.transaction.as_deref())
    }

    /// What the provider charges, the greatest that was stated; none where it was stated in several assets.
    #[must_use]
    pub fn fee(&self) -> Option<&Money> {
        view::fee(&self.observations)
    }

    /// When it was made, the earliest time that was stated.
    #[must_use]
    pub fn made_at(&self) -> Option<Timestamp> {
        self.observations.iter().filter_map(|one| one.made_at).min()
    }

    /// Whether a person has to look: two orders of the provider's under one reference, two sums asked for in one asset, or
    /// both closed and completed, unless it is money that comes in and the provider itself says that it came late.
    #[must_use]
    pub fn is_contested(&self) -> bool {
        view::is_contested(&self.observations)
    }

    /// Whether the provider's own words name this sum as that of the order.
    pub(crate) fn agreement(&self, asked: &Money) -> Agreement {
        view::agreement(&self.observations, asked)
    }

    /// Everything that was observed, in an order of its own that says nothing about time.
    #[must_use]
    pub fn observations(&self) -> &[Observation] {
        &self.observations
    }
}

/// The version of the stored form. A field that is added or read in another way makes a new one.
const VERSION: u32 = 1;

impl Serialize for Payment {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        #[derive(Serialize)]
        struct Stored<'a> {
            version: u32,
            gateway: &'a GatewayId,
            observations: &'a [Observation],
        }

        Stored {
            version: VERSION,
            gateway: &self.gateway,
            observations: &self.observations,
        }
        .serialize(serializer)
    }
}

/// What was stored is put in order again, so that a hand-made document breaks nothing.
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

/// The one that is known. It stands before everything else in a document, so it is judged before anything is read wrongly.
struct Version;

impl<'de> Deserialize<'de> for Version {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        match u32::deserialize(deserializer)? {
            VERSION => Ok(Self),
            other => Err(de::Error::custom(format_args!(
                "a stored payment of version {other}: this library reads version {VERSION}"
            ))),
        }
    }
}
