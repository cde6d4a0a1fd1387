//! Who the sandbox talks to: one merchant account per gateway.

mod keys;
#[cfg(test)]
mod tests;

use std::fmt;
use std::path::Path;

use serde::{Deserialize, Serialize};
use zeroize::{Zeroize as _, Zeroizing};

pub(crate) use keys::OpayKeys;

/// The merchant's credentials at each gateway. The sandbox checks requests with them and signs webhooks with them.
///
/// [`Credentials::test`] (the default) is a fixed set of **public test values**. A set of one's own has this JSON
/// form, all parts required, other parts passed over (so that a printed set with its `base_url` can be read back), the keys as PEM or bare
/// base64 text (PKCS#8 and SubjectPublicKeyInfo, RSA of 2048 bits or more):
///
/// ```json
/// {"cpay":{"merchant_id":"…","secret":"…"},
///  "ccpayment":{"app_id":"…","app_secret":"…"},
///  "chainup_opay":{"app_id":"…","merchant_private_key":"…","merchant_public_key":"…",
///                  "platform_public_key":"…","platform_private_key":"…"}}
/// ```
///
/// `Debug` prints no secret, and secrets are wiped when dropped.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Credentials {
    /// The C-Pay account.
    pub cpay: CpayCredentials,
    /// The CCPayment account.
    pub ccpayment: CcpaymentCredentials,
    /// The ChainUp OPay account.
    pub chainup_opay: ChainupOpayCredentials,
}

/// The C-Pay account.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CpayCredentials {
    /// `merchantId`: decimal digits.
    pub merchant_id: String,
    /// The secret key: the key of the HMAC and the `key=` at the end of the signed text.
    pub secret: String,
}

/// The CCPayment account.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CcpaymentCredentials {
    /// `Appid`.
    pub app_id: String,
    /// The app secret.
    pub app_secret: String,
}

/// The ChainUp OPay account: two RSA key pairs, all four halves as PEM or bare base64.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ChainupOpayCredentials {
    /// `app_id`: letters, digits, `_` and `-`.
    pub app_id: String,
    /// The merchant's private key (PKCS#8): the merchant signs with it and decrypts with it.
    pub merchant_private_key: String,
    /// The merchant's public key (SubjectPublicKeyInfo), registered with the platform.
    pub merchant_public_key: String,
    /// The platform's public key, given to the merchant.
    pub platform_public_key: String,
    /// The platform's private key. Only the sandbox, standing in for the platform, has it;
    /// `GET /_sandbox/credentials` leaves it out.
    pub platform_private_key: String,
}

/// Why credentials were not accepted: which part, and what is wrong with it.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum CredentialsError {
    /// The file cannot be read.
    #[error("the credentials file cannot be read: {0}")]
    File(#[from] std::io::Error),
    /// The text is not JSON of the expected form: a part is missing, misspelt or of another type.
    #[error("the credentials are not of the expected form at line {line}, column {column}: {what}")]
    Form {
        /// Line of the text, from 1.
        line: usize,
        /// Column of the line, from 1.
        column: usize,
        /// What was found or missed.
        what: String,
    },
    /// A value cannot be used.
    #[error("{field} {problem}")]
    Value {
        /// The value's path, e.g. `cpay.secret`.
        field: &'static str,
        /// What is wrong with it, without the value.
        problem: String,
    },
}

impl Credentials {
    /// The fixed test credentials. They are public: everybody who has this crate has them.
    #[must_use]
    pub fn test() -> Self {
        Self {
            cpay: CpayCredentials {
                merchant_id: "20003092".to_owned(),
                secret: "public-test-secret-of-cpay-sandbox".to_owned(),
            },
            ccpayment: CcpaymentCredentials {
                app_id: "202611210000000000000000000000001".to_owned(),
                app_secret: "public-test-secret-of-ccpayment-sandbox".to_owned(),
            },
            chainup_opay: ChainupOpayCredentials {
                app_id: "sandbox_1001".to_owned(),
                merchant_private_key: include_str!("../keys/merchant-private.pem").to_owned(),
                merchant_public_key: include_str!("../keys/merchant-public.pem").to_owned(),
                platform_public_key: include_str!("../keys/platform-public.pem").to_owned(),
                platform_private_key: include_str!("../keys/platform-private.pem").to_owned(),
            },
        }
    }

    /// Reads credentials from JSON text and checks them.
    ///
    /// # Errors
    /// [`CredentialsError::Form`] for text of another form, [`CredentialsError::Value`] for an unusable value.
    pub fn from_json(text: &str) -> Result<Self, CredentialsError> {
        let credentials: Self =
            serde_json::from_str(text).map_err(|error| CredentialsError::Form {
                line: error.line(),
                column: error.column(),
                what: what_only(&error),
            })?;
        credentials.check()?;
        Ok(credentials)
    }

