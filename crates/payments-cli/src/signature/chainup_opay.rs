//! ChainUp OPay: seals a text to the other side, or opens a sealed text.

use std::io::Read;
use std::path::PathBuf;

use clap::Args;
use payments_signing::chainup_opay::Keys;
use payments_signing::rsa::{PrivateKey, PublicKey};
use payments_signing::{Cause, Diagnosis, Verified};
use serde::Serialize;
use zeroize::Zeroizing;

use super::input::Members;
use crate::failure::Failure;
use crate::output::shown_path;

/// A private key of 16,384 bits as PEM is 13 KiB.
const KEY_LIMIT: usize = 64 * 1024;

#[derive(Args)]
pub(crate) struct KeyFiles {
    /// chainup-opay: file with your private key (PKCS#8)
    #[arg(long, value_name = "FILE")]
    own_key: Option<PathBuf>,
    /// chainup-opay: file with the other side's public key (SPKI)
    #[arg(long, value_name = "FILE")]
    peer_key: Option<PathBuf>,
}

#[derive(Serialize)]
pub(super) struct Signed {
    data: String,
    sign: String,
}

#[derive(Serialize)]
pub(super) struct Opened<'a> {
    plaintext: &'a str,
}

impl<'a> Opened<'a> {
    pub(super) fn new(plaintext: &'a [u8]) -> Result<Self, Failure> {
        let plaintext = std::str::from_utf8(plaintext).map_err(|_| {
            Failure::Failed(
                "the message is authentic, but its text is not UTF-8, so it cannot be printed as JSON"
                    .into(),
            )
        })?;
        Ok(Self { plaintext })
    }
}

pub(super) fn keys(files: &KeyFiles) -> Result<Keys, Failure> {
    let own = text("--own-key", files.own_key.as_ref())?;
    let peer = text("--peer-key", files.peer_key.as_ref())?;
    let own = PrivateKey::parse(&own)
        .map_err(|error| Failure::BadInput(format!("--own-key: {error}")))?;
    let peer = PublicKey::parse(&peer)
        .map_err(|error| Failure::BadInput(format!("--peer-key: {error}")))?;
    Ok(Keys::new(own, peer))
}

/// From `{"plaintext":…}`.
pub(super) fn sign(keys: &Keys, input: &Members<'_>) -> Result<Signed, Failure> {
    let plaintext = input.needed("plaintext")?;
    let sealed = keys
        .seal(plaintext.as_bytes())
        .map_err(|error| Failure::BadInput(format!("\"plaintext\" cannot be sealed: {error}")))?;
    Ok(Signed {
        data: sealed.data,
        sign: sealed.sign,
    })
}

/// The plaintext of an authentic message, or why it is not authentic.
type Opening = Result<Verified<Zeroizing<Vec<u8>>>, Diagnosis>;

/// From `{"data":…,"sign":…}`.
pub(super) fn open(keys: &Keys, input: &Members<'_>) -> Result<Opening, Failure> {
    let (data, sign) = (input.needed("data")?, input.needed("sign")?);
    Ok(keys.open(&data, &sign).map_err(|refused| {
        let diagnosis = keys.diagnose(&data, &sign);
        // There is one for each message that is refused.
        diagnosis
            .unwrap_or_else(|| Diagnosis::new(Cause::WrongSecretOrAltered, refused.to_string()))
    }))
}

fn text(option: &str, path: Option<&PathBuf>) -> Result<Zeroizing<String>, Failure> {
    let path =
        path.ok_or_else(|| Failure::BadInput(format!("chainup-opay needs {option} FILE")))?;
    let mut text = Zeroizing::new(String::with_capacity(KEY_LIMIT + 1));
    std::fs::File::open(path)
        .and_then(|file| file.take(KEY_LIMIT as u64 + 1).read_to_string(&mut text))
        .map_err(|error| {
            let problem = match error.kind() {
                std::io::ErrorKind::InvalidData => {
                    "not UTF-8 text, perhaps a DER or PKCS#12 file, or UTF-16: convert it to PEM in UTF-8 first".to_owned()
                }
                _ => error.to_string(),
            };
            Failure::BadInput(format!("{option} {}: {problem}", shown_path(path)))
        })?;
    if text.len() > KEY_LIMIT {
        return Err(Failure::BadInput(format!(
            "{option} {}: too large for a key",
            shown_path(path)
        )));
    }
    Ok(text)
}
