//! What the facade calls a field, and what it is called on this command line.

use std::borrow::Cow;

use payments_core::InvalidRequest;

/// Fields that an option of the same meaning carries, in every command that has both.
const OPTIONS: [(&str, &str); 21] = [
    ("callback_url", "--notify-url"),
    ("country", "--country"),
    ("customer", "--customer"),
    ("email", "--email"),
    ("failure_url", "--failure-url"),
    ("ip", "--ip"),
    ("items", "--item"),
    ("language", "--language"),
    ("memo", "--memo"),
    ("metadata", "--metadata"),
    ("network", "--network"),
    ("note", "--note"),
    ("notify_url", "--notify-url"),
    ("pay_with", "--pay-with"),
    ("products", "--item"),
    ("received_amount", "--arrives"),
    ("return_url", "--success-url"),
    ("success_url", "--success-url"),
    ("title", "--title"),
    ("user_id", "--customer"),
    ("valid_for", "--valid-for"),
];

/// The option that carries a field, where there is one.
fn option(field: &str) -> Option<&'static str> {
    let found = OPTIONS.iter().find(|(name, _)| *name == field);
    found.map(|(_, option)| *option)
}

/// A sentence about a field, with the option in the field's place. The sentence begins with the field, or has it behind
/// a colon.
pub(crate) fn by_option<'a>(sentence: &'a str, field: Option<&str>) -> Cow<'a, str> {
    let Some((field, option)) = field.and_then(|field| Some((field, option(field)?))) else {
        return Cow::Borrowed(sentence);
    };
    let words = format!("{field} ");
    if let Some(rest) = sentence.strip_prefix(&words) {
        return Cow::Owned(format!("{option} {rest}"));
    }
    let inside = format!(": {words}");
    Cow::Owned(sentence.replacen(&inside, &format!(": {option} "), 1))
}

/// A refusal of a value, in this command line's words.
pub(crate) fn invalid(invalid: &InvalidRequest) -> String {
    by_option(&invalid.to_string(), Some(invalid.field())).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_field_is_told_by_its_option() {
        let told = |sentence, field| by_option(sentence, field).into_owned();
        assert_eq!(
            told("success_url is missing", Some("success_url")),
            "--success-url is missing"
        );
        assert_eq!(
            told("cpay withdraw: user_id is too long; x", Some("user_id")),
            "cpay withdraw: --customer is too long; x"
        );
        // No option of its own, or another field.
        assert_eq!(told("amount is zero", Some("amount")), "amount is zero");
        assert_eq!(told("a: memo is empty", None), "a: memo is empty");
    }
}
