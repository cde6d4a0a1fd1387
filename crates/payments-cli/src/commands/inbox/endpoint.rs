//! What the receiver replies to a request.

use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use http::header::{ALLOW, CONTENT_TYPE};
use http::{HeaderValue, Method, Response, StatusCode};
use http_body_util::Full;
use payments_facade::Gateways;
use payments_server::Received;
use payments_store::{Store, StoreError, WebhookResult};

use super::metrics::{self, Metrics};

/// How long the database may take to show that it can be used, and for the figures.
const DATABASE_TIME: Duration = Duration::from_secs(5);

pub(super) struct Endpoint {
    pub(super) store: Store,
    pub(super) gateways: Gateways,
    pub(super) metrics: Arc<Metrics>,
}

/// A delivery that has begun is completed even if the sender hangs up: it has a task that does not end with the connection.
pub(super) async fn answer(endpoint: Arc<Endpoint>, received: Received) -> Response<Full<Bytes>> {
    let work = tokio::spawn(async move { endpoint.answer(received).await });
    let failed = |_| empty(StatusCode::INTERNAL_SERVER_ERROR);
    work.await.unwrap_or_else(failed).map(Full::new)
}

impl Endpoint {
    async fn answer(&self, received: Received) -> Response<Bytes> {
        match received.parts.uri.path() {
            "/healthz" => empty(StatusCode::OK),
            "/readyz" => self.ready().await,
            "/metrics" => self.figures().await,
            _ => self.webhook(received).await,
        }
    }

    async fn ready(&self) -> Response<Bytes> {
        let check = tokio::time::timeout(DATABASE_TIME, self.store.check());
        empty(match check.await {
            // A later release only adds to the tables, and replaces the processes of this one step by step.
            Ok(Ok(()) | Err(StoreError::NewerSchema { .. })) => StatusCode::OK,
            _ => StatusCode::SERVICE_UNAVAILABLE,
        })
    }

    async fn figures(&self) -> Response<Bytes> {
        let overview = tokio::time::timeout(DATABASE_TIME, self.store.overview());
        let overview = overview.await.ok().and_then(Result::ok);
        let Ok(text) = self.metrics.text(overview.as_ref()) else {
            return empty(StatusCode::INTERNAL_SERVER_ERROR);
        };
        let mut reply = Response::new(Bytes::from(text));
        let kind = HeaderValue::from_static(metrics::CONTENT_TYPE);
        reply.headers_mut().insert(CONTENT_TYPE, kind);
        reply
    }

    async fn webhook(&self, received: Received) -> Response<Bytes> {
        let Received { parts, body, .. } = received;
        let id = parts.uri.path().strip_prefix("/webhooks/");
        let id = id.and_then(|id| id.trim_end_matches('/').parse().ok());
        let Some(gateway) = id.and_then(|id| self.gateways.get(&id)) else {
            return empty(StatusCode::NOT_FOUND);
        };
        if parts.method != Method::POST {
            return empty(StatusCode::METHOD_NOT_ALLOWED);
        }
        match body {
            Ok(body) => {
                let received = self
                    .store
                    .receive_with_result(gateway, &parts.headers, &body);
                let (reply, result) = received.await;
                self.metrics.webhook(gateway.id(), result);
                reply
            }
            Err(problem) => {
                self.metrics
                    .webhook(gateway.id(), WebhookResult::NotGenuine);
                empty(problem.status())
            }
        }
    }
}

fn empty(status: StatusCode) -> Response<Bytes> {
    let mut reply = Response::new(Bytes::new());
    *reply.status_mut() = status;
    if status == StatusCode::METHOD_NOT_ALLOWED {
        let allowed = HeaderValue::from_static("POST");
        reply.headers_mut().insert(ALLOW, allowed);
    }
    reply
}
