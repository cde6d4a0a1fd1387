//! CCPayment, both versions: `version`, `app_id`, `app_secret`, `previous_app_secret`, `base_url`; of v1 `currencies` and `tokens`, of
//! v2 `webhook_policy` and `confirm`.

use std::sync::Arc;

use payments_core::{Asset, Executor, InvalidRequest, SensitiveString, Timestamp, check};
use serde::Deserialize;

use crate::ccpayment::{self, Ccpayment, PROVIDER as NAME};
use crate::ccpayment_v2::{self, CcpaymentV2, WebhookPolicy};
use crate::config::base_url::BaseUrl;
use crate::config::entry::{Account, Provider, ProviderAccount};
use crate::config::field::{Field, Required, names};
use crate::config::reference::{Place, Reference};
use crate::config::section::Section;
use crate::gateway::Gateway;

/// An account at CCPayment of version 1.
#[derive(Clone, Debug)]
pub struct CcpaymentAccount {
    /// The configuration of the typed client.
    pub config: ccpayment::Config,
    /// The app's secret, for tools that make a provider's messages for tests.
    pub app_secret: SensitiveString,
    /// The account with the previous secret, and until when webhooks under it are accepted.
    pub previous: Option<(ccpayment::Config, Timestamp)>,
    currencies: Vec<String>,
    tokens: Vec<(Asset, String)>,
}

/// An account at CCPayment of version 2.
#[derive(Clone, Debug)]
pub struct CcpaymentV2Account {
    /// The configuration of the typed client.
    pub config: ccpayment_v2::Config,
    /// The app's secret, for tools that make a provider's messages for tests.
    pub app_secret: SensitiveString,
    /// The account with the previous secret, and until when webhooks under it are accepted.
    pub previous: Option<(ccpayment_v2::Config, Timestamp)>,
    webhook_policy: WebhookPolicy,
    confirms: bool,
}

pub(in crate::config) const PROVIDER: Provider = Provider { name: NAME, read };

#[derive(Default, Deserialize)]
#[serde(default)]
struct Keys {
    version: Field<String>,
    base_url: Field<String>,
    app_id: Required<String>,
    app_secret: Required<Reference>,
    previous_app_secret: Field<Place>,
    currencies: Field<Vec<String>>,
    tokens: Field<Vec<Token>>,
    webhook_policy: Field<String>,
    confirm: Field<bool>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Token {
    symbol: Required<String>,
    network: Required<String>,
    id: Required<String>,
}

/// The version of an account's API.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Version {
    V1,
    V2,
}

/// The keys that only accounts of one version have.
const ONLY_V1: [&str; 2] = ["currencies", "tokens"];
const ONLY_V2: [&str; 2] = ["webhook_policy", "confirm"];

/// `None` for an unknown version, which is reported.
fn version(section: &Section<'_>, field: Field<String>) -> Option<Version> {
    let version = if field.is_present() {
        let choices = [("v1", Version::V1), ("v2", Version::V2)];
        section.choice("version", field, choices)?
    } else {
        let what = "is not given, so it is v1, which the provider calls deprecated: write \"v1\" to keep it, or \"v2\" if that is the account's version";
        section.notice("version", what);
        Version::V1
    };
    let (others, other) = match version {
        Version::V1 => (ONLY_V2, "v2"),
        Version::V2 => (ONLY_V1, "v1"),
    };
    for key in others {
        section.unexpected(key, format!("is only for version = \"{other}\""));
    }
    Some(version)
}

/// What both versions have, with the configuration of one of them.
struct Shared<C> {
    config: C,
    app_secret: SensitiveString,
    previous: Option<(C, Timestamp)>,
}

/// `make` makes a configuration of a base URL, an app id and a secret.
fn shared<C>(
    section: &Section<'_>,
    keys: (
        Field<String>,
        Required<String>,
        Required<Reference>,
        Field<Place>,
    ),
    (default_base_url, version): (&str, &str),
    make: impl Fn(&str, &str, &str) -> Result<C, ccpayment::ConfigError>,
) -> Option<Shared<C>> {
    let (base_url, app_id, app_secret, previous) = keys;
    // Each value is tried beside valid ones, so that a problem is reported at its key.
    let tried = |app_id: &str, secret: &str| make(default_base_url, app_id, secret).map(drop);
    let base_url = section.base_url("base_url", base_url, |url| {
        check_path(url, default_base_url, version)
    });
    let app_id = section.checked("app_id", app_id, |id| tried(id, "valid"));
    let secret = section.secret("app_secret", app_secret, |secret| tried("valid", secret));
    let previous = section.previous_secret("previous_app_secret", previous, |secret| {
        tried("valid", secret)
    });

    let base_url = base_url.unwrap_or_else(|| default_base_url.to_owned());
    let (app_id, app_secret) = (app_id?, secret?);
    let config = |secret: &SensitiveString| section.made(make(&base_url, &app_id, secret.expose()));
    Some(Shared {
        config: config(&app_secret)?,
        previous: previous.and_then(|(secret, until)| Some((config(&secret)?, until))),
        app_secret,
    })
}

