//! ChainUp OPay: `base_url`, `app_id`, `private_key`, `platform_key`, `previous_keys`, and the choices that the provider's
//! documents leave open.

use std::sync::Arc;

use payments_core::{Executor, InvalidRequest, SensitiveString, Timestamp};
use payments_signing::KeyError;
use payments_signing::rsa::{PrivateKey, PublicKey as PlatformKey};
use serde::Deserialize;
use toml::value::Datetime;

use crate::Gateway;
use crate::chainup_opay::{
    AckForm, CancelPath, ChainupOpay, Config, CustomerId, OrderDetailMode, PROVIDER as NAME,
    TimeForm,
};
use crate::config::entry::{Entry, Provider, ProviderAccount};
use crate::config::field::{Field, Required, Table};
use crate::config::reference::{PublicKey, Reference};
use crate::config::section::Section;
use crate::config::value::{Choice, Count, OneOf, check_base_url};

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
    platform_key: Required<PublicKey>,
    previous_keys: Field<Table<PreviousKeys>>,
    user_agent: Field<String>,
    time_form: Field<OneOf<TimeForm>>,
    order_detail: Field<OneOf<OrderDetailMode>>,
    cancel_path: Field<OneOf<CancelPath>>,
    ack_form: Field<OneOf<AckForm>>,
    customers_by: Field<OneOf<CustomerId>>,
    scene_type: Field<Count<{ u32::MAX }>>,
}

/// The keys before a change. A key that is missing here did not change.
#[derive(Default, Deserialize)]
#[serde(default)]
struct PreviousKeys {
    until: Field<Datetime>,
    private_key: Field<Reference>,
    platform_key: Field<PublicKey>,
}

impl Choice for TimeForm {
    const CHOICES: &'static [(&'static str, Self)] =
        &[("number", Self::Number), ("text", Self::Text)];
}

impl Choice for OrderDetailMode {
    const CHOICES: &'static [(&'static str, Self)] =
        &[("envelope", Self::Envelope), ("plain", Self::Plain)];
}

impl Choice for CancelPath {
    const CHOICES: &'static [(&'static str, Self)] =
        &[("prefixed", Self::Prefixed), ("bare", Self::Bare)];
}

impl Choice for AckForm {
    const CHOICES: &'static [(&'static str, Self)] = &[
        ("signed", Self::Signed),
        ("encrypted", Self::Encrypted),
        ("bare", Self::Bare),
    ];
}

impl Choice for CustomerId {
    const CHOICES: &'static [(&'static str, Self)] =
        &[("user-id", Self::UserId), ("open-id", Self::OpenId)];
}

fn read(entry: Entry<'_>) -> Option<Arc<dyn ProviderAccount>> {
    let (section, keys) = entry.keys::<Keys>()?;
    let base_url = section.checked("base_url", keys.base_url, |url| check_base_url(url));
    let app_id = section.checked("app_id", keys.app_id, |id| check_app_id(id));
    let private = section.secret("private_key", keys.private_key, is_private);
    let platform = section.secret("platform_key", keys.platform_key, is_public);
    let previous = section.table("previous_keys", keys.previous_keys);
    let previous = previous.and_then(|(section, keys)| previous_keys(&section, keys));
    let user_agent = section.value("user_agent", keys.user_agent);
    let time_form = choice(&section, "time_form", keys.time_form);
    let order_detail = choice(&section, "order_detail", keys.order_detail);
    let cancel_path = choice(&section, "cancel_path", keys.cancel_path);
    let ack_form = choice(&section, "ack_form", keys.ack_form);
    let customers_by = choice(&section, "customers_by", keys.customers_by);
    let scene_type = section.value("scene_type", keys.scene_type);

    let (base_url, app_id, private, platform) = (base_url?, app_id?, private?, platform?);
    let config = |private: &SensitiveString, platform: &SensitiveString| {
        let (private, platform) = (private.expose(), platform.expose());
        let config = section.made(Config::new(&base_url, &app_id, private, platform))?;
        let config = config
            .time_form(time_form)
            .order_detail_mode(order_detail)
            .cancel_path(cancel_path)
            .ack_form(ack_form);
        let Some((user_agent, at)) = &user_agent else {
            return Some(config);
        };
        config
            .user_agent(user_agent)
            .map_err(|error| section.problem(*at, "user_agent", error.to_string()))
            .ok()
    };
    let previous = previous.and_then(|(before_private, before_platform, until)| {
        let private = before_private.as_ref().unwrap_or(&private);
        let platform = before_platform.as_ref().unwrap_or(&platform);
        Some((config(private, platform)?, until))
    });
    Some(Arc::new(ChainupOpayAccount {
        config: config(&private, &platform)?,
        previous,
        customers_by,
        scene_type: scene_type.map(|(Count(number), _)| number),
    }))
}

fn choice<T: Choice + Default>(section: &Section<'_>, key: &str, field: Field<OneOf<T>>) -> T {
    let chosen = section.value(key, field);
    chosen.map_or_else(T::default, |(OneOf(choice), _)| choice)
}

type Previous = (Option<SensitiveString>, Option<SensitiveString>, Timestamp);

fn previous_keys(section: &Section<'_>, keys: PreviousKeys) -> Option<Previous> {
    if !keys.private_key.is_present() && !keys.platform_key.is_present() {
        section.table_problem(
            "previous_keys needs the key that changed: private_key, platform_key or both",
        );
    }
    let private = section.secret("private_key", keys.private_key, is_private);
    let platform = section.secret("platform_key", keys.platform_key, is_public);
    Some((private, platform, section.until(keys.until)?))
}

fn is_private(key: &str) -> Result<(), KeyError> {
    PrivateKey::parse(key).map(drop)
}

fn is_public(key: &str) -> Result<(), KeyError> {
    PlatformKey::parse(key).map(drop)
}

fn check_app_id(id: &str) -> Result<(), &'static str> {
    let good = (1..=64).contains(&id.len()) && id.bytes().all(|byte| byte.is_ascii_graphic());
    good.then_some(())
        .ok_or("the app id must be 1 to 64 printable ASCII characters without spaces")
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
