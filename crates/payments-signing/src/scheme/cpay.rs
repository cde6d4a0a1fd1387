//! C-Pay (cpay.ltd, OpenAPI v1): HMAC-SHA256 over a sorted form.
//!
//! From the provider's chapter on signatures:
//!
//! 1. take every parameter but `sign`, leave out those whose value is empty;
//! 2. sort them by name, ascending, by bytes (upper case before lower case);
//! 3. join them as `name=value&` with raw values, then append `key=<secret>`;
//! 4. HMAC-SHA256 with the same secret as the key, written as 64 lower-case hexadecimal digits.
//!
//! Where the provider's own samples disagree with that text, [`Rules`] names the two readings and who follows which.
//!
//! The text joins raw values with `&` and `=`, so `a` = `1&b=2` and the pair `a` = `1`, `b` = `2` have one signature.
//! Whoever sees one of the two can send the other: a webhook that has lost its order's id, say, and is then credited
//! once more. [`Key::verify_webhook`] refuses a value that may have swallowed fields. The opposite, a value cut into
//! fields that were never there, cannot be seen: choose values without `&` where a payer can influence them, and rely
//! on the fields you know by name.

use core::fmt;

use zeroize::Zeroizing;

use crate::error::SignError;
use crate::flat;
use crate::form::{Ascending, Canonical, Param, sorted};
use crate::hmac::HmacKey;
use crate::secret::{Secret, concat};
use crate::verified::Verified;
use crate::verify::{Refused, same};

pub use crate::digest::Signature;
pub use crate::flat::Fields;
pub use crate::form::{EmptyValues, MAX_PARAMS, Rules, ZeroValues};

/// The merchant's key, ready for use: the HMAC key schedule is computed once, here.
///
/// Cheap to share by reference, cheap enough to clone. `Debug` shows nothing of the secret.
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
    hmac: HmacKey,
    /// `key=<secret>`, the end of every canonical text.
    tail: Zeroizing<Vec<u8>>,
    rules: Rules,
}

impl Key {
    /// Prepares a key with the default [`Rules`].
    #[must_use]
    pub fn new(secret: Secret) -> Self {
        Self {
            hmac: HmacKey::new(secret.expose()),
            tail: concat(&[b"key=", secret.expose()]),
            rules: Rules::default(),
        }
    }

    /// The same key with other rules about empty values and zeros.
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

