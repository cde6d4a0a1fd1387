//! The accounts of a file and the gateways made from them.

use std::any::Any;
use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use payments_core::{Executor, InvalidRequest, Policy, SensitiveString, Timestamp};

use super::entry::ProviderAccount;
use super::problem::Problem;
use crate::gateway::{GatewayId, Gateways};

/// The accounts of a configuration file, read and checked. Its secrets are in memory, wiped when dropped, and in no `Debug`.
#[derive(Clone, Debug, Default)]
pub struct GatewaysConfig {
    pub(super) accounts: BTreeMap<GatewayId, AccountConfig>,
    pub(super) notices: Vec<Problem>,
}

/// One account.
#[derive(Clone, Debug)]
pub struct AccountConfig {
    pub(super) id: GatewayId,
    pub(super) calls: CallPolicy,
    pub(super) proxy: Option<SensitiveString>,
    pub(super) root_certificates: Option<SensitiveString>,
    pub(super) provider: Arc<dyn ProviderAccount>,
}

/// How long the calls of an account may take, and how often they are tried.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CallPolicy {
    /// For connecting, TLS included. Default: 5 s.
    pub connect_timeout: Duration,
    /// For one attempt. Default: 20 s.
    pub attempt_timeout: Duration,
    /// The deadline over all attempts, and how many there may be.
    pub policy: Policy,
}

impl Default for CallPolicy {
    fn default() -> Self {
        Self {
            connect_timeout: Duration::from_secs(5),
            attempt_timeout: Duration::from_secs(20),
            policy: Policy::new(),
        }
    }
}

impl GatewaysConfig {
    /// The accounts, in the order of their names.
    pub fn accounts(&self) -> impl Iterator<Item = &AccountConfig> {
        self.accounts.values()
    }

    /// The account of this name.
    #[must_use]
    pub fn account(&self, id: &GatewayId) -> Option<&AccountConfig> {
        self.accounts.get(id)
    }

    /// What works and should be changed, with its place in the file: an account of a deprecated version that is not written
    /// out, or webhooks that a receiver with a store refuses. A program that checks a file prints them; they are no problems.
    pub fn notices(&self) -> impl Iterator<Item = &Problem> {
        self.notices.iter()
    }

    /// Makes the gateways, each with the executor that `executor` returns for it and the account's
    /// [`policy`](CallPolicy::policy). Sends nothing. The executor's transport is what honours the account's timeouts,
    /// [`proxy`](AccountConfig::proxy) and [`root_certificates`](AccountConfig::root_certificates).
    ///
    /// # Errors
    /// [`InvalidRequest`], if an adapter refuses values that were checked when the file was read.
    pub fn build(
        &self,
        mut executor: impl FnMut(&AccountConfig) -> Executor,
    ) -> Result<Gateways, InvalidRequest> {
        let mut gateways = Gateways::new();
        for account in self.accounts() {
            let executor = executor(account).with_policy(account.calls.policy);
            let gateway = account.provider.gateway(account.id.account(), executor)?;
            gateways
                .add_shared(gateway)
                .map_err(|_| InvalidRequest::configuration("account", "is defined twice"))?;
        }
        Ok(gateways)
    }
}

impl AccountConfig {
    /// The name that the gateway will have.
    #[must_use]
    pub fn id(&self) -> &GatewayId {
        &self.id
    }

    /// Where its calls go.
    #[must_use]
    pub fn base_url(&self) -> &str {
        self.provider.base_url()
    }

    /// Timeouts and attempts.
    #[must_use]
    pub fn calls(&self) -> CallPolicy {
        self.calls
    }

    /// The URL of the proxy that its calls go through, with the password if it has one.
    #[must_use]
    pub fn proxy(&self) -> Option<&SensitiveString> {
        self.proxy.as_ref()
    }

    /// Certificates, as PEM, that are trusted beside the platform's.
    #[must_use]
    pub fn root_certificates(&self) -> Option<&str> {
        self.root_certificates.as_ref().map(SensitiveString::expose)
    }

    /// Until when messages under a previous secret are accepted, if there is one.
    #[must_use]
    pub fn previous_until(&self) -> Option<Timestamp> {
        self.provider.previous_until()
    }

    /// The account in the provider's own terms, secrets included. `None` if it is an account at another provider.
    ///
    /// ```
    /// # #[cfg(feature = "cpay")]
    /// fn merchant_id(account: &payments_facade::config::AccountConfig) -> Option<String> {
    ///     use payments_facade::config::CpayAccount;
    ///
    ///     let cpay = account.provider::<CpayAccount>()?;
    ///     Some(cpay.config.merchant_id().to_string())
    /// }
    /// ```
    #[must_use]
    pub fn provider<T: 'static>(&self) -> Option<&T> {
        let provider: &dyn Any = &*self.provider;
        provider.downcast_ref()
    }
}