    /// Reads credentials from a JSON file and checks them.
    ///
    /// # Errors
    /// [`CredentialsError::File`] when the file cannot be read, else as [`Credentials::from_json`].
    pub fn from_file(path: impl AsRef<Path>) -> Result<Self, CredentialsError> {
        Self::from_json(&Zeroizing::new(std::fs::read_to_string(path)?))
    }

    /// Checks every value: present, of the right alphabet, whole keys, and halves of the same pair.
    ///
    /// # Errors
    /// [`CredentialsError::Value`], naming the first value that cannot be used.
    pub fn check(&self) -> Result<(), CredentialsError> {
        self.checked().map(drop)
    }

    /// As [`check`](Self::check), with the keys that were read for it.
    pub(crate) fn checked(&self) -> Result<OpayKeys, CredentialsError> {
        let digits = &self.cpay.merchant_id;
        if digits.is_empty()
            || digits.len() > 18
            || digits.starts_with('0')
            || !digits.bytes().all(|byte| byte.is_ascii_digit())
        {
            return refuse(
                "cpay.merchant_id",
                "must be 1 to 18 decimal digits without a leading zero",
            );
        }
        plain("cpay.secret", &self.cpay.secret)?;
        plain("ccpayment.app_id", &self.ccpayment.app_id)?;
        plain("ccpayment.app_secret", &self.ccpayment.app_secret)?;
        let opay = &self.chainup_opay;
        app_id(&opay.app_id)?;
        keys::read(opay)
    }

    /// What a client needs: everything but the platform's private key.
    #[must_use]
    pub fn public(&self) -> PublicCredentials<'_> {
        let opay = &self.chainup_opay;
        PublicCredentials {
            cpay: &self.cpay,
            ccpayment: &self.ccpayment,
            chainup_opay: PublicOpay {
                app_id: &opay.app_id,
                merchant_private_key: &opay.merchant_private_key,
                merchant_public_key: &opay.merchant_public_key,
                platform_public_key: &opay.platform_public_key,
            },
        }
    }
}

impl Default for Credentials {
    fn default() -> Self {
        Self::test()
    }
}

/// The credentials as a client is given them, to be serialised: see [`Credentials::public`].
#[derive(Serialize)]
pub struct PublicCredentials<'a> {
    cpay: &'a CpayCredentials,
    ccpayment: &'a CcpaymentCredentials,
    chainup_opay: PublicOpay<'a>,
}

#[derive(Serialize)]
struct PublicOpay<'a> {
    app_id: &'a str,
    merchant_private_key: &'a str,
    merchant_public_key: &'a str,
    platform_public_key: &'a str,
}

fn refuse<T>(field: &'static str, problem: impl Into<String>) -> Result<T, CredentialsError> {
    Err(CredentialsError::Value {
        field,
        problem: problem.into(),
    })
}

fn plain(field: &'static str, value: &str) -> Result<(), CredentialsError> {
    if value.is_empty() {
        return refuse(field, "is empty");
    }
    if value.trim() != value || value.chars().any(char::is_control) {
        return refuse(
            field,
            "has spaces around it or control characters in it (a line end of a copied file?)",
        );
    }
    Ok(())
}

/// What stands in links and JSON without being escaped (assumed: live ones look like `name_5157`).
fn app_id(value: &str) -> Result<(), CredentialsError> {
    if crate::chainup_opay::is_app_id(value) {
        return Ok(());
    }
    refuse(
        "chainup_opay.app_id",
        "must be 1 to 64 letters, digits, `_` or `-`",
    )
}

/// serde's sentence without its own position, and without values: a wrong type would quote the secret.
fn what_only(error: &serde_json::Error) -> String {
    let text = error.to_string();
    let known = ["missing field", "unknown field", "duplicate field"];
    if known.iter().any(|start| text.starts_with(start)) {
        let end = text.rfind(" at line ").unwrap_or(text.len());
        return text.get(..end).unwrap_or_default().to_owned();
    }
    match error.classify() {
        serde_json::error::Category::Eof => "the text ends too early".to_owned(),
        serde_json::error::Category::Syntax => "this is not JSON".to_owned(),
        _ => "a value is of another type than expected".to_owned(),
    }
}

impl Drop for CpayCredentials {
    fn drop(&mut self) {
        self.secret.zeroize();
    }
}

impl Drop for CcpaymentCredentials {
    fn drop(&mut self) {
        self.app_secret.zeroize();
    }
}

impl Drop for ChainupOpayCredentials {
    fn drop(&mut self) {
        self.merchant_private_key.zeroize();
        self.platform_private_key.zeroize();
    }
}

impl fmt::Debug for CpayCredentials {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("CpayCredentials")
            .field("merchant_id", &self.merchant_id)
            .finish_non_exhaustive()
    }
}

impl fmt::Debug for CcpaymentCredentials {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("CcpaymentCredentials")
            .field("app_id", &self.app_id)
            .finish_non_exhaustive()
    }
}

impl fmt::Debug for ChainupOpayCredentials {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ChainupOpayCredentials")
            .field("app_id", &self.app_id)
            .finish_non_exhaustive()
    }
}
