//! [`Rates`](crate::rate::Rates) of a layered gateway.

use async_trait::async_trait;
use payments_core::InvalidRequest;

use super::{Layer, Layered, called, there};
use crate::answer::Answer;
use crate::error::Error;
use crate::gateway::Gateway;
use crate::layer::call::Call;
use crate::rate::{Quote, RatePurpose, RateRequest, Rates};

#[async_trait]
#[deny(clippy::missing_trait_methods)]
impl<G: Gateway, L: Layer> Rates for Layered<G, L> {
    fn quotes_for(&self, purpose: RatePurpose) -> bool {
        let inner = self.inner.rates();
        inner.is_some_and(|inner| inner.quotes_for(purpose))
    }

    fn check(&self, request: &RateRequest) -> Result<(), InvalidRequest> {
        there(self.inner.rates(), "rates")?.check(request)
    }

    async fn quote(&self, request: &RateRequest) -> Result<Answer<Quote>, Error> {
        let call = Call::Quote;
        let inner = called(self.inner.rates(), "rates", call)?;
        self.layer.around(call, || inner.quote(request)).await
    }
}
