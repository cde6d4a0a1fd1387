//! `orderDetail`: how an order stands.

use chainup_opay_client::{OrderDetail, OrderQuery};
use payments_core::{InvalidRequest, ProviderRef};

use super::{ChainupOpay, PROVIDER, reading};
use crate::{Error, Lookup, LookupKind, Payment};

/// All that there are today; a kind that is added has to be answered for here.
pub(super) const fn works_by(kind: LookupKind) -> bool {
    match kind {
        LookupKind::Provider => true,
        LookupKind::Reference | LookupKind::Transaction => false,
    }
}

/// The platform's number: no call of the specification takes anything else.
pub(super) fn number<'a>(
    by: &'a Lookup,
    operation: &'static str,
) -> Result<&'a ProviderRef, Error> {
    match by {
        Lookup::Provider(number) => Ok(number),
        Lookup::Reference(_) | Lookup::Transaction(_) => {
            let invalid = InvalidRequest::unsupported(by.kind().as_str());
            Err(Error::local(PROVIDER, operation, invalid))
        }
    }
}

impl ChainupOpay {
    pub(super) async fn detail(
        &self,
        number: &ProviderRef,
    ) -> Result<OrderDetail, payments_core::Error> {
        self.client
            .order_detail(OrderQuery::new(number.clone()))
            .await
    }

    pub(super) fn told(&self, detail: &OrderDetail) -> Payment {
        Payment::new(self.id.clone(), reading::detail(&self.id, detail))
    }
}
