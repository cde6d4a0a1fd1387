//! From the text of a file to its accounts.

use std::collections::BTreeMap;

use payments_core::Policy;
use serde::Deserialize;
use toml::Spanned;
use toml::de::{DeTable, DeValue, Deserializer};

use super::account::{AccountConfig, CallPolicy, GatewaysConfig};
use super::entry::{Entry, Provider};
use super::field::{Field, Required, Table};
use super::problem::{Problems, Report};
use super::provider::PROVIDERS;
use super::secret::SecretSource;
use super::section::{Context, Section};
use crate::GatewayId;

/// The largest file that is read.
const MAX_BYTES: usize = 1024 * 1024;

#[derive(Default, Deserialize)]
#[serde(default)]
struct File {
    inline_secrets: Field<bool>,
    gateway: Field<Vec<Spanned<Table<Account>>>>,
}

/// The keys that all providers share.
#[derive(Default, Deserialize)]
#[serde(default)]
struct Account {
    provider: Required<String>,
    account: Required<String>,
    calls: Field<Table<Calls>>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Calls {
    connect_timeout: Field<String>,
    attempt_timeout: Field<String>,
    deadline: Field<String>,
    max_attempts: Field<u32>,
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
            return report.finish().map(|()| Self::default());
        }
        let (document, errors) = DeTable::parse_recoverable(text);
        for error in &errors {
            // The parser's message only: its rendered error repeats the line, which may contain a secret.
            let at = error.span().unwrap_or_default().start;
            report.add(at, None, None, format!("no TOML: {}", error.message()));
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
        let accounts = match errors.is_empty() {
            true => accounts(document, &context),
            false => BTreeMap::new(),
        };
        context.report.finish().map(|()| Self { accounts })
    }
}

fn accounts<'a>(
    document: Spanned<DeTable<'a>>,
    context: &'a Context<'a>,
) -> BTreeMap<GatewayId, AccountConfig> {
    let section = |at, account| Section {
        context,
        account,
        prefix: String::new(),
        at,
    };
    let top = section(0, None);
    // Each table is read twice: by the struct of all accounts, and by the struct of its provider.
    let list = document.get_ref().get("gateway").map(Spanned::get_ref);
    if list.is_none() {
        top.table_problem("there is no gateway: begin one with [[gateway]]");
    }
    let list = list.and_then(DeValue::as_array).into_iter().flatten();
    let values: Vec<Spanned<DeValue<'_>>> = list.cloned().collect();
    let Some(file) = top.made(Table::<File>::deserialize(Deserializer::from(document))) else {
        return BTreeMap::new();
    };
    top.unknown(&file.unknown, file.known.iter());
    top.value(
        "inline_secrets",
        file.keys.inline_secrets,
        "be true or false",
        Some,
    );
    let wanted = "be a list of tables: begin each with [[gateway]]";
    let tables = top.value("gateway", file.keys.gateway, wanted, Some);
    let tables = tables.into_iter().flat_map(|(tables, _)| tables);

    let mut accounts = BTreeMap::new();
    for (number, (table, value)) in (1..).zip(tables.zip(values)) {
        let mut section = section(table.span().start, Some(format!("gateway {number}")));
        let table = table.into_inner();
        let name = name(&section, table.keys.provider, table.keys.account);
        let Some((provider, id, at)) = name else {
            continue;
        };
        section.account = Some(id.to_string());
        if accounts.contains_key(&id) {
            section.problem(
                at,
                "account",
                "there are two of this name: give this one its own",
            );
        }
        let calls = calls(&section, table.keys.calls);
        let entry = Entry {
            section,
            value,
            shared: table.known,
            unknown: table.unknown,
        };
        let account = (provider.read)(entry).map(|provider| AccountConfig {
            id: id.clone(),
            calls,
            provider,
        });
        accounts.entry(id).or_insert(account);
    }
    let accounts = accounts.into_iter();
    accounts
        .filter_map(|(id, account)| Some((id, account?)))
        .collect()
}

/// The account's provider and name, and the offset of the latter.
fn name(
    section: &Section<'_>,
    provider: Required<String>,
    account: Required<String>,
) -> Option<(&'static Provider, GatewayId, usize)> {
    let provider = section.text("provider", provider);
    let account = section.text("account", account);
    let (provider, at) = provider?;
    let Some(provider) = PROVIDERS.iter().find(|known| known.name == provider) else {
        let known: Vec<_> = PROVIDERS.iter().map(|known| known.name).collect();
        let what = format!("is none of those known here: {}", known.join(", "));
        section.problem(at, "provider", what);
        return None;
    };
    let (account, at) = account?;
    match GatewayId::new(provider.name, &account) {
        Ok(id) => Some((provider, id, at)),
        Err(error) => {
            section.problem(at, "account", error.to_string());
            None
        }
    }
}

fn calls(section: &Section<'_>, field: Field<Table<Calls>>) -> CallPolicy {
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
