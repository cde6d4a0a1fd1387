//! How an order or a payout is looked up.

use clap::Args;
use payments_core::{MerchantRef, ProviderRef};
use payments_facade::lookup::LookupKind;
use payments_facade::payment::{Observation, PaymentKind, Source};
use payments_facade::{Answer, Gateway, Lookup, Payment};

use super::input;
use crate::failure::Failure;

/// One of the three.
#[derive(Args, Clone, Debug)]
#[group(required = true, multiple = false)]
pub(crate) struct By {
    /// Your reference of the order or payout
    #[arg(value_name = "REFERENCE", value_parser = input::reference)]
    reference: Option<MerchantRef>,
    /// Look it up by the provider's id instead
    #[arg(long, value_name = "ID")]
    provider_id: Option<String>,
    /// Look it up by the hash of a transaction instead
    #[arg(long, value_name = "HASH")]
    transaction: Option<String>,
}

impl By {
    /// The lookup, or an error if the gateway does not support it.
    pub(crate) fn lookup(
        &self,
        gateway: &dyn Gateway,
        works: impl Fn(LookupKind) -> bool,
    ) -> Result<Lookup, Failure> {
        let lookup = match (&self.reference, &self.provider_id, &self.transaction) {
            (Some(reference), _, _) => Lookup::Reference(reference.clone()),
            (_, Some(id), _) => Lookup::Provider(ProviderRef::new(id.as_str())?),
            (_, _, Some(hash)) => Lookup::Transaction(hash.clone()),
            _ => {
                return Err(Failure::bad(
                    "give REFERENCE, --provider-id or --transaction",
                ));
            }
        };
        if works(lookup.kind()) {
            return Ok(lookup);
        }
        let ways: Vec<&str> = LookupKind::ALL
            .iter()
            .filter(|kind| works(**kind))
            .map(|kind| option(*kind))
            .collect();
        Err(Failure::bad(format!(
            "{} cannot look up by {}; use {}",
            gateway.id(),
            option(lookup.kind()),
            ways.join(" or ")
        )))
    }
}

fn option(kind: LookupKind) -> &'static str {
    match kind {
        LookupKind::Reference => "REFERENCE",
        LookupKind::Provider => "--provider-id",
        LookupKind::Transaction => "--transaction",
        _ => "another lookup",
    }
}

/// If the provider does not state the kind of the payment, it is the kind that was looked up. The kind decides how amounts
/// are read: what arrives from a payout differs from what is sent.
pub(crate) fn assume_kind(kind: PaymentKind, found: Answer<Payment>) -> Payment {
    let mut payment = found.into_inner();
    if payment.kind() == PaymentKind::Unstated {
        let asked = Observation::new(Source::Books, kind)
            .reference(payment.reference().cloned())
            .provider_ref(payment.provider_ref().cloned());
        let books = Payment::new(payment.gateway().clone(), asked);
        // Without a common name it cannot be merged, and stays as the provider sent it.
        let _ = payment.merge(books);
    }
    payment
}

/// The error if the provider answers that it has no such order.
pub(crate) fn not_found() -> Failure {
    Failure::Failed("not found: the provider has no such order or payout".to_owned())
}
