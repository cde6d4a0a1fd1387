//! Why a message of ChainUp failed verification.
//!
//! Two questions are answered independently: does `data` open with the own private key, and was `sign` made with the private
//! key of the other side's public key? A signature can be opened with a public key alone, which shows who made it, and of
//! what, without the text.

use std::collections::BTreeMap;

use md5::{Digest as _, Md5};
use serde_json::value::RawValue;
use sha2::Sha256;
use zeroize::Zeroizing;

use super::envelope::BODY;
use super::{Keys, decode_blocks, md5_hex};
use crate::diagnosis::{Cause, Diagnosis, body as body_check, quoted};
use crate::json_shape::is_one_object;
use crate::rsa;
use crate::rsa::recover::{Algorithm, Signed};
use crate::verify::same;

impl Keys {
    /// Why [`open_callback`](Self::open_callback) refuses a body; `None` if it does not.
    ///
    /// **Reply to the sender first.** The time this takes depends on the padding of the encrypted text: before the reply it
    /// would help to decrypt messages. It decrypts at most [`Limits::callback_blocks`](super::Limits::callback_blocks) blocks
    /// twice.
    #[cfg_attr(docsrs, doc(cfg(feature = "explain")))]
    #[must_use]
    pub fn diagnose_callback(&self, app_id: &str, body: &[u8]) -> Option<Diagnosis> {
        if self.open_callback(app_id, body).is_ok() {
            return None;
        }
        Some(match read(app_id, body) {
            Ok((data, sign)) => self.refused(&data, &sign, self.limits.callback_blocks),
            Err(diagnosis) => diagnosis,
        })
    }

    /// Why [`open`](Self::open) refuses a message; `None` if it does not. For those who hold the private key: see
    /// [`diagnose_callback`](Self::diagnose_callback).
    #[cfg_attr(docsrs, doc(cfg(feature = "explain")))]
    #[must_use]
    pub fn diagnose(&self, data: &str, sign: &str) -> Option<Diagnosis> {
        if self.open(data, sign).is_ok() {
            return None;
        }
        Some(self.refused(data, sign, self.limits.answer_blocks))
    }

    fn refused(&self, data: &str, sign: &str, max_blocks: usize) -> Diagnosis {
        let (own_len, peer_len) = (self.own.modulus_len(), self.peer.modulus_len());
        let signature = match decoded("sign", sign, peer_len) {
            Ok(bytes) => bytes,
            Err(diagnosis) => return diagnosis,
        };
        if signature.is_empty() {
            return Diagnosis::new(
                Cause::MissingSignature,
                "sign is empty: the message is not signed",
            );
        }
        // The lengths of usual keys; a signature of another length is incomplete.
        if signature.len() != peer_len {
            let (found, bits) = (signature.len(), signature.len() * 8);
            return if [256, 384, 512, 1024].contains(&found) {
                Diagnosis::new(
                    Cause::WrongPeerKey,
                    format!(
                        "sign has {found} bytes, a signature by a key of {bits} bits, but the other side's public key has {} bits: it is another key",
                        peer_len * 8
                    ),
                )
            } else {
                Diagnosis::new(
                    Cause::CutData,
                    format!("sign has {found} bytes, expected {peer_len}: it was cut or changed"),
                )
            };
        }
        if let Some(diagnosis) = plain_data(data) {
            return diagnosis;
        }
        let blocks = match decoded("data", data, own_len) {
            Ok(bytes) => bytes,
            Err(diagnosis) => return diagnosis,
        };
        if blocks.is_empty() {
            return Diagnosis::new(Cause::MissingField, "data is empty: there is no message");
        }
        if !blocks.len().is_multiple_of(own_len) {
            return Diagnosis::new(
                Cause::CutData,
                format!(
                    "data has {} bytes, expected a multiple of {own_len}, the length of a block of your key: it was cut or changed, or encrypted for a key of another length",
                    blocks.len()
                ),
            );
        }
        if decode_blocks(data, own_len, max_blocks).is_none() {
            return Diagnosis::new(
                Cause::TooLarge,
                format!(
                    "data has {} blocks; at most {max_blocks} are read (Limits)",
                    blocks.len() / own_len
                ),
            );
        }
        let (opened, text) = self.opened(&blocks);
        let count = blocks.len() / own_len;
        let by_peer = self.peer.numbers().recover(&signature);
        let by_own = self.own.numbers().recover(&signature);
        let text = (opened == count).then_some(text);
        match (text, by_peer) {
            (Some(text), Some(signed)) => other_text(&text, data, &signed),
            (Some(_), None) if by_own.is_some() => Diagnosis::new(
                Cause::WrongPeerKey,
                "data opens with your private key, but sign is made with your private key as well: the message was sealed with one key for both sides",
            ),
            (Some(_), None) => Diagnosis::new(
                Cause::WrongPeerKey,
                format!(
                    "data opens with your private key, but sign is not made with the private key of the other side's public key{}: take the public key that the other side shows, or sign was changed",
                    self.same_key_note()
                ),
            ),
            (None, Some(_)) if opened > 0 => Diagnosis::new(
                Cause::CutData,
                format!(
                    "sign is the other side's, but only {opened} of {count} blocks of data open with your private key: data was changed"
                ),
            ),
            (None, Some(_)) => Diagnosis::new(
                Cause::WrongOwnKey,
                "sign is the other side's, but data does not open with your private key: it was encrypted for another public key (an older one of yours?), or data was changed",
            ),
            (None, None) if by_own.is_some() => Diagnosis::new(
                Cause::SwappedKeys,
                "sign is made with your own private key: the keys of the two sides are swapped, or it is a message that you sent yourself",
            ),
            (None, None) => Diagnosis::new(
                Cause::WrongSecretOrAltered,
                format!(
                    "wrong keys or altered body: data does not open with your private key, and sign is not made with the private key of the other side's public key{}; compare both keys with the consoles of both sides, and open the bytes as they were received",
                    self.same_key_note()
                ),
            ),
        }
    }

