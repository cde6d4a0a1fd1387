//! Many payments, merged from observations in any order.

use std::collections::{BTreeMap, BTreeSet};

use payments_core::{MerchantRef, ProviderRef};

use super::observation::{Observation, PaymentKind};
use super::{Payment, view};
use crate::gateway::GatewayId;

/// The observations of many payments, which are grouped into payments on demand.
///
/// [`Payment::merge`] compares two values at the time of the call. If one observation names only the reference, another only
/// the provider's id, and a third both, the order decides whether the first two can be merged. Here it does not matter: all
/// observations are kept and grouped again on each call of [`all`](Self::all). So adding is commutative, associative and
/// idempotent.
///
/// Observations of one gateway and kind belong together if they name the same reference, or the same id and no two
/// references share that id. Refunds are distinguished by id, because the reference they name is the order's. An observation
/// without a kind joins the one payment that it matches. If it matches several or none, it forms a separate payment.
///
/// ```
/// use payments_core::{MerchantRef, ProviderRef};
/// use payments_facade::payment::{Observation, PaymentKind, Payments, Source};
/// use payments_facade::{GatewayId, Payment, Phase};
///
/// let gateway = GatewayId::new("cpay", "main")?;
/// let (reference, id) = (MerchantRef::new("order-1001")?, ProviderRef::new("71")?);
/// let observation = || Observation::new(Source::Event, PaymentKind::Checkout);
///
/// let mut payments = Payments::new();
/// payments.add(Payment::new(gateway.clone(), observation().reference(Some(reference.clone()))));
/// payments.add(Payment::new(gateway.clone(), observation().provider_ref(Some(id.clone())).phase(Phase::Completed, "14")));
/// assert_eq!(payments.all().len(), 2);
///
/// payments.add(Payment::new(gateway, observation().reference(Some(reference)).provider_ref(Some(id))));
/// assert_eq!(payments.all().len(), 1);
/// # Ok::<(), payments_core::InvalidRequest>(())
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Payments {
    observations: BTreeSet<(GatewayId, Observation)>,
}

impl Payments {
    /// No observations.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds the observations of a payment. Returns whether any of them was new.
    pub fn add(&mut self, payment: Payment) -> bool {
        let before = self.observations.len();
        let Payment {
            gateway,
            observations,
        } = payment;
        let all = observations.into_iter();
        self.observations
            .extend(all.map(|one| (gateway.clone(), one)));
        self.observations.len() > before
    }

