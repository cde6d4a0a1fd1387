//! The texts in which 32 bytes of a signature may arrive.

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, STANDARD_NO_PAD, URL_SAFE, URL_SAFE_NO_PAD};

use super::{Cause, Diagnosis, quoted};

/// A received signature, brought into the documented form if that is possible.
pub(crate) struct Received {
    /// 64 lower-case digits.
    pub(crate) digits: String,
    /// How the received text differs from them.
    pub(crate) form: Option<(Cause, String)>,
}

impl Received {
    /// The diagnosis of a signature whose value is right, so that only its form can be wrong.
    pub(crate) fn right(self) -> Diagnosis {
        let (cause, text) = self.form.unwrap_or_else(|| {
            let text = "the signature is right for the message as it was read here";
            (Cause::SignatureForm, text.to_owned())
        });
        Diagnosis::new(cause, text)
    }

    /// The diagnosis of a signature that fits in no reading: that of its form, if it has not even that.
    pub(crate) fn unexplained(self, text: &str) -> Diagnosis {
        match self.form {
            Some((cause @ Cause::SignatureForm, form)) => Diagnosis::new(
                cause,
                format!("{form}; and it does not fit the body either"),
            ),
            form => Diagnosis::new(Cause::WrongSecretOrAltered, text)
                .with_note(form.map(|(_, text)| text)),
        }
    }
}

/// - `name`: of the field or header, for texts.
pub(crate) fn read(name: &str, given: &str) -> Result<Received, Diagnosis> {
    let text = given.trim().trim_matches(['"', '\'']).trim();
    let text = text.strip_prefix("sha256=").unwrap_or(text);
    let is_hex = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_hexdigit());
    let form = |what: &str| Some((Cause::SignatureForm, format!("{name} {what}")));
    if is_hex && text.len() == 64 {
        let digits = text.to_ascii_lowercase();
        let form = if text != given {
            form("has other characters around its 64 digits")
        } else if digits != text {
            let upper = format!("{name} has upper-case digits; they must be in lower case");
            Some((Cause::UpperCaseSignature, upper))
        } else {
            None
        };
        return Ok(Received { digits, form });
    }
    // Leading zeros that were lost: one byte in 256 begins with them.
    if is_hex && (56..64).contains(&text.len()) {
        return Ok(Received {
            digits: format!("{text:0>64}").to_ascii_lowercase(),
            form: form(&format!(
                "has {} digits, not 64 hexadecimal digits: its leading zeros are missing, or it was cut",
                text.len()
            )),
        });
    }
    let engines = [STANDARD, STANDARD_NO_PAD, URL_SAFE, URL_SAFE_NO_PAD];
    let bytes = engines.iter().find_map(|engine| engine.decode(text).ok());
    if let Some(bytes) = bytes.filter(|bytes| bytes.len() == 32 && !is_hex) {
        return Ok(Received {
            digits: base16ct::lower::encode_string(&bytes),
            form: form("is base64, not 64 hexadecimal digits in lower case"),
        });
    }
    let found = match (is_hex, text.len()) {
        (_, 0) => "is empty".to_owned(),
        (true, 32) => "has 32 digits, as an MD5 or half a signature has".to_owned(),
        (true, 40) => "has 40 digits, as a SHA-1 has".to_owned(),
        (true, 128) => "has 128 digits, as a SHA-512 has".to_owned(),
        (true, 1) => "has one digit".to_owned(),
        (true, digits) => format!("has {digits} digits"),
        (false, _) => format!("is {}", quoted(text)),
    };
    Err(Diagnosis::new(
        Cause::SignatureForm,
        format!("{name} {found}, not 64 hexadecimal digits in lower case"),
    ))
}