    /// Signs parameters in any order. A parameter named `sign` is left out. Nothing is allocated.
    ///
    /// # Errors
    ///
    /// [`SignError::DoubledName`], [`SignError::EmptyName`], and [`SignError::TooManyParams`] above [`MAX_PARAMS`].
    pub fn sign<'a>(
        &self,
        params: impl IntoIterator<Item = (&'a str, &'a str)>,
    ) -> Result<Signature, SignError> {
        let mut text = Canonical::new(&self.hmac);
        sorted(params, |param| text.push(self.rules, param))?;
        Ok(Signature::from_digest(&text.finish(&self.tail)))
    }

    /// Signs parameters whose names already ascend by bytes, each one once: the fast path of typed requests.
    /// A parameter named `sign` is left out. Nothing is allocated.
    ///
    /// # Errors
    ///
    /// [`SignError::OutOfOrder`] or [`SignError::DoubledName`] where the promise is broken, [`SignError::EmptyName`].
    ///
    /// ```
    /// use payments_signing::{Secret, SignError, cpay::Key};
    ///
    /// let key = Key::new(Secret::new("aaaaaaaaaaxxxxxx")?);
    /// let sign = key.sign_sorted([("aa", "hello"), ("xx", "1001"), ("yy", "")])?;
    /// assert!(sign.as_str().starts_with("5becd887"));
    ///
    /// let unsorted = key.sign_sorted([("xx", "1001"), ("aa", "hello")]);
    /// assert_eq!(unsorted.unwrap_err(), SignError::OutOfOrder { name: "aa".into() });
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn sign_sorted<'a>(
        &self,
        params: impl IntoIterator<Item = (&'a str, &'a str)>,
    ) -> Result<Signature, SignError> {
        let mut text = Canonical::new(&self.hmac);
        let mut ascending = Ascending::new();
        for param in params.into_iter().map(Param::new) {
            ascending.check(param.name)?;
            if !param.name.is_sign() {
                text.push(self.rules, param);
            }
        }
        Ok(Signature::from_digest(&text.finish(&self.tail)))
    }

    /// Verifies parameters against the 64 lower-case digits of `sign`, in constant time.
    /// A parameter named `sign` among them is left out. Values that hold `&` are taken as they are: see
    /// [the module](self) for what they may stand for.
    ///
    /// # Errors
    ///
    /// [`Refused`] for every cause: another signature, upper-case or missing digits, a doubled name (`sign` among
    /// them), a name that holds `&` or `=`, too many parameters.
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
            plain &= flat::is_plain(name);
            signs += usize::from(*name == "sign");
        });
        let expected = self.sign(params).map_err(|_| Refused::new())?;
        if !plain || signs > 1 {
            return Err(Refused::new());
        }
        same(expected.as_bytes(), sign.as_bytes())
    }

    /// Verifies the body of a webhook and gives its signed fields.
    ///
    /// What the [`Rules`] do not sign (empty values, by default) is left out: it could have been dropped, added or
    /// renamed on the way.
    ///
    /// A body that begins with `{` is read as a flat JSON object, every other one as a form. JSON strings count as
    /// their text and JSON numbers as the digits they were written with; `null` counts as empty (assumed: the
    /// provider documents strings only). Refused, always with the same answer: other JSON values, numbers with an
    /// exponent, a doubled name, a `sign` that is missing or not the right 64 lower-case digits, more than 64 KiB
    /// or 64 fields. The same webhook comes again until it is answered: de-duplicate on the order.
    ///
    /// Refused as well, though its signature holds: a value with a piece `&name=…` whose name would stand between the
    /// value's own field and the next one. It may be a field that was pushed into the one before it; see
    /// [the module](self). A text or URL with `&` of another kind passes.
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
        let mut fields = flat::read(body).ok_or(Refused::new())?;
        let sign = fields.remove("sign").ok_or(Refused::new())?;
        let expected = self
            .sign_sorted(fields.iter())
            .map_err(|_| Refused::new())?;
        same(expected.as_bytes(), sign.as_bytes())?;
        fields.retain(|value| self.rules.signs(value));
        if fields.are_whole() {
            Ok(Verified::new(fields))
        } else {
            Err(Refused::new())
        }
    }

    /// The stages of a signature: `left out` (parameters that the rules do not sign), `canonical text` with the
    /// secret masked and the values of `cardNumber`, `cvv` and `expDate` as well, `sign`.
    ///
    /// # Errors
    ///
    /// Those of [`sign`](Self::sign).
    #[cfg(feature = "explain")]
    pub fn explain<'a>(
        &self,
        params: impl IntoIterator<Item = (&'a str, &'a str)>,
    ) -> Result<crate::explain::Explanation, SignError> {
        use crate::explain::MASK;

        /// What no log may hold.
        const CARD_DATA: [&str; 3] = ["cardNumber", "cvv", "expDate"];

        let mut left_out = vec!["sign"];
        let mut signed = Vec::new();
        sorted(params, |Param { name, value }| {
            if self.rules.signs(value) {
                signed.push((name.text(), value));
            } else {
                left_out.push(name.text());
            }
        })?;
        let mut text = String::new();
        for (name, value) in &signed {
            let value = if CARD_DATA.contains(name) {
                MASK
            } else {
                value
            };
            text.extend([name, "=", value, "&"]);
        }
        text.extend(["key=", MASK]);
        Ok(crate::explain::Explanation::new()
            .stage("left out", left_out.join(", "))
            .stage("canonical text", text)
            .stage("sign", self.sign_sorted(signed)?.as_str()))
    }
}

impl fmt::Debug for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("cpay::Key")
            .field("rules", &self.rules)
            .finish_non_exhaustive()
    }
}
