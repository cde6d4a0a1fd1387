//! `orderDetail`: queries of orders.

use chainup_opay_client::{OrderDetail, OrderQuery};
use payments_core::{InvalidRequest, ProviderRef};

use super::{ChainupOpay, PROVIDER, reading};
use crate::adapter::refused;
use crate::error::Error;
use crate::lookup::{Lookup, LookupKind};
use crate::payment::Payment;

pub(super) const fn works_by(kind: LookupKind) -> bool {
    match kind {
        LookupKind::Provider => true,
        LookupKind::Reference | LookupKind::Transaction => false,
    }
}

/// The platform's number, which is the only supported lookup.
pub(super) fn number<'a>(
    by: &'a Lookup,
    operation: &'static str,
) -> Result<&'a ProviderRef, Error> {
    match by {
        Lookup::Provider(number) => Ok(number),
        Lookup::Reference(_) | Lookup::Transaction(_) => {
            let invalid = InvalidRequest::unsupported(by.kind().as_str());
            Err(refused(PROVIDER, operation, invalid))
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

    pub(super) fn payment(&self, detail: &OrderDetail) -> Payment {
        let observation = reading::detail(&self.id, self.customer_id, detail);
        Payment::new(self.id.clone(), observation)
    }
}
