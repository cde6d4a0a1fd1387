//! The providers of a configuration. A new one is a file here, a name in [`NAMES`] and an arm in each match.

#[cfg(feature = "ccpayment")]
pub(super) mod ccpayment;
#[cfg(feature = "chainup-opay")]
pub(super) mod chainup_opay;
#[cfg(feature = "cpay")]
pub(super) mod cpay;

use std::sync::Arc;

use payments_core::{Executor, InvalidRequest, Timestamp};

use super::section::Section;
use crate::gateway::Gateway;

/// The names in `provider = "…"`.
pub(super) const NAMES: &[&str] = &[
    #[cfg(feature = "ccpayment")]
    crate::ccpayment::PROVIDER,
    #[cfg(feature = "chainup-opay")]
    crate::chainup_opay::PROVIDER,
    #[cfg(feature = "cpay")]
    crate::cpay::PROVIDER,
];

/// What is a provider's own of an account.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub enum ProviderConfig {
    /// CCPayment.
    #[cfg(feature = "ccpayment")]
    Ccpayment(ccpayment::CcpaymentAccount),
    /// ChainUp OPay.
    #[cfg(feature = "chainup-opay")]
    ChainupOpay(Box<chainup_opay::ChainupOpayAccount>),
    /// C-Pay.
    #[cfg(feature = "cpay")]
    Cpay(cpay::CpayAccount),
}

pub(super) fn read(provider: &str, section: &Section<'_>) -> Option<ProviderConfig> {
    match provider {
        #[cfg(feature = "ccpayment")]
        crate::ccpayment::PROVIDER => ccpayment::read(section).map(ProviderConfig::Ccpayment),
        #[cfg(feature = "chainup-opay")]
        crate::chainup_opay::PROVIDER => {
            let account = chainup_opay::read(section)?;
            Some(ProviderConfig::ChainupOpay(Box::new(account)))
        }
        #[cfg(feature = "cpay")]
        crate::cpay::PROVIDER => cpay::read(section).map(ProviderConfig::Cpay),
        _ => None,
    }
}

impl ProviderConfig {
    pub(super) fn base_url(&self) -> &str {
        match *self {
            #[cfg(feature = "ccpayment")]
            Self::Ccpayment(ref account) => account.config.base_url(),
            #[cfg(feature = "chainup-opay")]
            Self::ChainupOpay(ref account) => account.config.base_url(),
            #[cfg(feature = "cpay")]
            Self::Cpay(ref account) => account.config.base_url(),
        }
    }

    /// Until when messages under a previous secret are taken as well, where there is one.
    #[must_use]
    pub fn previous_until(&self) -> Option<Timestamp> {
        match *self {
            #[cfg(feature = "ccpayment")]
            Self::Ccpayment(ref account) => account.previous.as_ref().map(|(_, end)| *end),
            #[cfg(feature = "chainup-opay")]
            Self::ChainupOpay(ref account) => account.previous.as_ref().map(|(_, end)| *end),
            #[cfg(feature = "cpay")]
            Self::Cpay(ref account) => account.previous.as_ref().map(|(_, end)| *end),
        }
    }

    pub(super) fn gateway(
        &self,
        account: &str,
        executor: Executor,
    ) -> Result<Arc<dyn Gateway>, InvalidRequest> {
        Ok(match *self {
            #[cfg(feature = "ccpayment")]
            Self::Ccpayment(ref config) => Arc::new(config.gateway(account, executor)?),
            #[cfg(feature = "chainup-opay")]
            Self::ChainupOpay(ref config) => Arc::new(config.gateway(account, executor)?),
            #[cfg(feature = "cpay")]
            Self::Cpay(ref config) => Arc::new(config.gateway(account, executor)?),
        })
    }
}
