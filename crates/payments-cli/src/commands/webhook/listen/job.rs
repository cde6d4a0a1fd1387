//! What is done with one request.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use bytes::Bytes;
use http::request::Parts;
use http::{HeaderMap, HeaderValue, Method, Response, StatusCode, header};
use payments_facade::webhook::{Hint, Received as Verified};
use payments_facade::{Answer, Gateway, GatewayId, Lookup, Payment};
use payments_server::Received;
use tokio::sync::{Notify, OwnedSemaphorePermit, Semaphore};

use super::address::{self, Account};
use super::console::{self, Event, Forwarded, Other, Report, RequestLine};
use crate::access::now;
use crate::commands::webhook::post::Answered;
use crate::payment_view::PaymentView;
use crate::url as target;

/// Requests under way at one time, also those whose sender has hung up.
const JOBS: u32 = 128;
/// How long a diagnosis waits, so that the reply has left: a sender must not measure how long it takes.
const AFTER_REPLY: Duration = Duration::from_millis(50);
/// Queries under way at one time. Anyone can cause one where unsigned webhooks are hints.
const QUERIES: usize = 2;
/// Diagnoses under way at one time. Anyone can cause one, and one takes up to 25 milliseconds of one core, optimised.
const DIAGNOSES: usize = 2;

pub(crate) struct Listener {
    report: Box<dyn Report>,
    /// `http://IP:PORT`
    base: String,
    accounts: Vec<Account>,
    left: Option<AtomicU64>,
    done: Notify,
    jobs: Arc<Semaphore>,
    queries: Semaphore,
    diagnoses: Semaphore,
}

impl Listener {
    pub(crate) fn new(
        report: Box<dyn Report>,
        base: String,
        accounts: Vec<Account>,
        count: Option<u64>,
    ) -> Self {
        Self {
            report,
            base,
            accounts,
            left: count.map(AtomicU64::new),
            done: Notify::new(),
            jobs: Arc::new(Semaphore::new(JOBS as usize)),
            queries: Semaphore::new(QUERIES),
            diagnoses: Semaphore::new(DIAGNOSES),
        }
    }

    /// Returns after the number of verified webhooks that `--count` names.
    pub(super) async fn counted(&self) {
        self.done.notified().await;
    }

    /// Returns when no request is under way.
    pub(super) async fn idle(&self) {
        let _ = self.jobs.acquire_many(JOBS).await;
    }

    fn count(&self) {
        let Some(left) = &self.left else { return };
        if left.fetch_sub(1, Ordering::Relaxed) <= 1 {
            self.done.notify_one();
        }
    }
}

/// Answers a request and prints it.
pub(super) async fn run(listener: Arc<Listener>, received: Received) -> Response<Bytes> {
    let Received { peer, parts, body } = received;
    let refuse = |status: StatusCode, problem: String, addresses: Vec<String>| {
        let reply = empty(status);
        listener.report.other(&Other {
            request: RequestLine {
                method: parts.method.as_str(),
                path: parts.uri.path(),
                from: peer,
            },
            problem,
            addresses,
            replied: Answered::from(&reply),
        });
        reply
    };
    let Ok(running) = Arc::clone(&listener.jobs).try_acquire_owned() else {
        let problem = format!("{JOBS} requests are under way; the sender has to try again");
        return refuse(StatusCode::SERVICE_UNAVAILABLE, problem, Vec::new());
    };
    let addresses = || {
        let accounts = listener.accounts.iter();
        let urls = accounts.map(|account| console::url(account, &listener.base));
        urls.collect()
    };
    let account = match address::find(&listener.accounts, parts.uri.path()) {
        Ok(account) => account,
        Err(why) => return refuse(StatusCode::NOT_FOUND, why, addresses()),
    };
    if parts.method != Method::POST {
        let problem = "not a webhook, which is sent with POST; perhaps a probe".to_owned();
        return refuse(StatusCode::METHOD_NOT_ALLOWED, problem, addresses());
    }
    match body {
        Ok(body) => listener.webhook(account, &parts, body, running).await,
        Err(problem) => refuse(problem.status(), problem.to_string(), Vec::new()),
    }
}

