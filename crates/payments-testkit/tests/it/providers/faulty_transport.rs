//! A transport that injects planned faults.

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

/// Changes an answer so that its signature is wrong; the number selects the position.
pub(crate) type SpoilSignature = fn(&mut http::Response<Bytes>, u64);

/// The fault of one request.
#[derive(Clone, Debug)]
pub(crate) enum Fault {
    /// The request is executed; the connection breaks before the answer.
    AnswerDropped,
    /// The connection breaks before the request arrives.
    RequestDropped,
    /// There is no connection, so nothing is sent.
    NotConnected,
    /// The request does not arrive, and the deadline expires.
    TimeoutBefore,
    /// The request is executed, and the deadline expires without an answer.
    TimeoutAfter,
    /// The request is executed; the answer is replaced by a status 500.
    ServerErrorAfter,
    /// The request does not arrive; a proxy answers with status 502 and an HTML page.
    BadGatewayBefore,
    /// The request is executed; the answer is replaced by an HTML page with status 200.
    HtmlAfter,
    /// The request does not arrive; an HTML page comes back with status 200.
    HtmlBefore,
    /// The request is executed; the body of the answer is truncated to this many thousandths.
    HalfAnswer(u16),
    /// The request is executed; the connection breaks within the answer.
    BrokenAnswer,
    /// The request is executed; this function changes the answer.
    Altered(SpoilSignature, u64),
    /// The request is executed; the answer is replaced by this one and kept in the record.
    Replaced(Response<Bytes>, Recorded),
    /// The request does not arrive; this answer comes back.
    Canned(Response<Bytes>),
}

/// The reqwest transport with planned faults: one per request, in order.
pub(crate) struct FaultyTransport {
    inner: ReqwestTransport,
    /// The ends of the paths that no fault meets.
    exempt: &'static [&'static str],
    clock: SimClock,
    plan: Mutex<VecDeque<Fault>>,
    recorder: Mutex<Recorded>,
}

/// The latest answer since [`FaultyTransport::record`].
#[derive(Clone, Debug, Default)]
pub(crate) struct Recorded(Arc<Mutex<Option<Response<Bytes>>>>);

impl Recorded {
    pub(crate) fn take(&self) -> Option<Response<Bytes>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).take()
    }

    fn keep(&self, answer: &Response<Bytes>) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Some(answer.clone());
    }
}

impl FaultyTransport {
    /// - `exempt`: the ends of the paths that no fault meets.
    pub(crate) fn new(clock: SimClock, exempt: &'static [&'static str]) -> Self {
        Self {
            inner: ReqwestTransport::builder().build().unwrap(),
            exempt,
            clock,
            plan: Mutex::default(),
            recorder: Mutex::default(),
        }
    }

    /// Plans the faults of the next requests.
    pub(crate) fn plan(&self, faults: impl IntoIterator<Item = Fault>) {
        *self.locked() = faults.into_iter().collect();
    }

    /// The number of planned faults that no request has used yet.
    pub(crate) fn left(&self) -> usize {
        self.locked().len()
    }

    /// Starts a new recording of answers.
    pub(crate) fn record(&self) -> Recorded {
        let fresh = Recorded::default();
        *self.recorder.lock().unwrap_or_else(PoisonError::into_inner) = fresh.clone();
        fresh
    }

    async fn forward(&self, request: Request<Bytes>) -> Result<Response<Bytes>, TransportError> {
        let answer = self.inner.send(request).await?;
        let recorder = self.recorder.lock();
        recorder
            .unwrap_or_else(PoisonError::into_inner)
            .keep(&answer);
        Ok(answer)
    }

    fn locked(&self) -> MutexGuard<'_, VecDeque<Fault>> {
        self.plan.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Advances the clock past the executor's deadline.
    async fn expire(&self) -> Result<Response<Bytes>, TransportError> {
        // Let the executor start its deadline first.
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
        let path = request.uri().path();
        let is_exempt = self.exempt.iter().any(|end| path.ends_with(end));
        let fault = match is_exempt {
            true => None,
            false => self.locked().pop_front(),
        };
        let Some(fault) = fault else {
            return self.forward(request).await;
        };
        match fault {
            Fault::RequestDropped => return Err(broken(Reach::MaybeSent)),
            Fault::NotConnected => {
                return Err(TransportError::connect(std::io::Error::other("refused")));
            }
            Fault::TimeoutBefore => return self.expire().await,
            Fault::BadGatewayBefore => return Ok(page(StatusCode::BAD_GATEWAY)),
            Fault::HtmlBefore => return Ok(page(StatusCode::OK)),
            Fault::Canned(answer) => return Ok(answer),
            _ => {}
        }
        let mut answer = self.inner.send(request).await?;
        match fault {
            Fault::AnswerDropped => Err(broken(Reach::MaybeSent)),
            Fault::BrokenAnswer => Err(broken(Reach::ResponseStarted)),
            Fault::TimeoutAfter => self.expire().await,
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
            Fault::Replaced(instead, original) => {
                original.keep(&answer);
                Ok(instead)
            }
            Fault::Altered(alter, number) => {
                alter(&mut answer, number);
                Ok(answer)
            }
            _ => Ok(answer),
        }
    }
}
