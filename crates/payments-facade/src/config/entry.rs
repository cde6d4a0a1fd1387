//! An account's table: the keys that all providers share, and the interface of a provider.

use std::any::Any;
use std::fmt::Debug;
use std::sync::Arc;

use payments_core::{Executor, InvalidRequest, Timestamp};
use serde::Deserialize;

use super::field::{Field, Required};
use super::reference::Reference;
use super::section::Section;
use crate::gateway::Gateway;

/// The keys that all providers share.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct Account {
    pub(super) provider: Required<String>,
    pub(super) account: Required<String>,
    pub(super) calls: Field<Calls>,
    pub(super) proxy: Field<Reference>,
    pub(super) root_certificates: Field<String>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct Calls {
    pub(super) connect_timeout: Field<String>,
    pub(super) attempt_timeout: Field<String>,
    pub(super) deadline: Field<String>,
    pub(super) max_attempts: Field<u32>,
}

/// A provider that the file may name.
pub(super) struct Provider {
    pub(super) name: &'static str,
    /// Reads the provider's keys of an account's table. `None` if they have problems, which are reported.
    pub(super) read: fn(&Section<'_>) -> Option<Arc<dyn ProviderAccount>>,
}

/// An account at one provider, read and checked.
pub(super) trait ProviderAccount: Any + Debug + Send + Sync {
    fn base_url(&self) -> &str;

    /// Until when messages under a previous secret are accepted, if there is one.
    fn previous_until(&self) -> Option<Timestamp>;

    fn gateway(
        &self,
        account: &str,
        executor: Executor,
    ) -> Result<Arc<dyn Gateway>, InvalidRequest>;
}
