//! ChainUp OPay: a text sealed to the other side, or a sealed text to be opened.

use std::io::Read;
use std::path::PathBuf;

use payments_signing::chainup_opay::Keys;
use payments_signing::rsa::{PrivateKey, PublicKey};
use payments_signing::{Refused, Verified};
use serde::{Deserialize, Serialize};
use zeroize::Zeroizing;

use super::{KeyFiles, input};
use crate::failure::Failure;

/// A private key of 16,384 bits as PEM is 13 KiB.
const KEY_LIMIT: usize = 64 * 1024;

/// `{"plaintext":…}` or `{"data":…,"sign":…}`.
#[derive(Deserialize)]
pub(super) struct Case {
    plaintext: Option<String>,
    data: Option<String>,
    sign: Option<String>,
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
                "the message is authentic, but its text is not UTF-8 and cannot be shown as JSON"
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

pub(super) fn sign(keys: &Keys, case: &Case) -> Result<Signed, Failure> {
    let plaintext = input::needed(case.plaintext.as_ref(), "plaintext")?;
    let sealed = keys
        .seal(plaintext.as_bytes())
        .map_err(|error| Failure::BadInput(format!("\"plaintext\" cannot be sealed: {error}")))?;
    Ok(Signed {
        data: sealed.data,
        sign: sealed.sign,
    })
}

/// What a message held, if it is authentic.
type Opening = Result<Verified<Zeroizing<Vec<u8>>>, Refused>;

pub(super) fn open(keys: &Keys, case: &Case) -> Result<Opening, Failure> {
    let data = input::needed(case.data.as_ref(), "data")?;
    let sign = input::needed(case.sign.as_ref(), "sign")?;
    Ok(keys.open(data, sign))
}

fn text(option: &str, path: Option<&PathBuf>) -> Result<Zeroizing<String>, Failure> {
    let path =
        path.ok_or_else(|| Failure::BadInput(format!("chainup-opay needs {option} FILE")))?;
    let mut text = Zeroizing::new(String::with_capacity(KEY_LIMIT + 1));
    std::fs::File::open(path)
        .and_then(|file| file.take(KEY_LIMIT as u64 + 1).read_to_string(&mut text))
        .map_err(|error| Failure::BadInput(format!("{option} {}: {error}", path.display())))?;
    if text.len() > KEY_LIMIT {
        return Err(Failure::BadInput(format!(
            "{option} {}: too large for a key",
            path.display()
        )));
    }
    Ok(text)
}
