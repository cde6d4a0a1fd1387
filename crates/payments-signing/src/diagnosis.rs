//! Why a message failed verification, for the owner of the keys.

pub(crate) mod body;
pub(crate) mod json_text;
pub(crate) mod signature_text;

use core::fmt;

/// Why a message failed verification: the most likely cause, and a text for **the owner of the keys**.
///
/// The text says what was found, what was expected and what to do. It contains no secret, no key and no valid signature of
/// the message, so that it can be logged. It quotes names and short values of the message, which is unverified.
///
/// Never send it to the sender of the message, in a reply or otherwise: each difference helps a forger. Diagnose after the
/// reply is sent, because the time it takes depends on the cause.
///
/// ```
/// use payments_signing::{Cause, Secret, cpay::Key};
///
/// let key = Key::new(Secret::new("aaaaaaaaaaxxxxxx")?);
/// let body = br#"{"aa":"hello","xx":"1001",
///     "sign":"5BECD8872FA828AC2FF5CC0520E08256DB61572A21FA60C31ED663F75330592F"}"#;
/// let diagnosis = key.diagnose_webhook(body).ok_or("a good message")?;
/// assert_eq!(diagnosis.cause(), Cause::UpperCaseSignature);
/// assert!(diagnosis.to_string().contains("upper-case digits"));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Diagnosis {
    cause: Cause,
    text: String,
}

impl Diagnosis {
    /// A diagnosis of a check that another crate made, such as one of the client or of an adapter.
    #[must_use]
    pub fn new(cause: Cause, text: impl Into<String>) -> Self {
        Self {
            cause,
            text: text.into(),
        }
    }

    /// The most likely cause.
    #[must_use]
    pub const fn cause(&self) -> Cause {
        self.cause
    }

    pub(crate) fn with_note(mut self, note: Option<String>) -> Self {
        if let Some(note) = note {
            self.text.push_str("; ");
            self.text.push_str(&note);
        }
        self
    }
}

/// One line: what was found, what was expected, what to do.
impl fmt::Display for Diagnosis {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

/// What is wrong with a message. Each cause but [`WrongSecretOrAltered`](Self::WrongSecretOrAltered) is proven by the message
/// and the keys.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Cause {
    /// The body is empty.
    EmptyBody,
    /// The body or a part of it is longer than verification reads.
    TooLarge,
    /// The body is compressed.
    Compressed,
    /// The body is a page of HTML or XML.
    WebPage,
    /// The body is not UTF-8 text.
    NotUtf8,
    /// A byte order mark stands before the body.
    ByteOrderMark,
    /// The body breaks off, or is shorter than its headers state.
    CutBody,
    /// Other text stands before or behind the JSON object.
    TextAround,
    /// The message is encoded once more than expected, as JSON text or for URLs.
    EncodedTwice,
    /// The body is not a message of the provider.
    NotAMessage,
    /// A field or header occurs more than once.
    Repeated,
    /// A field has a value that no signature covers, such as an object.
    UnsignableValue,
    /// There are more fields or levels than verification reads.
    TooManyFields,
    /// The signature is right, but a value may contain another field.
    EmbeddedField,
    /// A signature header is missing or empty.
    MissingHeader,
    /// A field of the envelope is missing, or is not a text.
    MissingField,
    /// There is no signature.
    MissingSignature,
    /// The message is for another account.
    OtherAccount,
    /// The message is signed with a previous secret or key, which is no longer accepted.
    EndedSecret,
    /// The timestamp has milliseconds instead of seconds.
    Milliseconds,
    /// The timestamp is not ten digits.
    MalformedTimestamp,
    /// The timestamp is too old.
    Stale,
    /// The timestamp is ahead of the local clock.
    AheadOfClock,
    /// The signature is right but for its upper-case digits.
    UpperCaseSignature,
    /// The signature does not have the documented form.
    SignatureForm,
    /// The signature is an HMAC instead of a plain hash: that of CCPayment v2.
    Hmac,
    /// The signature is a plain hash instead of an HMAC.
    PlainHash,
    /// The signature is made with another algorithm.
    OtherAlgorithm,
    /// The right fields are signed in another order or with other separators.
    SignedText,
    /// Empty values are signed, or left out, other than the rules expect.
    EmptyValues,
    /// Values of `0` are signed, or left out, other than the rules expect.
    ZeroValues,
    /// The fields are not sorted by the bytes of their names.
    Unsorted,
    /// The values are signed in their encoding for URLs or HTML, or were decoded once less than signed.
    EncodedValues,
    /// The values were decoded once more than signed.
    DecodedTwice,
    /// A `&` inside a value is not encoded.
    UnencodedAmpersand,
    /// A `+` was turned into a blank.
    PlusAsBlank,
    /// Numbers were parsed and written again, which drops or adds zeros at their ends.
    NumberFormat,
    /// One field is not part of the signed text: it was added after signing.
    AddedField,
    /// White space, escapes or the order of the body were changed after signing.
    Reserialised,
    /// The encrypted data or the signature is incomplete or damaged.
    CutData,
    /// The data is not encrypted.
    NotEncrypted,
    /// The data does not open with the own private key.
    WrongOwnKey,
    /// The signature is not made with the private key that belongs to the other side's public key.
    WrongPeerKey,
    /// The message is signed with the own private key: the two sides are swapped, or it is an own message.
    SwappedKeys,
    /// The signature is right for another spelling of the MD5.
    Md5Spelling,
    /// Both keys are right, but the signature is that of another text.
    AlteredText,
    /// The message is genuine, but a field is missing or cannot be read.
    UnreadableField,
    /// Nothing more precise can be shown: the secret or keys are wrong, or the message was altered or forged.
    WrongSecretOrAltered,
}

/// A name or value of an unverified message, for a text: short, in quotes, without control characters.
pub(crate) fn quoted(text: &str) -> String {
    const LIMIT: usize = 60;
    if text.chars().count() <= LIMIT {
        return format!("`{}`", text.escape_debug());
    }
    let start: String = text.chars().take(LIMIT).collect();
    format!("`{}…`", start.escape_debug())
}
