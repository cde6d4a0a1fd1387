//! ChainUp OPay's RSA keys: read once, and tried against each other.

use payments_signing::KeyError;
use payments_signing::chainup_opay::Keys;
use payments_signing::rsa::{PrivateKey, PublicKey};

use super::{ChainupOpayCredentials, CredentialsError, refuse};

/// Signed once by each private key, to see which public key fits.
const PROBE: &[u8] = b"which half belongs to which";

/// The keys of both sides. The sandbox plays the platform and knows the merchant's keys as well.
pub(crate) struct OpayKeys {
    pub(crate) platform: Keys,
    pub(crate) merchant: Keys,
}

/// Reads the four halves and sees that they are two pairs.
pub(super) fn read(opay: &ChainupOpayCredentials) -> Result<OpayKeys, CredentialsError> {
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
    Ok(OpayKeys {
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

/// The marks of a bad copy in words, everything else as the reader of keys has it.
fn problem(text: &str, error: &KeyError) -> String {
    let text = text.trim();
    match error {
        _ if text.is_empty() => "is empty".to_owned(),
        KeyError::MissingEnd => {
            "is half a key: the closing line `-----END …-----` is missing".to_owned()
        }
        KeyError::Damaged => {
            "is cut short or damaged: the key inside does not have the length it states".to_owned()
        }
        _ => format!("cannot be used: {error}"),
    }
}
