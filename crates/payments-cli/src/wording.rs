//! Refused requests in the words of the command line: options and arguments instead of fields.

use std::borrow::Cow;

use payments_core::InvalidRequest;
use payments_facade::address::AddressOptions;
use payments_facade::checkout::CheckoutOptions;
use payments_facade::exchange::ExchangeOptions;
use payments_facade::payout::PayoutOptions;

/// Fields of the facade and of the clients, and the arguments that set them. Options of the facade that have the name of
/// their field are not listed.
const ARGUMENTS: [(&str, &str); 76] = [
    ("account", "--account"),
    ("address", "--to"),
    ("allow_unchecked_address", "--allow-unchecked-address"),
    ("amount", "AMOUNT"),
    ("amount_in", "AMOUNT"),
    ("amount_out_minimum", "--minimum"),
    ("app_order_id", "REFERENCE"),
    ("asset", "ASSET"),
    ("asset network", "the network of ASSET"),
    ("buyer_email", "--email"),
    ("callback_url", "--notify-url"),
    ("card_page", "--kind card-page"),
    ("chain", "--network"),
    ("cnpj", "--pix"),
    ("coin", "ASSET"),
    ("coin_id", "ASSET"),
    ("coin_id_out", "the other asset"),
    ("cpf", "--pix"),
    ("crypto_currency", "ASSET"),
    ("currency", "ASSET"),
    ("custom_value", "--metadata"),
    ("cwallet_user", "--account"),
    ("date", "DAY"),
    ("expires_at", "--valid-for"),
    ("ext_info", "--metadata"),
    ("fail_url", "--failure-url"),
    ("fee_included", "--fee included"),
    ("fee_on_top", "--fee on-top"),
    ("fee_split", "--arrives"),
    ("fields", "--data"),
    ("goods", "--item"),
    ("goods_description", "--item"),
    ("goods_name", "--title or --item"),
    ("hash", "--transaction"),
    ("hosted", "--kind hosted"),
    ("items", "--item"),
    ("memo", "--memo"),
    ("merchant_order_id", "REFERENCE"),
    ("merchant_trade_no", "REFERENCE"),
    ("name", "CALL"),
    ("native", "--kind native"),
    ("network", "--network"),
    ("notify_page", "--notify-url"),
    ("open_id", "--customer"),
    ("order_amount", "AMOUNT"),
    ("order_id", "--provider-id"),
    ("order_num", "--provider-id"),
    ("parameters", "the request"),
    ("pay_coin_symbol", "ASSET"),
    ("pix", "--pix"),
    ("price", "AMOUNT"),
    ("product", "--title"),
    ("product_currency", "ASSET"),
    ("product_name", "--title or --item"),
    ("product_price", "AMOUNT or --item"),
    ("product_quantity", "--item"),
    ("products", "--item"),
    ("random_key", "--pix"),
    ("received_amount", "--arrives"),
    ("reference", "REFERENCE"),
    ("remark", "--note"),
    ("return_page", "--success-url"),
    ("return_url", "--success-url"),
    ("source", "ASSET"),
    ("source_amount", "AMOUNT"),
    ("source_currency", "ASSET"),
    ("target", "the other asset"),
    ("target_currency", "the other asset"),
    ("to", "--to"),
    ("to_account", "--pix"),
    ("to_address", "--to"),
    ("token_id", "ASSET"),
    ("total_amount", "AMOUNT"),
    ("user_id", "--customer"),
    ("valid_until", "--valid-for"),
    ("value", "AMOUNT"),
];

/// The argument that sets a field. An option of the facade has its field's name.
fn argument(field: &str) -> Cow<'_, str> {
    if let Some((_, argument)) = ARGUMENTS.iter().find(|(name, _)| *name == field) {
        return Cow::Borrowed(argument);
    }
    let is_option = [
        AddressOptions::NAMES,
        CheckoutOptions::NAMES,
        ExchangeOptions::NAMES,
        PayoutOptions::NAMES,
    ]
    .iter()
    .any(|names| names.contains(&field));
    if is_option {
        Cow::Owned(format!("--{}", field.replace('_', "-")))
    } else {
        Cow::Borrowed(field)
    }
}

/// The name that a provider is known by.
pub(crate) fn provider(id: &str) -> &str {
    match id {
        "cpay" => "C-Pay",
        "chainup-opay" => "ChainUp OPay",
        "ccpayment" => "CCPayment",
        other => other,
    }
}

/// All problems of a refused request. The arguments that are missing are named together.
pub(crate) fn refused(provider: &str, invalid: &InvalidRequest) -> String {
    let others = invalid.problems().filter(|problem| !is_required(problem));
    let others = others.map(|problem| one(provider, problem));
    let lines: Vec<_> = missing(provider, invalid)
        .into_iter()
        .chain(others)
        .collect();
    problems(&lines)
}

