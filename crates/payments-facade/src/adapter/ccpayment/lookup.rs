//! `bill/info`: how an order stands. Deposits and payouts are asked for apart, and an answer about the one is none about the
//! other.

use async_trait::async_trait;
use ccpayment_client::v1::{DepositQuery, WithdrawalQuery};
use payments_core::{InvalidRequest, MerchantRef};

use super::{Ccpayment, PROVIDER, reading};
use crate::recovery::LookupResult;
use crate::{
    Answer, Error, Lookup, LookupKind, MoneyCall, Payment, ProviderResponse, Recovery, Ticket,
};

const NAME: &str = "find";

/// All that there are today; a kind that is added has to be answered for here.
pub(super) const fn finds_by(kind: LookupKind) -> bool {
    match kind {
        LookupKind::Reference => true,
        LookupKind::Provider | LookupKind::Transaction => false,
    }
}

fn reference(by: &Lookup) -> Result<&MerchantRef, Error> {
    match by {
        Lookup::Reference(reference) => Ok(reference),
        Lookup::Provider(_) | Lookup::Transaction(_) => {
            let invalid = InvalidRequest::unsupported(by.kind().as_str());
            Err(Error::local(PROVIDER, NAME, invalid))
        }
    }
}

impl Ccpayment {
    pub(super) async fn find_checkout(
        &self,
        by: &Lookup,
    ) -> Result<Option<Answer<Payment>>, Error> {
        let reference = reference(by)?;
        let query = DepositQuery::one(reference.clone());
        let told = self.client.deposits(query).await.map_err(Error::of_read)?;
        let found = told
            .find(reference)
            .map(|row| reading::deposit(&self.id, reference, row));
        Ok(found.map(|payment| Answer::new(payment, ProviderResponse::new(told))))
    }

    pub(super) async fn find_payout(&self, by: &Lookup) -> Result<Option<Answer<Payment>>, Error> {
        let reference = reference(by)?;
        let query = WithdrawalQuery::one(reference.clone());
        let told = self
            .client
            .withdrawals(query)
            .await
            .map_err(Error::of_read)?;
        let found = told
            .find(reference)
            .map(|row| reading::withdrawal(&self.id, reference, row));
        Ok(found.map(|payment| Answer::new(payment, ProviderResponse::new(told))))
    }
}

#[async_trait]
impl Recovery for Ccpayment {
    async fn lookup(&self, ticket: &Ticket) -> Result<LookupResult, Error> {
        let by = Lookup::Reference(ticket.reference().clone());
        let found = match ticket.call() {
            MoneyCall::Checkout => self.find_checkout(&by).await?,
            MoneyCall::Payout => self.find_payout(&by).await?,
            call @ MoneyCall::Exchange => {
                let invalid = InvalidRequest::unsupported(call.as_str());
                return Err(Error::local(PROVIDER, NAME, invalid));
            }
        };
        Ok(found.map_or(LookupResult::NotFound, LookupResult::Found))
    }
}
