//! Gateways over the standard transport.

use std::collections::BTreeMap;
use std::collections::btree_map::Entry;
use std::time::Duration;

use payments_core::{Executor, InvalidRequest, SensitiveString};
use payments_reqwest::{BuildError, Builder};

use super::account::{AccountConfig, GatewaysConfig};
use super::problem::Problems;
use super::secret::SecretSource;
use crate::gateway::Gateways;

/// Why no gateways could be made. Nothing was sent.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ConnectError {
    /// The configuration cannot be used.
    #[error(transparent)]
    Config(#[from] Problems),
    /// The HTTP client cannot be set up.
    #[error("the HTTP client cannot be set up: {0}")]
    Transport(#[from] BuildError),
    /// An adapter refused values that were checked when the file was read.
    #[error("a gateway cannot be made: {0}")]
    Gateway(#[from] InvalidRequest),
}

impl GatewaysConfig {
    /// Makes the gateways over the standard transport. Accounts with the same timeouts, proxy and root certificates share a
    /// connection pool. Sends nothing. Calls need a tokio runtime.
    ///
    /// # Errors
    /// [`ConnectError`].
    pub fn connect(&self) -> Result<Gateways, ConnectError> {
        let mut executors: BTreeMap<Settings<'_>, Executor> = BTreeMap::new();
        for account in self.accounts() {
            if let Entry::Vacant(entry) = executors.entry(Settings::of(account)) {
                let executor = entry.key().builder().build_executor()?;
                entry.insert(executor);
            }
        }
        let standard = crate::standard_executor()?;
        let executor = |account: &AccountConfig| {
            let executor = executors.get(&Settings::of(account));
            executor.unwrap_or(&standard).clone()
        };
        Ok(self.build(executor)?)
    }
}

/// What a transport is made from: accounts that differ in it must not share one.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
struct Settings<'a> {
    connect_timeout: Duration,
    attempt_timeout: Duration,
    proxy: Option<&'a str>,
    root_certificates: Option<&'a str>,
}

impl<'a> Settings<'a> {
    fn of(account: &'a AccountConfig) -> Self {
        let calls = account.calls();
        Self {
            connect_timeout: calls.connect_timeout,
            attempt_timeout: calls.attempt_timeout,
            proxy: account.proxy().map(SensitiveString::expose),
            root_certificates: account.root_certificates(),
        }
    }

    fn builder(&self) -> Builder {
        let mut builder = crate::transport::builder()
            .connect_timeout(self.connect_timeout)
            .attempt_timeout(self.attempt_timeout);
        if let Some(url) = self.proxy {
            builder = builder.proxy(url);
        }
        if let Some(pem) = self.root_certificates {
            builder = builder.root_certificates_pem(pem);
        }
        builder
    }
}

pub(super) fn check_certificates(pem: &str) -> Result<(), BuildError> {
    let builder = crate::transport::builder().root_certificates_pem(pem);
    builder.build().map(drop)
}

impl Gateways {
    /// The gateways of a TOML file, over the standard transport; see [`config`](crate::config). For another
    /// transport use [`GatewaysConfig::read`] and [`build`](GatewaysConfig::build).
    ///
    /// # Errors
    /// [`ConnectError`], with all problems of the file.
    ///
    /// ```no_run
    /// use payments_facade::Gateways;
    /// use payments_facade::config::SystemSecrets;
    ///
    /// let path = std::path::Path::new("/etc/shop/payments.toml");
    /// let gateways = Gateways::from_toml(&std::fs::read_to_string(path)?, &SystemSecrets::beside(path))?;
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn from_toml(text: &str, secrets: &dyn SecretSource) -> Result<Self, ConnectError> {
        GatewaysConfig::read(text, secrets)?.connect()
    }
}
