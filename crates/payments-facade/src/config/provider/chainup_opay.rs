//! ChainUp OPay: `base_url`, `app_id`, `private_key`, `platform_key`, `previous_keys`, and where the provider's documents
//! leave a choice.

use payments_core::{Executor, InvalidRequest, Timestamp};
use payments_signing::rsa::{PrivateKey, PublicKey};

use crate::chainup_opay::{
    AckForm, CancelPath, ChainupOpay, Config, CustomerId, OrderDetailMode, TimeForm,
};
use crate::config::section::Section;
use payments_core::SensitiveString;

/// An app at a tenant of ChainUp's.
#[derive(Clone, Debug)]
pub struct ChainupOpayAccount {
    /// As the typed client takes it.
    pub config: Config,
    /// The app with the keys before a change, and when webhooks under them are taken no more.
    pub previous: Option<(Config, Timestamp)>,
    customers_by: CustomerId,
    scene_type: Option<u32>,
}

/// The two keys of an app.
struct Keys {
    private: SensitiveString,
    platform: SensitiveString,
}

pub(super) fn read(section: &Section<'_>) -> Option<ChainupOpayAccount> {
    let base_url = section.required_base_url("base_url");
    let app_id = section.required_text("app_id");
    let app_id = section.fit("app_id", app_id, |id| checked_app_id(id));
    let private = section.secret("private_key");
    let private = section.fit_secret("private_key", private, is_private);
    let platform = section.required_public("platform_key");
    let platform = section.fit_secret("platform_key", platform, is_public);
    let previous = section.section("previous_keys", "previous_keys.");
    let previous = previous.and_then(previous_keys);
    let choices = Choices::read(section);
    let customers = [
        ("user-id", CustomerId::UserId),
        ("open-id", CustomerId::OpenId),
    ];
    let customers_by = section.choice("customers_by", &customers);
    let scene_type = section.count("scene_type", u32::MAX);

    let (base_url, app_id) = (base_url?, app_id?);
    let current = Keys {
        private: private?,
        platform: platform?,
    };
    let config = |keys: &Keys| {
        let (private, platform) = (keys.private.expose(), keys.platform.expose());
        let config = section.made(Config::new(base_url, app_id, private, platform))?;
        choices.put_into(config, section)
    };
    let previous = previous.map(|previous| {
        let keys = Keys {
            private: previous.private.unwrap_or(current.private.clone()),
            platform: previous.platform.unwrap_or(current.platform.clone()),
        };
        (keys, previous.until)
    });
    let previous = previous.and_then(|(keys, until)| Some((config(&keys)?, until)));
    Some(ChainupOpayAccount {
        config: config(&current)?,
        previous,
        customers_by: customers_by.unwrap_or_default(),
        scene_type,
    })
}

fn is_private(key: &SensitiveString) -> Result<(), String> {
    let parsed = PrivateKey::parse(key.expose());
    parsed.map(drop).map_err(|error| error.to_string())
}

fn is_public(key: &SensitiveString) -> Result<(), String> {
    let parsed = PublicKey::parse(key.expose());
    parsed.map(drop).map_err(|error| error.to_string())
}

fn checked_app_id(id: &str) -> Result<(), &'static str> {
    let good = (1..=64).contains(&id.len()) && id.bytes().all(|byte| byte.is_ascii_graphic());
    good.then_some(())
        .ok_or("the app id must be 1 to 64 printable ASCII characters without spaces")
}

/// Keys that changed; one that is not there did not.
struct Previous {
    until: Timestamp,
    private: Option<SensitiveString>,
    platform: Option<SensitiveString>,
}

fn previous_keys(section: Section<'_>) -> Option<Previous> {
    let until = section.until();
    let private = section.optional_secret("private_key");
    let platform = section.public("platform_key");
    if private.is_none() && platform.is_none() {
        section
            .wrong("previous_keys needs the key that changed: private_key, platform_key or both");
    }
    let private = section.fit_secret("private_key", private, is_private);
    let platform = section.fit_secret("platform_key", platform, is_public);
    section.finish();
    Some(Previous {
        until: until?,
        private,
        platform,
    })
}

/// Where the provider's documents leave a choice.
struct Choices<'a> {
    user_agent: Option<&'a str>,
    time_form: TimeForm,
    order_detail: OrderDetailMode,
    cancel_path: CancelPath,
    ack_form: AckForm,
}

impl<'a> Choices<'a> {
    fn read(section: &Section<'a>) -> Self {
        let times = [("number", TimeForm::Number), ("text", TimeForm::Text)];
        let modes = [
            ("envelope", OrderDetailMode::Envelope),
            ("plain", OrderDetailMode::Plain),
        ];
        let paths = [
            ("prefixed", CancelPath::Prefixed),
            ("bare", CancelPath::Bare),
        ];
        let acks = [
            ("signed", AckForm::Signed),
            ("encrypted", AckForm::Encrypted),
            ("bare", AckForm::Bare),
        ];
        Self {
            user_agent: section.text("user_agent"),
            time_form: section.choice("time_form", &times).unwrap_or_default(),
            order_detail: section.choice("order_detail", &modes).unwrap_or_default(),
            cancel_path: section.choice("cancel_path", &paths).unwrap_or_default(),
            ack_form: section.choice("ack_form", &acks).unwrap_or_default(),
        }
    }

    fn put_into(&self, config: Config, section: &Section<'_>) -> Option<Config> {
        let config = config
            .time_form(self.time_form)
            .order_detail_mode(self.order_detail)
            .cancel_path(self.cancel_path)
            .ack_form(self.ack_form);
        match self.user_agent {
            None => Some(config),
            Some(text) => config
                .user_agent(text)
                .map_err(|error| section.problem("user_agent", error.to_string()))
                .ok(),
        }
    }
}

impl ChainupOpayAccount {
    pub(super) fn gateway(
        &self,
        account: &str,
        executor: Executor,
    ) -> Result<ChainupOpay, InvalidRequest> {
        let mut gateway =
            ChainupOpay::new(account, &self.config, executor)?.with_customers_by(self.customers_by);
        if let Some(scene_type) = self.scene_type {
            gateway = gateway.with_scene_type(scene_type);
        }
        Ok(match &self.previous {
            Some((previous, end)) => gateway.with_previous_keys(previous, *end),
            None => gateway,
        })
    }
}
