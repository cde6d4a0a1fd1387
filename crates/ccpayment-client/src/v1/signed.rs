//! The three headers of a signed message, out of a map of headers.

use http::HeaderMap;
use payments_signing::ccpayment::{APP_ID_HEADER, Headers, SIGN_HEADER, TIMESTAMP_HEADER};

/// What a message says about its signature.
pub(crate) enum Signed<'a> {
    /// Nothing at all: it is anybody's.
    No,
    /// Some of it, or one of the three twice: it cannot hold.
    Broken,
    /// All three.
    Yes(Headers<'a>),
}

impl<'a> Signed<'a> {
    pub(crate) fn of(headers: &'a HeaderMap) -> Self {
        let [app_id, timestamp, sign] =
            [APP_ID_HEADER, TIMESTAMP_HEADER, SIGN_HEADER].map(|name| Given::of(headers, name));
        match (app_id, timestamp, sign) {
            (Given::No, Given::No, Given::No) => Self::No,
            (Given::Once(app_id), Given::Once(timestamp), Given::Once(sign)) => {
                Self::Yes(Headers {
                    app_id,
                    timestamp,
                    sign,
                })
            }
            _ => Self::Broken,
        }
    }
}

enum Given<'a> {
    No,
    Once(&'a str),
    Broken,
}

impl<'a> Given<'a> {
    fn of(headers: &'a HeaderMap, name: &str) -> Self {
        let mut values = headers.get_all(name).iter();
        match (values.next(), values.next()) {
            (None, _) => Self::No,
            (Some(value), None) => value.to_str().map_or(Self::Broken, Self::Once),
            (Some(_), Some(_)) => Self::Broken,
        }
    }
}