    /// The payments, grouped from the observations so far, ordered by gateway and reference. A refund is a separate payment, and
    /// lowers what counts as paid of the order whose reference it names.
    #[must_use]
    pub fn all(&self) -> Vec<Payment> {
        let index = Index::of(&self.observations);
        let mut groups: BTreeMap<(&GatewayId, Group<'_>), Vec<Observation>> = BTreeMap::new();
        for (gateway, one) in &self.observations {
            let group = index.group(gateway, one);
            // They are sorted and unique, as `Payment` requires.
            groups
                .entry((gateway, group))
                .or_default()
                .push(one.clone());
        }
        for (gateway, one) in self.observations.iter().filter(|(_, one)| is_refund(one)) {
            let Some(reference) = &one.content.reference else {
                continue;
            };
            for kind in [PaymentKind::Checkout, PaymentKind::Card] {
                let order = (gateway, (Anchor::Reference(reference), kind));
                if let Some(order) = groups.get_mut(&order)
                    && let Some(refund) = view::refund_of_order(one, kind)
                    && let Err(place) = order.binary_search(&refund)
                {
                    order.insert(place, refund);
                }
            }
        }
        groups
            .into_iter()
            .map(|((gateway, _), observations)| Payment {
                gateway: gateway.clone(),
                observations,
            })
            .collect()
    }
}

impl Extend<Payment> for Payments {
    fn extend<T: IntoIterator<Item = Payment>>(&mut self, payments: T) {
        for payment in payments {
            self.add(payment);
        }
    }
}

impl FromIterator<Payment> for Payments {
    fn from_iter<T: IntoIterator<Item = Payment>>(payments: T) -> Self {
        let mut all = Self::new();
        all.extend(payments);
        all
    }
}

/// What identifies an observation's payment.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Anchor<'a> {
    Reference(&'a MerchantRef),
    Id(&'a ProviderRef),
    /// It names neither reference nor id.
    Itself(&'a Observation),
}

type Group<'a> = (Anchor<'a>, PaymentKind);

type Id<'a> = (&'a GatewayId, &'a ProviderRef);

/// A group, and the reference that is named together with an id in it.
type Named<'a> = (Group<'a>, Option<&'a MerchantRef>);

/// Which references, ids and kinds occur together.
#[derive(Default)]
struct Index<'a> {
    /// The references of orders with this id.
    references: BTreeMap<Id<'a>, BTreeSet<&'a MerchantRef>>,
    /// The groups of a known kind that name this id, with the reference named together with it.
    by_id: BTreeMap<Id<'a>, BTreeSet<Named<'a>>>,
    /// The kinds of the orders under this reference.
    by_reference: BTreeMap<(&'a GatewayId, &'a MerchantRef), BTreeSet<PaymentKind>>,
}

impl<'a> Index<'a> {
    fn of(observations: &'a BTreeSet<(GatewayId, Observation)>) -> Self {
        let mut index = Self::default();
        for (gateway, one) in observations.iter().filter(|(_, one)| !is_refund(one)) {
            if let (Some(reference), Some(id)) = (&one.content.reference, &one.content.provider_ref)
            {
                let known = index.references.entry((gateway, id)).or_default();
                known.insert(reference);
            }
        }
        for (gateway, one) in observations {
            if one.content.kind == PaymentKind::Unstated {
                continue;
            }
            let group = (index.anchor(gateway, one), one.content.kind);
            if let Some(id) = &one.content.provider_ref {
                let known = index.by_id.entry((gateway, id)).or_default();
                known.insert((group, one.content.reference.as_ref()));
            }
            if let (Anchor::Reference(reference), false) = (group.0, is_refund(one)) {
                let known = index.by_reference.entry((gateway, reference)).or_default();
                known.insert(one.content.kind);
            }
        }
        index
    }

    fn anchor(&self, gateway: &'a GatewayId, one: &'a Observation) -> Anchor<'a> {
        let (reference, id) = (
            one.content.reference.as_ref(),
            one.content.provider_ref.as_ref(),
        );
        match (reference, id) {
            (_, Some(id)) if is_refund(one) => Anchor::Id(id),
            (Some(reference), _) => Anchor::Reference(reference),
            (None, Some(id)) => {
                let named = self.references.get(&(gateway, id));
                match named.and_then(only) {
                    Some(reference) => Anchor::Reference(reference),
                    None => Anchor::Id(id),
                }
            }
            (None, None) => Anchor::Itself(one),
        }
    }

    fn group(&self, gateway: &'a GatewayId, one: &'a Observation) -> Group<'a> {
        let anchor = self.anchor(gateway, one);
        if one.content.kind != PaymentKind::Unstated {
            return (anchor, one.content.kind);
        }
        let by_id = one.content.provider_ref.as_ref().and_then(|id| {
            let named = self.by_id.get(&(gateway, id))?;
            let fits = named.iter().filter(|(_, beside)| {
                let mine = one.content.reference.as_ref();
                beside.is_none() || mine.is_none() || *beside == mine
            });
            let fits: BTreeSet<Group<'a>> = fits.map(|(group, _)| *group).collect();
            only(&fits)
        });
        let by_reference = || match anchor {
            Anchor::Reference(reference) => {
                let kinds = self.by_reference.get(&(gateway, reference))?;
                only(kinds).map(|kind| (anchor, kind))
            }
            Anchor::Id(_) | Anchor::Itself(_) => None,
        };
        let known = by_id.or_else(by_reference);
        known.unwrap_or((anchor, PaymentKind::Unstated))
    }
}

fn is_refund(one: &Observation) -> bool {
    one.content.kind == PaymentKind::Refund
}

fn only<T: Copy + Ord>(values: &BTreeSet<T>) -> Option<T> {
    match values.len() {
        1 => values.first().copied(),
        _ => None,
    }
}
