//! A payment as a fake gateway stores it.

use payments_core::{MerchantRef, ProviderRef, Timestamp};
use payments_facade::answer::ProviderResponse;
use payments_facade::payment::{Closure, Observation, PaymentKind, Source};
use payments_facade::webhook::EffectKey;
use payments_facade::{Answer, CustomerStep, GatewayId, Lookup, Money, Payee, Payment, Phase};

/// A payment as a fake gateway stores it. Answers and events return it as their typed provider response.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct FakeOrder {
    /// The gateway's id.
    pub id: ProviderRef,
    /// Checkout, payout, exchange or deposit.
    pub kind: PaymentKind,
    /// The merchant's reference; `None` for a deposit.
    pub reference: Option<MerchantRef>,
    /// The state.
    pub phase: Phase,
    /// The amount of the order; for a payout, what reaches the payee.
    pub expected: Option<Money>,
    /// The amount as it was requested, whoever bears the fee; `None` for a deposit.
    pub ordered: Option<Money>,
    /// The payee of a payout.
    pub payee: Option<Payee>,
    /// What the customer has paid; for a payout, what leaves the account.
    pub paid: Option<Money>,
    /// What has been credited: to the merchant, or for a payout to the payee.
    pub credited: Option<Money>,
    /// The fee.
    pub fee: Option<Money>,
    /// Whether a payment arrived after the order was closed.
    pub late: bool,
    /// The latest transaction on the chain.
    pub transaction: Option<String>,
    /// When it was created.
    pub made_at: Timestamp,
    /// The number of changes since then.
    pub revision: u32,
    /// What the customer has to do next.
    pub(super) next: CustomerStep,
    /// The number of queries that will not find it.
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
            ordered: None,
            payee: None,
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

    pub(super) fn matches(&self, by: &Lookup) -> bool {
        match by {
            Lookup::Reference(reference) => self.reference.as_ref() == Some(reference),
            Lookup::Provider(id) => self.id == *id,
            Lookup::Transaction(hash) => self.transaction.as_ref() == Some(hash),
            _ => false,
        }
    }

    /// The current state as `source` reports it. A payout pays nothing until it is completed.
    pub(super) fn observation(&self, gateway: &GatewayId, source: Source) -> Observation {
        let is_payout = self.kind == PaymentKind::Payout;
        let is_paid = !is_payout || self.phase == Phase::Completed;
        let text = status_text(self.phase);
        let (address, memo) = match &self.payee {
            Some(Payee::Chain(to)) => (Some(to.address()), to.memo()),
            Some(Payee::Account(account)) => (Some(account.expose()), None),
            _ => (None, None),
        };
        Observation::new(source, self.kind)
            .reference(self.reference.clone())
            .provider_ref(Some(self.id.clone()))
            .phase(self.phase, text)
            .expected(self.expected.clone())
            .ordered(self.ordered.clone())
            .payee(address.map(str::to_owned), memo.map(str::to_owned))
            .paid(self.paid.clone().filter(|_| is_paid))
            .credited(self.credited.clone().filter(|_| is_paid))
            .fee(self.fee.clone())
            .transaction(self.transaction.clone())
            .late(self.late)
            .made_at(Some(self.made_at))
            .effect(Some(self.effect_key(gateway)))
    }

    /// The effect key of the latest change.
    pub(super) fn effect_key(&self, gateway: &GatewayId) -> EffectKey {
        let event = format!("{}.{}", status_text(self.phase), self.revision);
        EffectKey::new(gateway, self.id.as_str(), &event)
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
