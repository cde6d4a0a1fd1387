//! C-Pay: `base_url`, `merchant_id`, `secret`, `previous_secret`.

use payments_core::{Executor, InvalidRequest, Timestamp};

use crate::config::section::Section;
use crate::cpay::{Config, ConfigError, Cpay};
use payments_core::SensitiveString;

/// An account at C-Pay.
#[derive(Clone, Debug)]
pub struct CpayAccount {
    /// As the typed client takes it.
    pub config: Config,
    /// The signing key, for tools that make a provider's messages for tests.
    pub secret: SensitiveString,
    /// The key before, and when webhooks under it are taken no more.
    pub previous: Option<(Config, Timestamp)>,
}

/// Fit values, which stand for the others while one is tried.
const FIT: (&str, &str, &str) = ("https://fit.example", "1", "fit");

pub(super) fn read(section: &Section<'_>) -> Option<CpayAccount> {
    let tried = |base_url: &str, merchant_id: &str, secret: &str| -> Result<(), ConfigError> {
        Config::new(base_url, merchant_id, secret).map(drop)
    };
    let fits = |secret: &SensitiveString| tried(FIT.0, FIT.1, secret.expose());

    let base_url = section.required_base_url("base_url");
    let base_url = section.fit("base_url", base_url, |url| tried(url, FIT.1, FIT.2));
    let merchant_id = section.required_text("merchant_id");
    let merchant_id = section.fit("merchant_id", merchant_id, |id| tried(FIT.0, id, FIT.2));
    let secret = section.fit_secret("secret", section.secret("secret"), fits);
    let previous = section.previous_secret("previous_secret");
    let (previous, end) = previous.unzip();
    let previous = section.fit_secret("previous_secret", previous, fits);

    let (base_url, merchant_id, secret) = (base_url?, merchant_id?, secret?);
    let config = |secret: &SensitiveString| {
        section.made(Config::new(base_url, merchant_id, secret.expose()))
    };
    Some(CpayAccount {
        config: config(&secret)?,
        previous: previous.and_then(|previous| config(&previous)).zip(end),
        secret,
    })
}

impl CpayAccount {
    pub(super) fn gateway(
        &self,
        account: &str,
        executor: Executor,
    ) -> Result<Cpay, InvalidRequest> {
        let gateway = Cpay::new(account, &self.config, executor)?;
        Ok(match &self.previous {
            Some((previous, end)) => gateway.with_previous_secret(previous, *end),
            None => gateway,
        })
    }
}
