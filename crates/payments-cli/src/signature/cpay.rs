//! C-Pay: parameters and the secret key.

use payments_signing::cpay::{EmptyValues, Key, Params, Rules, ZeroValues};
use payments_signing::{Cause, Diagnosis};
use serde::{Deserialize, Serialize};

use super::input::{self, Members};
use crate::failure::Failure;

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

/// From `{"key":…,"params":{…},"rules":{…}}`.
pub(super) fn sign(input: &Members<'_>) -> Result<Signed, Failure> {
    let key = key(input)?;
    let params = params(input)?.map_err(|diagnosis| unsignable(&diagnosis))?;
    let stages = key
        .explain(params.iter())
        .map_err(|error| Failure::BadInput(format!("\"params\" cannot be signed: {error}")))?;
    let stage = |name: &str| stages.get(name).unwrap_or_default().to_owned();
    Ok(Signed {
        canonical: stage("canonical text"),
        sign: stage("sign"),
    })
}

/// From the same with `sign`. Without it, the `sign` among the parameters is used.
pub(super) fn verify(input: &Members<'_>) -> Result<Option<Diagnosis>, Failure> {
    let key = key(input)?;
    let given = input.text("sign")?;
    let params = match params(input)? {
        Ok(params) => params,
        Err(diagnosis) if diagnosis.cause() == Cause::UnsignableValue => {
            return Err(unsignable(&diagnosis));
        }
        Err(diagnosis) => return Ok(Some(diagnosis)),
    };
    let sign = match given.as_deref() {
        Some(sign) => sign.as_str(),
        None => params
            .get("sign")
            .ok_or_else(|| Failure::bad("the input has no \"sign\""))?,
    };
    Ok(key.diagnose(params.iter(), sign))
}

/// Read as a webhook is, so that a value stands for the same text.
fn params(input: &Members<'_>) -> Result<Result<Params, Diagnosis>, Failure> {
    let json = input.needed_json("params")?.get();
    if !json.starts_with('{') {
        return Err(Failure::bad("\"params\" must be an object"));
    }
    Ok(Params::read(json.as_bytes()))
}

fn unsignable(diagnosis: &Diagnosis) -> Failure {
    Failure::BadInput(format!("\"params\" cannot be signed: {diagnosis}"))
}

fn key(input: &Members<'_>) -> Result<Key, Failure> {
    let secret = input::secret("key", &input.needed("key")?)?;
    let rules: Variant = input.optional("rules")?;
    Ok(Key::new(secret).with_rules(Rules::from(&rules)))
}
