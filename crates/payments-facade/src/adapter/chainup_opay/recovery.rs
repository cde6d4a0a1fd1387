//! Resolves an order by sending it again.

use async_trait::async_trait;
use payments_core::Kind;

use super::order::Wanted;
use super::{ChainupOpay, PROVIDER, reading};
use crate::adapter::{read_error, refused};
use crate::answer::{Answer, ProviderResponse};
use crate::error::Error;
use crate::payment::Payment;
use crate::recovery::{LookupResult, Recovery};
use crate::ticket::Ticket;

/// Both responses mean that the order exists: a success created it now, which moves no money, and 70002 means that it existed
/// before. Any other refusal says nothing about the first request, because the order of the platform's checks is not
/// documented.
#[async_trait]
impl Recovery for ChainupOpay {
    async fn lookup(&self, ticket: &Ticket) -> Result<LookupResult, Error> {
        let wanted = Wanted::by_ticket(self, ticket)
            .map_err(|invalid| refused(PROVIDER, "resolve_checkout", invalid))?;
        let reference = ticket.reference().clone();
        let (observation, provided) = match self.client.call(&wanted.request()).await {
            Ok(made) => {
                let observation = reading::created(&made, reference, ticket.money().clone());
                (observation, ProviderResponse::new(made))
            }
            Err(error) if error.kind() == Kind::Duplicate => {
                (reading::known(reference), ProviderResponse::new(error))
            }
            Err(error) => return Err(read_error(error)),
        };
        let payment = Payment::new(self.id.clone(), observation);
        Ok(LookupResult::Found(Answer::new(payment, provided)))
    }
}
