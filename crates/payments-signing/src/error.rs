//! What can go wrong, without a word about secrets.

/// Why a key or secret cannot be used. A configuration fault: found at start, never per request.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum KeyError {
    /// The secret is the empty text.
    #[error("the secret is empty")]
    EmptySecret,
    /// The secret holds a control character, such as a line end.
    #[error("the secret contains a control character")]
    ControlCharacter,
    /// The secret begins or ends with white space.
    #[error("the secret begins or ends with white space")]
    SurroundingWhitespace,
    /// The secret begins with U+FEFF, the mark at the beginning of some text files.
    #[error("the secret begins with a byte order mark")]
    ByteOrderMark,
    /// The app id is empty, longer than 64 bytes, or not printable ASCII.
    #[error("the app id must be 1 to 64 printable ASCII characters without spaces")]
    AppId,
    /// The key text is neither PEM nor base64 in one of its two alphabets.
    #[cfg(any(feature = "rsa", feature = "rsa-portable"))]
    #[error("the key is neither PEM nor base64 text")]
    NotBase64,
    /// The key is well-formed text but of another kind than asked for.
    #[cfg(any(feature = "rsa", feature = "rsa-portable"))]
    #[error("expected {expected}, found {found}")]
    WrongFormat {
        /// What the call takes.
        expected: &'static str,
        /// What the text holds, as far as it can be told.
        found: &'static str,
    },
    /// The modulus is too short to be safe.
    #[cfg(any(feature = "rsa", feature = "rsa-portable"))]
    #[error("the RSA key has {bits} bits, at least 2048 are required")]
    TooShort {
        /// Length of the modulus that was found, in bits.
        bits: usize,
    },
    /// The modulus is longer than the backend takes, or its length is not a whole number of bytes.
    #[cfg(any(feature = "rsa", feature = "rsa-portable"))]
    #[error("the RSA key has {bits} bits, expected a multiple of 8 up to {limit}")]
    UnusableLength {
        /// Length of the modulus that was found, in bits.
        bits: usize,
        /// The most that the backend takes, in bits.
        limit: usize,
    },
    /// The numbers inside the key do not make a usable RSA key.
    #[cfg(any(feature = "rsa", feature = "rsa-portable"))]
    #[error("the numbers of the RSA key do not fit together")]
    Inconsistent,
}

/// Why something of ours could not be signed. Nothing has been sent.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum SignError {
    /// A parameter has the empty name.
    #[error("a parameter has no name")]
    EmptyName,
    /// A parameter name occurs twice.
    #[error("parameter `{name}` occurs twice")]
    DoubledName {
        /// The name.
        name: String,
    },
    /// A parameter name is smaller than the one before it, where ascending order was promised.
    #[error("parameter `{name}` is out of order")]
    OutOfOrder {
        /// The name that came too late.
        name: String,
    },
    /// There are more parameters than [`cpay::MAX_PARAMS`](crate::cpay::MAX_PARAMS).
    #[error("more than {limit} parameters")]
    TooManyParams {
        /// The most that are taken.
        limit: usize,
    },
    /// The plaintext needs more RSA blocks than are allowed.
    #[cfg(any(feature = "rsa", feature = "rsa-portable"))]
    #[error("the plaintext needs more than {limit} RSA blocks")]
    TooManyBlocks {
        /// The most that are allowed.
        limit: usize,
    },
    /// The RSA operation itself failed.
    #[cfg(any(feature = "rsa", feature = "rsa-portable"))]
    #[error("the RSA operation failed")]
    Rsa,
}

/// A Unix time that does not have exactly ten digits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a timestamp is exactly ten digits of seconds")]
pub struct TimestampError;
