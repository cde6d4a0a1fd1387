//! The three headers of a message whose signature is to be checked.

use crate::ccpayment::{APP_ID_HEADER, Headers, SIGN_HEADER, TIMESTAMP_HEADER};
use crate::diagnosis::{Cause, Diagnosis, quoted};

/// The three headers, each once.
pub(super) fn parts<'a>(headers: &[(&'a str, &'a [u8])]) -> Result<Headers<'a>, Diagnosis> {
    let named = |name: &'static str| {
        headers
            .iter()
            .filter(move |(other, _)| other.eq_ignore_ascii_case(name))
    };
    let names = [APP_ID_HEADER, TIMESTAMP_HEADER, SIGN_HEADER];
    let missing: Vec<_> = names
        .into_iter()
        .filter(|name| named(name).all(|(_, value)| value.trim_ascii().is_empty()))
        .collect();
    if !missing.is_empty() {
        let similar = headers.iter().map(|(name, _)| *name).find(|name| {
            let letters: String = name.chars().filter(char::is_ascii_alphanumeric).collect();
            let letters = letters.to_ascii_lowercase();
            matches!(
                letters.trim_start_matches('x'),
                "appid" | "timestamp" | "sign" | "signature"
            ) && !names.iter().any(|known| known.eq_ignore_ascii_case(name))
        });
        let instead = similar.map(|name| format!("; there is one named {}", quoted(name)));
        let plural = if missing.len() == 1 {
            "header"
        } else {
            "headers"
        };
        let verb = if missing.len() == 1 { "is" } else { "are" };
        return Err(Diagnosis::new(
            Cause::MissingHeader,
            format!(
                "the {plural} {} {verb} missing or empty{}: a program on the way may have removed what it does not know",
                missing.join(", "),
                instead.unwrap_or_default()
            ),
        ));
    }
    let one = |name: &'static str| {
        let mut values = named(name);
        let value = values.next().map(|(_, value)| *value).unwrap_or_default();
        if values.next().is_some() {
            return Err(Diagnosis::new(
                Cause::Repeated,
                format!("the header {name} occurs more than once"),
            ));
        }
        // What a header value of visible text consists of.
        let visible = value.iter().all(|byte| matches!(byte, b'\t' | b' '..=b'~'));
        core::str::from_utf8(value)
            .ok()
            .filter(|_| visible)
            .ok_or_else(|| {
                Diagnosis::new(
                    Cause::SignatureForm,
                    format!("the header {name} is not plain text"),
                )
            })
    };
    Ok(Headers {
        app_id: one(APP_ID_HEADER)?,
        timestamp: one(TIMESTAMP_HEADER)?,
        sign: one(SIGN_HEADER)?,
    })
}
