//! CCPayment: `app_id`, `app_secret`, `previous_app_secret`, `base_url`, `currencies`, `tokens`.

use payments_core::{Asset, Executor, InvalidRequest, Timestamp, check};

use crate::ccpayment::{Ccpayment, Config, ConfigError, DEFAULT_BASE_URL};
use crate::config::section::Section;
use payments_core::SensitiveString;

/// An account at CCPayment.
#[derive(Clone, Debug)]
pub struct CcpaymentAccount {
    /// As the typed client takes it.
    pub config: Config,
    /// The app's secret, for tools that make a provider's messages for tests.
    pub app_secret: SensitiveString,
    /// The account before a change, and when webhooks under its secret are taken no more.
    pub previous: Option<(Config, Timestamp)>,
    currencies: Vec<String>,
    tokens: Vec<(Asset, String)>,
}

/// Fit values, which stand for the others while one is tried.
const FIT: &str = "fit";

pub(super) fn read(section: &Section<'_>) -> Option<CcpaymentAccount> {
    let tried = |base_url: &str, app_id: &str, secret: &str| -> Result<(), ConfigError> {
        Config::new(base_url, app_id, secret).map(drop)
    };
    let fits = |secret: &SensitiveString| tried(DEFAULT_BASE_URL, FIT, secret.expose());

    let base_url = section.base_url("base_url");
    let base_url = section.fit("base_url", base_url, |url| tried(url, FIT, FIT));
    let app_id = section.required_text("app_id");
    let app_id = section.fit("app_id", app_id, |id| tried(DEFAULT_BASE_URL, id, FIT));
    let secret = section.fit_secret("app_secret", section.secret("app_secret"), fits);
    let previous = section.previous_secret("previous_app_secret");
    let (previous, end) = previous.unzip();
    let previous = section.fit_secret("previous_app_secret", previous, fits);
    let currencies = section.texts("currencies");
    for currency in &currencies {
        section.fit("currencies", Some(currency), |currency| {
            Asset::new(**currency).map(drop)
        });
    }
    let tokens = section.sections("tokens", "tokens.");
    let tokens = tokens.into_iter().filter_map(token).collect();

    let base_url = base_url.unwrap_or(DEFAULT_BASE_URL);
    let (app_id, app_secret) = (app_id?, secret?);
    let config =
        |secret: &SensitiveString| section.made(Config::new(base_url, app_id, secret.expose()));
    Some(CcpaymentAccount {
        config: config(&app_secret)?,
        previous: previous.and_then(|previous| config(&previous)).zip(end),
        app_secret,
        currencies: currencies.into_iter().map(str::to_owned).collect(),
        tokens,
    })
}

fn token(section: Section<'_>) -> Option<(Asset, String)> {
    let symbol = section.required_text("symbol");
    let symbol = section.fit("symbol", symbol, |symbol| Asset::new(*symbol).map(drop));
    let network = section.required_text("network");
    let network = section.fit("network", network, |network| Asset::new(*network).map(drop));
    let id = section.required_text("id");
    let id = section.fit("id", id, |id| check::text("id", id, 64));
    section.finish();
    let asset = crate::money::asset(symbol?, Some(network?)).ok()?;
    Some((asset, id?.to_owned()))
}

impl CcpaymentAccount {
    pub(super) fn gateway(
        &self,
        account: &str,
        executor: Executor,
    ) -> Result<Ccpayment, InvalidRequest> {
        let mut gateway = Ccpayment::new(account, &self.config, executor)?;
        for currency in &self.currencies {
            gateway = gateway.with_currency(currency)?;
        }
        for (asset, id) in &self.tokens {
            gateway = gateway.with_token(asset, id)?;
        }
        Ok(match &self.previous {
            Some((previous, end)) => gateway.with_previous_secret(previous, *end),
            None => gateway,
        })
    }
}