    fn same_key_note(&self) -> &'static str {
        if self.own.numbers() == self.peer.numbers() {
            " (which is your own public key)"
        } else {
            ""
        }
    }

    /// How many blocks open to a piece of text, and the joined text. Blocks with bad padding give random bytes, which are no
    /// text.
    fn opened(&self, blocks: &[u8]) -> (usize, Zeroizing<Vec<u8>>) {
        let own_len = self.own.modulus_len();
        let mut joined = Zeroizing::new(Vec::with_capacity(blocks.len()));
        let mut opened = 0;
        for block in blocks.chunks(own_len) {
            let mut piece = Zeroizing::new(Vec::with_capacity(own_len));
            self.own.decrypt(block, &mut piece);
            opened += usize::from(is_text(&piece));
            joined.extend_from_slice(&piece);
        }
        (opened, joined)
    }
}

/// Whether bytes are a piece of UTF-8 text, which may begin and end within a character. Random bytes are not, unless they
/// are few: a block with bad padding becomes a long piece or, with another backend, one of random length.
fn is_text(piece: &[u8]) -> bool {
    let rest_of_character = |byte: &&u8| matches!(byte, 0x80..=0xbf);
    let begun = piece.iter().take(3).take_while(rest_of_character).count();
    let piece = piece.get(begun..).unwrap_or_default();
    let broken: usize = piece
        .utf8_chunks()
        .map(|chunk| {
            let control = |char: &char| char.is_control() && !matches!(char, '\t' | '\n' | '\r');
            chunk.invalid().len() + chunk.valid().chars().filter(control).count()
        })
        .sum();
    broken * 8 <= piece.len()
}

/// Both keys are right; the signature is that of another text, or by another rule.
fn other_text(text: &[u8], data: &str, signed: &Signed) -> Diagnosis {
    let named = |name: &str| {
        Diagnosis::new(
            Cause::OtherAlgorithm,
            format!(
                "both keys are right, but sign is made with {name}; expected SHA256withRSA of the 32 lower-case digits of the text's MD5"
            ),
        )
    };
    match signed.algorithm {
        Algorithm::Md5 => return named("MD5withRSA"),
        Algorithm::Sha1 => return named("SHA1withRSA"),
        Algorithm::Sha384 => return named("SHA384withRSA"),
        Algorithm::Sha512 => return named("SHA512withRSA"),
        Algorithm::Unnamed => return named("RSA alone, without a digest"),
        Algorithm::Sha256 => {}
    }
    let is_signed = |message: &[u8]| same(&Sha256::digest(message), &signed.digest).is_ok();
    let md5 = Md5::digest(text);
    let upper = base16ct::upper::encode_string(&md5);
    let base64 = rsa::encode(&md5);
    let trimmed = md5_hex(text.trim_ascii());
    let spellings: [(&[u8], &str); 4] = [
        (upper.as_bytes(), "the MD5 in upper-case digits"),
        (&md5, "the 16 bytes of the MD5"),
        (base64.as_bytes(), "the MD5 in base64"),
        (
            &md5_hex(upper.to_ascii_lowercase().as_bytes()),
            "the MD5 of the MD5",
        ),
    ];
    if let Some((_, what)) = spellings.iter().find(|(message, _)| is_signed(message)) {
        return Diagnosis::new(
            Cause::Md5Spelling,
            format!(
                "both keys are right, but {what} is signed; expected the 32 lower-case digits of the text's MD5"
            ),
        );
    }
    let other: [(&[u8], &str); 4] = [
        (text, "the text"),
        (data.as_bytes(), "the encrypted data"),
        (&md5_hex(data.as_bytes()), "the MD5 of the encrypted data"),
        (&trimmed, "the text without the white space around it"),
    ];
    if let Some((_, what)) = other.iter().find(|(message, _)| is_signed(message)) {
        return Diagnosis::new(
            Cause::SignedText,
            format!(
                "both keys are right, but {what} is signed; expected the 32 lower-case digits of the text's MD5"
            ),
        );
    }
    Diagnosis::new(
        Cause::AlteredText,
        "both keys are right, but sign belongs to another text: data or sign was changed, or comes from another message",
    )
}

