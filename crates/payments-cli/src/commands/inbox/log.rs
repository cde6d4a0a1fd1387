//! The log of the receiver: lines on standard error.

use std::io::Write as _;

use crate::output::{error_width, printable, shortened, wrapped};

/// Writes what the operator should know before the first webhook.
pub(super) fn note(text: &str) {
    let text = wrapped(&format!("note: {text}"), error_width());
    let _ = writeln!(anstream::stderr().lock(), "{text}");
}

/// Writes one line about an event. A log that cannot be written to does not stop the receiver.
pub(super) fn log(effect_key: &str, text: &str) {
    let text = shortened(&printable(text));
    let _ = writeln!(anstream::stderr().lock(), "{effect_key}: {text}");
}
