//! Replaces the facade's field names in messages by the options of this command line.

use std::borrow::Cow;

use payments_core::InvalidRequest;

/// Fields, and the options that set them, the same in all commands.
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

/// The option that sets a field, if there is one.
fn option(field: &str) -> Option<&'static str> {
    let found = OPTIONS.iter().find(|(name, _)| *name == field);
    found.map(|(_, option)| *option)
}

/// Replaces the field in a message by its option. The field is at the start of the message or follows a colon.
pub(crate) fn by_option<'a>(message: &'a str, field: Option<&str>) -> Cow<'a, str> {
    let Some((field, option)) = field.and_then(|field| Some((field, option(field)?))) else {
        return Cow::Borrowed(message);
    };
    let start = format!("{field} ");
    if let Some(end) = message.strip_prefix(&start) {
        return Cow::Owned(format!("{option} {end}"));
    }
    let inside = format!(": {start}");
    Cow::Owned(message.replacen(&inside, &format!(": {option} "), 1))
}

/// The message of a refused value, with the option's name.
pub(crate) fn invalid(invalid: &InvalidRequest) -> String {
    by_option(&invalid.to_string(), Some(invalid.field())).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_the_option_instead_of_the_field() {
        let shown = |message, field| by_option(message, field).into_owned();
        assert_eq!(
            shown("success_url is missing", Some("success_url")),
            "--success-url is missing"
        );
        assert_eq!(
            shown("cpay withdraw: user_id is too long; x", Some("user_id")),
            "cpay withdraw: --customer is too long; x"
        );
        // A field without an option, and a message without a field.
        assert_eq!(shown("amount is zero", Some("amount")), "amount is zero");
        assert_eq!(shown("a: memo is empty", None), "a: memo is empty");
    }
}
