//! A provider's part of an account's table, and what the provider makes of it.

use std::any::Any;
use std::fmt::Debug;
use std::sync::Arc;

use payments_core::{Executor, InvalidRequest, Timestamp};
use serde::Deserialize;
use toml::Spanned;
use toml::de::{DeValue, ValueDeserializer};

use super::field::Table;
use super::section::Section;
use crate::Gateway;

/// A provider that the file may name.
pub(super) struct Provider {
    pub(super) name: &'static str,
    /// `None` where the entry has problems, which are reported.
    pub(super) read: fn(Entry<'_>) -> Option<Arc<dyn ProviderAccount>>,
}

/// An account at one provider, read and checked.
pub(super) trait ProviderAccount: Any + Debug + Send + Sync {
    fn base_url(&self) -> &str;

    /// Until when messages under a previous secret are accepted, where there is one.
    fn previous_until(&self) -> Option<Timestamp>;

    fn gateway(
        &self,
        account: &str,
        executor: Executor,
    ) -> Result<Arc<dyn Gateway>, InvalidRequest>;
}

/// The table of one account. The keys that all providers share are read already.
pub(super) struct Entry<'a> {
    pub(super) section: Section<'a>,
    pub(super) value: Spanned<DeValue<'a>>,
    pub(super) shared: &'static [&'static str],
    pub(super) unknown: Vec<Spanned<String>>,
}

impl<'a> Entry<'a> {
    /// The provider's keys, by a derived struct of [`Field`](super::field::Field)s.
    pub(super) fn keys<T: Deserialize<'a>>(self) -> Option<(Section<'a>, T)> {
        let deserializer = ValueDeserializer::from(self.value);
        let table = self.section.made(Table::<T>::deserialize(deserializer))?;
        let is_unknown = |key: &&Spanned<String>| !table.known.contains(&key.get_ref().as_str());
        let known = self.shared.iter().chain(table.known);
        self.section
            .unknown(self.unknown.iter().filter(is_unknown), known);
        Some((self.section, table.keys))
    }
}
