//! Reads the fixtures.

use std::collections::BTreeMap;
use std::fs;

#[cfg(any(feature = "rsa", feature = "rsa-portable"))]
pub(crate) use self::rsa::{BLOCK, backends, keys};
use hmac::{Hmac, KeyInit as _, Mac as _};
use payments_signing::cpay::{EmptyValues, Rules, ZeroValues};
use serde_json::Value;
use sha2::Sha256;

/// Reads a file of the fixtures folder.
pub(crate) fn read(path: &str) -> String {
    let file = format!(
        "{}/../../fixtures/signatures/{path}",
        env!("CARGO_MANIFEST_DIR")
    );
    fs::read_to_string(&file).unwrap_or_else(|error| panic!("{file}: {error}"))
}

/// The cases of a file, at least one.
pub(crate) fn cases(path: &str) -> Vec<Case> {
    let cases: Vec<Value> = serde_json::from_str(&read(path)).unwrap();
    assert!(!cases.is_empty(), "{path} contains no case");
    cases
        .into_iter()
        .map(|value| Case {
            path: path.to_owned(),
            value,
        })
        .collect()
}

/// One case; its texts by name.
pub(crate) struct Case {
    path: String,
    value: Value,
}

impl Case {
    /// Its file and name, for messages.
    pub(crate) fn name(&self) -> String {
        format!("{} / {}", self.path, self.text("name"))
    }

    pub(crate) fn has(&self, field: &str) -> bool {
        self.value.get(field).is_some()
    }

    pub(crate) fn get(&self, field: &str) -> &Value {
        self.value
            .get(field)
            .unwrap_or_else(|| panic!("{}: no `{field}`", self.path))
    }

    pub(crate) fn text(&self, field: &str) -> &str {
        self.get(field)
            .as_str()
            .unwrap_or_else(|| panic!("{}: `{field}` is no text", self.path))
    }

    /// The members of an object of texts, in no particular order.
    pub(crate) fn pairs(&self, field: &str) -> Vec<(&str, &str)> {
        self.get(field)
            .as_object()
            .unwrap()
            .iter()
            .map(|(name, value)| (&**name, value.as_str().unwrap()))
            .collect()
    }

    /// Whether the case must be accepted.
    pub(crate) fn accepts(&self) -> bool {
        match self.text("expect").split([' ', ':', ';']).next() {
            Some("accept") => true,
            // One case of the provider reads `decrypts …; signature must fail`.
            Some("reject" | "decrypts") => false,
            other => panic!("{}: expects {other:?}", self.name()),
        }
    }
}

/// C-Pay's signature, computed from the provider's text step by step.
pub(crate) fn reference_sign(
    secret: &str,
    params: &BTreeMap<String, String>,
    rules: Rules,
) -> String {
    let mut text = String::new();
    for (name, value) in params {
        let left_out = name == "sign"
            || (value.is_empty() && rules.empty_values == EmptyValues::Skip)
            || (value == "0" && rules.zero_values == ZeroValues::Drop);
        if !left_out {
            text += &format!("{name}={value}&");
        }
    }
    text += &format!("key={secret}");
    let mut mac = Hmac::<Sha256>::new_from_slice(secret.as_bytes()).unwrap();
    mac.update(text.as_bytes());
    base16ct::lower::encode_string(&mac.finalize().into_bytes())
}

#[cfg(any(feature = "rsa", feature = "rsa-portable"))]
mod rsa {
    use payments_signing::chainup_opay::{Backend, Keys};
    use payments_signing::rsa::{PrivateKey, PublicKey};

    use super::read;

    /// Block length of the test keys.
    pub(crate) const BLOCK: usize = 256;

    /// The keys of one side, `merchant` or `platform`.
    pub(crate) fn keys(own: &str, peer: &str) -> Keys {
        Keys::new(
            PrivateKey::parse(&read(&format!("chainup_opay/{own}.pri.pem"))).unwrap(),
            PublicKey::parse(&read(&format!("chainup_opay/{peer}.pub.pem"))).unwrap(),
        )
    }

    /// Every backend that is compiled in.
    pub(crate) fn backends() -> Vec<Backend> {
        vec![
            #[cfg(feature = "rsa")]
            Backend::AwsLc,
            #[cfg(feature = "rsa-portable")]
            Backend::Portable,
        ]
    }
}
