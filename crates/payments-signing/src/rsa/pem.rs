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

/// Undoes what files, shells, web pages and environment variables do to a key: a byte order mark, quotes around the text,
/// line breaks written as `\n` or escaped, invisible characters, and blanks that are not ASCII. Decodes base64 of a PEM text.
pub(super) fn normalise(text: &str) -> Zeroizing<String> {
    let text = text.trim_start_matches('\u{feff}').trim();
    let unquoted = ['"', '\''].iter().find_map(|quote| {
        let inside = text.strip_prefix(*quote)?.strip_suffix(*quote)?;
        Some(inside.trim())
    });
    // Allocated once: a string that grows leaves copies behind.
    let mut clean = Zeroizing::new(String::with_capacity(text.len()));
    for line in unquoted.unwrap_or(text).split("\\n") {
        // `\\n` in JSON inside JSON leaves a backslash.
        let line = line.trim_end_matches('\\').trim_end_matches("\\r");
        clean.extend(line.trim_end_matches('\\').chars().filter_map(visible));
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

/// A character without a width is left out, any blank becomes an ASCII one. No key contains either.
fn visible(char: char) -> Option<char> {
    match char {
        '\u{200b}'..='\u{200f}' | '\u{2060}' | '\u{feff}' | '\u{ad}' => None,
        _ if char.is_whitespace() && !char.is_ascii() => Some(' '),
        _ => Some(char),
    }
}

/// Whether a text that is no key is the path of a file. The base64 of a key begins with `M`.
pub(super) fn is_path(text: &str) -> bool {
    let text = text.trim();
    let has_drive = text
        .get(1..3)
        .is_some_and(|drive| drive == ":\\" || drive == ":/");
    let begins = ["/", "./", "../", "~", ".\\", "\\\\", "file:"]
        .iter()
        .any(|start| text.starts_with(start));
    let ends = [
        ".pem", ".key", ".der", ".txt", ".crt", ".p8", ".b64", ".pub",
    ]
    .iter()
    .any(|end| text.to_ascii_lowercase().ends_with(end));
    text.len() < 1024 && !text.contains('\n') && (begins || has_drive || ends)
}

/// The name of a text format of keys that is neither PEM nor base64.
pub(super) fn other_format(text: &str) -> Option<&'static str> {
    let formats = [
        ("ssh-", "an OpenSSH public key"),
        ("---- BEGIN SSH2", "an SSH2 public key"),
        ("PuTTY-User-Key-File", "a PuTTY key"),
        ("<RSAKeyValue", "a key in XML"),
        ("{", "JSON, perhaps a JWK"),
    ];
    let format = formats.iter().find(|(start, _)| text.starts_with(start));
    format.map(|(_, name)| *name)
}

/// Reads all PEM blocks of a [normalised](normalise) text, or the text as base64 of one DER document. Text around PEM
/// blocks is ignored: `openssl` writes there what it knows about the key.
pub(super) fn documents(text: &str) -> Result<Vec<Document<'_>>, KeyError> {
    if !text.contains(BEGIN) {
        let upper = text.to_ascii_uppercase();
        let has_armour = ["BEGIN ", "END "].iter().any(|word| {
            let words = upper.match_indices(word);
            words.into_iter().any(|(at, _)| {
                let before = upper.get(..at).unwrap_or_default();
                before.ends_with(['-', '\u{2013}', '\u{2014}'])
            })
        });
        if has_armour {
            return Err(KeyError::Armour);
        }
        let der = decode(text).filter(|der| !der.is_empty());
        let der = Some(der.ok_or(KeyError::NotBase64)?);
        return Ok(vec![Document { label: None, der }]);
    }
    text.split(BEGIN).skip(1).map(document).collect()
}

/// Reads a PEM block without its `-----BEGIN `.
fn document(block: &str) -> Result<Document<'_>, KeyError> {
    let (label, rest) = block.split_once("-----").ok_or(KeyError::Armour)?;
    let is_label =
        |byte: u8| byte.is_ascii_uppercase() || byte.is_ascii_digit() || b" #".contains(&byte);
    if !label.bytes().all(is_label) || rest.starts_with('-') {
        return Err(KeyError::Armour);
    }
    let (body, end) = rest.split_once("-----END ").ok_or_else(|| {
        if rest.contains("END ") {
            KeyError::Armour
        } else {
            KeyError::MissingEnd
        }
    })?;
    let (end_label, _) = end.split_once("-----").ok_or_else(|| {
        if end.contains('-') {
            KeyError::Armour
        } else {
            KeyError::MissingEnd
        }
    })?;
    if body.contains("Proc-Type:") {
        return Ok(Document {
            label: Some(label),
            der: None,
        });
    }
    // A backslash before a line end continues a line in a shell.
    let body = body.split(['\\', ' ', '\t', '\r', '\n']);
    let is_base64 = |char: char| char.is_ascii_alphanumeric() || "+/=-_".contains(char);
    if let Some(found) = body
        .clone()
        .flat_map(str::chars)
        .find(|char| !is_base64(*char))
    {
        return Err(KeyError::ForeignCharacter { found });
    }
    // RFC 7468 requires lines of equal length. Environment variables and consoles change them, so use a single line.
    let mut pem = Zeroizing::new(String::with_capacity(block.len() + 2 * BEGIN.len()));
    pem.extend([BEGIN, label, "-----\n"]);
    pem.extend(body);
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
