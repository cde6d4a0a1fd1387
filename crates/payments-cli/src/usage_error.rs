//! Errors in the command line, without the values that were given: any of them could be a secret.

use std::error::Error as _;
use std::fmt::Write as _;

use clap::error::{ContextKind, ContextValue, ErrorKind};

/// The message, or `None` if clap's own text repeats no value.
pub(crate) fn message(error: &clap::Error) -> Option<String> {
    let text = |kind| match error.get(kind) {
        Some(ContextValue::String(text)) => Some(text.clone()),
        Some(ContextValue::Strings(all)) if !all.is_empty() => Some(all.join(", ")),
        _ => None,
    };
    let option = || text(ContextKind::InvalidArg).unwrap_or_else(|| "an argument".to_owned());
    let mut message = match error.kind() {
        ErrorKind::InvalidValue => format!("invalid value for {}", option()),
        ErrorKind::ValueValidation => match error.source() {
            Some(cause) => format!("invalid value for {}: {cause}", option()),
            None => format!("invalid value for {}", option()),
        },
        ErrorKind::UnknownArgument => match option() {
            name if is_option(&name) => format!("there is no option {name}"),
            _ => "there is an argument too many".to_owned(),
        },
        ErrorKind::InvalidSubcommand => "there is no such command".to_owned(),
        // A value behind an option of `payments sandbox` can look like a command.
        ErrorKind::ArgumentConflict if error.get(ContextKind::InvalidSubcommand).is_some() => {
            let options = text(ContextKind::PriorArg).unwrap_or_default();
            format!("a command cannot follow {options}: write its options after its name")
        }
        ErrorKind::TooManyValues => format!("there is a value too many for {}", option()),
        _ => return None,
    };
    // Writing to a string cannot fail.
    if let Some(values) = text(ContextKind::ValidValue) {
        let _ = write!(message, "; possible values: {values}");
    }
    for (kind, what) in [
        (ContextKind::SuggestedValue, ""),
        (ContextKind::SuggestedArg, ""),
        (ContextKind::SuggestedSubcommand, "the command "),
    ] {
        if let Some(nearest) = text(kind) {
            let _ = write!(message, "; did you mean {what}{nearest}?");
        }
    }
    if let Some(usage) = error.get(ContextKind::Usage) {
        let _ = write!(message, "\n\n{usage}");
    }
    message.push_str("\n\nFor more information, add --help.");
    Some(message)
}

/// Whether a word looks like the name of an option rather than like a value.
fn is_option(word: &str) -> bool {
    let name = word.strip_prefix("--").unwrap_or_default();
    let is_plain = |c: char| c.is_ascii_lowercase() || c == '-';
    !name.is_empty() && name.len() <= 24 && name.chars().all(is_plain)
}
