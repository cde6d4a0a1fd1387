//! By what an order is asked for.

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
    /// Your own reference of it
    #[arg(value_name = "REFERENCE", value_parser = input::reference)]
    reference: Option<MerchantRef>,
    /// The provider's id of it instead
    #[arg(long, value_name = "ID")]
    provider_id: Option<String>,
    /// The hash of a transaction on its chain instead
    #[arg(long, value_name = "HASH")]
    transaction: Option<String>,
}

impl By {
    /// What is meant, where the gateway can be asked by it.
    pub(crate) fn lookup(
        &self,
        gateway: &dyn Gateway,
        works: impl Fn(LookupKind) -> bool,
    ) -> Result<Lookup, Failure> {
        let lookup = match (&self.reference, &self.provider_id, &self.transaction) {
            (Some(reference), _, _) => Lookup::Reference(reference.clone()),
            (_, Some(id), _) => Lookup::Provider(ProviderRef::new(id.as_str())?),
            (_, _, Some(hash)) => Lookup::Transaction(hash.clone()),
            _ => return Err(Failure::bad("by what? Give a reference, or see --help")),
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
            "{} cannot be asked by {}: give {}",
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
        _ => "another way",
    }
}

/// Where the provider does not tell what it found, it is what was asked for: of a payout, what arrives is another sum than what
/// is sent.
pub(crate) fn taken_for(kind: PaymentKind, found: Answer<Payment>) -> Payment {
    let mut payment = found.into_inner();
    if payment.kind() == PaymentKind::Unstated {
        let asked = Observation::new(Source::Books, kind)
            .reference(payment.reference().cloned())
            .provider_ref(payment.provider_ref().cloned());
        let books = Payment::new(payment.gateway().clone(), asked);
        // One without any name in common is shown as it came.
        let _ = payment.merge(books);
    }
    payment
}

/// What an answer in so many words that there is none comes to.
pub(crate) fn not_found() -> Failure {
    Failure::Failed("the provider answered that it knows no such order".to_owned())
}
