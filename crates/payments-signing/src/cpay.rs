//! C-Pay (cpay.ltd, OpenAPI v1): HMAC-SHA256 over a sorted form.
//!
//! From the provider's chapter on signatures:
//!
//! 1. take every parameter except `sign`, and leave out those with an empty value;
//! 2. sort them by name, by bytes (upper case before lower case);
//! 3. join them as `name=value&` with raw values, then append `key=<secret>`;
//! 4. compute HMAC-SHA256 with the same secret as the key, and write it as 64 lower-case hexadecimal digits.
//!
//! Where the provider's own samples disagree with that text, [`Rules`] names the two readings and who follows which.
//!
//! The text joins raw values with `&` and `=`, so `a` = `1&b=2` and the pair `a` = `1`, `b` = `2` have the same
//! signature, and anyone who sees one of them can send the other: for example a webhook without its order's id, which
//! is then credited a second time. [`Key::verify_webhook`] refuses a value that may contain other fields. The
//! opposite, a value split into fields that were never sent, cannot be detected: use values without `&` where a payer
//! can influence them, and rely only on fields that you know by name.

mod canonical;
#[cfg(feature = "explain")]
mod diagnose;
mod fields;
#[cfg(feature = "explain")]
mod params;
mod rules;
mod unsigned;

use core::fmt;

use hmac::{HmacReset, KeyInit as _};
use sha2::Sha256;
use zeroize::Zeroizing;

use crate::error::SignError;
use crate::secret::Secret;
use crate::verified::Verified;
use crate::verify::{Refused, same};

pub use crate::signature::Signature;
pub use canonical::MAX_PARAMS;
pub use fields::Fields;
#[cfg(feature = "explain")]
#[cfg_attr(docsrs, doc(cfg(feature = "explain")))]
pub use params::Params;
pub use rules::{EmptyValues, Rules, ZeroValues};
pub use unsigned::Unsigned;

/// The merchant's key, ready for use: the HMAC state is computed once, here.
///
/// Cheap to share by reference and to clone. `Debug` prints nothing of the secret.
///
/// ```
/// use payments_signing::{Secret, cpay::Key};
///
/// let key = Key::new(Secret::new("aaaaaaaaaaxxxxxx")?);
/// let sign = key.sign([("xx", "1001"), ("yy", ""), ("aa", "hello")])?;
/// assert_eq!(sign.as_str(), "5becd8872fa828ac2ff5cc0520e08256db61572a21fa60c31ed663f75330592f");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone)]
pub struct Key {
    /// Wiped when dropped. Boxed, so that moving the key does not copy it. See ADR 12 for what creating it may leave.
    mac: Box<HmacReset<Sha256>>,
    /// `key=<secret>`, the end of every canonical text.
    tail: Zeroizing<Vec<u8>>,
    rules: Rules,
}

impl Key {
    /// Prepares a key with the default [`Rules`].
    #[must_use]
    pub fn new(secret: Secret) -> Self {
        let secret = secret.expose();
        // Kept in its place and cloned: unwrapping would move it and leave a copy that is never wiped.
        let mac = HmacReset::new_from_slice(secret);
        #[expect(clippy::expect_used, reason = "HMAC accepts keys of every length")]
        let mac = mac.as_ref().expect("HMAC accepts keys of every length");
        // Allocated once: a vector that grows leaves copies of the secret behind.
        let mut tail = Zeroizing::new(Vec::with_capacity(4 + secret.len()));
        tail.extend_from_slice(b"key=");
        tail.extend_from_slice(secret);
        Self {
            mac: Box::new(mac.clone()),
            tail,
            rules: Rules::default(),
        }
    }

