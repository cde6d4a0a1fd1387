//! What became of an order: by sending the very same one again.

use async_trait::async_trait;
use payments_core::Kind;

use super::order::Wanted;
use super::{ChainupOpay, PROVIDER, reading};
use crate::recovery::LookupResult;
use crate::{Answer, Error, Payment, ProviderResponse, Recovery, Ticket};

/// Either answer is the order: a success is one that was made just now, and moves no money by itself; 70002 is one that
/// was there before. Any other refusal is of this sending alone: whether the platform looks at the reference before it
/// looks at the coin is not documented.
#[async_trait]
impl Recovery for ChainupOpay {
    async fn lookup(&self, ticket: &Ticket) -> Result<LookupResult, Error> {
        let refused = |invalid| Error::local(PROVIDER, "resolve_checkout", invalid);
        let wanted = Wanted::by_ticket(self, ticket).map_err(refused)?;
        let reference = ticket.reference().clone();
        let (observation, provided) = match self.client.create_order(wanted.request()).await {
            Ok(made) => {
                let observation = reading::created(&made, reference, ticket.money().clone());
                (observation, ProviderResponse::new(made))
            }
            Err(error) if error.kind() == Kind::Duplicate => {
                (reading::known(reference), ProviderResponse::new(error))
            }
            Err(error) => return Err(Error::of_read(error)),
        };
        let payment = Payment::new(self.id.clone(), observation);
        Ok(LookupResult::Found(Answer::new(payment, provided)))
    }
}
