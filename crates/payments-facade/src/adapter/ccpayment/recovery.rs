//! `bill/info`: queries of orders. Deposits and payouts are queried separately, and a result of one says nothing about the
//! other.

use async_trait::async_trait;
use ccpayment_client::v1::{DepositQuery, WithdrawalQuery};
use payments_core::{InvalidRequest, MerchantRef};

use super::{Ccpayment, PROVIDER, reading};
use crate::adapter::{read_error, refused};
use crate::answer::{Answer, ProviderResponse};
use crate::error::Error;
use crate::lookup::{Lookup, LookupKind};
use crate::payment::Payment;
use crate::recovery::{LookupResult, Recovery};
use crate::ticket::{MoneyCall, Ticket};

const NAME: &str = "find";

pub(super) const fn finds_by(kind: LookupKind) -> bool {
    match kind {
        LookupKind::Reference => true,
        LookupKind::Provider | LookupKind::Transaction => false,
    }
}

/// The reference, which is the only supported lookup.
pub(super) fn reference<'a>(
    by: &'a Lookup,
    operation: &'static str,
) -> Result<&'a MerchantRef, Error> {
    match by {
        Lookup::Reference(reference) => Ok(reference),
        Lookup::Provider(_) | Lookup::Transaction(_) => {
            let invalid = InvalidRequest::unsupported(by.kind().as_str());
            Err(refused(PROVIDER, operation, invalid))
        }
    }
}

impl Ccpayment {
    pub(super) async fn find_checkout(
        &self,
        by: &Lookup,
    ) -> Result<Option<Answer<Payment>>, Error> {
        let reference = reference(by, NAME)?;
        let query = DepositQuery::one(reference.clone());
        let response = self.client.deposits(query).await.map_err(read_error)?;
        let found = response
            .find(reference)
            .map(|row| reading::deposit(&self.id, reference, row));
        Ok(found.map(|payment| Answer::new(payment, ProviderResponse::new(response))))
    }

    pub(super) async fn find_payout(&self, by: &Lookup) -> Result<Option<Answer<Payment>>, Error> {
        let reference = reference(by, NAME)?;
        let query = WithdrawalQuery::one(reference.clone());
        let response = self.client.withdrawals(query).await.map_err(read_error)?;
        let found = response
            .find(reference)
            .map(|row| reading::withdrawal(&self.id, reference, row));
        Ok(found.map(|payment| Answer::new(payment, ProviderResponse::new(response))))
    }
}

#[async_trait]
impl Recovery for Ccpayment {
    async fn lookup(&self, ticket: &Ticket) -> Result<LookupResult, Error> {
        let by = Lookup::Reference(ticket.reference().clone());
        let found = match ticket.call() {
            MoneyCall::Checkout => self.find_checkout(&by).await?,
            MoneyCall::Payout => self.find_payout(&by).await?,
            call @ (MoneyCall::Exchange | MoneyCall::Card) => {
                let invalid = InvalidRequest::unsupported(call.as_str());
                return Err(refused(PROVIDER, NAME, invalid));
            }
        };
        Ok(found.map_or(LookupResult::NotFound, LookupResult::Found))
    }
}
