//! Gateways from a TOML file, secrets by reference.
//!
//! ```toml
//! [[gateway]]
//! provider = "cpay"
//! account = "main"
//! base_url = "https://api.cpay.ltd"
//! merchant_id = "20003092"
//! secret = { env = "CPAY_SECRET" }                                  # or { file = "/run/secrets/cpay" }
//! previous_secret = { env = "CPAY_SECRET_OLD", until = 2026-12-01T00:00:00Z }
//!
//! [gateway.calls]                                                   # of the account above; all optional
//! connect_timeout = "5s"
//! attempt_timeout = "20s"
//! deadline = "30s"
//! max_attempts = 3
//! ```
//!
//! | provider | required | optional |
//! |---|---|---|
//! | `ccpayment` | `app_id`, `app_secret` | `base_url`, `previous_app_secret`, `currencies`, `[[gateway.tokens]]` |
//! | `chainup-opay` | `base_url`, `app_id`, `private_key`, `platform_key` | `[gateway.previous_keys]`, `customers_by`, `scene_type`, `user_agent`, `time_form`, `order_detail`, `cancel_path`, `ack_form` |
//! | `cpay` | `base_url`, `merchant_id`, `secret` | `previous_secret` |
//!
//! - `currencies = ["EUR"]`: prices of native orders beside US dollars. A token is `symbol`, `network` and `id`.
//! - `platform_key` is public, and may stand in the file. `previous_keys` has `until`, and `private_key`, `platform_key` or
//!   both.
//! - `customers_by`: `"user-id"` or `"open-id"`. `time_form`: `"number"` or `"text"`. `order_detail`: `"envelope"` or
//!   `"plain"`. `cancel_path`: `"prefixed"` or `"bare"`. `ack_form`: `"signed"`, `"encrypted"` or `"bare"`. The first is the
//!   default; what they do, the types of the same names in the adapter say.
//!
//! Every account has `provider`, `account` (its name, by which tickets and payments know it) and, optional, `calls`.
//!
//! # Secrets
//! A secret is named by where it is: `{ env = "NAME" }` or `{ file = "path" }`; one line end at the end of a file is not
//! part of it. A secret in the file itself is refused, unless the file says `inline_secrets = true` at its top: for test
//! credentials. Reading goes through a [`SecretSource`], so this module touches neither environment nor files by itself.
//!
//! # Problems
//! Everything is looked at before anything is refused: [`Problems`] has all that is wrong, each with its line, account and
//! field. None shows a value of a secret. What is not a known key is wrong, too.
//!
//! ```
//! use payments_facade::config::{GatewaysConfig, SecretSource, Unobtainable};
//! use payments_core::SensitiveString;
//!
//! /// Secrets from wherever you keep them.
//! struct Vault;
//!
//! impl SecretSource for Vault {
//!     fn variable(&self, name: &str) -> Result<SensitiveString, Unobtainable> {
//!         match name {
//!             "CPAY_SECRET" => Ok(SensitiveString::from("k3y-of-merchant")),
//!             _ => Err(Unobtainable::Missing),
//!         }
//!     }
//!
//!     fn file(&self, _path: &std::path::Path) -> Result<SensitiveString, Unobtainable> {
//!         Err(Unobtainable::Missing)
//!     }
//! }
//!
//! let file = r#"
//! [[gateway]]
//! provider = "cpay"
//! account = "main"
//! base_url = "https://api.cpay.ltd"
//! merchant_id = "20003092"
//! secret = { env = "CPAY_SECRET" }
//! "#;
//! let config = GatewaysConfig::read(file, &Vault)?;
//! assert_eq!(config.accounts().next().map(|account| account.id().as_str()), Some("cpay/main"));
//!
//! let wrong = file.replace("CPAY_SECRET", "CPAY_SEKRET").replace("merchant_id", "merchantid");
//! let problems = GatewaysConfig::read(&wrong, &Vault).unwrap_err();
//! assert_eq!(problems.iter().count(), 3);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod account;
mod calls;
#[cfg_attr(
    not(all(feature = "ccpayment", feature = "chainup-opay", feature = "cpay")),
    allow(dead_code, reason = "each provider has its part")
)]
mod forms;
#[cfg_attr(
    not(all(feature = "ccpayment", feature = "chainup-opay", feature = "cpay")),
    allow(dead_code, reason = "each provider has its part")
)]
mod locate;
mod moment;
mod problem;
#[cfg_attr(
    not(any(feature = "ccpayment", feature = "chainup-opay", feature = "cpay")),
    allow(
        unused_variables,
        unreachable_code,
        reason = "there is no provider at all"
    )
)]
mod provider;
mod reading;
mod secret;
#[cfg_attr(
    not(all(feature = "ccpayment", feature = "chainup-opay", feature = "cpay")),
    allow(dead_code, reason = "each provider has its part")
)]
mod section;
#[cfg(feature = "reqwest")]
mod transports;

pub use account::{AccountConfig, CallPolicy, GatewaysConfig};
pub use problem::{Problem, Problems};
pub use provider::ProviderConfig;
#[cfg(feature = "ccpayment")]
pub use provider::ccpayment::CcpaymentAccount;
#[cfg(feature = "chainup-opay")]
pub use provider::chainup_opay::ChainupOpayAccount;
#[cfg(feature = "cpay")]
pub use provider::cpay::CpayAccount;
pub use secret::{SecretSource, SystemSecrets, Unobtainable};
#[cfg(feature = "reqwest")]
pub use transports::ConnectError;
