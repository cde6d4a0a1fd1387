use serde::{Deserialize, Deserializer};
use serde_json::error::Category;
use serde_json::value::RawValue;
use std::borrow::Cow;
use std::fmt;

/// Reads one JSON value that fills the whole text. A byte-order mark before it is passed over.
///
/// # Errors
/// [`ReadError`] when it is not JSON, nested deeper than 128 levels, of another shape, or followed
/// by anything.
pub fn read<'a, T: Deserialize<'a>>(json: &'a [u8]) -> Result<T, ReadError> {
    let json = without_mark(json);
    // One look at the whole: in a `str` no part is checked for UTF-8 again.
    match str::from_utf8(json) {
        Ok(text) => serde_json::from_str(text),
        Err(_) => serde_json::from_slice(json),
    }
    .map_err(|error| ReadError::new(&error))
}

/// The text behind a byte-order mark.
pub(super) fn without_mark(json: &[u8]) -> &[u8] {
    json.strip_prefix(b"\xef\xbb\xbf").unwrap_or(json)
}

/// A part of an answer, kept as its text to be read once it is known what it should be: an
/// envelope's `data`, say, whose shape depends on the envelope's code.
///
/// It borrows from the answer. `Debug` prints its size only.
///
/// ```
/// use payments_core::wire::{self, Code, Json};
///
/// #[derive(serde::Deserialize)]
/// struct Envelope<'a> {
///     code: Code,
///     #[serde(borrow)]
///     data: Option<Json<'a>>,
/// }
///
/// let envelope: Envelope<'_> = wire::read(br#"{"code": "0", "data": [1, 2]}"#)?;
/// assert_eq!(envelope.code.as_str(), "0");
/// assert_eq!(envelope.data.unwrap().read::<Vec<u8>>()?, [1, 2]);
/// # Ok::<(), wire::ReadError>(())
/// ```
#[derive(Clone, Copy)]
pub struct Json<'a>(&'a RawValue);

impl<'a> Json<'a> {
    /// The JSON text, exactly as it came.
    pub fn as_str(self) -> &'a str {
        self.0.get()
    }

    /// Whether it says nothing: `null` or `""`.
    pub fn is_blank(self) -> bool {
        matches!(self.0.get(), "null" | "\"\"")
    }

    /// Reads it, if it is an object. A derived `Deserialize` takes an array for a struct as well, field by
    /// field in their order; where an object is documented, an array is another answer.
    ///
    /// # Errors
    /// As [`read`](Self::read), and for everything that is no object.
    pub fn read_object<T: Deserialize<'a>>(self) -> Result<T, ReadError> {
        if self.0.get().starts_with('{') {
            self.read()
        } else {
            Err(ReadError::no_object())
        }
    }

    /// Reads it.
    ///
    /// # Errors
    /// [`ReadError`] when it is of another shape, or nested deeper than 128 levels.
    pub fn read<T: Deserialize<'a>>(self) -> Result<T, ReadError> {
        serde_json::from_str(self.0.get()).map_err(|error| ReadError::new(&error))
    }
}

impl<'de: 'a, 'a> Deserialize<'de> for Json<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        <&'de RawValue>::deserialize(deserializer).map(Json)
    }
}

impl fmt::Debug for Json<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Json({} bytes)", self.0.get().len())
    }
}

/// Why a JSON text could not be read: what is wrong and where, without any value of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReadError {
    problem: Cow<'static, str>,
    line: usize,
    column: usize,
    incomplete: bool,
}

impl ReadError {
    pub(super) fn new(error: &serde_json::Error) -> Self {
        let problem = match error.classify() {
            Category::Syntax | Category::Io => Cow::Borrowed("not JSON"),
            Category::Eof => Cow::Borrowed("the JSON breaks off"),
            Category::Data => shape_problem(&error.to_string()),
        };
        Self {
            problem,
            line: error.line(),
            column: error.column(),
            incomplete: error.is_eof(),
        }
    }

    const fn no_object() -> Self {
        Self {
            problem: Cow::Borrowed("no object where one belongs"),
            line: 1,
            column: 1,
            incomplete: false,
        }
    }

    /// Whether the text ends too early: an empty one, or half an answer.
    pub const fn is_incomplete(&self) -> bool {
        self.incomplete
    }

    pub(super) fn problem(&self) -> &str {
        &self.problem
    }
}

/// What a shape error may tell. Most of serde's messages quote the value that did not fit; those
/// that name a field quote our own source only, and those of our readers quote nothing.
fn shape_problem(message: &str) -> Cow<'static, str> {
    let names_a_field = ["missing field `", "duplicate field `"]
        .into_iter()
        .any(|start| message.starts_with(start));
    if names_a_field {
        let end = message.rfind('`').map_or(message.len(), |tick| tick + 1);
        return Cow::Owned(message.get(..end).unwrap_or_default().to_owned());
    }
    let ours = super::fields::PROBLEMS
        .into_iter()
        .find(|problem| message.starts_with(problem));
    Cow::Borrowed(ours.unwrap_or("a value of another shape than documented"))
}

impl fmt::Display for ReadError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.problem)?;
        if self.line > 0 {
            write!(f, " at line {} column {}", self.line, self.column)?;
        }
        Ok(())
    }
}

impl std::error::Error for ReadError {}
