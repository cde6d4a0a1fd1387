//! C-Pay: parameters and the secret key.

use payments_signing::Refused;
use payments_signing::cpay::{EmptyValues, Key, Rules, ZeroValues};
use serde::{Deserialize, Serialize};
use zeroize::Zeroizing;

use super::input::{self, Params};
use crate::failure::Failure;

/// `{"key":…,"params":{…},"sign":…,"rules":{…}}`. Without `sign`, the `sign` among the parameters is used.
#[derive(Deserialize)]
pub(super) struct Case {
    key: Zeroizing<String>,
    params: Params,
    sign: Option<String>,
    #[serde(default)]
    rules: Variant,
}

/// Which of the provider's samples to follow where they disagree.
#[derive(Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
struct Variant {
    empty_values: EmptyValue,
    zero_values: ZeroValue,
}

#[derive(Clone, Copy, Default, Deserialize)]
#[serde(rename_all = "lowercase")]
enum EmptyValue {
    #[default]
    Skip,
    Sign,
}

#[derive(Clone, Copy, Default, Deserialize)]
#[serde(rename_all = "lowercase")]
enum ZeroValue {
    #[default]
    Sign,
    Drop,
}

impl From<&Variant> for Rules {
    fn from(variant: &Variant) -> Self {
        Self {
            empty_values: match variant.empty_values {
                EmptyValue::Skip => EmptyValues::Skip,
                EmptyValue::Sign => EmptyValues::Sign,
            },
            zero_values: match variant.zero_values {
                ZeroValue::Sign => ZeroValues::Sign,
                ZeroValue::Drop => ZeroValues::Drop,
            },
        }
    }
}

#[derive(Serialize)]
pub(super) struct Signed {
    canonical: String,
    sign: String,
}

pub(super) fn sign(case: &Case) -> Result<Signed, Failure> {
    let stages = key(case)?
        .explain(case.params.iter())
        .map_err(|error| Failure::BadInput(format!("\"params\" cannot be signed: {error}")))?;
    let stage = |name: &str| stages.get(name).unwrap_or_default().to_owned();
    Ok(Signed {
        canonical: stage("canonical text"),
        sign: stage("sign"),
    })
}

pub(super) fn verify(case: &Case) -> Result<Result<(), Refused>, Failure> {
    let sign = input::needed(
        case.sign.as_ref().or_else(|| case.params.get("sign")),
        "sign",
    )?;
    Ok(key(case)?.verify(case.params.iter(), sign))
}

fn key(case: &Case) -> Result<Key, Failure> {
    Ok(Key::new(input::secret("key", &case.key)?).with_rules(Rules::from(&case.rules)))
}
