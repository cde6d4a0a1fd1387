//! Fixed secrets, a valid file and a signed webhook.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;

use bytes::Bytes;
use payments_core::Executor;
use payments_core::SensitiveString;
use payments_core::scripted::{FixedEntropy, ManualClock, ScriptedTransport};
use payments_facade::config::{GatewaysConfig, Problems, SecretSource, Unobtainable};
use payments_signing::{Secret, cpay};

/// Variables and files by name.
#[derive(Default)]
pub(crate) struct Fixed(pub(crate) BTreeMap<&'static str, Result<&'static str, Unobtainable>>);

impl Fixed {
    pub(crate) fn new(entries: &[(&'static str, &'static str)]) -> Self {
        Self(
            entries
                .iter()
                .map(|(name, text)| (*name, Ok(*text)))
                .collect(),
        )
    }

    pub(crate) fn but(mut self, name: &'static str, why: Unobtainable) -> Self {
        self.0.insert(name, Err(why));
        self
    }

    fn get(&self, name: &str) -> Result<SensitiveString, Unobtainable> {
        let found = self.0.get(name).copied();
        found
            .unwrap_or(Err(Unobtainable::Missing))
            .map(SensitiveString::from)
    }
}

impl SecretSource for Fixed {
    fn variable(&self, name: &str) -> Result<SensitiveString, Unobtainable> {
        self.get(name)
    }

    fn file(&self, path: &Path) -> Result<SensitiveString, Unobtainable> {
        self.get(path.to_str().unwrap())
    }
}

pub(crate) fn secrets() -> Fixed {
    Fixed::new(&[
        ("CPAY_SECRET", "s3cret-of-main"),
        ("CPAY_OLD", "s3cret-of-before"),
        ("/run/secrets/second", "s3cret-of-second\n"),
    ])
}

pub(crate) const TWO: &str = r#"
[[gateway]]
provider = "cpay"
account = "main"
base_url = "https://api.cpay.ltd"
merchant_id = "20003092"
secret = { env = "CPAY_SECRET" }
previous_secret = { env = "CPAY_OLD", until = 2023-11-14T22:13:20Z }

[gateway.calls]
connect_timeout = "500ms"
attempt_timeout = "9s"
deadline = "2m"
max_attempts = 1

[[gateway]]
provider = "cpay"
account = "second"
base_url = "https://sandbox-api.cpay.ltd/"
merchant_id = "77"
secret = { file = "/run/secrets/second" }
"#;

pub(crate) fn read(text: &str) -> Result<GatewaysConfig, Problems> {
    GatewaysConfig::read(text, &secrets())
}

pub(crate) fn problems(text: &str) -> Vec<String> {
    let problems = read(text).unwrap_err();
    problems.iter().map(ToString::to_string).collect()
}

pub(crate) fn executor() -> Executor {
    Executor::new(
        Arc::new(ScriptedTransport::new()),
        Arc::new(ManualClock::new()),
        Arc::new(FixedEntropy::new(0)),
    )
}

pub(crate) fn webhook(secret: &str) -> Bytes {
    let key = cpay::Key::new(Secret::new(secret).unwrap());
    let fields = [
        ("merchantId", "20003092"),
        ("orderId", "1"),
        ("orderStatus", "14"),
    ];
    let sign = key.sign(fields).unwrap();
    let [merchant, order, status] = fields.map(|(name, value)| format!("\"{name}\":\"{value}\""));
    format!("{{{merchant},{order},{status},\"sign\":\"{sign}\"}}").into()
}
