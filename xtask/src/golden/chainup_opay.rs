//! ChainUp OPay: sealed texts with a direction, bare messages, whole envelopes, and keys.
//!
//! A folder of cases holds the keys of both sides: `merchant.pri.*`, `merchant.pub.*`, `platform.pri.*` and
//! `platform.pub.*`, as `.pem` or `.b64u`.

use std::fs;
use std::path::Path;

use payments_signing::chainup_opay::Keys;
use payments_signing::rsa::{PrivateKey, PublicKey};
use serde_json::Value;

use super::{Outcome, genuine, judged, needed, same};

/// Who acts: the merchant writes to the platform, or the platform to the merchant.
#[derive(Clone, Copy)]
struct Direction {
    from: &'static str,
    to: &'static str,
}

const C2P: Direction = Direction {
    from: "merchant",
    to: "platform",
};
const P2C: Direction = Direction {
    from: "platform",
    to: "merchant",
};

/// A genuine text: its signature is deterministic and must come out the same; its encryption is random and must
/// open; a text of our own must open on the other side.
pub(super) fn sealed(case: &Value, dir: &Path) -> Outcome {
    let direction = match needed(case, "direction")? {
        "c2p" => C2P,
        "p2c" => P2C,
        other => return Err(format!("direction: {other:?} is neither c2p nor p2c")),
    };
    let (sender, receiver) = (
        keys(dir, direction.from, direction.to)?,
        keys(dir, direction.to, direction.from)?,
    );
    let plaintext = needed(case, "plaintext")?;
    let (data, sign) = (needed(case, "data")?, needed(case, "sign")?);
    if genuine(case) {
        let stages = sender
            .explain(plaintext.as_bytes())
            .map_err(|error| error.to_string())?;
        if let Some(md5) = super::text(case, "md5hex") {
            same(
                "md5",
                md5,
                stages
                    .get("md5 (the text that is signed)")
                    .unwrap_or_default(),
            )?;
        }
        let ours = sender
            .seal(plaintext.as_bytes())
            .map_err(|error| error.to_string())?;
        same("sign", sign, &ours.sign)?;
        let opened = receiver
            .open(&ours.data, &ours.sign)
            .map_err(|refused| format!("own seal: {refused}"))?;
        same("own seal", plaintext, &String::from_utf8_lossy(&opened))?;
    }
    let verdict = receiver.open(data, sign);
    if let Ok(opened) = &verdict {
        same("plaintext", plaintext, &String::from_utf8_lossy(opened))?;
    }
    judged(case, "open", verdict)
}

/// A message without its plaintext: an envelope, or a case that was tampered with. It does not say who sent it,
/// so it counts as taken when either side takes it.
pub(super) fn message(case: &Value, dir: &Path) -> Outcome {
    let (data, sign) = (needed(case, "data")?, needed(case, "sign")?);
    let open = |direction: Direction| {
        keys(dir, direction.to, direction.from).map(|receiver| receiver.open(data, sign))
    };
    judged(case, "open", open(C2P)?.or(open(P2C)?))
}

/// The text of a key: `{kind: private | public, text}`.
pub(super) fn key(case: &Value, _dir: &Path) -> Outcome {
    let text = needed(case, "text")?;
    let verdict = match needed(case, "kind")? {
        "private" => PrivateKey::parse(text).map(|key| key.bits()),
        "public" => PublicKey::parse(text).map(|key| key.bits()),
        other => return Err(format!("kind: {other:?} is neither private nor public")),
    };
    judged(case, "parse", verdict)
}

/// A key file: what it holds is in its name.
pub(super) fn key_file(name: &str, text: &str) -> Outcome {
    let parsed = if name.contains(".pri.") {
        PrivateKey::parse(text).map(|key| key.bits())
    } else {
        PublicKey::parse(text).map(|key| key.bits())
    };
    parsed.map(drop).map_err(|error| format!("parse: {error}"))
}

fn keys(dir: &Path, own: &str, peer: &str) -> Result<Keys, String> {
    let own = PrivateKey::parse(&key_text(dir, own, "pri")?)
        .map_err(|error| format!("{own}.pri: {error}"))?;
    let peer = PublicKey::parse(&key_text(dir, peer, "pub")?)
        .map_err(|error| format!("{peer}.pub: {error}"))?;
    Ok(Keys::new(own, peer))
}

fn key_text(dir: &Path, side: &str, half: &str) -> Result<String, String> {
    ["pem", "b64u"]
        .into_iter()
        .find_map(|form| fs::read_to_string(dir.join(format!("{side}.{half}.{form}"))).ok())
        .ok_or_else(|| {
            format!("no key file {side}.{half}.pem or {side}.{half}.b64u beside the cases")
        })
}
