//! ChainUp OPay: sealed texts with a direction, messages, envelopes and keys.
//!
//! A folder of cases holds the keys of both sides: `merchant.pri.*`, `merchant.pub.*`, `platform.pri.*` and
//! `platform.pub.*`, as `.pem` or `.b64u`.

use std::fs;
use std::path::Path;

use payments_signing::chainup_opay::Keys;
use payments_signing::rsa::{PrivateKey, PublicKey};
use serde_json::Value;

use super::{Outcome, genuine, judged, needed, same, text_of};

/// From the merchant to the platform, or the other way.
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

/// A message, with or without its plaintext. Without a direction it is accepted if either side accepts it.
pub(super) fn message(case: &Value, dir: &Path) -> Outcome {
    let directions: &[Direction] = match text_of(case, "direction") {
        Some("c2p") => &[C2P],
        Some("p2c") => &[P2C],
        None => &[C2P, P2C],
        Some(other) => return Err(format!("direction: {other:?} is neither c2p nor p2c")),
    };
    let mut stage = Err("open: no direction".to_owned());
    for direction in directions {
        stage = sent(case, dir, *direction);
        if stage.is_ok() == genuine(case)? {
            return stage;
        }
    }
    stage
}

/// Opens the text. If it is genuine, signs it again with the same result, and opens a newly sealed text.
fn sent(case: &Value, dir: &Path, direction: Direction) -> Outcome {
    let receiver = keys(dir, direction.to, direction.from)?;
    let verdict = receiver.open(needed(case, "data")?, needed(case, "sign")?);
    if let Ok(opened) = &verdict {
        let opened = String::from_utf8_lossy(opened);
        same(
            "plaintext",
            text_of(case, "plaintext").unwrap_or(&opened),
            &opened,
        )?;
        sealed(
            case,
            &keys(dir, direction.from, direction.to)?,
            &receiver,
            &opened,
        )?;
    }
    judged(case, "open", verdict)
}

fn sealed(case: &Value, sender: &Keys, receiver: &Keys, plaintext: &str) -> Outcome {
    let stages = sender
        .explain(plaintext.as_bytes())
        .map_err(|error| error.to_string())?;
    let md5 = stages
        .get("md5 (the text that is signed)")
        .unwrap_or_default();
    same("md5", text_of(case, "md5hex").unwrap_or(md5), md5)?;
    if let Some(length) = case.get("plaintext_len") {
        same(
            "plaintext_len",
            &length.to_string(),
            &plaintext.len().to_string(),
        )?;
    }
    if let Some(blocks) = case.get("cipher_blocks") {
        // Four characters per three bytes; a signature is one block, and the keys have the same length.
        let bytes =
            |member| needed(case, member).map(|text| text.trim_end_matches('=').len() * 3 / 4);
        let (data, block) = (bytes("data")?, bytes("sign")?.max(1));
        same(
            "cipher_blocks",
            &blocks.to_string(),
            &(data / block).to_string(),
        )?;
    }
    let ours = sender
        .seal(plaintext.as_bytes())
        .map_err(|error| error.to_string())?;
    let theirs = needed(case, "sign")?;
    let normalised = |sign: &str| {
        sign.trim_end_matches('=')
            .replace('+', "-")
            .replace('/', "_")
    };
    same(
        "sign",
        &normalised(theirs).replace(['\r', '\n'], ""),
        &normalised(&ours.sign),
    )?;
    let opened = receiver
        .open(&ours.data, &ours.sign)
        .map_err(|refused| format!("own seal: {refused}"))?;
    same("own seal", plaintext, &String::from_utf8_lossy(&opened))
}

/// The text of a key: `{kind: private | public, text}`.
pub(super) fn key(case: &Value, _dir: &Path) -> Outcome {
    parsed(case, needed(case, "text")?)
}

/// A key in a file: `{kind: private | public, file}`.
pub(super) fn key_form(case: &Value, dir: &Path) -> Outcome {
    let file = dir.join(needed(case, "file")?);
    let text = fs::read_to_string(&file).map_err(|error| format!("{}: {error}", file.display()))?;
    parsed(case, &text)
}

fn parsed(case: &Value, text: &str) -> Outcome {
    let verdict = match needed(case, "kind")? {
        "private" => PrivateKey::parse(text).map(|key| key.bits()),
        "public" => PublicKey::parse(text).map(|key| key.bits()),
        other => return Err(format!("kind: {other:?} is neither private nor public")),
    };
    judged(case, "parse", verdict)
}

/// A key file: its name shows the kind of key, and its other form beside it must contain the same key.
pub(super) fn key_file(file: &Path, text: &str) -> Outcome {
    let name = file.file_name().unwrap_or_default().to_string_lossy();
    let parsed = if name.contains(".pri.") {
        PrivateKey::parse(text).map(|key| key.bits())
    } else {
        PublicKey::parse(text).map(|key| key.bits())
    };
    parsed.map_err(|error| format!("parse: {error}"))?;
    match fs::read_to_string(file.with_extension("pem")) {
        Ok(pem) if base64_of(&pem) != base64_of(text) => {
            Err("it differs from the .pem beside it".to_owned())
        }
        _ => Ok(()),
    }
}

/// The base64 inside, without armour, line breaks and padding, in one alphabet.
fn base64_of(key: &str) -> String {
    let lines = key.lines().filter(|line| !line.starts_with("-----"));
    let text: String = lines.flat_map(|line| line.trim().chars()).collect();
    text.trim_end_matches('=')
        .replace('-', "+")
        .replace('_', "/")
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
