//! The shop's webhook endpoint for C-Pay.

use bytes::Bytes;
use cpay_client::{Event, Verified, Webhooks, ack, nack};
use http::HeaderMap;

use crate::demo::receiver;

pub(super) struct Endpoint(pub(super) Webhooks);

impl receiver::Endpoint for Endpoint {
    type Event = Verified<Event>;

    fn receive(&self, _: &HeaderMap, body: &Bytes) -> Option<(Self::Event, http::Response<Bytes>)> {
        let event = self.0.receive(body).ok()?;
        Some((event, ack()))
    }

    fn nack(&self) -> http::Response<Bytes> {
        nack()
    }
}
