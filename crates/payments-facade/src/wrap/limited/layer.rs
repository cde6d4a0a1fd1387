//! What a limit does to a call.

use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use futures_core::Stream;
use payments_core::{InvalidRequest, Timestamp};

use super::{Held, Limit};
use crate::answer::Answer;
use crate::error::Error;
use crate::facts::Fact;
use crate::gateway::GatewayId;
use crate::payment::Payment;
use crate::statement::Rows;
use crate::webhook::{Received, WebhookError};
use crate::wrap::{Call, Layer};

/// Whose refusals these are: no request reached a provider.
const WHO: &str = "limited";

/// The layer of [`Limited`](super::Limited).
#[derive(Clone, Debug)]
pub struct RateLimitLayer {
    pub(super) gateway: GatewayId,
    pub(super) ban_codes: &'static [Fact<&'static str>],
    pub(super) limit: Limit,
}

impl RateLimitLayer {
    /// Returns when it is this call's turn.
    async fn admit(&self, call: Call) -> Result<(), Error> {
        let refused = |invalid| Error::local(WHO, call.as_str(), invalid);
        let wait = self.turn().map_err(refused)?;
        if wait > Duration::ZERO {
            self.limit.clock.sleep(wait).await;
            // Somebody else's answer may have said stop meanwhile.
            self.hold(self.limit.lock().held.as_ref())
                .map_err(refused)?;
        }
        Ok(())
    }

    /// Takes a token, and says how long to wait before using it.
    fn turn(&self) -> Result<Duration, InvalidRequest> {
        let now = self.limit.clock.monotonic();
        let mut shared = self.limit.lock();
        self.hold(shared.held.as_ref())?;
        let Some(bucket) = &mut shared.bucket else {
            return Ok(Duration::ZERO);
        };
        let Some(wait) = bucket.wait(now) else {
            return Err(InvalidRequest::busy(
                "rate",
                format!("of {} lets no request through at all", self.gateway),
            ));
        };
        if wait > self.limit.max_wait {
            return Err(InvalidRequest::busy(
                "rate",
                format!(
                    "of {} is used up for {:.1} s, longer than a call waits",
                    self.gateway,
                    wait.as_secs_f64()
                ),
            ));
        }
        bucket.take(now, wait);
        Ok(wait)
    }

    fn hold(&self, held: Option<&Held>) -> Result<(), InvalidRequest> {
        match held {
            None => Ok(()),
            Some(held) => {
                let problem = format!(
                    "is on {}: {held}; find the cause, then resume",
                    self.gateway
                );
                Err(InvalidRequest::configuration("hold", problem))
            }
        }
    }

    /// What an error tells of the requests that were sent, and of the provider's mood.
    fn look(&self, error: &Error) {
        let now = self.limit.clock.monotonic();
        let code = error.code().and_then(|code| {
            let mut codes = self.ban_codes.iter();
            codes.find(|ban| ban.value == code)
        });
        let since = self.limit.clock.now();
        let mut shared = self.limit.lock();
        if let Some(bucket) = &mut shared.bucket {
            for _ in 1..error.attempts() {
                bucket.take(now, Duration::ZERO);
            }
        }
        if let Some(code) = code {
            shared.held.get_or_insert_with(|| Held {
                gateway: self.gateway.clone(),
                code: code.value,
                since,
            });
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
            self.look(error);
        }
        result
    }

    fn rows<'a>(&'a self, start: impl FnOnce() -> Rows<'a> + Send + 'a) -> Rows<'a> {
        Box::pin(LimitedRows {
            limiting: self,
            turn: Some(Box::pin(self.admit(Call::Statement))),
            rows: start(),
            went_out: false,
            is_over: false,
        })
    }

    /// They are the provider's requests, not ours.
    fn received(&self, _: Result<&Received, WebhookError>) {}

    fn now(&self) -> Timestamp {
        self.limit.clock.now()
    }
}

type Turn<'a> = Pin<Box<dyn Future<Output = Result<(), Error>> + Send + 'a>>;

/// Rows that wait for their turn before every request: before the first row, and after each time the stream was seen
/// waiting for the network. A stream does nothing before it is polled.
struct LimitedRows<'a> {
    limiting: &'a RateLimitLayer,
    turn: Option<Turn<'a>>,
    rows: Rows<'a>,
    went_out: bool,
    is_over: bool,
}

impl Stream for LimitedRows<'_> {
    type Item = Result<Answer<Payment>, Error>;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let this = &mut *self;
        if this.is_over {
            return Poll::Ready(None);
        }
        if let Some(turn) = &mut this.turn {
            let Poll::Ready(admitted) = turn.as_mut().poll(cx) else {
                return Poll::Pending;
            };
            this.turn = None;
            if let Err(error) = admitted {
                this.is_over = true;
                return Poll::Ready(Some(Err(error)));
            }
        }
        let Poll::Ready(row) = this.rows.as_mut().poll_next(cx) else {
            this.went_out = true;
            return Poll::Pending;
        };
        match &row {
            None => this.is_over = true,
            Some(Err(error)) => this.limiting.look(error),
            Some(Ok(_)) if std::mem::take(&mut this.went_out) => {
                this.turn = Some(Box::pin(this.limiting.admit(Call::Statement)));
            }
            Some(Ok(_)) => {}
        }
        Poll::Ready(row)
    }
}
