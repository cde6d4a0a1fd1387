//! The errors of this crate. None of them contains a secret.

/// Why a key or secret cannot be used. A configuration error: it appears at start, never per request.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum KeyError {
    /// The secret is empty.
    #[error("the secret is empty")]
    EmptySecret,
    /// The secret contains a control character, such as a line end.
    #[error("the secret contains a control character, such as a line end")]
    ControlCharacter,
    /// The secret begins or ends with white space.
    #[error("the secret begins or ends with white space")]
    SurroundingWhitespace,
    /// The secret begins with U+FEFF, which some editors put at the beginning of a file.
    #[error("the secret begins with a byte order mark")]
    ByteOrderMark,
    /// The secret has quotes around it.
    #[error("the secret has quotes around it: leave them out")]
    Quoted,
    /// The text begins with a name and an equals sign, as a line of a settings file does.
    #[error("the text begins with a name and `=`: pass only the value after the `=`")]
    Assignment,
    /// The text is `${…}` or `$(…)`, which a shell or a template should have replaced.
    #[error("the text is a placeholder like `${{…}}` that was not replaced by its value")]
    Placeholder,
    /// The app id is empty, longer than 64 bytes, or not printable ASCII.
    #[error("the app id must be 1 to 64 printable ASCII characters without spaces")]
    AppId,
    /// The key text is empty.
    #[cfg(any(feature = "rsa", feature = "rsa-portable"))]
    #[cfg_attr(docsrs, doc(cfg(any(feature = "rsa", feature = "rsa-portable"))))]
    #[error("the key is empty")]
    EmptyKey,
    /// The key text is the path of a file.
    #[cfg(any(feature = "rsa", feature = "rsa-portable"))]
    #[cfg_attr(docsrs, doc(cfg(any(feature = "rsa", feature = "rsa-portable"))))]
    #[error("the text is the path of a file, not a key: give the content of the file")]
    Path,
    /// A line with `BEGIN` or `END` does not have the form of a PEM text.
    #[cfg(any(feature = "rsa", feature = "rsa-portable"))]
    #[cfg_attr(docsrs, doc(cfg(any(feature = "rsa", feature = "rsa-portable"))))]
    #[error(
        "the first or the last line of the PEM text is damaged: expected `-----BEGIN …-----` and `-----END …-----`, with five dashes on both sides"
    )]
    Armour,
    /// The key text is neither PEM nor base64 in one of its two alphabets.
    #[cfg(any(feature = "rsa", feature = "rsa-portable"))]
    #[cfg_attr(docsrs, doc(cfg(any(feature = "rsa", feature = "rsa-portable"))))]
    #[error("the key is neither PEM nor base64 text")]
    NotBase64,
    /// The closing line of a PEM text is missing.
    #[cfg(any(feature = "rsa", feature = "rsa-portable"))]
    #[cfg_attr(docsrs, doc(cfg(any(feature = "rsa", feature = "rsa-portable"))))]
    #[error("the key is incomplete: the closing line `-----END …-----` is missing")]
    MissingEnd,
    /// The text inside the PEM armour contains a character that base64 does not have.
    #[cfg(any(feature = "rsa", feature = "rsa-portable"))]
    #[cfg_attr(docsrs, doc(cfg(any(feature = "rsa", feature = "rsa-portable"))))]
    #[error(
        "the PEM text contains `{}`, which no key contains: take the text as it is in its file", found.escape_debug()
    )]
    ForeignCharacter {
        /// The first such character.
        found: char,
    },
    /// The text inside the PEM armour, or the DER structure in it, is broken.
    #[cfg(any(feature = "rsa", feature = "rsa-portable"))]
    #[cfg_attr(docsrs, doc(cfg(any(feature = "rsa", feature = "rsa-portable"))))]
    #[error("the key is cut short or damaged: it does not have the length it states")]
    Damaged,
    /// The private key is encrypted with a passphrase.
    #[cfg(any(feature = "rsa", feature = "rsa-portable"))]
    #[cfg_attr(docsrs, doc(cfg(any(feature = "rsa", feature = "rsa-portable"))))]
    #[error("the private key is encrypted: decrypt it first (`openssl pkey -in FILE -out FILE`)")]
    Encrypted,
    /// The text contains several keys that could be meant.
    #[cfg(any(feature = "rsa", feature = "rsa-portable"))]
    #[cfg_attr(docsrs, doc(cfg(any(feature = "rsa", feature = "rsa-portable"))))]
    #[error("expected {expected}, found {count} of them: keep one")]
    SeveralKeys {
        /// What the call reads.
        expected: &'static str,
        /// How many were found.
        count: usize,
    },
    /// The text is well-formed, but contains something else than the call reads.
    #[cfg(any(feature = "rsa", feature = "rsa-portable"))]
    #[cfg_attr(docsrs, doc(cfg(any(feature = "rsa", feature = "rsa-portable"))))]
    #[error("expected {expected}, found {found}")]
    WrongFormat {
        /// What the call reads.
        expected: &'static str,
        /// What the text contains.
        found: &'static str,
    },
    /// The modulus is too short to be safe.
    #[cfg(any(feature = "rsa", feature = "rsa-portable"))]
    #[cfg_attr(docsrs, doc(cfg(any(feature = "rsa", feature = "rsa-portable"))))]
    #[error("the RSA key has {bits} bits, at least 2048 are required")]
    TooShort {
        /// Length of the modulus in bits.
        bits: usize,
    },
    /// The modulus is longer than the backends accept, or its length is not a multiple of 8 bits.
    #[cfg(any(feature = "rsa", feature = "rsa-portable"))]
    #[cfg_attr(docsrs, doc(cfg(any(feature = "rsa", feature = "rsa-portable"))))]
    #[error("the RSA key has {bits} bits, expected a multiple of 8 up to {limit}")]
    UnusableLength {
        /// Length of the modulus in bits.
        bits: usize,
        /// The longest supported modulus in bits.
        limit: usize,
    },
    /// The numbers of the key do not form a usable RSA key.
    #[cfg(any(feature = "rsa", feature = "rsa-portable"))]
    #[cfg_attr(docsrs, doc(cfg(any(feature = "rsa", feature = "rsa-portable"))))]
    #[error("the numbers of the RSA key do not fit together")]
    Inconsistent,
}

/// Why a message could not be signed. Nothing was sent.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum SignError {
    /// A parameter has an empty name.
    #[error("a parameter has no name")]
    EmptyName,
    /// A parameter name occurs twice.
    #[error("parameter `{name}` occurs twice")]
    DoubledName {
        /// The name.
        name: String,
    },
    /// There are more parameters than [`cpay::MAX_PARAMS`](crate::cpay::MAX_PARAMS).
    #[error("more than {limit} parameters")]
    TooManyParams {
        /// The largest number accepted.
        limit: usize,
    },
    /// The plaintext needs more RSA blocks than are allowed.
    #[cfg(any(feature = "rsa", feature = "rsa-portable"))]
    #[cfg_attr(docsrs, doc(cfg(any(feature = "rsa", feature = "rsa-portable"))))]
    #[error("the plaintext needs more than {limit} RSA blocks")]
    TooManyBlocks {
        /// The largest number accepted.
        limit: usize,
    },
    /// The RSA operation failed.
    #[cfg(any(feature = "rsa", feature = "rsa-portable"))]
    #[cfg_attr(docsrs, doc(cfg(any(feature = "rsa", feature = "rsa-portable"))))]
    #[error("the RSA operation failed")]
    Rsa,
}

/// The Unix time does not have exactly ten digits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a timestamp must have exactly ten digits of Unix seconds")]
pub struct TimestampError;
