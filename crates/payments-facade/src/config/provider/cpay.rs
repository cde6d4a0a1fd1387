//! C-Pay: `base_url`, `merchant_id`, `secret`, `previous_secret`.

use std::sync::Arc;

use payments_core::{Executor, InvalidRequest, SensitiveString, Timestamp};
use serde::Deserialize;

use crate::config::entry::{Account, Provider, ProviderAccount};
use crate::config::field::{Field, Required, names};
use crate::config::reference::{Place, Reference};
use crate::config::section::Section;
use crate::cpay::{Config, Cpay, PROVIDER as NAME};
use crate::gateway::Gateway;

/// An account at C-Pay.
#[derive(Clone, Debug)]
pub struct CpayAccount {
    /// The configuration of the typed client.
    pub config: Config,
    /// The signing key, for tools that make a provider's messages for tests.
    pub secret: SensitiveString,
    /// The previous key, and until when webhooks under it are accepted.
    pub previous: Option<(Config, Timestamp)>,
}

pub(in crate::config) const PROVIDER: Provider = Provider { name: NAME, read };

#[derive(Default, Deserialize)]
#[serde(default)]
struct Keys {
    base_url: Required<String>,
    merchant_id: Required<String>,
    secret: Required<Reference>,
    previous_secret: Field<Place>,
}

fn read(section: &Section<'_>) -> Option<Arc<dyn ProviderAccount>> {
    let keys: Keys = section.keys(names::<Account>());
    // Each value is tried beside valid ones, so that a problem is reported at its key.
    let config = |merchant_id: &str, secret: &str| {
        Config::new("https://valid.example", merchant_id, secret).map(drop)
    };
    let base_url = section.base_url("base_url", keys.base_url);
    let merchant_id = section.checked("merchant_id", keys.merchant_id, |id| config(id, "valid"));
    let secret = section.secret("secret", keys.secret, |secret| config("1", secret));
    let previous = section.previous_secret("previous_secret", keys.previous_secret, |secret| {
        config("1", secret)
    });

    let (base_url, merchant_id, secret) = (base_url?, merchant_id?, secret?);
    let config = |secret: &SensitiveString| {
        section.made(Config::new(&base_url, &merchant_id, secret.expose()))
    };
    Some(Arc::new(CpayAccount {
        config: config(&secret)?,
        previous: previous.and_then(|(secret, until)| Some((config(&secret)?, until))),
        secret,
    }))
}

impl ProviderAccount for CpayAccount {
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
        let gateway = Cpay::new(account, &self.config, executor)?;
        Ok(Arc::new(match &self.previous {
            Some((previous, until)) => gateway.with_previous_secret(previous, *until),
            None => gateway,
        }))
    }
}
