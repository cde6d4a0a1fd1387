//! Base URL, app id, keys and settings of a client.

mod choices;

use std::fmt;
use std::thread;

use http::HeaderValue;
use payments_core::endpoint::{self, BaseUrlError};
use payments_core::env::{VariableError, Variables};
use payments_signing::chainup_opay::{Keys, Limits, Sealed};
use payments_signing::rsa::{PrivateKey, PublicKey};

pub use choices::{AckForm, CancelPath, OrderDetailMode, TimeForm};

/// The default limit of a callback's blocks. The texts of an order fill up to six of them, whatever the JSON writer
/// escapes.
const CALLBACK_BLOCKS: usize = 8;

/// The highest limit that may be set: some 25 ms of one core for each forged callback.
const MAX_CALLBACK_BLOCKS: usize = 64;

/// A statement of 2,000 rows is about 1,800 blocks of 2,048-bit keys, and more with long ids.
const ANSWER_BLOCKS: usize = 4_096;

/// Base URL, app id and the two keys of one app on one tenant.
///
/// ```
/// use chainup_opay_client::{CancelPath, Config};
///
/// # let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../../fixtures/signatures/chainup_opay/");
/// # let private_key = std::fs::read_to_string(format!("{folder}merchant.pri.pem"))?;
/// # let platform_key = std::fs::read_to_string(format!("{folder}platform.pub.b64u"))?;
/// let config = Config::new("https://service.exchange.example", "shop_5157", &private_key, &platform_key)?
///     .user_agent("shop/1.4")?
///     .cancel_path(CancelPath::Bare);
/// assert_eq!(config.app_id(), "shop_5157");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone)]
pub struct Config {
    base_url: String,
    app_id: String,
    pub(crate) keys: Keys,
    pub(crate) user_agent: HeaderValue,
    pub(crate) time_form: TimeForm,
    pub(crate) order_detail_mode: OrderDetailMode,
    pub(crate) cancel_path: CancelPath,
    pub(crate) ack_form: AckForm,
    pub(crate) decryption_threads: usize,
    /// The text `success` for the platform, sealed once: it proves at start that the keys work.
    pub(crate) success: Sealed,
}

/// The variables [`Config::from_env`] reads.
const BASE_URL: &str = "CHAINUP_OPAY_BASE_URL";
const APP_ID: &str = "CHAINUP_OPAY_APP_ID";
const PRIVATE_KEY: &str = "CHAINUP_OPAY_PRIVATE_KEY";
const PLATFORM_KEY: &str = "CHAINUP_OPAY_PLATFORM_KEY";

impl Config {
    /// A configuration from the four values of one app.
    ///
    /// - `base_url`: scheme and host of the tenant, e.g. `https://service.exchange.example`; a path prefix of a reverse
    ///   proxy may follow. It must be `https`, although the provider's samples show `http`; `http` to loopback addresses
    ///   only.
    /// - `app_id`: the app's id, called `appKey` in older pages; 1 to 64 printable ASCII characters.
    /// - `private_key`: the merchant's own key (`rsa_third_pri`), PKCS#8, 2,048 to 8,192 bits. It signs requests and
    ///   decrypts answers and callbacks.
    /// - `platform_key`: the platform's public key (`rsa_saas_pub`), SPKI, shown in its console.
    ///
    /// Both keys as PEM, base64 or base64url, padded or not, on one line or many.
    ///
    /// # Errors
    /// [`ConfigError`] for a value that cannot be right. Nothing is sent.
    pub fn new(
        base_url: impl Into<String>,
        app_id: impl Into<String>,
        private_key: &str,
        platform_key: &str,
    ) -> Result<Self, ConfigError> {
        let own = PrivateKey::parse(private_key)
            .map_err(|error| ConfigError::PrivateKey(error.to_string()))?;
        let peer = PublicKey::parse(platform_key)
            .map_err(|error| ConfigError::PlatformKey(error.to_string()))?;
        let keys = Keys::new(own, peer).with_limits(Limits {
            answer_blocks: ANSWER_BLOCKS,
            callback_blocks: CALLBACK_BLOCKS,
        });
        let success = keys
            .seal(b"success")
            .map_err(|error| ConfigError::PrivateKey(error.to_string()))?;
        // A key that verifies our own signature is our own public key.
        if keys.verify(b"success", &success.sign).is_ok() {
            return Err(ConfigError::OwnPublicKey);
        }
        Ok(Self {
            base_url: endpoint::base_url(base_url)?,
            app_id: checked_app_id(app_id.into())?,
            keys,
            user_agent: HeaderValue::from_static(concat!(
                "chainup-opay-client/",
                env!("CARGO_PKG_VERSION")
            )),
            time_form: TimeForm::default(),
            order_detail_mode: OrderDetailMode::default(),
            cancel_path: CancelPath::default(),
            ack_form: AckForm::default(),
            decryption_threads: thread::available_parallelism().map_or(1, usize::from),
            success,
        })
    }

    /// The `User-Agent` of every request; the default is this crate's name and version. The provider's demo sends a
    /// browser's name to pass firewalls: set one if a tenant's firewall refuses requests.
    ///
    /// # Errors
    /// [`ConfigError::UserAgent`] for text that is not a valid header value.
    pub fn user_agent(mut self, user_agent: impl AsRef<str>) -> Result<Self, ConfigError> {
        let text = user_agent.as_ref();
        self.user_agent = HeaderValue::from_str(text)
            .ok()
            .filter(|_| !text.trim().is_empty())
            .ok_or(ConfigError::UserAgent)?;
        Ok(self)
    }

