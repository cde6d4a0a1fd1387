//! The signed request of both versions, and what errors show of it.

use bytes::Bytes;
use http::Request;
use http::header::{ACCEPT, CONTENT_TYPE};
use payments_core::redact::Confidential;
use payments_core::{Fault, InvalidRequest};
use payments_signing::ccpayment::{
    APP_ID_HEADER, Headers, SIGN_HEADER, TIMESTAMP_HEADER, Timestamp as Stamp,
};
use serde::Serialize;

/// The body of a typed request.
pub(crate) fn body(request: &impl Serialize) -> Result<Vec<u8>, InvalidRequest> {
    serde_json::to_vec(request)
        .map_err(|_| InvalidRequest::request("request", "cannot be written as JSON"))
}

/// The timestamp of a request at this time in Unix seconds.
pub(crate) fn stamp(seconds: u64) -> Result<Stamp, InvalidRequest> {
    Stamp::from_secs(seconds).map_err(|_| {
        InvalidRequest::configuration("clock", "is out of range")
            .allowed("Unix seconds of ten digits")
    })
}

/// A POST of a signed JSON text.
pub(crate) fn post(
    url: String,
    headers: &Headers<'_>,
    body: Vec<u8>,
) -> Result<Request<Bytes>, InvalidRequest> {
    Request::post(url)
        .header(APP_ID_HEADER, headers.app_id)
        .header(TIMESTAMP_HEADER, headers.timestamp)
        .header(SIGN_HEADER, headers.sign)
        .header(CONTENT_TYPE, "application/json; charset=utf-8")
        .header(ACCEPT, "application/json")
        .body(Bytes::from(body))
        .map_err(|_| {
            InvalidRequest::configuration(
                "base_url",
                "does not form a URL with the path of the call",
            )
        })
}

/// The fault without the values of the request that errors must not show. `public` names the fields that they may show,
/// `redact` masks more in the gateway's message.
pub(crate) fn masked(
    fault: Fault,
    sent: Option<&Request<Bytes>>,
    public: &[&str],
    redact: impl Fn(String) -> String,
) -> Fault {
    match sent.and_then(|sent| std::str::from_utf8(sent.body()).ok()) {
        Some(json) => fault.masked(&Confidential::of_json(json, public), redact),
        // It was written before. If it cannot be again, nothing of the gateway's texts is kept.
        None => fault.message(""),
    }
}
