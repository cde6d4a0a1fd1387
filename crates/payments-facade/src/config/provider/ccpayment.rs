//! CCPayment: `app_id`, `app_secret`, `previous_app_secret`, `base_url`, `currencies`, `tokens`.

use std::sync::Arc;

use payments_core::{Asset, Executor, InvalidRequest, SensitiveString, Timestamp, check};
use serde::Deserialize;

use crate::ccpayment::{Ccpayment, Config, DEFAULT_BASE_URL, PROVIDER as NAME};
use crate::config::base_url::BaseUrl;
use crate::config::entry::{Account, Provider, ProviderAccount};
use crate::config::field::{Field, Required, names};
use crate::config::reference::{Place, Reference};
use crate::config::section::Section;
use crate::gateway::Gateway;

/// An account at CCPayment.
#[derive(Clone, Debug)]
pub struct CcpaymentAccount {
    /// The configuration of the typed client.
    pub config: Config,
    /// The app's secret, for tools that make a provider's messages for tests.
    pub app_secret: SensitiveString,
    /// The account with the previous secret, and until when webhooks under it are accepted.
    pub previous: Option<(Config, Timestamp)>,
    currencies: Vec<String>,
    tokens: Vec<(Asset, String)>,
}

pub(in crate::config) const PROVIDER: Provider = Provider { name: NAME, read };

#[derive(Default, Deserialize)]
#[serde(default)]
struct Keys {
    base_url: Field<String>,
    app_id: Required<String>,
    app_secret: Required<Reference>,
    previous_app_secret: Field<Place>,
    currencies: Field<Vec<String>>,
    tokens: Field<Vec<Token>>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Token {
    symbol: Required<String>,
    network: Required<String>,
    id: Required<String>,
}

fn read(section: &Section<'_>) -> Option<Arc<dyn ProviderAccount>> {
    let keys: Keys = section.keys(names::<Account>());
    // Each value is tried beside valid ones, so that a problem is reported at its key.
    let config =
        |app_id: &str, secret: &str| Config::new(DEFAULT_BASE_URL, app_id, secret).map(drop);
    let base_url = section.base_url("base_url", keys.base_url, check_path);
    let app_id = section.checked("app_id", keys.app_id, |id| config(id, "valid"));
    let secret = section.secret("app_secret", keys.app_secret, |secret| {
        config("valid", secret)
    });
    let previous =
        section.previous_secret("previous_app_secret", keys.previous_app_secret, |secret| {
            config("valid", secret)
        });
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

    let base_url = base_url.unwrap_or_else(|| DEFAULT_BASE_URL.to_owned());
    let (app_id, app_secret) = (app_id?, secret?);
    let config =
        |secret: &SensitiveString| section.made(Config::new(&base_url, &app_id, secret.expose()));
    Some(Arc::new(CcpaymentAccount {
        config: config(&app_secret)?,
        previous: previous.and_then(|(secret, until)| Some((config(&secret)?, until))),
        app_secret,
        currencies,
        tokens,
    }))
}

/// The client adds the call to `.../ccpayment/v1/`. Only a reverse proxy can have another path.
fn check_path(url: &BaseUrl) -> Result<(), String> {
    let path = url.path();
    let root = path.iter().position(|name| *name == "ccpayment");
    let end = match root {
        Some(_) if url.ends_with(&["ccpayment", "v1"]) => return Ok(()),
        Some(root) => root,
        None if path.is_empty() || url.is_at("ccpayment.com") => 0,
        None => match url.api_path(&["bill", "coin", "assets", "withdrawal", "webhook"]) {
            Some(end) => end,
            None => return Ok(()),
        },
    };
    Err(format!(
        "must end with /ccpayment/v1: write {}",
        url.corrected(end, "/ccpayment/v1")
    ))
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
