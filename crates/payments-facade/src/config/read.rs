//! From the text of a file to its accounts.

use std::collections::BTreeMap;

use payments_core::Policy;
use serde::Deserialize;
use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::account::{AccountConfig, CallPolicy, GatewaysConfig};
use super::entry::{Account, Calls, Provider};
use super::field::{Field, Required};
use super::problem::{Problems, Report};
use super::provider::PROVIDERS;
use super::secret::SecretSource;
use super::section::{Context, Section};
use super::shown;
use crate::gateway::GatewayId;

/// The largest file that is read.
const MAX_BYTES: usize = 1024 * 1024;

#[derive(Default, Deserialize)]
#[serde(default)]
struct File {
    inline_secrets: Field<bool>,
    gateway: Field<Vec<Account>>,
}

impl GatewaysConfig {
    /// Reads the text of a configuration file and fetches the secrets it names. Sends nothing.
    ///
    /// # Errors
    /// [`Problems`]: all problems of the file.
    pub fn read(text: &str, secrets: &dyn SecretSource) -> Result<Self, Problems> {
        let report = Report::new(text);
        if text.len() > MAX_BYTES {
            report.add(0, None, None, "the file has more than a mebibyte");
            return report.finish().map(|_| Self::default());
        }
        let (document, errors) = DeTable::parse_recoverable(text);
        if !errors.is_empty() {
            let places = errors.iter().map(|error| {
                // The parser's message only: its rendered error repeats the line, which may contain a secret.
                (error.span().unwrap_or_default().start, error.message())
            });
            report.add_syntax(places.collect());
            return report.finish().map(|_| Self::default());
        }
        let inline_secrets = document.get_ref().get("inline_secrets");
        let context = Context {
            report,
            secrets,
            inline_secrets: matches!(
                inline_secrets.map(Spanned::get_ref),
                Some(DeValue::Boolean(true))
            ),
        };
        let document = Spanned::new(document.span(), DeValue::Table(document.into_inner()));
        let accounts = accounts(&document, &context);
        let notices = context.report.finish()?;
        Ok(Self { accounts, notices })
    }
}

fn accounts<'a>(
    document: &'a Spanned<DeValue<'a>>,
    context: &'a Context<'a>,
) -> BTreeMap<GatewayId, AccountConfig> {
    let top = Section {
        context,
        account: None,
        prefix: String::new(),
        value: document,
    };
    let file: File = top.keys(&[]);
    top.value(
        "inline_secrets",
        file.inline_secrets,
        "be true or false",
        Some,
    );
    if !file.gateway.is_present() {
        top.table_problem("there is no gateway: begin one with [[gateway]]");
    }
    let wanted = "be a list of tables: begin each with [[gateway]]";
    let tables = top.value("gateway", file.gateway, wanted, Some);
    let tables = tables.into_iter().flat_map(|(tables, _)| tables);
    let values = top
        .raw("gateway")
        .and_then(|list| list.get_ref().as_array());
    let values = values.into_iter().flatten();

    let mut accounts = BTreeMap::new();
    for (number, (keys, value)) in (1..).zip(tables.zip(values)) {
        let mut section = Section {
            account: Some(format!("gateway {number}")),
            value,
            ..top.clone()
        };
        let (provider, id) = name(&section, keys.provider, keys.account);
        if let Some((id, at)) = &id {
            section.account = Some(id.to_string());
            if accounts.contains_key(id) {
                let what = "there are two of this name: give this one another name";
                section.problem(*at, "account", what);
            }
        }
        // All values are checked, even if the account has no usable name.
        let calls = calls(&section, keys.calls);
        let proxy = section.proxy("proxy", keys.proxy);
        let roots = section.certificates("root_certificates", keys.root_certificates);
        let provider = provider.and_then(|provider| (provider.read)(&section));
        let Some((id, _)) = id else {
            continue;
        };
        let account = provider.map(|provider| AccountConfig {
            id: id.clone(),
            calls,
            proxy,
            root_certificates: roots,
            provider,
        });
        accounts.entry(id).or_insert(account);
    }
    let accounts = accounts.into_iter();
    accounts
        .filter_map(|(id, account)| Some((id, account?)))
        .collect()
}

/// The provider if it is known, and the account's name with its offset if both make one.
fn name(
    section: &Section<'_>,
    provider: Required<String>,
    account: Required<String>,
) -> (Option<&'static Provider>, Option<(GatewayId, usize)>) {
    let named = section.text("provider", provider).and_then(|(name, at)| {
        let known = PROVIDERS.iter().find(|known| known.name == name);
        if known.is_none() {
            let known: Vec<_> = PROVIDERS.iter().map(|known| known.name).collect();
            let what = format!("is not known here: known are {}", known.join(", "));
            section.problem(at, "provider", what);
        }
        known
    });
    // Without a provider, the name is checked all the same.
    let provider = named.map_or("provider", |provider| provider.name);
    let id = section.text("account", account).and_then(|(name, at)| {
        let id = match GatewayId::new(provider, &name) {
            Ok(_) if shown::is_random(&name) => Err(
                "looks like a secret, and messages repeat it: choose a name such as \"main\""
                    .to_owned(),
            ),
            Ok(id) => Ok(id),
            Err(error) => Err(error.to_string()),
        };
        id.map_err(|what| section.problem(at, "account", what))
            .ok()
            .map(|id| (id, at))
    });
    (named, id.filter(|_| named.is_some()))
}

fn calls(section: &Section<'_>, field: Field<Calls>) -> CallPolicy {
    let default = CallPolicy::default();
    let Some((section, keys)) = section.table("calls", field) else {
        return default;
    };
    let connect_timeout = section.duration("connect_timeout", keys.connect_timeout);
    let attempt_timeout = section.duration("attempt_timeout", keys.attempt_timeout);
    let deadline = section.duration("deadline", keys.deadline);
    let attempts = section.count("max_attempts", keys.max_attempts, Policy::MAX_ATTEMPTS);
    let policy = default.policy;
    CallPolicy {
        connect_timeout: connect_timeout.unwrap_or(default.connect_timeout),
        attempt_timeout: attempt_timeout.unwrap_or(default.attempt_timeout),
        policy: policy
            .with_deadline(deadline.unwrap_or(policy.deadline()))
            .with_max_attempts(attempts.unwrap_or(policy.max_attempts())),
    }
}
