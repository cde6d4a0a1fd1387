//! The configuration: base URL and credentials.

use std::fmt;

use payments_core::endpoint;
use payments_core::env::Variables;
use payments_signing::Secret;
use payments_signing::ccpayment::Key;

use crate::config_error::ConfigError;

/// The provider's v1 API, by every page of its documents.
pub const DEFAULT_BASE_URL: &str = "https://admin.ccpayment.com/ccpayment/v1/";

/// Base URL, app id and app secret, as shown on CCPayment's developer page.
///
/// ```
/// use ccpayment_client::v1::{Config, DEFAULT_BASE_URL};
///
/// let config = Config::new(DEFAULT_BASE_URL, "202302010636261620672405236006912", "secret-of-the-app")?;
/// assert_eq!(config.app_id(), "202302010636261620672405236006912");
/// # Ok::<(), ccpayment_client::v1::ConfigError>(())
/// ```
#[derive(Clone)]
pub struct Config {
    base_url: String,
    key: Key,
}

/// The variables [`Config::from_env`] reads.
const BASE_URL: &str = "CCPAYMENT_BASE_URL";
const APP_ID: &str = "CCPAYMENT_APP_ID";
const APP_SECRET: &str = "CCPAYMENT_APP_SECRET";

impl Config {
    /// Checks the three values.
    ///
    /// - `base_url`: everything before the path of a call, for example [`DEFAULT_BASE_URL`]. `https`, or `http` to loopback
    ///   addresses.
    /// - `app_id`: 1 to 64 printable ASCII characters; the documents show 33 digits.
    /// - `app_secret`: used unchanged.
    ///
    /// # Errors
    /// [`ConfigError`] for a value that cannot be right. Nothing is sent.
    pub fn new(
        base_url: impl Into<String>,
        app_id: impl Into<String>,
        app_secret: impl Into<String>,
    ) -> Result<Self, ConfigError> {
        let secret =
            Secret::new(app_secret).map_err(|error| ConfigError::AppSecret(error.to_string()))?;
        // The path of a call is appended.
        let mut base_url = endpoint::base_url(base_url)?;
        base_url.push('/');
        Ok(Self {
            base_url,
            key: Key::new(app_id, secret).map_err(|_| ConfigError::AppId)?,
        })
    }

    /// Reads `CCPAYMENT_APP_ID`, `CCPAYMENT_APP_SECRET` and, if it is set, `CCPAYMENT_BASE_URL` (default:
    /// [`DEFAULT_BASE_URL`]) from the environment.
    ///
    /// # Errors
    /// [`ConfigError`] for a variable that is missing, not UTF-8 or cannot be right. It names the variable, never its value.
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
        let base_url = variables.optional(BASE_URL)?;
        let base_url = base_url.unwrap_or_else(|| DEFAULT_BASE_URL.to_owned());
        Self::new(base_url, value(APP_ID)?, value(APP_SECRET)?)
            .map_err(|problem| problem.of_variable(BASE_URL, APP_ID, APP_SECRET))
    }

    /// The base URL, with its trailing slash.
    #[must_use]
    pub fn base_url(&self) -> &str {
        &self.base_url
    }

    /// The app id.
    #[must_use]
    pub fn app_id(&self) -> &str {
        self.key.app_id()
    }

    pub(crate) fn key(&self) -> Key {
        self.key.clone()
    }
}

impl fmt::Debug for Config {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Config")
            .field("base_url", &self.base_url)
            .field("app_id", &self.app_id())
            .finish_non_exhaustive()
    }
}