    /// How `time` is written; see [`TimeForm`].
    #[must_use]
    pub fn time_form(mut self, form: TimeForm) -> Self {
        self.time_form = form;
        self
    }

    /// How `orderDetail` is asked; see [`OrderDetailMode`].
    #[must_use]
    pub fn order_detail_mode(mut self, mode: OrderDetailMode) -> Self {
        self.order_detail_mode = mode;
        self
    }

    /// Where `cancelOrder` is; see [`CancelPath`].
    #[must_use]
    pub fn cancel_path(mut self, path: CancelPath) -> Self {
        self.cancel_path = path;
        self
    }

    /// How callbacks are acknowledged; see [`AckForm`].
    #[must_use]
    pub fn ack_form(mut self, form: AckForm) -> Self {
        self.ack_form = form;
        self
    }

    /// How many threads decrypt a large answer, which is a statement; the default is one for each core.
    ///
    /// Zero decrypts on the thread that polls the call, which then does nothing else: up to a second for a statement. Choose it
    /// for tests on simulated time, which would go on while another thread works.
    #[must_use]
    pub fn decryption_threads(mut self, threads: usize) -> Self {
        self.decryption_threads = threads;
        self
    }

    /// The largest number of RSA blocks of a callback, 1 to 64; the default is 8, which is 1,960 bytes of text with
    /// 2,048-bit keys.
    ///
    /// Each block of a forged callback costs a third of a millisecond of one core. A genuine callback with more blocks
    /// is refused every time it is sent. The default is `assumed` to be enough: the five documented fields fit, written
    /// with every escape that a JSON writer may use. Raise it for a tenant that sends more.
    ///
    /// # Errors
    /// [`ConfigError::CallbackBlocks`] outside 1 to 64.
    pub fn callback_blocks(mut self, blocks: usize) -> Result<Self, ConfigError> {
        if !(1..=MAX_CALLBACK_BLOCKS).contains(&blocks) {
            return Err(ConfigError::CallbackBlocks);
        }
        self.keys = self.keys.with_limits(Limits {
            answer_blocks: ANSWER_BLOCKS,
            callback_blocks: blocks,
        });
        Ok(self)
    }

    /// Reads `CHAINUP_OPAY_BASE_URL`, `CHAINUP_OPAY_APP_ID`, `CHAINUP_OPAY_PRIVATE_KEY` and `CHAINUP_OPAY_PLATFORM_KEY`
    /// from the environment. A key on one line is base64 or base64url without PEM armour.
    ///
    /// # Errors
    /// [`ConfigError`] for a variable that is missing, not UTF-8 or cannot be right. It contains the variable's name, never
    /// its value.
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
        let (base_url, app_id) = (value(BASE_URL)?, value(APP_ID)?);
        let private_key = zeroize::Zeroizing::new(value(PRIVATE_KEY)?);
        Self::new(base_url, app_id, &private_key, &value(PLATFORM_KEY)?).map_err(|problem| {
            let name = match problem {
                ConfigError::BaseUrl | ConfigError::PlainHttp => BASE_URL,
                ConfigError::AppId => APP_ID,
                ConfigError::PrivateKey(_) => PRIVATE_KEY,
                ConfigError::PlatformKey(_) | ConfigError::OwnPublicKey => PLATFORM_KEY,
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

    /// The app id.
    #[must_use]
    pub fn app_id(&self) -> &str {
        &self.app_id
    }
}

impl fmt::Debug for Config {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Config")
            .field("base_url", &self.base_url)
            .field("app_id", &self.app_id)
            .field("time_form", &self.time_form)
            .field("order_detail_mode", &self.order_detail_mode)
            .field("cancel_path", &self.cancel_path)
            .field("ack_form", &self.ack_form)
            .finish_non_exhaustive()
    }
}

/// A configuration that cannot be right. Nothing was sent.
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
    /// The value of an environment variable cannot be right.
    #[error("{name}: {problem}")]
    Variable {
        /// The variable.
        name: &'static str,
        /// What is wrong with its value: one of the other variants.
        problem: Box<ConfigError>,
    },
    /// The base URL is not an absolute `https://` URL without query.
    #[error(
        "the base URL must be like https://service.exchange.example: https, a host, no query, no user name"
    )]
    BaseUrl,
    /// The base URL is `http://` and its host is not a loopback address.
    #[error(
        "the base URL must be https: plain http is allowed to loopback addresses only, because TLS alone protects path, time and result code"
    )]
    PlainHttp,
    /// The app id is not 1 to 64 printable ASCII characters.
    #[error("the app id must be 1 to 64 printable ASCII characters without spaces")]
    AppId,
    /// The merchant's private key cannot be used. Its value is not shown.
    #[error("the merchant's private key cannot be used: {0}")]
    PrivateKey(String),
    /// The platform's public key cannot be used.
    #[error("the platform's public key cannot be used: {0}")]
    PlatformKey(String),
    /// The key given as the platform's is the merchant's own public key.
    #[error(
        "the platform's public key is the merchant's own: use the key that the console shows as the platform's"
    )]
    OwnPublicKey,
    /// The number of blocks of a callback is outside the limits.
    #[error("a callback may have 1 to 64 blocks")]
    CallbackBlocks,
    /// The user agent is empty or not a valid header value.
    #[error("the user agent must be visible ASCII text")]
    UserAgent,
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

fn checked_app_id(text: String) -> Result<String, ConfigError> {
    let good = (1..=64).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_graphic());
    if good {
        Ok(text)
    } else {
        Err(ConfigError::AppId)
    }
}
