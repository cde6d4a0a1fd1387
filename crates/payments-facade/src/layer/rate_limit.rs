//! Keeping to a provider's rate, and stopping at its ban codes.

mod bucket;
mod limiter;

pub use limiter::{RateLimiter, Suspension};

use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll};

use futures_core::Stream;
use payments_core::Timestamp;

use super::call::Call;
use super::layered::{Layer, Layered};
use crate::answer::Answer;
use crate::error::Error;
use crate::facts::Fact;
use crate::gateway::{Gateway, GatewayId};
use crate::payment::Payment;
use crate::statement::Rows;
use crate::webhook::{Received, WebhookError};

/// Names the layer in its errors: no request reached a provider.
const LAYER: &str = "rate limit";

/// A gateway that keeps to a rate of requests and stops at the provider's ban codes.
///
/// - **Rate.** A call waits for its turn, at most for [`RateLimiter::with_max_wait`]. A call that would wait longer is refused
///   before anything is sent, with [`Kind::Busy`](payments_core::Kind::Busy), no attempts, the outcome
///   [`NotApplied`](payments_core::Outcome::NotApplied) and the [`field`](crate::error::Error::field) `rate`.
/// - **Ban.** After an answer with one of the provider's [ban codes](crate::facts::Facts::ban_codes) all further calls are refused
///   before anything is sent, with [`Kind::Configuration`](payments_core::Kind::Configuration) and the field `suspension`,
///   until [`RateLimiter::resume`]. This includes calls that are waiting for their turn. The call that received the code
///   returns its own error. Webhooks are still received.
///
/// It counts one request per call, one per further attempt of a failed call, and one each time a statement waits for the
/// network. It cannot see the retries of a call that succeeded in the end, nor that a call is several requests: CCPayment's
/// `create` of an order with an address is up to four. Choose a rate that leaves room for them.
///
/// Calls on the typed client that [`client`](trait.Gateway.html#method.client) returns bypass it: they are neither delayed nor
/// counted, are sent even during a suspension, and their ban codes are not noticed. Call [`RateLimiter::admit`] before each, and
/// [`RateLimiter::suspend`] after a ban code.
///
/// The place in the window of a call whose future is dropped while it waits stays taken.
///
/// ```
/// use std::sync::Arc;
/// use std::time::Duration;
///
/// use payments_facade::facts::RateLimit;
/// use payments_facade::layer::{RateLimited, RateLimiter};
/// use payments_facade::Gateway;
///
/// # fn wrap(gateway: impl Gateway, clock: Arc<dyn payments_core::Clock>) -> impl Gateway {
/// // The documented rate, or our own where the provider documents none.
/// let limiter = match gateway.facts().rate_limit {
///     Some(_) => RateLimiter::documented(gateway.facts(), clock),
///     None => RateLimiter::new(clock).with_rate(RateLimit { requests: 10, per: Duration::from_secs(1) }),
/// };
/// // Keep a clone for `suspension` and `resume`; pass others to further accounts that share the rate.
/// RateLimited::new(gateway, limiter.clone().with_max_wait(Duration::from_secs(2)))
/// # }
/// ```
pub type RateLimited<G> = Layered<G, RateLimitLayer>;

/// The [`Layer`] of [`RateLimited`].
#[derive(Clone, Debug)]
pub struct RateLimitLayer {
    gateway: GatewayId,
    ban_codes: &'static [Fact<&'static str>],
    limiter: RateLimiter,
}

impl<G: Gateway> RateLimited<G> {
    /// Puts the limiter around a gateway. The ban codes are those of the gateway's facts.
    #[must_use]
    pub fn new(gateway: G, limiter: RateLimiter) -> Self {
        let layer = RateLimitLayer {
            gateway: gateway.id().clone(),
            ban_codes: gateway.facts().ban_codes,
            limiter,
        };
        Self::around(gateway, layer)
    }

    /// The limiter, for [`suspension`](RateLimiter::suspension) and [`resume`](RateLimiter::resume).
    #[must_use]
    pub fn limiter(&self) -> &RateLimiter {
        &self.layer().limiter
    }
}

impl RateLimitLayer {
    async fn admit(&self, call: Call) -> Result<(), Error> {
        let admitted = self.limiter.admit(&self.gateway).await;
        admitted.map_err(|refused| Error::local(LAYER, call.as_str(), refused))
    }

    /// Counts the further attempts of a failed call, and suspends all calls after a ban code.
    fn observe(&self, error: &Error) {
        self.limiter.count(error.attempts().saturating_sub(1));
        let code = error.code();
        let mut bans = self.ban_codes.iter();
        if let Some(ban) = bans.find(|ban| Some(ban.value) == code) {
            self.limiter.suspend(&self.gateway, ban.value);
        }
    }
}

impl Layer for RateLimitLayer {
    async fn around<T, F>(&self, call: Call, start: impl FnOnce() -> F + Send) -> Result<T, Error>
    where
        T: Send,
        F: Future<Output = Result<T, Error>> + Send,
    {
        self.admit(call).await?;
        let result = start().await;
        if let Err(error) = &result {
            self.observe(error);
        }
        result
    }

    fn rows<'a>(&'a self, start: impl FnOnce() -> Rows<'a> + Send + 'a) -> Rows<'a> {
        Box::pin(LimitedRows {
            layer: self,
            admission: Some(Box::pin(self.admit(Call::Statement))),
            rows: start(),
            was_pending: false,
            is_over: false,
        })
    }

    /// Webhooks are the provider's requests and count for nothing.
    fn received(&self, _: Result<&Received, WebhookError>) {}

    fn now(&self) -> Timestamp {
        self.limiter.now()
    }
}

type Admission<'a> = Pin<Box<dyn Future<Output = Result<(), Error>> + Send + 'a>>;

/// Rows that are admitted before every request: before the first row, and before the next row each time the inner stream
/// was pending, which means that it waited for the network.
struct LimitedRows<'a> {
    layer: &'a RateLimitLayer,
    admission: Option<Admission<'a>>,
    rows: Rows<'a>,
    was_pending: bool,
    is_over: bool,
}

impl Stream for LimitedRows<'_> {
    type Item = Result<Answer<Payment>, Error>;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let this = &mut *self;
        if this.is_over {
            return Poll::Ready(None);
        }
        if let Some(admission) = &mut this.admission {
            let Poll::Ready(admitted) = admission.as_mut().poll(cx) else {
                return Poll::Pending;
            };
            this.admission = None;
            if let Err(error) = admitted {
                this.is_over = true;
                return Poll::Ready(Some(Err(error)));
            }
        }
        let Poll::Ready(row) = this.rows.as_mut().poll_next(cx) else {
            this.was_pending = true;
            return Poll::Pending;
        };
        match &row {
            None => this.is_over = true,
            Some(Err(error)) => this.layer.observe(error),
            Some(Ok(_)) if std::mem::take(&mut this.was_pending) => {
                this.admission = Some(Box::pin(this.layer.admit(Call::Statement)));
            }
            Some(Ok(_)) => {}
        }
        Poll::Ready(row)
    }
}
