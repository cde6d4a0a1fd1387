//! The program that receives the webhooks of a scenario.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use bytes::Bytes;
use http::{HeaderMap, Response, StatusCode};
use http_body_util::Full;
use payments_core::Clock;
use payments_facade::webhook::{EffectKey, Event, Hint};
use payments_facade::{Gateway, Payment};
use payments_server::{Limits, Received};
use tokio::net::TcpListener;
use tokio::sync::{Notify, watch};

use crate::commands::webhook::post::Post;
use crate::failure::Failure;

/// How long a webhook may take on this machine.
const PATIENCE: Duration = Duration::from_secs(5);

/// What receives the webhooks of an account.
#[derive(Clone)]
pub(super) struct Receiver {
    /// Verifies them, by the clock of their timestamps.
    pub(super) verifies: Arc<dyn Gateway>,
    /// Queries what a webhook without amounts names.
    pub(super) queries: Arc<dyn Gateway>,
    pub(super) clock: Arc<dyn Clock>,
}

/// A verified webhook, or what the gateway answered about one without amounts.
pub(super) struct Arrived {
    pub(super) payment: Payment,
    pub(super) effects: Vec<EffectKey>,
}

impl From<Event> for Arrived {
    fn from(event: Event) -> Self {
        Self {
            effects: vec![event.effect_key().clone()],
            payment: event.into_payment(),
        }
    }
}

impl From<Payment> for Arrived {
    fn from(payment: Payment) -> Self {
        let keys = payment.observations().iter();
        Self {
            effects: keys.filter_map(|one| one.effect_key().cloned()).collect(),
            payment,
        }
    }
}

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
    /// `None` until the accounts are known.
    receiver: Option<Receiver>,
    forward: Option<Post>,
    /// Why the program that webhooks are forwarded to did not answer one.
    unanswered: Option<String>,
    /// Given instead of an acknowledgement, as by a program that is down.
    answer: Option<StatusCode>,
    arrived: VecDeque<Arrived>,
    refused: usize,
}

impl Shared {
    fn state(&self) -> MutexGuard<'_, State> {
        // A step leaves the state usable, also after a panic.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    async fn reply(&self, headers: &HeaderMap, body: Bytes) -> Response<Bytes> {
        let (receiver, forward, answer) = {
            let state = self.state();
            (state.receiver.clone(), state.forward.clone(), state.answer)
        };
        let mut failed = Response::new(Bytes::new());
        *failed.status_mut() = answer.unwrap_or(StatusCode::NOT_FOUND);
        let Some(receiver) = receiver.filter(|_| answer.is_none()) else {
            return failed;
        };
        let webhooks = receiver.verifies.webhooks();
        let Some((arrived, reply)) = receiver.read(headers, &body).await else {
            self.state().refused += 1;
            self.arrived.notify_waiters();
            return webhooks.nack();
        };
        let reply = match forward {
            None => reply,
            Some(post) => {
                let answer = post.send(headers, body).await;
                answer.unwrap_or_else(|error| {
                    let problem = format!("no answer of your program to a webhook: {error}");
                    self.state().unanswered.get_or_insert(problem);
                    webhooks.nack()
                })
            }
        };
        self.state().arrived.extend(arrived);
        self.arrived.notify_waiters();
        reply
    }
}

impl Receiver {
    /// What a webhook is about, if anything, and the reply to it. `None` if it cannot be verified.
    async fn read(
        &self,
        headers: &HeaderMap,
        body: &Bytes,
    ) -> Option<(Option<Arrived>, Response<Bytes>)> {
        let webhooks = self.verifies.webhooks();
        if let Ok(received) = webhooks.receive(headers, body, self.clock.now()) {
            let reply = received.ack();
            return Some((Some(received.into_event().into()), reply));
        }
        let hint = webhooks.hint(headers, body).ok();
        let hint = hint.filter(Hint::is_signed)?;
        // The gateway sends it again if the query fails or does not yet state what the webhook reports.
        let Ok(queried) = hint.query(&*self.queries).await else {
            return Some((None, webhooks.nack()));
        };
        let reply = queried.reply();
        let is_acknowledged = reply.body() != webhooks.nack().body();
        let payment = queried.into_payment().filter(|_| is_acknowledged);
        Some((payment.map(|payment| payment.into_inner().into()), reply))
    }
}

impl Inbox {
    pub(super) async fn start() -> Result<Self, Failure> {
        let failed = |error| Failure::failed("cannot listen for webhooks", error);
        let listening = TcpListener::bind("127.0.0.1:0").await.map_err(failed)?;
        let address = listening.local_addr().map_err(failed)?;
        let shared = Arc::new(Shared {
            state: Mutex::new(State {
                receiver: None,
                forward: None,
                unanswered: None,
                answer: None,
                arrived: VecDeque::new(),
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

    /// From now on, webhooks are verified by this account.
    pub(super) fn verify_by(&self, receiver: Receiver) {
        self.shared.state().receiver = Some(receiver);
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
    pub(super) async fn take(&self, fits: impl Fn(&Payment) -> bool) -> Option<Arrived> {
        self.wait(|state| {
            let mut all = state.arrived.iter();
            let place = all.position(|one| fits(&one.payment))?;
            state.arrived.remove(place)
        })
        .await
    }

    /// Whether a verified webhook that fits has arrived.
    pub(super) fn has(&self, fits: impl Fn(&Payment) -> bool) -> bool {
        let state = self.shared.state();
        state.arrived.iter().any(|one| fits(&one.payment))
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
