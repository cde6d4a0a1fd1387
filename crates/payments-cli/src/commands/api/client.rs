//! The typed client behind a gateway, for raw calls.

use payments_core::{Error, InvalidRequest, KnownCall, RawCall, RawResponse};
use payments_facade::Gateway;
use serde_json::value::RawValue;

use crate::access::now;

pub(super) enum Client<'a> {
    Cpay(&'a cpay_client::Client),
    ChainupOpay(&'a chainup_opay_client::Client),
    Ccpayment(&'a ccpayment_client::v1::Client),
    CcpaymentV2(&'a ccpayment_client::v2::Client),
}

/// How a raw call is sent: a read may be repeated, a write is not.
#[derive(Clone, Copy)]
pub(super) enum Shape {
    Read,
    Write,
}

impl<'a> Client<'a> {
    pub(super) fn of(gateway: &'a dyn Gateway) -> Option<Self> {
        let cpay = gateway.client().map(Self::Cpay);
        cpay.or_else(|| gateway.client().map(Self::ChainupOpay))
            .or_else(|| gateway.client().map(Self::Ccpayment))
            .or_else(|| gateway.client().map(Self::CcpaymentV2))
    }

    pub(super) fn calls(&self) -> &'static [KnownCall] {
        match self {
            Self::Cpay(_) => cpay_client::CALLS,
            Self::ChainupOpay(_) => chainup_opay_client::CALLS,
            Self::Ccpayment(_) => ccpayment_client::v1::CALLS,
            Self::CcpaymentV2(_) => ccpayment_client::v2::CALLS,
        }
    }

    pub(super) fn known(&self, name: &str) -> Option<&'static KnownCall> {
        match self {
            Self::Cpay(_) => cpay_client::known_call(name),
            Self::ChainupOpay(_) => chainup_opay_client::known_call(name),
            Self::Ccpayment(_) => ccpayment_client::v1::known_call(name),
            Self::CcpaymentV2(_) => ccpayment_client::v2::known_call(name),
        }
    }

    /// Everything that is checked before a request leaves.
    pub(super) fn check(
        &self,
        shape: Shape,
        name: &str,
        fields: &RawValue,
    ) -> Result<(), InvalidRequest> {
        match shape {
            Shape::Read => self.prepare(&RawCall::read(name).with_fields(&fields)),
            Shape::Write => self.prepare(&RawCall::write(name).with_fields(&fields)),
        }
    }

    fn prepare<const WRITE: bool>(&self, call: &RawCall<WRITE>) -> Result<(), InvalidRequest> {
        match self {
            Self::Cpay(client) => client.prepare(call, now()).map(drop),
            Self::ChainupOpay(client) => client.prepare(call, now()).map(drop),
            Self::Ccpayment(client) => client.prepare(call, now()).map(drop),
            Self::CcpaymentV2(client) => client.prepare(call, now()).map(drop),
        }
    }

    pub(super) async fn send(
        &self,
        shape: Shape,
        name: &str,
        fields: &RawValue,
    ) -> Result<RawResponse, Error> {
        match shape {
            Shape::Read => self.call(RawCall::read(name), fields).await,
            Shape::Write => self.call(RawCall::write(name), fields).await,
        }
    }

    async fn call<const WRITE: bool>(
        &self,
        call: RawCall<WRITE>,
        fields: &RawValue,
    ) -> Result<RawResponse, Error> {
        match self {
            Self::Cpay(client) => client.call_raw(call, &fields).await,
            Self::ChainupOpay(client) => client.call_raw(call, &fields).await,
            Self::Ccpayment(client) => client.call_raw(call, &fields).await,
            Self::CcpaymentV2(client) => client.call_raw(call, &fields).await,
        }
    }
}
