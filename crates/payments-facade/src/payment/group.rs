//! Many payments, told of in pieces.

use std::collections::{BTreeMap, BTreeSet};

use payments_core::{MerchantRef, ProviderRef};

use super::{Observation, Payment, PaymentKind};
use crate::GatewayId;

/// What was heard of many payments, put together to payments whenever they are asked for.
///
/// [`Payment::merge`] judges two values by what they say at that moment. Where one piece names the reference alone, another
/// one the provider's id alone, and only a third one both, it depends on the order whether the first two may be merged.
/// Here it does not: the pieces are kept, and every reading puts them together anew. So adding is commutative, associative
/// and idempotent for all that can be added.
///
/// Pieces belong together where, at one gateway and of one kind, they name one reference, or one id that no two references
/// share. Refunds are told apart by their ids: the reference they name is the order's. A piece without a kind joins the
/// one payment it fits; where it fits several, or none, it stands for itself.
///
/// ```
/// use payments_core::{MerchantRef, ProviderRef};
/// use payments_facade::{GatewayId, Observation, Payment, PaymentKind, Payments, Phase, Source};
///
/// let gateway = GatewayId::new("cpay", "main")?;
/// let (reference, id) = (MerchantRef::new("order-1001")?, ProviderRef::new("71")?);
/// let piece = || Observation::new(Source::Event, PaymentKind::Checkout);
///
/// let mut payments = Payments::new();
/// payments.add(Payment::new(gateway.clone(), piece().reference(Some(reference.clone()))));
/// payments.add(Payment::new(gateway.clone(), piece().provider_ref(Some(id.clone())).phase(Phase::Completed, "14")));
/// assert_eq!(payments.all().len(), 2);
///
/// payments.add(Payment::new(gateway, piece().reference(Some(reference)).provider_ref(Some(id))));
/// assert_eq!(payments.all().len(), 1);
/// # Ok::<(), payments_core::InvalidRequest>(())
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Payments {
    heard: BTreeSet<(GatewayId, Observation)>,
}

impl Payments {
    /// Nothing yet.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Takes in what a value knows. Gives whether that was news.
    pub fn add(&mut self, payment: Payment) -> bool {
        let before = self.heard.len();
        let Payment {
            gateway,
            observations,
        } = payment;
        let heard = observations.into_iter();
        self.heard.extend(heard.map(|one| (gateway.clone(), one)));
        self.heard.len() > before
    }

    /// The payments, as far as they are known now, by gateway and reference.
    #[must_use]
    pub fn all(&self) -> Vec<Payment> {
        let index = Index::of(&self.heard);
        let mut groups: BTreeMap<(&GatewayId, Group<'_>), Vec<Observation>> = BTreeMap::new();
        for (gateway, one) in &self.heard {
            let group = index.group(gateway, one);
            // They come in ascending order, each once: as a payment keeps them.
            groups
                .entry((gateway, group))
                .or_default()
                .push(one.clone());
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

/// By what an observation is told.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Anchor<'a> {
    Reference(&'a MerchantRef),
    Id(&'a ProviderRef),
    /// It names neither.
    Itself(&'a Observation),
}

type Group<'a> = (Anchor<'a>, PaymentKind);

type Id<'a> = (&'a GatewayId, &'a ProviderRef);

/// A group, and the reference that stands beside an id in it.
type Named<'a> = (Group<'a>, Option<&'a MerchantRef>);

/// What all that was heard says about who belongs to whom.
#[derive(Default)]
struct Index<'a> {
    /// The references that orders of this id have.
    references: BTreeMap<Id<'a>, BTreeSet<&'a MerchantRef>>,
    /// The groups of a stated kind in which this id is named, with the reference beside it.
    by_id: BTreeMap<Id<'a>, BTreeSet<Named<'a>>>,
    /// The kinds of the orders under this reference.
    by_reference: BTreeMap<(&'a GatewayId, &'a MerchantRef), BTreeSet<PaymentKind>>,
}

impl<'a> Index<'a> {
    fn of(heard: &'a BTreeSet<(GatewayId, Observation)>) -> Self {
        let mut index = Self::default();
        for (gateway, one) in heard.iter().filter(|(_, one)| !is_refund(one)) {
            if let (Some(reference), Some(id)) = (&one.reference, &one.provider_ref) {
                let known = index.references.entry((gateway, id)).or_default();
                known.insert(reference);
            }
        }
        for (gateway, one) in heard {
            if one.kind == PaymentKind::Unstated {
                continue;
            }
            let group = (index.anchor(gateway, one), one.kind);
            if let Some(id) = &one.provider_ref {
                let known = index.by_id.entry((gateway, id)).or_default();
                known.insert((group, one.reference.as_ref()));
            }
            if let (Anchor::Reference(reference), false) = (group.0, is_refund(one)) {
                let known = index.by_reference.entry((gateway, reference)).or_default();
                known.insert(one.kind);
            }
        }
        index
    }

    fn anchor(&self, gateway: &'a GatewayId, one: &'a Observation) -> Anchor<'a> {
        let (reference, id) = (one.reference.as_ref(), one.provider_ref.as_ref());
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
        if one.kind != PaymentKind::Unstated {
            return (anchor, one.kind);
        }
        let by_id = one.provider_ref.as_ref().and_then(|id| {
            let named = self.by_id.get(&(gateway, id))?;
            let fits = named.iter().filter(|(_, beside)| {
                let mine = one.reference.as_ref();
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
    one.kind == PaymentKind::Refund
}

fn only<T: Copy + Ord>(values: &BTreeSet<T>) -> Option<T> {
    match values.len() {
        1 => values.first().copied(),
        _ => None,
    }
}
