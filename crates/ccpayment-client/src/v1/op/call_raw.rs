//! [`RawCall`]: a call that this crate has no type for.

use bytes::Bytes;
use http::Request;
use payments_core::{Answer, Fault, InvalidRequest, RawCall, RawResponse, Timestamp, redact};
use serde_json::Value;

use crate::v1::protocol::{Account, Call};

impl<const WRITE: bool> Call for RawCall<WRITE> {
    fn encode(&self, account: &Account, now: Timestamp) -> Result<Request<Bytes>, InvalidRequest> {
        account.post_json(self.name(), self.fields()?.as_bytes().to_vec(), now)
    }

    fn decode(&self, answer: Answer<'_>) -> Result<RawResponse, Fault> {
        Ok(answer.into_raw_response())
    }

    /// Which fields are confidential is unknown, so every value is removed.
    fn redact(&self, message: String) -> String {
        let fields = self.fields().ok();
        let fields = fields.and_then(|fields| serde_json::from_str(fields).ok());
        let mut values = Vec::new();
        collect_scalars(&fields.unwrap_or_default(), &mut values);
        redact::without_all(&message, values.iter().map(String::as_str))
    }
}

/// Every text and number in `value`.
fn collect_scalars(value: &Value, scalars: &mut Vec<String>) {
    match value {
        Value::String(text) => scalars.push(text.clone()),
        Value::Number(number) => scalars.push(number.to_string()),
        Value::Array(items) => items.iter().for_each(|item| collect_scalars(item, scalars)),
        Value::Object(fields) => fields
            .values()
            .for_each(|field| collect_scalars(field, scalars)),
        Value::Null | Value::Bool(_) => {}
    }
}