/// The arguments that the provider requires and that are missing.
pub(crate) fn missing(provider: &str, invalid: &InvalidRequest) -> Option<String> {
    let missing = invalid.problems().filter(|problem| is_required(problem));
    let names: Vec<_> = missing.map(|one| argument(one.field())).collect();
    let names = (!names.is_empty()).then(|| listed(&names))?;
    Some(format!("missing {names} (required by {provider})"))
}

fn is_required(problem: &InvalidRequest) -> bool {
    problem.problem() == "is missing: this provider requires it"
}

/// One problem, or a list of them.
pub(crate) fn problems(lines: &[String]) -> String {
    match lines {
        [line] => line.clone(),
        _ => format!("{} problems:\n  {}", lines.len(), lines.join("\n  ")),
    }
}

fn one(provider: &str, invalid: &InvalidRequest) -> String {
    let name = argument(invalid.field());
    let problem = invalid.problem().replace("this provider", provider);
    // The name of the library's method in the hint of a refused address.
    let problem = problem.replacen("allow_unchecked_address", "--allow-unchecked-address", 1);
    let problem = with_arguments(&problem);
    let mut text = match problem.strip_prefix("is missing") {
        Some(rest) => format!("missing {name}{rest}"),
        None => format!("{name} {problem}"),
    };
    if let Some(allowed) = invalid.allowed_values() {
        let is_fee = invalid.field().starts_with("fee_");
        let what = if is_fee { "try" } else { "allowed:" };
        text = format!("{text} ({what} {})", with_arguments(allowed));
    }
    text
}

/// With the arguments in place of the fields: in `nor is note (supported: customer, notify_url)` every name, elsewhere the
/// names that can be nothing else.
fn with_arguments(text: &str) -> String {
    let list = text.find(", nor ").or_else(|| text.find(" (supported: "));
    let (before, list) = text.split_at(list.unwrap_or(text.len()));
    let is_prose = |word: &str| {
        matches!(
            word,
            "nor" | "is" | "are" | "and" | "supported" | "no" | "options"
        )
    };
    let before = words_replaced(before, |word| word.contains('_'));
    before + &words_replaced(list, |word| !is_prose(word))
}

fn words_replaced(text: &str, is_field: impl Fn(&str) -> bool) -> String {
    let is_name = |c: char| c.is_ascii_alphanumeric() || c == '_';
    let mut replaced = String::with_capacity(text.len() + 16);
    let mut rest = text;
    while let Some(start) = rest.find(is_name) {
        let (between, word) = rest.split_at(start);
        let end = word.find(|c| !is_name(c)).unwrap_or(word.len());
        let (word, after) = word.split_at(end);
        replaced.push_str(between);
        match is_field(word) {
            true => replaced.push_str(&argument(word)),
            false => replaced.push_str(word),
        }
        rest = after;
    }
    replaced.push_str(rest);
    replaced
}

/// `a`, `a and b`, `a, b and c`.
fn listed(names: &[Cow<'_, str>]) -> String {
    match names {
        [all @ .., last] if !all.is_empty() => format!("{} and {last}", all.join(", ")),
        _ => names.concat(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn invalid(field: &'static str, problem: &'static str) -> InvalidRequest {
        InvalidRequest::request(field, problem)
    }

    #[test]
    fn names_the_option_instead_of_the_field() {
        let shown = |field, problem| refused("C-Pay", &invalid(field, problem));
        assert_eq!(shown("user_id", "is too long"), "--customer is too long");
        assert_eq!(shown("success_url", "is empty"), "--success-url is empty");
        assert_eq!(shown("items", "is empty"), "--item is empty");
        assert_eq!(shown("amount", "is zero"), "AMOUNT is zero");
        assert_eq!(shown("memo", "is missing"), "missing --memo");
    }

    #[test]
    fn names_all_that_is_missing_and_all_that_is_not_supported() {
        let required = "is missing: this provider requires it";
        let unsupported = InvalidRequest::unsupported("memo").with_problem(
            "is not supported by this provider, nor are title and valid_for (supported: customer, notify_url)",
        );
        let all = InvalidRequest::all([
            Err(unsupported),
            Err(invalid("customer", required)),
            Err(invalid("notify_url", required)),
            Err(invalid("success_url", required)),
        ]);
        assert_eq!(
            refused("C-Pay", &all.unwrap_err()),
            "2 problems:\n  \
             missing --customer, --notify-url and --success-url (required by C-Pay)\n  \
             --memo is not supported by C-Pay, nor are --title and --valid-for (supported: --customer, --notify-url)"
        );
    }

    #[test]
    fn suggests_another_way_to_pay_the_fee() {
        let invalid = InvalidRequest::unsupported("fee_split");
        assert_eq!(
            refused("CCPayment", &invalid.allowed("fee_included or fee_on_top")),
            "--arrives is not supported by CCPayment (try --fee included or --fee on-top)"
        );
    }

    #[test]
    fn every_argument_is_found_by_its_field() {
        for pair in ARGUMENTS.windows(2) {
            assert!(pair[0].0 < pair[1].0, "{pair:?}");
        }
    }
}
