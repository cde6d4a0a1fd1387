//! The shop's webhook endpoint for CCPayment.

use bytes::Bytes;
use ccpayment_client::v1::{Event, Verified, Webhooks, ack, nack};
use http::HeaderMap;
use payments_core::Clock as _;
use payments_reqwest::SystemClock;

use crate::demo::receiver;

/// A webhook is valid for two minutes, so the endpoint has a clock.
pub(super) struct Endpoint {
    webhooks: Webhooks,
    clock: SystemClock,
}

impl Endpoint {
    pub(super) fn new(webhooks: Webhooks) -> Self {
        Self {
            webhooks,
            clock: SystemClock::new(),
        }
    }
}

impl receiver::Endpoint for Endpoint {
    type Event = Verified<Event>;

    fn receive(
        &self,
        headers: &HeaderMap,
        body: &Bytes,
    ) -> Option<(Self::Event, http::Response<Bytes>)> {
        let event = self
            .webhooks
            .receive(headers, body, self.clock.now())
            .ok()?;
        Some((event, ack()))
    }

    fn nack(&self) -> http::Response<Bytes> {
        nack()
    }
}
