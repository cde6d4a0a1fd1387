//! The three signature headers of a message.

use http::HeaderMap;
use payments_signing::ccpayment::{APP_ID_HEADER, Headers, SIGN_HEADER, TIMESTAMP_HEADER};

/// The signature headers of an answer or a webhook.
pub(crate) enum Signature<'a> {
    /// None of the three is there.
    Absent,
    /// One or two are there, or one is there twice: it cannot verify.
    Malformed,
    /// All three are there, each once.
    Present(Headers<'a>),
}

impl<'a> Signature<'a> {
    pub(crate) fn of(headers: &'a HeaderMap) -> Self {
        let names = [APP_ID_HEADER, TIMESTAMP_HEADER, SIGN_HEADER];
        if !names.iter().any(|name| headers.contains_key(*name)) {
            return Self::Absent;
        }
        match names.map(|name| single(headers, name)) {
            [Some(app_id), Some(timestamp), Some(sign)] => Self::Present(Headers {
                app_id,
                timestamp,
                sign,
            }),
            _ => Self::Malformed,
        }
    }
}

/// The text of a header that is there exactly once.
fn single<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    let mut values = headers.get_all(name).iter();
    let value = values.next()?;
    if values.next().is_some() {
        return None;
    }
    value.to_str().ok()
}