impl Listener {
    async fn webhook(
        self: &Arc<Self>,
        account: &Account,
        parts: &Parts,
        body: Bytes,
        running: OwnedSemaphorePermit,
    ) -> Response<Bytes> {
        let headers = &parts.headers;
        let gateway = &account.gateway;
        let (webhooks, received_at) = (gateway.webhooks(), now());
        let why = match webhooks.receive(headers, &body, received_at) {
            Ok(verified) => return self.verified(account, &verified, headers, body).await,
            Err(why) => why,
        };
        if let Ok(hint) = webhooks.hint(headers, &body) {
            return match hint.is_signed() {
                true => self.signed_hint(account, hint, headers, body).await,
                false => self.hint(account, hint, why.to_string()).await,
            };
        }
        let reply = webhooks.nack();
        let (id, gateway, headers) = (gateway.id().clone(), Arc::clone(gateway), headers.clone());
        let diagnose = move || {
            let diagnosis = gateway.webhooks().diagnose(&headers, &body, received_at);
            diagnosis.map(|diagnosis| diagnosis.to_string())
        };
        self.refuse(id, why.to_string(), reply, running, diagnose)
    }

    /// Looks for the reason and reports it after the reply has left.
    fn refuse(
        self: &Arc<Self>,
        id: GatewayId,
        why: String,
        reply: Response<Bytes>,
        running: OwnedSemaphorePermit,
        diagnose: impl FnOnce() -> Option<String> + Send + 'static,
    ) -> Response<Bytes> {
        let (listener, replied) = (Arc::clone(self), Answered::from(&reply));
        tokio::spawn(async move {
            tokio::time::sleep(AFTER_REPLY).await;
            let diagnose = move || {
                let reason = match listener.diagnoses.try_acquire() {
                    Err(_) => Some(
                        "not looked for, because other webhooks are being diagnosed".to_owned(),
                    ),
                    Ok(_diagnosing) => diagnose(),
                };
                listener.refused(&id, why, reason, replied);
                drop(running);
            };
            // Private-key work would hold up other requests.
            let _ = tokio::task::spawn_blocking(diagnose).await;
        });
        reply
    }

    fn refused(&self, gateway: &GatewayId, why: String, reason: Option<String>, replied: Answered) {
        let event = Event {
            gateway: gateway.as_str(),
            refused: Some(why),
            reason,
            hint: None,
            effect_key: None,
            payment: None,
            forwarded: None,
            replied,
        };
        self.report.event(&event, None);
    }

    async fn verified(
        &self,
        account: &Account,
        verified: &Verified,
        headers: &HeaderMap,
        body: Bytes,
    ) -> Response<Bytes> {
        let (forwarded, reply) = forward(account, headers, body, verified.ack()).await;
        let event = verified.event();
        self.report.event(
            &Event {
                gateway: account.id().as_str(),
                refused: None,
                reason: None,
                hint: None,
                effect_key: Some(event.effect_key().as_str()),
                payment: Some(PaymentView::from(event.payment())),
                forwarded,
                replied: Answered::from(&reply),
            },
            Some(event.payment()),
        );
        self.count();
        reply
    }

