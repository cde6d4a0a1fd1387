//! What a file says, and the gateways it makes.

use std::collections::BTreeMap;
use std::time::Duration;

use payments_core::{Executor, InvalidRequest, Policy};

use super::calls;
use super::problem::Problems;
use super::provider::{self, ProviderConfig};
use super::reading::Reading;
use super::secret::SecretSource;
use super::section::Section;
use crate::gateway::{GatewayId, Gateways};

/// The largest file that is read.
const MOST_BYTES: usize = 1024 * 1024;

/// The accounts of a configuration, read and checked. Its secrets are in memory, wiped when dropped, and in no `Debug`.
#[derive(Clone, Debug, Default)]
pub struct GatewaysConfig {
    accounts: Vec<AccountConfig>,
}

/// One account.
#[derive(Clone, Debug)]
pub struct AccountConfig {
    id: GatewayId,
    base_url: String,
    calls: CallPolicy,
    provider: ProviderConfig,
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
    /// Reads a file's text and fetches the secrets it names. Nothing is sent.
    ///
    /// # Errors
    /// [`Problems`]: all of them.
    pub fn read(text: &str, secrets: &dyn SecretSource) -> Result<Self, Problems> {
        let mut reading = Reading::new(text, secrets);
        if text.len() > MOST_BYTES {
            reading.problem(&(0..0), None, None, "the file has more than a mebibyte");
            return Self::default().unless(reading);
        }
        let Some(document) = reading.document() else {
            return Self::default().unless(reading);
        };
        // Read first, for the switch decides about everything else.
        let switch = document
            .iter()
            .find(|(name, _)| name.get_ref() == "inline_secrets");
        reading.inline_secrets = switch
            .is_some_and(|(_, value)| matches!(value.get_ref(), toml::de::DeValue::Boolean(true)));
        let mut accounts: BTreeMap<GatewayId, Option<AccountConfig>> = BTreeMap::new();
        let top = Section::new(&reading, &document, 0..0, None);
        let _ = top.flag("inline_secrets");
        let tables = top.tables("gateway");
        if tables.is_empty() && !document.iter().any(|(name, _)| name.get_ref() == "gateway") {
            top.wrong("there is no gateway: begin one with [[gateway]]");
        }
        for (place, (table, at)) in tables.into_iter().enumerate() {
            let section = Section::new(&reading, table, at, Some(format!("gateway {}", place + 1)));
            let Some((id, section)) = named(section) else {
                continue;
            };
            if accounts.contains_key(&id) {
                section.problem(
                    "account",
                    "there are two of this name: give this one its own",
                );
            }
            let account = account(id.clone(), section);
            accounts.entry(id).or_insert(account);
        }
        top.finish();
        let accounts = accounts.into_values().flatten().collect();
        Self { accounts }.unless(reading)
    }

    fn unless(self, reading: Reading<'_>) -> Result<Self, Problems> {
        match reading.problems() {
            None => Ok(self),
            Some(problems) => Err(problems),
        }
    }

    /// The accounts, in the order of their names.
    pub fn accounts(&self) -> impl Iterator<Item = &AccountConfig> {
        self.accounts.iter()
    }

    /// The account of this name.
    #[must_use]
    pub fn account(&self, id: &GatewayId) -> Option<&AccountConfig> {
        self.accounts().find(|account| account.id() == id)
    }

    /// Makes the gateways, each over the executor that `executor` gives for it; an account's
    /// [`policy`](CallPolicy::policy) is set on it here. Nothing is sent.
    ///
    /// # Errors
    /// [`InvalidRequest`], should a name not fit that was checked before.
    pub fn build(
        &self,
        mut executor: impl FnMut(&AccountConfig) -> Executor,
    ) -> Result<Gateways, InvalidRequest> {
        let mut gateways = Gateways::new();
        for account in &self.accounts {
            let executor = executor(account).with_policy(account.calls.policy);
            let gateway = account.provider.gateway(account.id.account(), executor)?;
            gateways
                .add_shared(gateway)
                .map_err(|_| InvalidRequest::configuration("account", "is there twice"))?;
        }
        Ok(gateways)
    }
}

/// The account's name, and the rest of its table under it; a problem where it has none.
fn named(section: Section<'_>) -> Option<(GatewayId, Section<'_>)> {
    let provider = section.required_text("provider");
    let account = section.required_text("account");
    let provider = provider?;
    if !provider::NAMES.contains(&provider) {
        let known = provider::NAMES.join(", ");
        section.problem("provider", format!("is none of those known here: {known}"));
        return None;
    }
    let account = section.fit("account", account, |account| {
        GatewayId::new(provider, account).map(drop)
    })?;
    let id = GatewayId::new(provider, account).ok()?;
    let section = section.named(id.to_string());
    Some((id, section))
}

fn account(id: GatewayId, section: Section<'_>) -> Option<AccountConfig> {
    let calls = calls::read(&section);
    let provider = provider::read(id.provider(), &section);
    section.finish();
    let provider = provider?;
    Some(AccountConfig {
        base_url: provider.base_url().to_owned(),
        id,
        calls,
        provider,
    })
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
        &self.base_url
    }

    /// Timeouts and attempts.
    #[must_use]
    pub fn calls(&self) -> CallPolicy {
        self.calls
    }

    /// What is the provider's own, secrets included.
    #[must_use]
    pub fn provider(&self) -> &ProviderConfig {
        &self.provider
    }
}
