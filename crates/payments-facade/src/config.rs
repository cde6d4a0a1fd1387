//! Gateways from a TOML file that names where the secrets are.
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
//! [gateway.calls]                                                   # for the account above; all optional
//! connect_timeout = "5s"
//! attempt_timeout = "20s"
//! deadline = "30s"
//! max_attempts = 3
//! ```
//!
//! | provider | required | optional |
//! |---|---|---|
//! | `ccpayment` | `app_id`, `app_secret` | `version`, `base_url`, `previous_app_secret`; of v1 `currencies`, `[[gateway.tokens]]`; of v2 `webhook_policy`, `confirm` |
//! | `chainup-opay` | `base_url`, `app_id`, `private_key`, `platform_key` | `[gateway.previous_keys]`, `customers_by`, `scene_type`, `user_agent`, `time_form`, `order_detail`, `cancel_path`, `ack_form` |
//! | `cpay` | `base_url`, `merchant_id`, `secret` | `previous_secret`, `unsigned_webhooks` |
//!
//! - `version`: `"v1"` or `"v2"`. Write it: without it an account is of v1, which the provider calls deprecated.
//! - `webhook_policy`: `"query-first"` (the default) or `"hint-only"`, as
//!   [`CcpaymentV2::with_webhook_policy`](crate::ccpayment_v2::CcpaymentV2::with_webhook_policy) describes. `confirm = false`
//!   switches off the query after payouts and exchanges:
//!   [`without_confirmation`](crate::ccpayment_v2::CcpaymentV2::without_confirmation).
//! - `currencies = ["EUR"]`: prices of native orders beside US dollars. A token is `symbol`, `network` and `id`.
//! - `platform_key` is public and may be written into the file. `previous_keys` has `until`, and `private_key`,
//!   `platform_key` or both.
//! - `customers_by`: `"user-id"` or `"open-id"`. `time_form`: `"number"` or `"text"`. `order_detail`: `"envelope"` or
//!   `"plain"`. `cancel_path`: `"prefixed"` or `"bare"`. `ack_form`: `"signed"`, `"encrypted"` or `"bare"`. The first is the
//!   default; the adapter's types of the same names describe them.
//!
//! - `unsigned_webhooks`: `"refuse"` (the default) or `"hint-then-query"`, as
//!   [`Cpay::with_unsigned_webhooks`](crate::cpay::Cpay::with_unsigned_webhooks) describes.
//!
//! Every account has `provider`, `account` (the name that tickets and payments contain) and optionally:
//!
//! - `calls`, as above.
//! - `proxy = "http://proxy.example:3128"`: all calls but those to loopback go through it. With a user name and a password it is a
//!   secret: `proxy = { env = "PAYMENTS_PROXY" }`.
//! - `root_certificates = "roots.pem"`: a PEM file of at most 64 KiB whose certificates are trusted beside the platform's, for
//!   a proxy or a gateway with a private certificate authority.
//!
//! `base_url` is the URL before the path of the API: `https://api.cpay.ltd`, the tenant's address at ChainUp OPay, and
//! `https://admin.ccpayment.com/ccpayment/v1` at CCPayment, in version 2 `https://ccpayment.com/ccpayment/v2`. A path that the client
//! adds is a problem.
//!
//! # Secrets
//! The file names where a secret is: `{ env = "NAME" }` or `{ file = "path" }`. One line end at the end of a secret's file
//! is ignored. What is usually a mistake of copying is a problem: quotation marks around a secret or a key, `NAME=` in front of
//! it, a `${NAME}` that was not replaced, a byte order mark, invisible characters, other line ends in a secret. A secret in the
//! file itself is refused unless the file begins with `inline_secrets = true`, which is for
//! test credentials. Secrets are read through a [`SecretSource`]; [`SystemSecrets`] is the one that reads the environment
//! and files.
//!
//! # Problems
//! [`Problems`] contains everything that is wrong with a file, each problem with its line, column, account and key. Unknown
//! keys are problems. A file that is not TOML has one problem, at the first place that cannot be read. No problem contains the
//! value of a secret, even if it stands where something else belongs: keys, variables and paths are only repeated if they
//! consist of words.
//!
//! ```
//! use payments_facade::config::{GatewaysConfig, SecretSource, Unobtainable};
//! use payments_core::SensitiveString;
//!
//! /// Secrets from your own store.
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
#![cfg_attr(
    not(all(feature = "ccpayment", feature = "chainup-opay", feature = "cpay")),
    allow(dead_code, reason = "each provider uses its part")
)]

mod account;
mod base_url;
mod copied;
mod entry;
mod field;
mod problem;
mod provider;
mod proxy;
mod read;
mod reference;
mod secret;
mod section;
mod shown;
#[cfg(feature = "reqwest")]
mod transports;

pub use account::{AccountConfig, CallPolicy, GatewaysConfig};
pub use problem::{Problem, Problems};
#[cfg(feature = "ccpayment")]
#[cfg_attr(docsrs, doc(cfg(feature = "ccpayment")))]
pub use provider::ccpayment::{CcpaymentAccount, CcpaymentV2Account};
#[cfg(feature = "chainup-opay")]
#[cfg_attr(docsrs, doc(cfg(feature = "chainup-opay")))]
pub use provider::chainup_opay::ChainupOpayAccount;
#[cfg(feature = "cpay")]
#[cfg_attr(docsrs, doc(cfg(feature = "cpay")))]
pub use provider::cpay::CpayAccount;
pub use secret::{SecretSource, SystemSecrets, Unobtainable};
#[cfg(feature = "reqwest")]
#[cfg_attr(docsrs, doc(cfg(feature = "reqwest")))]
pub use transports::ConnectError;
