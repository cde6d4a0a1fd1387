//! A webhook without a signature.

use crate::cpay::fields::{self, Fields};
use crate::verify::Refused;

/// The fields of a webhook that carries no signature. **Nothing in it is proven**: anyone can send one.
///
/// It is for accounts whose webhooks come unsigned (the provider's table calls `sign` optional): such a webhook is at most a
/// reason to query an order. A body that carries a signature, right or wrong, is never read as one without.
///
/// ```
/// use payments_signing::cpay::Unsigned;
///
/// let webhook = Unsigned::read(br#"{"merchantId":"20003092","orderId":"71"}"#)?;
/// assert_eq!(webhook.get("orderId"), Some("71"));
/// assert!(Unsigned::read(br#"{"orderId":"71","sign":"5becd887"}"#).is_err());
/// # Ok::<(), payments_signing::Refused>(())
/// ```
#[derive(Clone, Debug)]
pub struct Unsigned(Fields);

impl Unsigned {
    /// Reads a body as [`Key::verify_webhook`](super::Key::verify_webhook) does, without a signature. A `sign` that is
    /// empty or `null` counts as missing.
    ///
    /// # Errors
    ///
    /// [`Refused`] for a body that carries a signature (in any case of the name) or that no webhook looks like.
    pub fn read(body: &[u8]) -> Result<Self, Refused> {
        let mut fields = fields::read(body).map_err(|_| Refused::new())?;
        let is_signed = fields
            .iter()
            .any(|(name, value)| name.trim().eq_ignore_ascii_case("sign") && !value.is_empty());
        if is_signed {
            return Err(Refused::new());
        }
        fields.retain(|value| !value.is_empty());
        Ok(Self(fields))
    }

    /// The text of a field; `None` if it is missing or empty.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&str> {
        self.0.get(name)
    }
}
