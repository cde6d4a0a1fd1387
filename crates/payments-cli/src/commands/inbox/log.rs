//! The log of the receiver: lines on standard error.

use std::io::Write as _;

use crate::output::{printable, shortened};

/// Writes one line about an event. A log that cannot be written to does not stop the receiver.
pub(super) fn log(effect_key: &str, text: &str) {
    let text = shortened(&printable(text));
    let _ = writeln!(anstream::stderr().lock(), "{effect_key}: {text}");
}
