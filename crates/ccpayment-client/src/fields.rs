//! The fields of a verified webhook, read one by one by name, so that an error can name the field. A derived
//! `Deserialize` could not: serde's errors do not contain the field of a value that does not fit.

use std::collections::BTreeMap;

use payments_core::wire::{self, FromText, Json, Scalar};
use payments_core::{WebhookError, check};

/// An object of the body.
#[derive(Default)]
pub(crate) struct Fields<'a>(BTreeMap<String, Json<'a>>);

impl<'a> Fields<'a> {
    pub(crate) fn read(body: &'a [u8]) -> Result<Self, WebhookError> {
        wire::read(body)
            .map(Self)
            .map_err(|_| WebhookError::Unreadable { field: "body" })
    }

    /// The object in a field. Missing, `null` and `""` become an object without fields.
    pub(crate) fn object(&self, field: &'static str) -> Result<Self, WebhookError> {
        match self.0.get(field).filter(|json| !json.is_blank()) {
            None => Ok(Self::default()),
            Some(json) => json
                .read_object()
                .map(Self)
                .map_err(|_| WebhookError::Unreadable { field }),
        }
    }

    /// Missing, `null` and `""` become `None`. Any other value must fit.
    pub(crate) fn optional<T: FromText>(
        &self,
        field: &'static str,
    ) -> Result<Option<T>, WebhookError> {
        match self.0.get(field).filter(|json| !json.is_blank()) {
            None => Ok(None),
            Some(json) => json
                .read_as::<Scalar, T>()
                .map(Some)
                .map_err(|_| WebhookError::Unreadable { field }),
        }
    }

    /// A value that every webhook has.
    pub(crate) fn required<T: FromText>(&self, field: &'static str) -> Result<T, WebhookError> {
        self.optional(field)?
            .ok_or(WebhookError::Unreadable { field })
    }

    /// As [`optional`](Self::optional), for fields that only inform: a value that does not fit becomes `None`.
    pub(crate) fn lenient<T: FromText>(&self, field: &'static str) -> Option<T> {
        self.optional(field).unwrap_or_default()
    }

    /// As [`optional`](Self::optional), for a text of up to 256 characters without control characters.
    pub(crate) fn name(&self, field: &'static str) -> Result<Option<String>, WebhookError> {
        let name: Option<String> = self.optional(field)?;
        let is_valid = |name: &String| check::text(field, name, 256).is_ok();
        if name.as_ref().is_some_and(|name| !is_valid(name)) {
            return Err(WebhookError::Unreadable { field });
        }
        Ok(name)
    }
}
