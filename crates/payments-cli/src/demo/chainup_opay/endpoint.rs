//! The shop's callback endpoint for ChainUp OPay.

use bytes::Bytes;
use chainup_opay_client::{Event, Verified, Webhooks, nack};
use http::HeaderMap;

use crate::demo::receiver;

pub(super) struct Endpoint(pub(super) Webhooks);

impl receiver::Endpoint for Endpoint {
    type Event = Verified<Event>;

    fn receive(&self, _: &HeaderMap, body: &Bytes) -> Option<(Self::Event, http::Response<Bytes>)> {
        let event = self.0.receive(body).ok()?;
        Some((event, self.0.ack()))
    }

    fn nack(&self) -> http::Response<Bytes> {
        nack()
    }
}
