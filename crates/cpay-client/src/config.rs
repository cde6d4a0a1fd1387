//! Base URL, merchant id and secret.

use std::fmt;

use payments_core::endpoint::{self, BaseUrlError};
use payments_core::env::{VariableError, Variables};
use payments_signing::Secret;

/// The base URL, merchant id and secret of a C-Pay account.
///
/// ```
/// use cpay_client::Config;
///
/// let config = Config::new("https://sandbox-api.cpay.ltd", "20003092", "key-from-the-mail")?;
/// assert_eq!(config.merchant_id(), "20003092");
/// # Ok::<(), cpay_client::ConfigError>(())
/// ```
#[derive(Clone)]
pub struct Config {
    base_url: String,
    merchant_id: String,
    secret: Secret,
}

/// The variables [`Config::from_env`] reads.
const BASE_URL: &str = "CPAY_BASE_URL";
const MERCHANT_ID: &str = "CPAY_MERCHANT_ID";
const SECRET: &str = "CPAY_SECRET";

impl Config {
    /// The three values as C-Pay sends them by e-mail.
    ///
    /// - `base_url`: scheme and host, e.g. `https://api.cpay.ltd` (production) or
    ///   `https://sandbox-api.cpay.ltd` (test); a path prefix of a reverse proxy may follow. `https`; `http` to loopback
    ///   addresses only.
    /// - `merchant_id`: decimal digits; the documents show 8 and 11 of them.
    /// - `secret`: the signing key, used as it is.
    ///
    /// # Errors
    /// [`ConfigError`] for a value that cannot be valid. Nothing is sent.
    pub fn new(
        base_url: impl Into<String>,
        merchant_id: impl Into<String>,
        secret: impl Into<String>,
    ) -> Result<Self, ConfigError> {
        let secret = Secret::new(secret).map_err(|error| ConfigError::Secret(error.to_string()))?;
        Ok(Self {
            base_url: endpoint::base_url(base_url)?,
            merchant_id: checked_merchant_id(merchant_id.into())?,
            secret,
        })
    }

    /// Reads `CPAY_BASE_URL`, `CPAY_MERCHANT_ID` and `CPAY_SECRET` from the environment.
    ///
    /// # Errors
    /// [`ConfigError`] for a variable that is missing, not UTF-8 or invalid. It contains the name, never the value.
    pub fn from_env() -> Result<Self, ConfigError> {
        Self::from_variables(Variables::of_process())
    }

    /// As [`from_env`](Self::from_env), from any source of variables.
    ///
    /// # Errors
    /// As [`from_env`](Self::from_env).
    pub fn from_lookup(lookup: impl Fn(&str) -> Option<String>) -> Result<Self, ConfigError> {
        Self::from_variables(Variables::of(&lookup))
    }

    fn from_variables(variables: Variables<'_>) -> Result<Self, ConfigError> {
        let value = |name| variables.required(name);
        Self::new(value(BASE_URL)?, value(MERCHANT_ID)?, value(SECRET)?).map_err(|problem| {
            let name = match problem {
                ConfigError::BaseUrl | ConfigError::PlainHttp => BASE_URL,
                ConfigError::MerchantId => MERCHANT_ID,
                ConfigError::Secret(_) => SECRET,
                other => return other,
            };
            ConfigError::Variable {
                name,
                problem: Box::new(problem),
            }
        })
    }

    /// The base URL without a closing slash.
    #[must_use]
    pub fn base_url(&self) -> &str {
        &self.base_url
    }

    /// The merchant id as digits.
    #[must_use]
    pub fn merchant_id(&self) -> &str {
        &self.merchant_id
    }

    pub(crate) fn secret(&self) -> Secret {
        self.secret.clone()
    }
}

impl fmt::Debug for Config {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Config")
            .field("base_url", &self.base_url)
            .field("merchant_id", &self.merchant_id)
            .finish_non_exhaustive()
    }
}

/// An invalid configuration. Nothing was sent.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ConfigError {
    /// An environment variable is not set, or empty.
    #[error(
        "{name} is not set: export it, or copy it from the .env that `payments sandbox` prints"
    )]
    Missing {
        /// The variable.
        name: &'static str,
    },
    /// An environment variable is not UTF-8.
    #[error("{name} is not UTF-8 text: export it again")]
    NotUnicode {
        /// The variable.
        name: &'static str,
    },
    /// An environment variable has an invalid value.
    #[error("{name}: {problem}")]
    Variable {
        /// The variable.
        name: &'static str,
        /// The problem with its value: one of the following.
        problem: Box<ConfigError>,
    },
    /// The base URL is not an absolute `https://` URL without query.
    #[error(
        "the base URL must be like https://api.cpay.ltd: https, a host, no query, no user name"
    )]
    BaseUrl,
    /// The base URL is `http://` and its host is not a loopback address.
    #[error(
        "the base URL must be https: plain http goes to loopback addresses only, because it would expose cards, personal data and amounts"
    )]
    PlainHttp,
    /// The merchant id is not 1 to 19 decimal digits.
    #[error("the merchant id must be 1 to 19 decimal digits")]
    MerchantId,
    /// The secret cannot be a signing key. The error does not contain it.
    #[error("the secret cannot be used: {0}")]
    Secret(String),
}

impl From<BaseUrlError> for ConfigError {
    fn from(error: BaseUrlError) -> Self {
        match error {
            BaseUrlError::Malformed => Self::BaseUrl,
            BaseUrlError::PlainHttp => Self::PlainHttp,
        }
    }
}

impl From<VariableError> for ConfigError {
    fn from(error: VariableError) -> Self {
        match error {
            VariableError::Missing { name } => Self::Missing { name },
            VariableError::NotUnicode { name } => Self::NotUnicode { name },
        }
    }
}

fn checked_merchant_id(text: String) -> Result<String, ConfigError> {
    // The official Go client decodes it into an i64, which has at most 19 digits.
    let digits = (1..=19).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_digit());
    if digits {
        Ok(text)
    } else {
        Err(ConfigError::MerchantId)
    }
}