    /// Returns the same key with other rules about empty values and zeros.
    ///
    /// ```
    /// use payments_signing::{Secret, cpay::{EmptyValues, Key, Rules}};
    ///
    /// let rules = Rules { empty_values: EmptyValues::Sign, ..Rules::default() };
    /// let key = Key::new(Secret::new("aaaaaaaaaaxxxxxx")?).with_rules(rules);
    /// let sign = key.sign([("xx", "1001"), ("yy", ""), ("aa", "hello")])?;
    /// assert!(sign.as_str().starts_with("8d33d217"));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub fn with_rules(mut self, rules: Rules) -> Self {
        self.rules = rules;
        self
    }

    /// Signs parameters, which may come in any order: they are sorted here. A parameter named `sign` is left out.
    /// Nothing is allocated. Parameters that are already sorted are fastest.
    ///
    /// # Errors
    ///
    /// [`SignError::DoubledName`], [`SignError::EmptyName`], and [`SignError::TooManyParams`] above [`MAX_PARAMS`].
    pub fn sign<'a>(
        &self,
        params: impl IntoIterator<Item = (&'a str, &'a str)>,
    ) -> Result<Signature, SignError> {
        let digest = canonical::sorted(params, |params| {
            canonical::hmac(&self.mac, self.rules, params, &self.tail)
        })?;
        Ok(Signature::from_digest(&digest))
    }

    /// Verifies parameters against the 64 lower-case digits of `sign`, in constant time.
    /// A parameter named `sign` among them is left out. Values that contain `&` are taken as they are: see
    /// [the module](self) for what that means.
    ///
    /// # Errors
    ///
    /// [`Refused`] for every cause: another signature, upper-case or missing digits, a doubled name (including
    /// `sign`), a name that contains `&` or `=`, too many parameters.
    ///
    /// ```
    /// use payments_signing::{Secret, cpay::Key};
    ///
    /// let key = Key::new(Secret::new("aaaaaaaaaaxxxxxx")?);
    /// let sign = "5becd8872fa828ac2ff5cc0520e08256db61572a21fa60c31ed663f75330592f";
    /// key.verify([("aa", "hello"), ("xx", "1001")], sign)?;
    /// assert!(key.verify([("aa", "hello"), ("xx", "1002")], sign).is_err());
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn verify<'a>(
        &self,
        params: impl IntoIterator<Item = (&'a str, &'a str)>,
        sign: &str,
    ) -> Result<(), Refused> {
        let (mut plain, mut signs) = (true, 0);
        let params = params.into_iter().inspect(|(name, _)| {
            plain &= fields::is_plain(name);
            signs += usize::from(*name == "sign");
        });
        let expected = self.sign(params).map_err(|_| Refused::new())?;
        if !plain || signs > 1 {
            return Err(Refused::new());
        }
        same(expected.as_bytes(), sign.as_bytes())
    }

    /// Verifies the body of a webhook and returns its signed fields.
    ///
    /// Fields that the [`Rules`] do not sign (empty values, by default) are left out: they could have been dropped,
    /// added or renamed on the way.
    ///
    /// A body that begins with `{` is read as a flat JSON object, any other body as a form. JSON strings count as
    /// their text and JSON numbers as the digits they were written with; `null` counts as empty (assumed: the
    /// provider documents strings only). Refused, always with the same answer: other JSON values, numbers with an
    /// exponent, a doubled name, a `sign` that is missing or wrong, more than 64 KiB or 64 fields. The provider sends
    /// a webhook again until it is answered: de-duplicate on the order.
    ///
    /// Also refused, although the signature is valid: a value with a piece `&name=…` whose name sorts between the
    /// value's own field and the next one. It may be a field that was moved into the one before it; see
    /// [the module](self). Other texts and URLs with `&` are accepted.
    ///
    /// # Errors
    ///
    /// [`Refused`].
    ///
    /// ```
    /// use payments_signing::{Secret, cpay::Key};
    ///
    /// let key = Key::new(Secret::new("aaaaaaaaaaxxxxxx")?);
    /// let body = br#"{"xx":1001,"yy":"","aa":"hello",
    ///     "sign":"5becd8872fa828ac2ff5cc0520e08256db61572a21fa60c31ed663f75330592f"}"#;
    /// let fields = key.verify_webhook(body)?;
    /// assert_eq!(fields.get("xx"), Some("1001"));
    /// assert_eq!(fields.get("yy"), None, "empty, and so not signed");
    /// assert!(key.verify_webhook(br#"{"xx":1001,"aa":"hello"}"#).is_err());
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn verify_webhook(&self, body: &[u8]) -> Result<Verified<Fields>, Refused> {
        let mut fields = fields::read(body).map_err(|_| Refused::new())?;
        let sign = fields.remove("sign").ok_or(Refused::new())?;
        let expected = self.sign(fields.iter()).map_err(|_| Refused::new())?;
        same(expected.as_bytes(), sign.as_bytes())?;
        fields.retain(|value| self.rules.signs(value));
        if fields.no_embedded_field() {
            Ok(Verified::new(fields))
        } else {
            Err(Refused::new())
        }
    }

    /// The stages of a signature: `left out` (parameters that the rules do not sign), `canonical text` with the
    /// secret and the values of `cardNumber`, `cvv` and `expDate` masked, `sign`.
    ///
    /// # Errors
    ///
    /// Those of [`sign`](Self::sign).
    #[cfg(feature = "explain")]
    #[cfg_attr(docsrs, doc(cfg(feature = "explain")))]
    pub fn explain<'a>(
        &self,
        params: impl IntoIterator<Item = (&'a str, &'a str)>,
    ) -> Result<crate::explain::Explanation, SignError> {
        let (signed, unsigned): (Vec<_>, Vec<_>) = canonical::sorted(params, |params| {
            let signs = |(_, value): &(&str, &str)| self.rules.signs(value);
            params.iter().copied().partition(signs)
        })?;
        let mut left_out = vec!["sign"];
        left_out.extend(unsigned.iter().map(|(name, _)| *name));
        Ok(crate::explain::Explanation::new()
            .stage("left out", left_out.join(", "))
            .stage("canonical text", self.masked_text(signed.iter().copied())?)
            .stage("sign", self.sign(signed)?.as_str()))
    }

    /// The canonical text of [`explain`](Self::explain) without its other stages, for a log of many messages: no signature is
    /// computed.
    ///
    /// # Errors
    ///
    /// Those of [`sign`](Self::sign).
    ///
    /// ```
    /// use payments_signing::{Secret, cpay::Key};
    ///
    /// let key = Key::new(Secret::new("aaaaaaaaaaxxxxxx")?);
    /// let text = key.masked_text([("xx", "1001"), ("yy", ""), ("cvv", "123")])?;
    /// assert_eq!(text, "cvv=***&xx=1001&key=***");
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[cfg(feature = "explain")]
    #[cfg_attr(docsrs, doc(cfg(feature = "explain")))]
    pub fn masked_text<'a>(
        &self,
        params: impl IntoIterator<Item = (&'a str, &'a str)>,
    ) -> Result<String, SignError> {
        use crate::explain::MASK;

        const CARD_DATA: [&str; 3] = ["cardNumber", "cvv", "expDate"];

        canonical::sorted(params, |params| {
            let mut text = String::new();
            for &(name, value) in params {
                if self.rules.signs(value) {
                    let hidden = CARD_DATA.contains(&name);
                    text.extend([name, "=", if hidden { MASK } else { value }, "&"]);
                }
            }
            text.extend(["key=", MASK]);
            text
        })
    }
}

impl fmt::Debug for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("cpay::Key")
            .field("rules", &self.rules)
            .finish_non_exhaustive()
    }
}
