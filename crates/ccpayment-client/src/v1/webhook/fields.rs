//! The fields of a verified webhook by their names, read one by one: an error can name the one that is wrong.

use std::collections::BTreeMap;

use payments_core::wire::{self, Json};
use payments_core::{Amount, ProviderRef, check};
use serde_json::de::StrRead;

use super::WebhookError;

/// An object of the body.
#[derive(Default)]
pub(super) struct Fields<'a>(BTreeMap<String, Json<'a>>);

type Inner<'a> = serde_json::Deserializer<StrRead<'a>>;

impl<'a> Fields<'a> {
    pub(super) fn read(body: &'a [u8]) -> Result<Self, WebhookError> {
        wire::read(body)
            .map(Self)
            .map_err(|_| WebhookError::Unreadable { field: "body" })
    }

    /// The object in a field; one that is missing, `null` or `""` has no fields.
    pub(super) fn object(&self, field: &'static str) -> Result<Self, WebhookError> {
        match self.0.get(field).filter(|json| !json.is_blank()) {
            None => Ok(Self::default()),
            Some(json) => json
                .read_object()
                .map(Self)
                .map_err(|_| WebhookError::Unreadable { field }),
        }
    }

    /// Text or number; missing, `null` and `""` are none. One that is there and is neither is never taken for none.
    pub(super) fn text(&self, field: &'static str) -> Result<Option<String>, WebhookError> {
        self.strictly(field, |inner| wire::optional_text(inner))
    }

    /// As [`text`](Self::text), of a reference.
    pub(super) fn reference(
        &self,
        field: &'static str,
    ) -> Result<Option<ProviderRef>, WebhookError> {
        self.strictly(field, |inner| wire::optional_provider_ref(inner))
    }

    /// As [`text`](Self::text), of up to 256 characters without control characters.
    pub(super) fn name(&self, field: &'static str) -> Result<Option<String>, WebhookError> {
        let name = self.text(field)?;
        if name
            .as_deref()
            .is_some_and(|name| check::text(field, name, 256).is_err())
        {
            return Err(WebhookError::Unreadable { field });
        }
        Ok(name)
    }

    /// As [`text`](Self::text), of an amount.
    pub(super) fn amount(&self, field: &'static str) -> Result<Option<Amount>, WebhookError> {
        self.strictly(field, |inner| wire::optional_amount(inner))
    }

    /// Text or number that only informs: what cannot be read is none.
    pub(super) fn told(&self, field: &'static str) -> Option<String> {
        self.text(field).unwrap_or_default()
    }

    /// An amount that only informs.
    pub(super) fn told_amount(&self, field: &'static str) -> Option<Amount> {
        self.amount(field).unwrap_or_default()
    }

    /// Yes or no, that only informs.
    pub(super) fn told_flag(&self, field: &'static str) -> Option<bool> {
        self.strictly(field, |inner| wire::flag(inner).map(Some))
            .unwrap_or_default()
    }

    fn strictly<T>(
        &self,
        field: &'static str,
        read: fn(&mut Inner<'a>) -> Result<Option<T>, serde_json::Error>,
    ) -> Result<Option<T>, WebhookError> {
        let Some(json) = self.0.get(field) else {
            return Ok(None);
        };
        read(&mut serde_json::Deserializer::from_str(json.as_str()))
            .map_err(|_| WebhookError::Unreadable { field })
    }
}
