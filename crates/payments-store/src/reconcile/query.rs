//! How the provider is queried about a payment.

use payments_facade::payment::PaymentKind;
use payments_facade::{Error, Gateway, Lookup, Payment};

/// How a payment is looked up.
pub(super) enum Query {
    Checkout(Lookup),
    Payout(Lookup),
    Exchange(Lookup),
}

impl Query {
    /// By its reference or else by its id, as far as the provider finds payments by them.
    pub(super) fn of(gateway: &dyn Gateway, payment: &Payment) -> Option<Self> {
        let lookups = || {
            let reference = payment.reference().cloned().map(Lookup::Reference);
            let id = payment.provider_ref().cloned().map(Lookup::Provider);
            reference.into_iter().chain(id)
        };
        let checkout = || {
            let group = gateway.checkout()?;
            lookups().find(|by| group.finds_by(by.kind()))
        };
        let payouts = || {
            let group = gateway.payouts()?;
            lookups().find(|by| group.finds_by(by.kind()))
        };
        let exchange = || {
            let group = gateway.exchange()?;
            lookups().find(|by| group.finds_by(by.kind()))
        };
        match payment.kind() {
            PaymentKind::Payout => payouts().map(Self::Payout),
            PaymentKind::Exchange => exchange().map(Self::Exchange),
            PaymentKind::Refund => None,
            _ => checkout().map(Self::Checkout),
        }
    }

    pub(super) async fn ask(&self, gateway: &dyn Gateway) -> Result<Option<Payment>, Error> {
        let answer = match self {
            Self::Checkout(by) => match gateway.checkout() {
                Some(group) => group.find(by).await?,
                None => None,
            },
            Self::Payout(by) => match gateway.payouts() {
                Some(group) => group.find(by).await?,
                None => None,
            },
            Self::Exchange(by) => match gateway.exchange() {
                Some(group) => group.find(by).await?,
                None => None,
            },
        };
        Ok(answer.map(payments_facade::Answer::into_inner))
    }

    pub(super) fn into_lookup(self) -> Lookup {
        match self {
            Self::Checkout(by) | Self::Payout(by) | Self::Exchange(by) => by,
        }
    }
}

#[cfg(test)]
mod tests {
    use payments_core::{MerchantRef, ProviderRef};
    use payments_facade::lookup::LookupKind;
    use payments_facade::payment::{Observation, Source};
    use payments_testkit::FakeGateway;

    use super::*;

    /// Which call finds a payment of this kind, and by what.
    fn query(gateway: &FakeGateway, kind: PaymentKind) -> Option<(&'static str, LookupKind)> {
        let stated = Observation::new(Source::Event, kind)
            .reference(MerchantRef::new("order-1").ok())
            .provider_ref(ProviderRef::new("fake-1").ok());
        let query = Query::of(gateway, &Payment::new(gateway.id().clone(), stated))?;
        let call = match &query {
            Query::Checkout(_) => "checkout",
            Query::Payout(_) => "payout",
            Query::Exchange(_) => "exchange",
        };
        Some((call, query.into_lookup().kind()))
    }

    #[test]
    fn every_kind_has_its_call_and_a_refund_has_none() {
        let gateway = FakeGateway::new("fake", "main").unwrap();
        let by_reference = |call| Some((call, LookupKind::Reference));
        for (kind, expected) in [
            (PaymentKind::Unstated, by_reference("checkout")),
            (PaymentKind::Checkout, by_reference("checkout")),
            (PaymentKind::Card, by_reference("checkout")),
            (PaymentKind::Deposit, by_reference("checkout")),
            (PaymentKind::Payout, by_reference("payout")),
            (PaymentKind::Exchange, by_reference("exchange")),
            (PaymentKind::Refund, None),
        ] {
            assert_eq!(query(&gateway, kind), expected, "{kind:?}");
        }
    }
}
