//! What a trial needs besides the gateway: somebody at the other end.

use std::time::Duration;

use async_trait::async_trait;
use bytes::Bytes;
use http::HeaderMap;
use http::header::HeaderName;
use payments_core::{MerchantRef, Timestamp};

use super::order::{Op, Order};
use super::samples;
use payments_core::Date;
use payments_facade::address::AddressRequest;
use payments_facade::rate::{RatePurpose, RateRequest};

/// The other end: the provider as it can be watched and moved in a test, usually a sandbox.
///
/// The suite calls a gateway as an application does and asks this trait what *really* happened, and lets it act for payers
/// and for the provider. Everything with a default may be left out: what a capability of the gateway needs and is not there
/// leaves that capability untested, and the [`Report`](super::Report) fails for it.
#[async_trait]
pub trait Env: Send + Sync {
    /// A reference that was never used before.
    fn reference(&self) -> MerchantRef;

    /// The time that the gateway's executor goes by.
    fn now(&self) -> Timestamp;

    /// Moves that time, and the provider's, ahead.
    async fn advance(&self, by: Duration);

    /// How many requests of the gateway's have reached the provider so far, refused ones included.
    fn requests(&self) -> u64;

    /// How many orders, payouts and the like the provider holds under this reference.
    async fn count(&self, reference: &MerchantRef) -> usize;

    /// Everything the provider was told in the calls that named this reference, as readable text.
    async fn told(&self, reference: &MerchantRef) -> String;

    /// Something good to make by this call under this reference, with no more options than the provider needs. None where
    /// the environment has nothing for it.
    fn order(&self, op: Op, reference: MerchantRef) -> Option<Order>;

    /// The same order with this option as well, and what proves at the other end that it arrived. The default has a value
    /// for every option, shown by its own text; a provider that writes one differently needs its own.
    fn with_option(&self, order: Order, option: &str) -> Option<Probe> {
        samples::with_option(order, option)
    }

    /// Does something to what was made under this reference. `false`: at this provider that cannot be.
    async fn act(&self, reference: &MerchantRef, act: Act) -> bool;

    /// The webhooks the provider has sent about this reference, exactly as they came, oldest first.
    async fn deliveries(&self, reference: &MerchantRef) -> Vec<Delivery>;

    /// Lets the provider send its latest webhook about this reference once more, and gives what came. None where it cannot
    /// be made to.
    async fn redelivery(&self, reference: &MerchantRef) -> Option<Delivery>;

    /// A webhook that is genuine for *another* account: signed with another secret, otherwise like this provider's own.
    async fn foreign(&self) -> Delivery;

    /// A genuine webhook about something that nobody made through this gateway. None where the provider has no such thing.
    async fn stranger(&self) -> Option<Delivery> {
        None
    }

    /// Whether the provider takes this reply for an acknowledgement.
    async fn acknowledges(&self, reply: &http::Response<Bytes>) -> bool;

    /// The next request of the gateway's meets this fault, the ones after it none. `false` where the environment cannot
    /// break anything; then nothing is known about tickets.
    fn strike(&self, fault: Strike) -> bool {
        let _ = fault;
        false
    }

    /// Whose addresses to ask for: another customer for every number.
    fn addresses_of(&self, customer: u32) -> Option<AddressRequest> {
        let _ = customer;
        None
    }

    /// A good rate request.
    fn rate(&self, purpose: RatePurpose) -> Option<RateRequest> {
        let _ = purpose;
        None
    }

    /// The day whose statement has what was made just now; it may move the clock there.
    async fn statement_day(&self) -> Option<Date> {
        None
    }
}

/// What a payer or the provider does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Act {
    /// The payer pays what is asked for; a card is confirmed.
    PayExactly,
    /// The payer pays less.
    PayLess,
    /// The payer pays more.
    PayMore,
    /// Nobody pays in time.
    Expire,
    /// After [`Expire`](Self::Expire) the payer pays after all.
    PayLate,
    /// The provider carries a payout out.
    Complete,
    /// The provider does not.
    Reject,
}

/// A fault on the way.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Strike {
    /// The provider does what it is asked, and the answer is lost.
    AnswerLost,
    /// The request is lost. The gateway cannot know how far it got.
    RequestLost,
}

/// A webhook as it came.
#[derive(Clone, Debug)]
pub struct Delivery {
    /// All headers.
    pub headers: HeaderMap,
    /// The body.
    pub body: Bytes,
    /// The headers that prove it, if any do: signature, time stamp, account. Each is needed, and none can be changed.
    pub proof: Vec<HeaderName>,
}

impl Delivery {
    /// One that its body alone proves.
    #[must_use]
    pub const fn new(headers: HeaderMap, body: Bytes) -> Self {
        Self {
            headers,
            body,
            proof: Vec::new(),
        }
    }
}

/// An order with one option more, and how to see that it arrived.
#[derive(Debug)]
pub struct Probe {
    /// The order.
    pub order: Order,
    /// A text that [`Env::told`] has exactly when the option arrived. None where nothing can be seen of it at the other
    /// end: then the call must merely succeed.
    pub evidence: Option<String>,
}
