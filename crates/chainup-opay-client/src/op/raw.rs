//! Calls without a type of their own.

use bytes::Bytes;
use payments_core::wire::{self, Json};
use payments_core::{Fault, InvalidRequest, RawCall, RawResponse, Timestamp, redact};
use serde_json::Value;

use crate::protocol::answer::{Answer, Payload};
use crate::protocol::{Account, Call};

impl<const WRITE: bool> Call for RawCall<WRITE> {
    fn encode(
        &self,
        account: &Account,
        now: Timestamp,
    ) -> Result<http::Request<Bytes>, InvalidRequest> {
        account.sealed_text(self.name(), self.fields()?, now)
    }

    fn decode(&self, answer: Answer) -> Result<RawResponse, Fault> {
        let json = match &answer.payload {
            Payload::Signed(text) => wire::read::<Json<'_>>(text.as_bytes())?.as_str(),
            Payload::Plain(_) | Payload::Empty => "null",
        };
        Ok(RawResponse::new(json, answer.raw))
    }

    fn redact(&self, message: String) -> String {
        let fields = self.fields().ok().map(serde_json::from_str::<Value>);
        let Some(Ok(fields)) = fields else {
            return message;
        };
        let mut texts = Vec::new();
        collect_texts(&fields, &mut texts);
        redact::without_all(&message, texts)
    }
}

/// All strings of a JSON value, which may be personal data or a token.
fn collect_texts<'a>(value: &'a Value, texts: &mut Vec<&'a str>) {
    match value {
        Value::String(text) => texts.push(text),
        Value::Array(items) => items.iter().for_each(|item| collect_texts(item, texts)),
        Value::Object(fields) => fields
            .values()
            .for_each(|field| collect_texts(field, texts)),
        Value::Null | Value::Bool(_) | Value::Number(_) => {}
    }
}
