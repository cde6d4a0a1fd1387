//! From the text of a key to the DER documents in it.

use zeroize::Zeroizing;

use crate::error::KeyError;
use crate::rsa::base64::decode;

const BEGIN: &str = "-----BEGIN ";

/// One DER document. `label` is that of its PEM armour, if it had one.
pub(super) struct Document<'a> {
    pub(super) label: Option<&'a str>,
    /// `None` if the content is encrypted.
    pub(super) der: Option<Zeroizing<Vec<u8>>>,
}

/// Undoes what files, shells and environment variables do to a key: a byte order mark, quotes around the text, and
/// line breaks written as `\n`. Decodes base64 of a PEM text.
pub(super) fn normalise(text: &str) -> Zeroizing<String> {
    let text = text.trim_start_matches('\u{feff}').trim();
    let unquoted = ['"', '\''].iter().find_map(|quote| {
        let inside = text.strip_prefix(*quote)?.strip_suffix(*quote)?;
        Some(inside.trim())
    });
    // Allocated once: a string that grows leaves copies behind.
    let mut clean = Zeroizing::new(String::with_capacity(text.len()));
    for line in unquoted.unwrap_or(text).split("\\n") {
        clean.push_str(line.trim_end_matches("\\r"));
        clean.push('\n');
    }
    let decoded = decode(&clean);
    let pem = decoded
        .as_deref()
        .and_then(|pem| core::str::from_utf8(pem).ok());
    match pem.filter(|pem| pem.contains(BEGIN)) {
        Some(pem) => Zeroizing::new(pem.to_owned()),
        None => clean,
    }
}

/// Reads all PEM blocks of a [normalised](normalise) text, or the text as base64 of one DER document. Text around PEM
/// blocks is ignored: `openssl` writes there what it knows about the key.
pub(super) fn documents(text: &str) -> Result<Vec<Document<'_>>, KeyError> {
    if !text.contains(BEGIN) {
        let der = decode(text).filter(|der| !der.is_empty());
        let der = Some(der.ok_or(KeyError::NotBase64)?);
        return Ok(vec![Document { label: None, der }]);
    }
    text.split(BEGIN).skip(1).map(document).collect()
}

/// Reads a PEM block without its `-----BEGIN `.
fn document(block: &str) -> Result<Document<'_>, KeyError> {
    let (label, rest) = block.split_once("-----").ok_or(KeyError::MissingEnd)?;
    let (body, end) = rest.split_once("-----END ").ok_or(KeyError::MissingEnd)?;
    let (end_label, _) = end.split_once("-----").ok_or(KeyError::MissingEnd)?;
    if body.contains("Proc-Type:") {
        return Ok(Document {
            label: Some(label),
            der: None,
        });
    }
    // RFC 7468 requires lines of equal length. Environment variables and consoles change them, so use a single line.
    let mut pem = Zeroizing::new(String::with_capacity(block.len() + 2 * BEGIN.len()));
    pem.extend([BEGIN, label, "-----\n"]);
    pem.extend(body.split_ascii_whitespace());
    pem.extend(["\n-----END ", end_label, "-----\n"]);
    let mut decoder =
        pem_rfc7468::Decoder::new_detect_wrap(pem.as_bytes()).map_err(|_| KeyError::Damaged)?;
    let mut der = Zeroizing::new(vec![0; decoder.remaining_len()]);
    decoder.decode(&mut der).map_err(|_| KeyError::Damaged)?;
    Ok(Document {
        label: Some(label),
        der: Some(der),
    })
}
