//! A transport that injects planned faults.

use std::collections::VecDeque;
use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use async_trait::async_trait;
use bytes::Bytes;
use http::{Request, Response};
use payments_core::{Policy, Transport, TransportError};
use payments_reqwest::ReqwestTransport;

use super::clock::SimClock;

/// A fault that the sandbox cannot make, because it is on this side or replaces an answer by any other.
#[derive(Clone, Debug)]
pub(crate) enum Fault {
    /// There is no connection, so nothing is sent.
    NotConnected,
    /// The request does not arrive, and the deadline expires.
    TimeoutBefore,
    /// The request is executed, and the deadline expires without an answer.
    TimeoutAfter,
    /// The request is executed; the answer is replaced by this one and kept in the record.
    Replaced(Response<Bytes>, Recorded),
    /// The request does not arrive; this answer comes back.
    Canned(Response<Bytes>),
}

/// The reqwest transport with planned faults: one per request, in order.
pub(crate) struct FaultyTransport {
    inner: ReqwestTransport,
    /// The ends of the paths with a plan for themselves.
    preparations: &'static [&'static str],
    clock: SimClock,
    plan: Mutex<VecDeque<Fault>>,
    plan_of_preparations: Mutex<VecDeque<Fault>>,
    /// The bodies that were answered.
    answered: Mutex<Vec<Bytes>>,
}

/// The answer that was replaced.
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
    /// - `preparations`: the ends of the paths that only the faults of [`plan_preparations`](Self::plan_preparations) meet.
    pub(crate) fn new(clock: SimClock, preparations: &'static [&'static str]) -> Self {
        Self {
            inner: ReqwestTransport::builder().build().unwrap(),
            preparations,
            clock,
            plan: Mutex::default(),
            plan_of_preparations: Mutex::default(),
            answered: Mutex::default(),
        }
    }

    /// Plans the faults of the next requests.
    pub(crate) fn plan(&self, faults: impl IntoIterator<Item = Fault>) {
        *locked(&self.plan) = faults.into_iter().collect();
    }

    /// The number of planned faults that no request has used yet.
    pub(crate) fn left(&self) -> usize {
        locked(&self.plan).len()
    }

    /// As [`plan`](Self::plan), of the requests that prepare an order.
    pub(crate) fn plan_preparations(&self, faults: impl IntoIterator<Item = Fault>) {
        *locked(&self.plan_of_preparations) = faults.into_iter().collect();
    }

    /// As [`left`](Self::left), of the requests that prepare an order.
    pub(crate) fn preparations_left(&self) -> usize {
        locked(&self.plan_of_preparations).len()
    }

    /// The bodies of answered requests that contain this text, with `@` as itself.
    pub(crate) fn answered(&self, part: &str) -> Vec<String> {
        let answered = self.answered.lock().unwrap_or_else(PoisonError::into_inner);
        let texts = answered.iter().map(|body| String::from_utf8_lossy(body));
        let texts = texts.filter(|text| text.contains(part));
        texts.map(|text| text.replace("%40", "@")).collect()
    }

    async fn pass_on(&self, request: Request<Bytes>) -> Result<Response<Bytes>, TransportError> {
        let body = request.body().clone();
        let answer = self.inner.send(request).await?;
        let mut answered = self.answered.lock().unwrap_or_else(PoisonError::into_inner);
        answered.push(body);
        Ok(answer)
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

fn locked(plan: &Mutex<VecDeque<Fault>>) -> MutexGuard<'_, VecDeque<Fault>> {
    plan.lock().unwrap_or_else(PoisonError::into_inner)
}

impl fmt::Debug for FaultyTransport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("FaultyTransport").finish_non_exhaustive()
    }
}

#[async_trait]
impl Transport for FaultyTransport {
    async fn send(&self, request: Request<Bytes>) -> Result<Response<Bytes>, TransportError> {
        let path = request.uri().path();
        let prepares = self.preparations.iter().any(|end| path.ends_with(end));
        let plan = match prepares {
            true => &self.plan_of_preparations,
            false => &self.plan,
        };
        let fault = locked(plan).pop_front();
        match fault {
            None => self.pass_on(request).await,
            Some(Fault::NotConnected) => {
                let refused = std::io::Error::other("refused");
                Err(TransportError::connect(refused))
            }
            Some(Fault::TimeoutBefore) => self.expire().await,
            Some(Fault::TimeoutAfter) => {
                self.pass_on(request).await?;
                self.expire().await
            }
            Some(Fault::Replaced(instead, original)) => {
                original.keep(&self.pass_on(request).await?);
                Ok(instead)
            }
            Some(Fault::Canned(answer)) => Ok(answer),
        }
    }
}
