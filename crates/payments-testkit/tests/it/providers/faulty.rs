//! A transport that breaks what goes over it, on purpose and by a seed.

use std::collections::VecDeque;
use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use async_trait::async_trait;
use bytes::Bytes;
use http::{Request, Response, StatusCode};
use payments_core::{Policy, Reach, Transport, TransportError};
use payments_reqwest::ReqwestTransport;

use super::clock::SimClock;

/// What happens to one request.
#[derive(Clone, Debug)]
pub(crate) enum Fault {
    /// The provider does it; the connection breaks before the answer.
    AnswerDropped,
    /// The connection breaks on the way there.
    RequestDropped,
    /// There is no connection: not one byte leaves.
    NotConnected,
    /// The request vanishes, and no answer comes in time.
    TimeoutBefore,
    /// The provider does it, and no answer comes in time.
    TimeoutAfter,
    /// The provider does it, and something in front of it answers 500.
    ServerErrorAfter,
    /// A proxy answers 502 with a page, and the provider never hears of it.
    BadGatewayBefore,
    /// The provider does it; a page comes instead of its answer, under status 200.
    HtmlAfter,
    /// A page comes, under status 200, and the provider never hears of it.
    HtmlBefore,
    /// The provider does it, and its answer is cut off at this share of a thousand, under status 200.
    HalfAnswer(u16),
    /// The provider does it, and the connection breaks within its answer.
    BrokenAnswer,
    /// The provider does it, and its answer is changed by this function and number.
    Altered(fn(&mut Response<Bytes>, u64), u64),
    /// This comes at once; the provider never hears of the request.
    Canned(Response<Bytes>),
}

/// The standard transport with faults in front of it: one per request, in order, then none.
pub(crate) struct FaultyTransport {
    inner: ReqwestTransport,
    clock: SimClock,
    plan: Mutex<VecDeque<Fault>>,
    recorder: Mutex<Recorded>,
}

/// Where the next answers are noted; the latest stands.
#[derive(Clone, Debug, Default)]
pub(crate) struct Recorded(Arc<Mutex<Option<Response<Bytes>>>>);

impl Recorded {
    pub(crate) fn take(&self) -> Option<Response<Bytes>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).take()
    }
}

impl FaultyTransport {
    pub(crate) fn new(clock: SimClock) -> Self {
        Self {
            inner: ReqwestTransport::builder().build().unwrap(),
            clock,
            plan: Mutex::default(),
            recorder: Mutex::default(),
        }
    }

    /// What the next requests meet.
    pub(crate) fn plan(&self, faults: impl IntoIterator<Item = Fault>) {
        *self.locked() = faults.into_iter().collect();
    }

    /// How many planned faults nothing has met yet.
    pub(crate) fn left(&self) -> usize {
        self.locked().len()
    }

    /// The answers from now on, as they came.
    pub(crate) fn record(&self) -> Recorded {
        let fresh = Recorded::default();
        *self.recorder.lock().unwrap_or_else(PoisonError::into_inner) = fresh.clone();
        fresh
    }

    async fn pass_on(&self, request: Request<Bytes>) -> Result<Response<Bytes>, TransportError> {
        let answer = self.inner.send(request).await?;
        let recorder = self
            .recorder
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clone();
        *recorder.0.lock().unwrap_or_else(PoisonError::into_inner) = Some(answer.clone());
        Ok(answer)
    }

    fn locked(&self) -> MutexGuard<'_, VecDeque<Fault>> {
        self.plan.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Time passes until the executor gives the request up.
    async fn silence(&self) -> Result<Response<Bytes>, TransportError> {
        // The executor counts its deadline from when it first looks at the clock.
        tokio::task::yield_now().await;
        self.clock
            .advance(Policy::new().deadline() + Duration::from_millis(1));
        std::future::pending().await
    }
}

impl fmt::Debug for FaultyTransport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("FaultyTransport").finish_non_exhaustive()
    }
}

fn broken(reach: Reach) -> TransportError {
    TransportError::io(reach, std::io::Error::other("reset by peer"))
}

fn page(status: StatusCode) -> Response<Bytes> {
    let text = "<!doctype html><html><body>We will be back soon</body></html>";
    let answer = Response::builder()
        .status(status)
        .header("content-type", "text/html");
    answer.body(Bytes::from_static(text.as_bytes())).unwrap()
}

#[async_trait]
impl Transport for FaultyTransport {
    async fn send(&self, request: Request<Bytes>) -> Result<Response<Bytes>, TransportError> {
        let fault = self.locked().pop_front();
        let Some(fault) = fault else {
            return self.pass_on(request).await;
        };
        match fault {
            Fault::RequestDropped => return Err(broken(Reach::MaybeSent)),
            Fault::NotConnected => {
                return Err(TransportError::connect(std::io::Error::other("refused")));
            }
            Fault::TimeoutBefore => return self.silence().await,
            Fault::BadGatewayBefore => return Ok(page(StatusCode::BAD_GATEWAY)),
            Fault::HtmlBefore => return Ok(page(StatusCode::OK)),
            Fault::Canned(answer) => return Ok(answer),
            _ => {}
        }
        let mut answer = self.inner.send(request).await?;
        match fault {
            Fault::AnswerDropped => Err(broken(Reach::MaybeSent)),
            Fault::BrokenAnswer => Err(broken(Reach::ResponseStarted)),
            Fault::TimeoutAfter => self.silence().await,
            Fault::ServerErrorAfter => {
                let mut failed = Response::new(Bytes::new());
                *failed.status_mut() = StatusCode::INTERNAL_SERVER_ERROR;
                Ok(failed)
            }
            Fault::HtmlAfter => Ok(page(StatusCode::OK)),
            Fault::HalfAnswer(share) => {
                let keep = answer.body().len() * usize::from(share) / 1_000;
                let half = answer.body().slice(..keep);
                *answer.body_mut() = half;
                Ok(answer)
            }
            Fault::Altered(alter, number) => {
                alter(&mut answer, number);
                Ok(answer)
            }
            _ => Ok(answer),
        }
    }
}
