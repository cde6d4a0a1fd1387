//! The program that receives the webhooks of a scenario.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use bytes::Bytes;
use http::{HeaderMap, Response, StatusCode};
use http_body_util::Full;
use payments_facade::Gateway;
use payments_facade::webhook::Event;
use payments_server::{Limits, Received};
use tokio::net::TcpListener;
use tokio::sync::{Notify, watch};

use crate::access::now;
use crate::commands::webhook::post::Post;
use crate::failure::Failure;

/// How long a webhook may take on this machine.
const PATIENCE: Duration = Duration::from_secs(5);

/// Serves until it is dropped.
pub(super) struct Inbox {
    pub(super) url: String,
    shared: Arc<Shared>,
    _stop: watch::Sender<bool>,
}

struct Shared {
    state: Mutex<State>,
    arrived: Notify,
}

struct State {
    /// What verifies webhooks; `None` until the accounts are known.
    gateway: Option<Arc<dyn Gateway>>,
    forward: Option<Post>,
    /// Why the program that webhooks are forwarded to did not answer one.
    unanswered: Option<String>,
    /// Given instead of an acknowledgement, as by a program that is down.
    answer: Option<StatusCode>,
    events: VecDeque<Event>,
    refused: usize,
}

impl Shared {
    fn state(&self) -> MutexGuard<'_, State> {
        // A step leaves the state usable, also after a panic.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    async fn reply(&self, headers: &HeaderMap, body: Bytes) -> Response<Bytes> {
        let (gateway, forward, answer) = {
            let state = self.state();
            (state.gateway.clone(), state.forward.clone(), state.answer)
        };
        let mut failed = Response::new(Bytes::new());
        *failed.status_mut() = answer.unwrap_or(StatusCode::NOT_FOUND);
        let Some(gateway) = gateway.filter(|_| answer.is_none()) else {
            return failed;
        };
        let webhooks = gateway.webhooks();
        let Ok(received) = webhooks.receive(headers, &body, now()) else {
            self.state().refused += 1;
            self.arrived.notify_waiters();
            return webhooks.nack();
        };
        let reply = match forward {
            None => received.ack(),
            Some(post) => {
                let answer = post.send(headers, body).await;
                answer.unwrap_or_else(|error| {
                    let problem = format!("no answer of your program to a webhook: {error}");
                    self.state().unanswered.get_or_insert(problem);
                    webhooks.nack()
                })
            }
        };
        self.state().events.push_back(received.into_event());
        self.arrived.notify_waiters();
        reply
    }
}

impl Inbox {
    pub(super) async fn start() -> Result<Self, Failure> {
        let failed = |error| Failure::failed("cannot listen for webhooks", error);
        let listening = TcpListener::bind("127.0.0.1:0").await.map_err(failed)?;
        let address = listening.local_addr().map_err(failed)?;
        let shared = Arc::new(Shared {
            state: Mutex::new(State {
                gateway: None,
                forward: None,
                unanswered: None,
                answer: None,
                events: VecDeque::new(),
                refused: 0,
            }),
            arrived: Notify::new(),
        });
        let inbox = Arc::clone(&shared);
        let handler = move |received: Received| {
            let inbox = Arc::clone(&inbox);
            async move {
                let Received { parts, body, .. } = received;
                let body = body.unwrap_or_default();
                inbox.reply(&parts.headers, body).await.map(Full::new)
            }
        };
        let (stop, stopped) = watch::channel(false);
        let limits = Limits::webhooks();
        // A failure shows as a webhook that does not arrive.
        tokio::spawn(payments_server::serve(listening, limits, stopped, handler));
        Ok(Self {
            url: format!("http://{address}/"),
            shared,
            _stop: stop,
        })
    }

    /// From now on, webhooks are verified by this gateway.
    pub(super) fn verify_by(&self, gateway: Arc<dyn Gateway>) {
        self.shared.state().gateway = Some(gateway);
    }

    pub(super) fn forward_to(&self, post: Option<Post>) {
        self.shared.state().forward = post;
    }

    /// A program that is not there takes no webhook, so a step that it does not matter to proves nothing about it.
    pub(super) fn unanswered(&self) -> Option<String> {
        self.shared.state().unanswered.clone()
    }

    pub(super) fn answer(&self, status: Option<StatusCode>) {
        self.shared.state().answer = status;
    }

    /// The first verified webhook that fits, if one arrives in time.
    pub(super) async fn take(&self, fits: impl Fn(&Event) -> bool) -> Option<Event> {
        self.wait(|state| {
            let place = state.events.iter().position(&fits)?;
            state.events.remove(place)
        })
        .await
    }

    /// Whether a verified webhook that fits has arrived.
    pub(super) fn has(&self, fits: impl Fn(&Event) -> bool) -> bool {
        self.shared.state().events.iter().any(fits)
    }

    /// Whether a webhook is refused in time.
    pub(super) async fn take_refused(&self) -> bool {
        let refused = self.wait(|state| {
            state.refused = state.refused.checked_sub(1)?;
            Some(())
        });
        refused.await.is_some()
    }

    async fn wait<T>(&self, mut find: impl FnMut(&mut State) -> Option<T>) -> Option<T> {
        let found = async {
            loop {
                let arrived = self.shared.arrived.notified();
                tokio::pin!(arrived);
                // Registered before the state is read, so that nothing is missed between.
                arrived.as_mut().enable();
                if let Some(found) = find(&mut self.shared.state()) {
                    return found;
                }
                arrived.await;
            }
        };
        tokio::time::timeout(PATIENCE, found).await.ok()
    }
}