    /// Queries what a verified webhook without amounts names, and shows what the gateway answers.
    async fn signed_hint(
        &self,
        account: &Account,
        hint: Hint,
        headers: &HeaderMap,
        body: Bytes,
    ) -> Response<Bytes> {
        let gateway = &*account.gateway;
        let nack = gateway.webhooks().nack();
        let about = hint.lookup().cloned();
        let (payment, text, reply) = match hint.query(gateway).await {
            Ok(queried) => {
                let reply = queried.reply();
                let is_refused = reply.body() == nack.body();
                let payment = queried.into_payment().map(Answer::into_inner);
                let text = match (&about, &payment) {
                    (None, _) => "a check of the URL, about no payment",
                    (Some(_), None) if is_refused => "the gateway has no such payment",
                    (Some(_), None) => "not queried, as the account's webhook_policy says",
                    (Some(_), Some(_)) if is_refused => {
                        "the gateway's answer to a query, which lacks what the webhook reports"
                    }
                    (Some(_), Some(_)) => "this is what the gateway answered to a query",
                };
                (payment, text.to_owned(), reply)
            }
            Err(error) => (None, format!("the query failed: {error}"), nack),
        };
        let (forwarded, reply) = forward(account, headers, body, reply).await;
        let keys = payment.iter().flat_map(Payment::observations);
        let mut keys = keys.filter_map(|one| Some(one.effect_key()?.as_str()));
        let named = |key: &&str| match &about {
            Some(Lookup::Provider(record)) => key.contains(record.as_str()),
            _ => false,
        };
        self.report.event(
            &Event {
                gateway: account.id().as_str(),
                refused: None,
                reason: None,
                hint: Some(text),
                effect_key: keys.find(named),
                payment: payment.as_ref().map(PaymentView::from),
                forwarded,
                replied: Answered::from(&reply),
            },
            payment.as_ref(),
        );
        self.count();
        reply
    }

    /// Queries the order that an unsigned webhook names. Only what the gateway answers is shown. It is not forwarded: a
    /// program that trusts its listener would take it for verified.
    async fn hint(&self, account: &Account, hint: Hint, why: String) -> Response<Bytes> {
        let gateway = &*account.gateway;
        let nack = || gateway.webhooks().nack();
        let (found, text, reply) = match self.queries.try_acquire() {
            Err(_) => {
                let text = "not queried, because other queries are under way".to_owned();
                (None, text, nack())
            }
            Ok(_querying) => match hint.query(gateway).await {
                Err(error) => (None, format!("the query failed: {error}"), nack()),
                Ok(queried) if queried.payment().is_none() => {
                    let text = "the gateway has no such order".to_owned();
                    (None, text, nack())
                }
                Ok(queried) => {
                    // Your program has not seen it, so that only a listener without one may end the repeats.
                    let reply = match account.forward {
                        None => queried.reply(),
                        Some(_) => nack(),
                    };
                    let text = "this is what the gateway answered to a query".to_owned();
                    (queried.into_payment(), text, reply)
                }
            },
        };
        let payment = found.as_deref();
        self.report.event(
            &Event {
                gateway: gateway.id().as_str(),
                refused: Some(why),
                reason: None,
                hint: Some(text),
                effect_key: None,
                payment: payment.map(PaymentView::from),
                forwarded: None,
                replied: Answered::from(&reply),
            },
            payment,
        );
        reply
    }
}

/// Forwards a verified webhook if the account forwards, and decides the reply: that of the program, or `ack`.
async fn forward(
    account: &Account,
    headers: &HeaderMap,
    body: Bytes,
    ack: Response<Bytes>,
) -> (Option<Forwarded>, Response<Bytes>) {
    let Some(post) = &account.forward else {
        return (None, ack);
    };
    let url = target::shown(&post.url);
    let (answer, error, reply) = match post.send(headers, body).await {
        Ok(answer) => (Some(Answered::from(&answer)), None, passed_on(answer)),
        Err(error) => (
            None,
            Some(error.to_string()),
            account.gateway.webhooks().nack(),
        ),
    };
    (Some(Forwarded { url, answer, error }), reply)
}

fn empty(status: StatusCode) -> Response<Bytes> {
    let mut reply = Response::new(Bytes::new());
    *reply.status_mut() = status;
    if status == StatusCode::METHOD_NOT_ALLOWED {
        let allowed = HeaderValue::from_static("POST");
        reply.headers_mut().insert(header::ALLOW, allowed);
    }
    reply
}

/// Status, body and content type of the response; headers of its connection are left out.
fn passed_on(answer: Response<Bytes>) -> Response<Bytes> {
    let (parts, body) = answer.into_parts();
    let mut reply = Response::new(body);
    *reply.status_mut() = parts.status;
    if let Some(kind) = parts.headers.get(header::CONTENT_TYPE) {
        reply
            .headers_mut()
            .insert(header::CONTENT_TYPE, kind.clone());
    }
    reply
}
