//! What a fault does to an answer from its body on. A provider calls these in the order in which it makes an answer.

use std::sync::Arc;

use axum::body::{Body, to_bytes};
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse as _, Response};
use payments_server::Verbatim;

use super::kind::FaultKind;
use super::{Fault, RetryAfter, body as bodies, wire};
use crate::shared::clock::http_date;
use crate::shared::context::Context;
use crate::shared::http;
use crate::shared::provider::Signing;
use crate::shared::requests::RequestRecord;

const HOUR_MS: u64 = 60 * 60 * 1_000;

/// The body of the answer, before a signature that covers it.
pub(crate) fn body(record: &RequestRecord, body: Vec<u8>) -> Vec<u8> {
    match &record.fault {
        Some(fault) => bodies::spoil(body, fault.kind, fault.byte_count()),
        None => body,
    }
}

/// How the answer is signed.
pub(crate) fn signing(record: &RequestRecord) -> Signing {
    let Some(fault) = &record.fault else {
        return Signing::Right;
    };
    match fault.kind {
        FaultKind::WrongSignature => Signing::Wrong(fault.byte_count().unwrap_or_default()),
        FaultKind::NoSignature => Signing::Missing,
        FaultKind::StaleTimestamp => Signing::Stale,
        _ => Signing::Right,
    }
}

/// What the client gets instead of this response, if the request met a fault.
pub(crate) async fn finish(
    context: &Arc<Context>,
    record: &RequestRecord,
    response: Response,
) -> Response {
    let Some(fault) = &record.fault else {
        return response;
    };
    let mut response = match fault.kind {
        FaultKind::Cut => return http::ended(Verbatim::Close),
        FaultKind::Lost => return http::ended(Verbatim::Hold),
        FaultKind::Page => page(fault.http_status.unwrap_or(502)),
        FaultKind::Redirect => redirect(fault, record),
        _ => response,
    };
    let headers = response.headers_mut();
    match fault.kind {
        FaultKind::WrongContentType => {
            headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("text/html"));
        }
        FaultKind::NoContentType => {
            headers.remove(header::CONTENT_TYPE);
        }
        FaultKind::StaleDate => {
            let an_hour_ago = context.clock.stamp_ms().saturating_sub(HOUR_MS);
            set(&mut response, header::DATE, &http_date(an_hour_ago));
        }
        FaultKind::Code => {
            if let Some(status) = fault
                .http_status
                .and_then(|status| StatusCode::from_u16(status).ok())
            {
                *response.status_mut() = status;
            }
        }
        _ => {}
    }
    match fault.retry_after {
        Some(RetryAfter::Seconds(seconds)) => {
            set(&mut response, header::RETRY_AFTER, &seconds.to_string());
        }
        Some(RetryAfter::Date(seconds)) => {
            let then = context
                .clock
                .stamp_ms()
                .saturating_add(seconds.saturating_mul(1_000));
            set(&mut response, header::RETRY_AFTER, &http_date(then));
        }
        None => {}
    }
    if !wire::concerns(fault.kind) {
        return response;
    }
    let (parts, body) = response.into_parts();
    // The body is in memory already.
    let body = to_bytes(body, usize::MAX).await.unwrap_or_default();
    wire::respond(context, fault, parts, body)
}

fn set(response: &mut Response, name: header::HeaderName, value: &str) {
    if let Ok(value) = HeaderValue::from_str(value) {
        response.headers_mut().insert(name, value);
    }
}

/// What a proxy in front of a gateway answers.
fn page(status: u16) -> Response {
    let status = StatusCode::from_u16(status).unwrap_or(StatusCode::BAD_GATEWAY);
    let page = format!("<html><body><h1>{status}</h1></body></html>\n");
    let kind = [(header::CONTENT_TYPE, "text/html")];
    (status, kind, page).into_response()
}

/// To the call's own URL: a client that follows it sends the request again.
fn redirect(fault: &Fault, record: &RequestRecord) -> Response {
    let status = fault
        .http_status
        .and_then(|status| StatusCode::from_u16(status).ok());
    let mut response = Response::new(Body::empty());
    *response.status_mut() = status.unwrap_or(StatusCode::FOUND);
    set(&mut response, header::LOCATION, &record.path);
    response
}
