//! Replaces the facade's field names in messages by the options of this command line.

use std::borrow::Cow;

use payments_core::InvalidRequest;
use payments_facade::address::AddressOptions;
use payments_facade::checkout::CheckoutOptions;
use payments_facade::exchange::ExchangeOptions;
use payments_facade::payout::PayoutOptions;

/// Fields whose option has another name: parts of a payee, and fields of the typed clients.
const OTHER_NAMES: [(&str, &str); 11] = [
    ("address", "--to"),
    ("callback_url", "--notify-url"),
    ("fee_included", "--fee included"),
    ("fee_on_top", "--fee on-top"),
    ("fee_split", "--arrives"),
    ("items", "--item"),
    ("memo", "--memo"),
    ("products", "--item"),
    ("received_amount", "--arrives"),
    ("return_url", "--success-url"),
    ("user_id", "--customer"),
];

/// What to try if a provider does not support one way to pay the fee.
const OTHER_FEES: [(&str, &str); 3] = [
    ("fee_included", " (try --arrives or --fee on-top)"),
    ("fee_on_top", " (try --arrives or --fee included)"),
    ("fee_split", " (try --fee included or --fee on-top)"),
];

/// The option that sets a field, if there is one. An option of the facade has its field's name.
fn option(field: &str) -> Option<Cow<'static, str>> {
    let other = OTHER_NAMES.iter().find(|(name, _)| *name == field);
    if let Some((_, option)) = other {
        return Some(Cow::Borrowed(option));
    }
    let is_option = [
        AddressOptions::NAMES,
        CheckoutOptions::NAMES,
        ExchangeOptions::NAMES,
        PayoutOptions::NAMES,
    ]
    .iter()
    .any(|names| names.contains(&field));
    is_option.then(|| Cow::Owned(format!("--{}", field.replace('_', "-"))))
}

/// Replaces the field in a message by its option. The field is at the start of the message or follows a colon.
pub(crate) fn by_option<'a>(message: &'a str, field: Option<&str>) -> Cow<'a, str> {
    let Some((field, option)) = field.and_then(|field| Some((field, option(field)?))) else {
        return Cow::Borrowed(message);
    };
    let start = format!("{field} ");
    let named = match message.strip_prefix(&start) {
        Some(end) => format!("{option} {end}"),
        None => {
            let inside = format!(": {start}");
            message.replacen(&inside, &format!(": {option} "), 1)
        }
    };
    let missing = format!("{option} is missing");
    let mut named = named.replacen(&missing, &format!("missing {option}"), 1);
    let other = OTHER_FEES.iter().find(|(name, _)| *name == field);
    if let Some((_, hint)) = other {
        named.push_str(hint);
    }
    // The name of the library's method in the hint of a refused address.
    named = named.replacen("allow_unchecked_address", "--allow-unchecked-address", 1);
    Cow::Owned(named)
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
            "missing --success-url"
        );
        assert_eq!(
            shown("cpay withdraw: user_id is too long; x", Some("user_id")),
            "cpay withdraw: --customer is too long; x"
        );
        assert_eq!(shown("note is empty", Some("note")), "--note is empty");
        assert_eq!(shown("items is empty", Some("items")), "--item is empty");
        // A field without an option, and a message without a field.
        assert_eq!(shown("amount is zero", Some("amount")), "amount is zero");
        assert_eq!(shown("a: memo is empty", None), "a: memo is empty");
    }
}