fn read(section: &Section<'_>) -> Option<Arc<dyn ProviderAccount>> {
    let keys: Keys = section.keys(names::<Account>());
    let version = version(section, keys.version);
    let of_app = (
        keys.base_url,
        keys.app_id,
        keys.app_secret,
        keys.previous_app_secret,
    );
    let wanted = "be a list of texts in quotes";
    let currencies = section.value("currencies", keys.currencies, wanted, Some);
    let (currencies, at) = currencies.unwrap_or_default();
    for error in currencies.iter().filter_map(|it| is_asset(it).err()) {
        section.problem(at, "currencies", error.to_string());
    }
    let tokens = section.tables("tokens", keys.tokens);
    let tokens = tokens
        .into_iter()
        .filter_map(|(section, keys)| token(&section, keys))
        .collect();
    let policies = [
        ("query-first", WebhookPolicy::QueryFirst),
        ("hint-only", WebhookPolicy::HintOnly),
    ];
    let webhook_policy = section.choice("webhook_policy", keys.webhook_policy, policies);
    if version == Some(Version::V2) && webhook_policy == Some(WebhookPolicy::HintOnly) {
        let what = "is \"hint-only\": webhooks about payments are not queried, so `payments inbox serve` and a program with `payments-store` refuse each of them; write \"query-first\" for these";
        section.notice("webhook_policy", what);
    }
    let confirm = section.value("confirm", keys.confirm, "be true or false", Some);

    // Of an unknown version, all other values are checked all the same.
    if version == Some(Version::V2) {
        let of_version = (ccpayment_v2::DEFAULT_BASE_URL, "v2");
        let shared = shared(section, of_app, of_version, |url, id, secret| {
            ccpayment_v2::Config::new(url, id, secret)
        })?;
        return Some(Arc::new(CcpaymentV2Account {
            config: shared.config,
            app_secret: shared.app_secret,
            previous: shared.previous,
            webhook_policy: webhook_policy.unwrap_or_default(),
            confirms: confirm.is_none_or(|(confirm, _)| confirm),
        }));
    }
    let of_version = (ccpayment::DEFAULT_BASE_URL, "v1");
    let shared = shared(section, of_app, of_version, |url, id, secret| {
        ccpayment::Config::new(url, id, secret)
    })?;
    Some(Arc::new(CcpaymentAccount {
        config: shared.config,
        app_secret: shared.app_secret,
        previous: shared.previous,
        currencies,
        tokens,
    }))
}

/// The client adds the call to `.../ccpayment/v1/`, or to that of version 2. Only a reverse proxy can have another path.
fn check_path(url: &BaseUrl, default: &str, version: &str) -> Result<(), String> {
    let path = url.path();
    let root = path.iter().position(|name| *name == "ccpayment");
    let end = match root {
        Some(_) if url.ends_with(&["ccpayment", version]) => return Ok(()),
        Some(root) => root,
        None if path.is_empty() || url.is_at("ccpayment.com") => 0,
        None => match url.api_path(&["bill", "coin", "assets", "withdrawal", "webhook"]) {
            Some(end) => end,
            None => return Ok(()),
        },
    };
    let wanted = format!("/ccpayment/{version}");
    // The provider has one host for each version.
    let write = match url.is_at("ccpayment.com") {
        true => default.trim_end_matches('/').to_owned(),
        false => url.corrected(end, &wanted),
    };
    let others = ["v1", "v2"].into_iter().filter(|other| *other != version);
    let mut others = others.filter(|other| url.ends_with(&["ccpayment", other]));
    let other = others.next().map_or_else(String::new, |other| {
        format!(", or version = \"{other}\" for an account of that version")
    });
    Err(format!("must end with {wanted}: write {write}{other}"))
}

fn is_asset(name: &str) -> Result<(), InvalidRequest> {
    Asset::new(name).map(drop)
}

fn token(section: &Section<'_>, keys: Token) -> Option<(Asset, String)> {
    let symbol = section.checked("symbol", keys.symbol, is_asset);
    let network = section.checked("network", keys.network, is_asset);
    let id = section.checked("id", keys.id, |id| check::text("id", id, 64));
    let asset = crate::money::asset(&symbol?, Some(&network?));
    Some((section.made(asset)?, id?))
}

impl ProviderAccount for CcpaymentAccount {
    fn base_url(&self) -> &str {
        self.config.base_url()
    }

    fn previous_until(&self) -> Option<Timestamp> {
        self.previous.as_ref().map(|(_, until)| *until)
    }

    fn gateway(
        &self,
        account: &str,
        executor: Executor,
    ) -> Result<Arc<dyn Gateway>, InvalidRequest> {
        let mut gateway = Ccpayment::new(account, &self.config, executor)?;
        for currency in &self.currencies {
            gateway = gateway.with_currency(currency)?;
        }
        for (asset, id) in &self.tokens {
            gateway = gateway.with_token(asset, id)?;
        }
        Ok(Arc::new(match &self.previous {
            Some((previous, until)) => gateway.with_previous_secret(previous, *until),
            None => gateway,
        }))
    }
}

impl ProviderAccount for CcpaymentV2Account {
    fn base_url(&self) -> &str {
        self.config.base_url()
    }

    fn previous_until(&self) -> Option<Timestamp> {
        self.previous.as_ref().map(|(_, until)| *until)
    }

    fn gateway(
        &self,
        account: &str,
        executor: Executor,
    ) -> Result<Arc<dyn Gateway>, InvalidRequest> {
        let gateway = CcpaymentV2::new(account, &self.config, executor)?
            .with_webhook_policy(self.webhook_policy);
        let gateway = match self.confirms {
            true => gateway,
            false => gateway.without_confirmation(),
        };
        Ok(Arc::new(match &self.previous {
            Some((previous, until)) => gateway.with_previous_secret(previous, *until),
            None => gateway,
        }))
    }
}
