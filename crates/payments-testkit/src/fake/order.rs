//! What a fake gateway keeps of a payment.

use payments_core::{MerchantRef, ProviderRef, Timestamp};

use payments_facade::answer::ProviderResponse;
use payments_facade::payment::{Closure, Observation, PaymentKind, Source};
use payments_facade::webhook::EffectKey;
use payments_facade::{Answer, CustomerStep, GatewayId, Lookup, Money, Payment, Phase};

/// A payment as a fake gateway keeps it: the typed answer behind the common one.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct FakeOrder {
    /// The gateway's id.
    pub id: ProviderRef,
    /// What it is.
    pub kind: PaymentKind,
    /// The merchant's reference; none for a deposit.
    pub reference: Option<MerchantRef>,
    /// How far it is.
    pub phase: Phase,
    /// What was asked for; for a payout, what is to arrive.
    pub expected: Option<Money>,
    /// What was paid so far; for a payout, what leaves the account.
    pub paid: Option<Money>,
    /// What arrived so far.
    pub credited: Option<Money>,
    /// What it costs.
    pub fee: Option<Money>,
    /// Whether money came after the end.
    pub late: bool,
    /// The transaction on its chain.
    pub transaction: Option<String>,
    /// When it was made.
    pub made_at: Timestamp,
    /// How often it has changed.
    pub revision: u32,
    /// What the customer does to pay it.
    pub(super) next: CustomerStep,
    /// How many queries will not see it yet.
    pub(super) hidden: u32,
}

impl FakeOrder {
    pub(super) fn new(id: ProviderRef, kind: PaymentKind, made_at: Timestamp) -> Self {
        Self {
            id,
            kind,
            reference: None,
            phase: Phase::Open,
            expected: None,
            paid: None,
            credited: None,
            fee: None,
            late: false,
            transaction: None,
            made_at,
            revision: 0,
            next: CustomerStep::Nothing,
            hidden: 0,
        }
    }

    pub(super) fn is(&self, by: &Lookup) -> bool {
        match by {
            Lookup::Reference(reference) => self.reference.as_ref() == Some(reference),
            Lookup::Provider(id) => self.id == *id,
            Lookup::Transaction(hash) => self.transaction.as_ref() == Some(hash),
            _ => false,
        }
    }

    /// What a source says of it as it stands. A payout's money arrives when it is completed, and not before.
    pub(super) fn observation(&self, gateway: &GatewayId, source: Source) -> Observation {
        let goes_out = self.kind == PaymentKind::Payout;
        let is_paid = !goes_out || self.phase == Phase::Completed;
        let text = status_text(self.phase);
        let happening = format!("{text}.{}", self.revision);
        Observation::new(source, self.kind)
            .reference(self.reference.clone())
            .provider_ref(Some(self.id.clone()))
            .phase(self.phase, text)
            .expected(self.expected.clone())
            .paid(self.paid.clone().filter(|_| is_paid))
            .credited(self.credited.clone().filter(|_| is_paid))
            .fee(self.fee.clone())
            .transaction(self.transaction.clone())
            .late(self.late)
            .made_at(Some(self.made_at))
            .effect(Some(EffectKey::new(gateway, self.id.as_str(), &happening)))
    }

    pub(super) fn answer(&self, gateway: &GatewayId, source: Source) -> Answer<Payment> {
        let payment = Payment::new(gateway.clone(), self.observation(gateway, source));
        Answer::new(payment, ProviderResponse::new(self.clone()))
    }
}

const STATUSES: [(&str, Phase); 6] = [
    ("open", Phase::Open),
    ("processing", Phase::Processing),
    ("completed", Phase::Completed),
    ("expired", Phase::Closed(Closure::Expired)),
    ("cancelled", Phase::Closed(Closure::Cancelled)),
    ("rejected", Phase::Closed(Closure::Rejected)),
];

pub(super) fn status_text(phase: Phase) -> &'static str {
    let known = STATUSES.iter().find(|(_, known)| *known == phase);
    known.map_or("unrecognised", |(text, _)| text)
}

pub(super) fn phase(text: &str) -> Option<Phase> {
    let known = STATUSES.iter().find(|(known, _)| *known == text);
    known.map(|(_, phase)| *phase)
}
