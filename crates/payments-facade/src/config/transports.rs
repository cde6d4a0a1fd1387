//! Gateways over the standard transport.

use std::collections::BTreeMap;
use std::collections::btree_map::Entry;
use std::time::Duration;

use payments_core::{Executor, InvalidRequest};
use payments_reqwest::BuildError;

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
    /// Makes the gateways over the standard transport. Accounts with the same timeouts share a connection pool. Sends
    /// nothing. Calls need a tokio runtime.
    ///
    /// # Errors
    /// [`ConnectError`].
    pub fn connect(&self) -> Result<Gateways, ConnectError> {
        let mut executors: BTreeMap<(Duration, Duration), Executor> = BTreeMap::new();
        for account in self.accounts() {
            if let Entry::Vacant(entry) = executors.entry(times(account)) {
                let executor = over(*entry.key())?;
                entry.insert(executor);
            }
        }
        let standard = crate::standard_executor()?;
        let executor =
            |account: &AccountConfig| executors.get(&times(account)).unwrap_or(&standard).clone();
        Ok(self.build(executor)?)
    }
}

fn times(account: &AccountConfig) -> (Duration, Duration) {
    let calls = account.calls();
    (calls.connect_timeout, calls.attempt_timeout)
}

fn over((connect, attempt): (Duration, Duration)) -> Result<Executor, BuildError> {
    crate::transport::builder()
        .connect_timeout(connect)
        .attempt_timeout(attempt)
        .build_executor()
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
