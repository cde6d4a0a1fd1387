//! The ChainUp OPay account: its RSA keys are read and checked against each other.

use std::fmt;
use std::sync::LazyLock;

use payments_signing::KeyError;
use payments_signing::chainup_opay::Keys;
use payments_signing::rsa::{PrivateKey, PublicKey};
use serde::{Deserialize, Serialize};
use zeroize::Zeroize as _;

use crate::credentials::value::{CredentialsError, refuse};

/// The ChainUp OPay account: two RSA key pairs, all four halves as PEM or bare base64.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ChainupOpayCredentials {
    /// `app_id`: letters, digits, `_` and `-`.
    pub app_id: String,
    /// The merchant's private key (PKCS#8): the merchant signs with it and decrypts with it.
    pub merchant_private_key: String,
    /// The merchant's public key (SubjectPublicKeyInfo), registered with the platform.
    pub merchant_public_key: String,
    /// The platform's public key, given to the merchant.
    pub platform_public_key: String,
    /// The platform's private key. Only the sandbox, standing in for the platform, has it;
    /// `GET /_sandbox/credentials` leaves it out.
    pub platform_private_key: String,
}

impl ChainupOpayCredentials {
    pub(crate) fn test() -> Self {
        Self {
            app_id: "sandbox_1001".to_owned(),
            merchant_private_key: include_str!("keys/merchant-private.pem").to_owned(),
            merchant_public_key: include_str!("keys/merchant-public.pem").to_owned(),
            platform_public_key: include_str!("keys/platform-public.pem").to_owned(),
            platform_private_key: include_str!("keys/platform-private.pem").to_owned(),
        }
    }

    /// Checks every value and returns the keys.
    pub(crate) fn keys(&self) -> Result<BothKeys, CredentialsError> {
        if !is_app_id(&self.app_id) {
            return refuse(
                "chainup_opay.app_id",
                "must be 1 to 64 letters, digits, `_` or `-`",
            );
        }
        // A process with tests starts many sandboxes with the same keys, and checking them takes several private-key operations.
        static TEST: LazyLock<Option<BothKeys>> =
            LazyLock::new(|| read(&ChainupOpayCredentials::test()).ok());
        match &*TEST {
            Some(keys) if *self == Self::test() => Ok(keys.clone()),
            _ => read(self),
        }
    }

    /// Everything except the platform's private key.
    pub(crate) fn public(&self) -> PublicChainupOpay<'_> {
        PublicChainupOpay {
            app_id: &self.app_id,
            merchant_private_key: &self.merchant_private_key,
            merchant_public_key: &self.merchant_public_key,
            platform_public_key: &self.platform_public_key,
        }
    }
}

#[derive(Serialize)]
pub(crate) struct PublicChainupOpay<'a> {
    app_id: &'a str,
    merchant_private_key: &'a str,
    merchant_public_key: &'a str,
    platform_public_key: &'a str,
}

impl Drop for ChainupOpayCredentials {
    fn drop(&mut self) {
        self.merchant_private_key.zeroize();
        self.platform_private_key.zeroize();
    }
}

impl fmt::Debug for ChainupOpayCredentials {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ChainupOpayCredentials")
            .field("app_id", &self.app_id)
            .finish_non_exhaustive()
    }
}

/// Signed by each private key to find out which public key fits.
const PROBE: &[u8] = b"do these two keys belong together?";

/// The keys of both sides. The sandbox acts as the platform, and knows the merchant's keys as well.
#[derive(Clone)]
pub(crate) struct BothKeys {
    pub(crate) platform: Keys,
    pub(crate) merchant: Keys,
}

/// Reads the four keys and checks that they are two pairs.
fn read(opay: &ChainupOpayCredentials) -> Result<BothKeys, CredentialsError> {
    let private = |field, text: &str| {
        PrivateKey::parse(text).or_else(|error| refuse(field, problem(text, &error)))
    };
    let public = |field, text: &str| {
        PublicKey::parse(text).or_else(|error| refuse(field, problem(text, &error)))
    };
    const MERCHANT_PUBLIC: &str = "chainup_opay.merchant_public_key";
    const PLATFORM_PUBLIC: &str = "chainup_opay.platform_public_key";
    let merchant_private = private(
        "chainup_opay.merchant_private_key",
        &opay.merchant_private_key,
    )?;
    let merchant_public = public(MERCHANT_PUBLIC, &opay.merchant_public_key)?;
    let platform_private = private(
        "chainup_opay.platform_private_key",
        &opay.platform_private_key,
    )?;
    let platform_public = public(PLATFORM_PUBLIC, &opay.platform_public_key)?;

    if !is_pair(&merchant_private, &merchant_public) {
        return refuse(
            MERCHANT_PUBLIC,
            "is not the other half of merchant_private_key",
        );
    }
    if !is_pair(&platform_private, &platform_public) {
        return refuse(
            PLATFORM_PUBLIC,
            "is not the other half of platform_private_key",
        );
    }
    if is_pair(&merchant_private, &platform_public) {
        return refuse(
            PLATFORM_PUBLIC,
            "is the merchant's own key; platform and merchant must have different pairs",
        );
    }
    Ok(BothKeys {
        platform: Keys::new(platform_private, merchant_public),
        merchant: Keys::new(merchant_private, platform_public),
    })
}

/// Whether the public key verifies what the private key signs.
fn is_pair(private: &PrivateKey, public: &PublicKey) -> bool {
    let keys = Keys::new(private.clone(), public.clone());
    keys.sign(PROBE)
        .is_ok_and(|sign| keys.verify(PROBE, &sign).is_ok())
}

/// Names the signs of an incomplete copy; for the rest, the message of the key reader.
fn problem(text: &str, error: &KeyError) -> String {
    let text = text.trim();
    match error {
        _ if text.is_empty() => "is empty".to_owned(),
        _ => format!("cannot be used: {error}"),
    }
}

/// The alphabet of app ids (assumed: live ones are like `name_5157`, samples like 32 hexadecimal digits).
pub(super) fn is_app_id(text: &str) -> bool {
    (1..=64).contains(&text.len())
        && text
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || byte == b'_' || byte == b'-')
}
