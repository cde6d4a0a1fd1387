//! ChainUp OPay: `base_url`, `app_id`, `private_key`, `platform_key`, `previous_keys`, and the choices that the provider's
//! documents leave open.

use std::sync::Arc;

use payments_core::{Executor, InvalidRequest, SensitiveString, Timestamp};
use payments_signing::KeyError;
use payments_signing::rsa::{PrivateKey, PublicKey};
use serde::Deserialize;
use toml::value::Datetime;

use crate::chainup_opay::{
    AckForm, CancelPath, ChainupOpay, Config, CustomerId, OrderDetailMode, PROVIDER as NAME,
    TimeForm,
};
use crate::config::base_url::BaseUrl;
use crate::config::entry::{Account, Provider, ProviderAccount};
use crate::config::field::{Field, Required, names};
use crate::config::reference::Reference;
use crate::config::section::Section;
use crate::gateway::Gateway;

/// An app at a ChainUp tenant.
#[derive(Clone, Debug)]
pub struct ChainupOpayAccount {
    /// The configuration of the typed client.
    pub config: Config,
    /// The app with the previous keys, and until when webhooks under them are accepted.
    pub previous: Option<(Config, Timestamp)>,
    customers_by: CustomerId,
    scene_type: Option<u32>,
}

pub(in crate::config) const PROVIDER: Provider = Provider { name: NAME, read };

#[derive(Default, Deserialize)]
#[serde(default)]
struct Keys {
    base_url: Required<String>,
    app_id: Required<String>,
    private_key: Required<Reference>,
    platform_key: Required<Reference>,
    previous_keys: Field<PreviousKeys>,
    user_agent: Field<String>,
    time_form: Field<String>,
    order_detail: Field<String>,
    cancel_path: Field<String>,
    ack_form: Field<String>,
    customers_by: Field<String>,
    scene_type: Field<u32>,
}

/// The keys before a change. A key that is missing here did not change.
#[derive(Default, Deserialize)]
#[serde(default)]
struct PreviousKeys {
    until: Field<Datetime>,
    private_key: Field<Reference>,
    platform_key: Field<Reference>,
}

fn read(section: &Section<'_>) -> Option<Arc<dyn ProviderAccount>> {
    let keys: Keys = section.keys(names::<Account>());
    let base_url = section.base_url("base_url", keys.base_url, check_path);
    let app_id = section.checked("app_id", keys.app_id, check_app_id);
    let private = section.private_key("private_key", keys.private_key, is_private);
    let platform = section.public_key("platform_key", keys.platform_key, is_public);
    let previous = section.table("previous_keys", keys.previous_keys);
    let previous = previous.and_then(|(section, keys)| previous_keys(&section, keys));
    let user_agent = section.checked("user_agent", keys.user_agent, check_user_agent);
    let times = [("number", TimeForm::Number), ("text", TimeForm::Text)];
    let time_form = section.choice("time_form", keys.time_form, times);
    let modes = [
        ("envelope", OrderDetailMode::Envelope),
        ("plain", OrderDetailMode::Plain),
    ];
    let order_detail = section.choice("order_detail", keys.order_detail, modes);
    let paths = [
        ("prefixed", CancelPath::Prefixed),
        ("bare", CancelPath::Bare),
    ];
    let cancel_path = section.choice("cancel_path", keys.cancel_path, paths);
    let forms = [
        ("signed", AckForm::Signed),
        ("encrypted", AckForm::Encrypted),
        ("bare", AckForm::Bare),
    ];
    let ack_form = section.choice("ack_form", keys.ack_form, forms);
    let customers = [
        ("user-id", CustomerId::UserId),
        ("open-id", CustomerId::OpenId),
    ];
    let customers_by = section.choice("customers_by", keys.customers_by, customers);
    let scene_type = section.count("scene_type", keys.scene_type, u32::MAX);

    let (private, platform) = (private?, platform?);
    // A merchant's own key as the platform's is a problem whatever is wrong with the URL and the id, so values stand for them.
    let (url, app) = (
        base_url.as_deref().unwrap_or("https://tenant.example"),
        app_id.as_deref().unwrap_or("app"),
    );
    let config = |private: &SensitiveString, platform: &SensitiveString| {
        let (private, platform) = (private.expose(), platform.expose());
        let config = section.made(Config::new(url, app, private, platform))?;
        let config = config
            .time_form(time_form.unwrap_or_default())
            .order_detail_mode(order_detail.unwrap_or_default())
            .cancel_path(cancel_path.unwrap_or_default())
            .ack_form(ack_form.unwrap_or_default());
        match &user_agent {
            Some(user_agent) => section.made(config.user_agent(user_agent)),
            None => Some(config),
        }
    };
    let previous = previous.and_then(|(before_private, before_platform, until)| {
        let private = before_private.as_ref().unwrap_or(&private);
        let platform = before_platform.as_ref().unwrap_or(&platform);
        Some((config(private, platform)?, until))
    });
    let config = config(&private, &platform)?;
    base_url.as_ref().and(app_id.as_ref())?;
    Some(Arc::new(ChainupOpayAccount {
        config,
        previous,
        customers_by: customers_by.unwrap_or_default(),
        scene_type,
    }))
}

type Previous = (Option<SensitiveString>, Option<SensitiveString>, Timestamp);

fn previous_keys(section: &Section<'_>, keys: PreviousKeys) -> Option<Previous> {
    if !keys.private_key.is_present() && !keys.platform_key.is_present() {
        section.table_problem(
            "previous_keys needs the key that changed: private_key, platform_key or both",
        );
    }
    let private = section.private_key("private_key", keys.private_key, is_private);
    let platform = section.public_key("platform_key", keys.platform_key, is_public);
    Some((private, platform, section.until(keys.until)?))
}

fn is_private(key: &str) -> Result<(), KeyError> {
    PrivateKey::parse(key).map(drop)
}

fn is_public(key: &str) -> Result<(), KeyError> {
    PublicKey::parse(key).map(drop)
}

fn check_app_id(id: &str) -> Result<(), &'static str> {
    let good = (1..=64).contains(&id.len()) && id.bytes().all(|byte| byte.is_ascii_graphic());
    good.then_some(())
        .ok_or("the app id must be 1 to 64 printable ASCII characters without spaces")
}

/// As `Config::user_agent` does, before there is a configuration.
fn check_user_agent(text: &str) -> Result<(), &'static str> {
    let good = http::HeaderValue::from_str(text).is_ok() && !text.trim().is_empty();
    good.then_some(())
        .ok_or("the user agent must be visible text of one line")
}

/// The client adds `/platformapi/chainup/open/opay` and the call.
fn check_path(url: &BaseUrl) -> Result<(), String> {
    match url.api_path(&["platformapi", "chainup", "opay"]) {
        None => Ok(()),
        Some(end) => Err(format!(
            "must end before the path of the API: write {}",
            url.corrected(end, "")
        )),
    }
}

impl ProviderAccount for ChainupOpayAccount {
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
        let mut gateway =
            ChainupOpay::new(account, &self.config, executor)?.with_customers_by(self.customers_by);
        if let Some(scene_type) = self.scene_type {
            gateway = gateway.with_scene_type(scene_type);
        }
        Ok(Arc::new(match &self.previous {
            Some((previous, until)) => gateway.with_previous_keys(previous, *until),
            None => gateway,
        }))
    }
}
