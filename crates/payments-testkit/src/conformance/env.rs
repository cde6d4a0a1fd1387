//! The provider as the suite controls and observes it.

use std::time::Duration;

use async_trait::async_trait;
use bytes::Bytes;
use payments_core::{Date, MerchantRef, Timestamp};
use payments_facade::address::AddressRequest;
use payments_facade::rate::{RatePurpose, RateRequest};

use super::delivery::Delivery;
use super::order::{Op, Order};
use super::samples::{self, Probe};

/// Controls and observes the provider during a test, usually a sandbox.
///
/// The suite calls the gateway as an application does, and uses this trait to check what happened at the provider and to act
/// for payers and the provider. Methods with a default are optional. If a capability cannot be tested because such a method
/// is missing, the [`Report`](super::Report) lists it as untested and fails.
#[async_trait]
pub trait Env: Send + Sync {
    /// A new reference, different from all earlier ones.
    fn reference(&self) -> MerchantRef;

    /// The current time of the gateway and the provider.
    fn now(&self) -> Timestamp;

    /// Moves this time forward.
    async fn advance(&self, by: Duration);

    /// The number of the gateway's requests that have reached the provider so far, including refused ones.
    fn requests(&self) -> u64;

    /// How many of them make this call under this reference. The default counts all requests, so a gateway that also queries
    /// during a call needs an own count.
    fn sent(&self, op: Op, reference: &MerchantRef) -> u64 {
        let _ = (op, reference);
        self.requests()
    }

    /// The number of orders, payouts and exchanges that the provider has under this reference.
    async fn count(&self, reference: &MerchantRef) -> usize;

    /// All requests at the provider that contain this reference, as plain text. For deposit addresses, `reference` is the
    /// customer.
    async fn received(&self, reference: &MerchantRef) -> String;

    /// A valid order for this call, with this reference and only the options that the provider requires. `None` if the
    /// environment has none.
    fn order(&self, op: Op, reference: MerchantRef) -> Option<Order>;

    /// The same order with this option added, and the proof that it arrived. The default calls
    /// [`with_option`](super::with_option); override it for options that the provider writes in another way.
    fn with_option(&self, order: Order, option: &str) -> Option<Probe> {
        samples::with_option(order, option)
    }

    /// Whether the provider's records state what the payee of such a payout got. The default is true; if it is false, the
    /// settlement of a completed payout must be unstated.
    fn states_arrival(&self, op: Op) -> bool {
        let _ = op;
        true
    }

    /// Performs this act on the order of this reference. Returns `false` if the provider does not support it.
    async fn act(&self, reference: &MerchantRef, act: Act) -> bool;

    /// The webhooks that the provider has sent for this reference, unchanged, oldest first.
    async fn deliveries(&self, reference: &MerchantRef) -> Vec<Delivery>;

    /// Makes the provider resend its latest webhook for this reference, and returns it. `None` if it cannot resend.
    async fn redelivery(&self, reference: &MerchantRef) -> Option<Delivery>;

    /// A webhook of *another* account of this provider: signed with another secret, otherwise valid.
    async fn foreign(&self) -> Delivery;

    /// A genuine webhook for a payment that was not created through this gateway. `None` if the provider has no such
    /// payments.
    async fn unknown_order(&self) -> Option<Delivery> {
        None
    }

    /// Whether the provider accepts this reply as an acknowledgement.
    async fn acknowledges(&self, reply: &http::Response<Bytes>) -> bool;

    /// Applies this fault to the gateway's next request only. Returns `false` if the environment cannot inject faults; tickets
    /// are then not tested.
    fn inject(&self, fault: InjectedFault) -> bool {
        let _ = fault;
        false
    }

    /// A valid request for deposit addresses, for a different customer for each number.
    fn addresses_of(&self, customer: u32) -> Option<AddressRequest> {
        let _ = customer;
        None
    }

    /// A valid rate request for this purpose.
    fn rate(&self, purpose: RatePurpose) -> Option<RateRequest> {
        let _ = purpose;
        None
    }

    /// The day whose statement contains the payments of the current moment. May move the time forward.
    async fn statement_day(&self) -> Option<Date> {
        None
    }
}

/// An act of a payer or of the provider.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Act {
    /// The payer pays the requested amount; a card payment is confirmed.
    PayExactly,
    /// The payer pays less.
    PayLess,
    /// The payer pays more.
    PayMore,
    /// The payer pays the requested amount, and the provider flags the payment as risky: it is not credited yet.
    PayRisky,
    /// The order expires unpaid.
    Expire,
    /// The payer pays after [`Expire`](Self::Expire).
    PayLate,
    /// The provider completes a payout.
    Complete,
    /// The provider rejects a payout.
    Reject,
}

/// A network fault.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum InjectedFault {
    /// The provider executes the request, and the answer is lost.
    AnswerLost,
    /// The request is lost. The gateway cannot know whether it arrived.
    RequestLost,
}