/// Reads app id, data and signature, or says what is wrong with the envelope.
fn read(app_id: &str, body: &[u8]) -> Result<(String, String), Diagnosis> {
    if let Some(diagnosis) = body_check::check(body, BODY.bytes) {
        return Err(diagnosis);
    }
    if let Some(diagnosis) = body_check::not_one_object(body) {
        return Err(diagnosis);
    }
    let fields: BTreeMap<String, &RawValue> = serde_json::from_slice(body)
        .map_err(|_| Diagnosis::new(Cause::NotAMessage, "the body is not a JSON object"))?;
    if !is_one_object(body, BODY) {
        let roomy = crate::json_shape::Limits {
            depth: u8::MAX,
            names: usize::MAX,
            ..BODY
        };
        return Err(if is_one_object(body, roomy) {
            Diagnosis::new(
                Cause::TooManyFields,
                format!(
                    "the body has more than {} levels or {} names in an object",
                    BODY.depth, BODY.names
                ),
            )
        } else {
            Diagnosis::new(
                Cause::Repeated,
                "a name occurs twice in an object of the body",
            )
        });
    }
    let field = |name: &str| {
        let Some(value) = fields.get(name) else {
            let similar = fields.keys().find(|other| {
                let letters: String = other.chars().filter(char::is_ascii_alphanumeric).collect();
                letters.eq_ignore_ascii_case(&name.replace('_', ""))
            });
            let instead = similar.map(|other| format!("; there is one named {}", quoted(other)));
            let cause = if name == "sign" {
                Cause::MissingSignature
            } else {
                Cause::MissingField
            };
            return Err(Diagnosis::new(
                cause,
                format!(
                    "the field {name} is missing{}; expected app_id, data and sign",
                    instead.unwrap_or_default()
                ),
            ));
        };
        serde_json::from_str::<String>(value.get()).map_err(|_| {
            let cause = match (name, value.get().as_bytes().first()) {
                ("data", Some(b'{')) => Cause::NotEncrypted,
                ("sign", Some(b'n')) => Cause::MissingSignature,
                _ => Cause::MissingField,
            };
            Diagnosis::new(cause, format!("the field {name} is not a text"))
        })
    };
    let (given, data, sign) = (field("app_id")?, field("data")?, field("sign")?);
    if given != app_id {
        return Err(Diagnosis::new(
            Cause::OtherAccount,
            format!(
                "the message is for the app id {}, but this account has {}",
                quoted(&given),
                quoted(app_id)
            ),
        ));
    }
    Ok((data, sign))
}

fn plain_data(data: &str) -> Option<Diagnosis> {
    let start = data.trim_start();
    (start.starts_with('{') || start.starts_with('[')).then(|| {
        Diagnosis::new(
            Cause::NotEncrypted,
            "data is JSON, not encrypted: expected RSA blocks in base64",
        )
    })
}

/// Decodes base64, or says what is wrong with it. The bytes should be a multiple of `unit`.
fn decoded(name: &str, text: &str, unit: usize) -> Result<Zeroizing<Vec<u8>>, Diagnosis> {
    let diagnosis = |cause, what: &str| Err(Diagnosis::new(cause, format!("{name} {what}")));
    let bare = text.trim();
    // Digits are base64 as well, so this comes first. As base64, such a text is too unlikely.
    if bare.len() >= 64 && bare.bytes().all(|byte| byte.is_ascii_hexdigit()) {
        return diagnosis(
            Cause::SignatureForm,
            "is hexadecimal digits; expected base64",
        );
    }
    let is_complete = |text: &str| {
        let bytes = rsa::decode(text);
        bytes.is_some_and(|bytes| bytes.len().is_multiple_of(unit))
    };
    // White space is ignored in base64; where it stands for `+`, characters are missing.
    let with_plus = text.trim_matches(['\r', '\n']).replace(' ', "+");
    if !is_complete(text)
        && text.contains(' ')
        && (is_complete(&with_plus) || is_complete(&bare.replace(' ', "+")))
    {
        return diagnosis(
            Cause::PlusAsBlank,
            "has blanks where base64 has `+`: a `+` was sent in a form without being encoded as %2B",
        );
    }
    if let Some(bytes) = rsa::decode(text) {
        return Ok(bytes);
    }
    if text.contains('%') {
        return diagnosis(
            Cause::EncodedValues,
            "contains `%`: it is still encoded for URLs; decode it once more",
        );
    }
    if bare.starts_with(['"', '\'']) {
        return diagnosis(Cause::EncodedTwice, "has quotes around it");
    }
    let base64 = |byte: u8| byte.is_ascii_alphanumeric() || b"+/-_= \t\r\n".contains(&byte);
    if bare.bytes().all(base64) {
        diagnosis(
            Cause::CutData,
            "is not complete base64: it was cut, or characters were added",
        )
    } else {
        diagnosis(
            Cause::CutData,
            "contains characters that base64 does not have",
        )
    }
}
