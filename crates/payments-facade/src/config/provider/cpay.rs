//! C-Pay: `base_url`, `merchant_id`, `secret`, `previous_secret`, `unsigned_webhooks`.

use std::sync::Arc;

use payments_core::{Executor, InvalidRequest, SensitiveString, Timestamp};
use serde::Deserialize;

use crate::config::base_url::BaseUrl;
use crate::config::entry::{Account, Provider, ProviderAccount};
use crate::config::field::{Field, Required, names};
use crate::config::reference::{Place, Reference};
use crate::config::section::Section;
use crate::cpay::{Config, Cpay, PROVIDER as NAME, UnsignedWebhooks};
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
    unsigned_webhooks: UnsignedWebhooks,
}

pub(in crate::config) const PROVIDER: Provider = Provider { name: NAME, read };

#[derive(Default, Deserialize)]
#[serde(default)]
struct Keys {
    base_url: Required<String>,
    merchant_id: Required<String>,
    secret: Required<Reference>,
    previous_secret: Field<Place>,
    unsigned_webhooks: Field<String>,
}

fn read(section: &Section<'_>) -> Option<Arc<dyn ProviderAccount>> {
    let keys: Keys = section.keys(names::<Account>());
    // Each value is tried beside valid ones, so that a problem is reported at its key.
    let config = |merchant_id: &str, secret: &str| {
        Config::new("https://valid.example", merchant_id, secret).map(drop)
    };
    let base_url = section.base_url("base_url", keys.base_url, check_path);
    let merchant_id = section.checked("merchant_id", keys.merchant_id, |id| config(id, "valid"));
    let secret = section.secret("secret", keys.secret, |secret| config("1", secret));
    let previous = section.previous_secret("previous_secret", keys.previous_secret, |secret| {
        config("1", secret)
    });
    let choices = [
        ("refuse", UnsignedWebhooks::Refuse),
        ("hint-then-query", UnsignedWebhooks::HintThenQuery),
    ];
    let unsigned_webhooks = section.choice("unsigned_webhooks", keys.unsigned_webhooks, choices);

    let (base_url, merchant_id, secret) = (base_url?, merchant_id?, secret?);
    let config = |secret: &SensitiveString| {
        section.made(Config::new(&base_url, &merchant_id, secret.expose()))
    };
    Some(Arc::new(CpayAccount {
        config: config(&secret)?,
        previous: previous.and_then(|(secret, until)| Some((config(&secret)?, until))),
        secret,
        unsigned_webhooks: unsigned_webhooks.unwrap_or_default(),
    }))
}

/// The client adds `/openapi/v1` and the call.
fn check_path(url: &BaseUrl) -> Result<(), String> {
    let end = match url.is_at("cpay.ltd") {
        true => (!url.path().is_empty()).then_some(0),
        false => url.api_path(&["openapi"]),
    };
    match end {
        None => Ok(()),
        Some(end) => Err(format!(
            "must end before the path of the API: write {}",
            url.corrected(end, "")
        )),
    }
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
        let gateway = Cpay::new(account, &self.config, executor)?
            .with_unsigned_webhooks(self.unsigned_webhooks);
        Ok(Arc::new(match &self.previous {
            Some((previous, until)) => gateway.with_previous_secret(previous, *until),
            None => gateway,
        }))
    }
}
