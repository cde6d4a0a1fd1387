use super::{json_values, mask};
use crate::SensitiveString;

/// Shorter values are masked only where they are a complete word: `PT` must not be cut out of `option`.
const SHORT: usize = 4;

/// The values of a request that no error may show, for the gateway's message, which may repeat any of them.
///
/// It takes all values of a request except those of the fields that are named as public. So a field that was added later is
/// confidential until someone names it.
///
/// ```
/// use payments_core::redact::Confidential;
///
/// let request = [("email", "ana@cliente.example"), ("name", "Zoë"), ("amount", "10.50")];
/// let confidential = Confidential::of_fields(request, &["amount"]);
/// let message = r#"ANA%40cliente.example (Zo\u00eb) cannot pay 10.50"#;
/// assert_eq!(confidential.mask(message), "*** (***) cannot pay 10.50");
/// ```
#[derive(Clone, Debug)]
pub struct Confidential(Vec<SensitiveString>);

impl Confidential {
    /// The values of a flat request, except those of the `public` names. A value that is JSON text counts with every value
    /// inside it, too.
    pub fn of_fields<'a>(
        fields: impl IntoIterator<Item = (&'a str, &'a str)>,
        public: &[&str],
    ) -> Self {
        let mut values = Vec::new();
        for (name, value) in fields {
            if !public.contains(&name) {
                values.push(SensitiveString::from(value));
                nested(value, public, &mut values);
            }
        }
        Self(values)
    }

    /// The strings and numbers of a JSON text, at every depth, except those of the `public` names.
    #[must_use]
    pub fn of_json(json: &str, public: &[&str]) -> Self {
        let mut values = Vec::new();
        for (name, value) in json_values::named(json) {
            if !public.contains(&name.as_str()) {
                nested(value.expose(), public, &mut values);
                values.push(value);
            }
        }
        Self(values)
    }

    /// The message with `***` for every value, in whatever spelling: percent-encoded, escaped as in JSON or HTML, in another
    /// case, with `+` for spaces, or as a number that is divided in another way. Of a message of more than 16 KiB only the
    /// beginning is kept.
    ///
    /// A value of up to three characters is masked only where it is a complete word.
    #[must_use]
    pub fn mask(&self, message: &str) -> String {
        mask::mask(message, self.0.iter().map(SensitiveString::expose), SHORT)
    }

    /// As [`mask`](Self::mask) for our own words around a provider's: short values stay, which are too often a part of them.
    pub(crate) fn mask_description(&self, text: &str) -> String {
        let long = |value: &&str| value.chars().nth(SHORT - 1).is_some();
        let values = self.0.iter().map(SensitiveString::expose);
        mask::mask(text, values.filter(long), SHORT)
    }

    /// As [`mask`](Self::mask) for a provider's code: a short number stays as it is.
    #[must_use]
    pub fn mask_code(&self, code: &str) -> String {
        if code.len() <= 10 && code.bytes().all(|byte| byte.is_ascii_digit()) {
            code.to_owned()
        } else {
            self.mask(code)
        }
    }
}

/// Adds the values inside a value that is JSON text.
fn nested(value: &str, public: &[&str], values: &mut Vec<SensitiveString>) {
    if value.starts_with(['{', '[']) {
        let inside = json_values::named(value).into_iter();
        let inside = inside.filter(|(name, _)| !public.contains(&name.as_str()));
        values.extend(inside.map(|(_, value)| value));
    }
}
