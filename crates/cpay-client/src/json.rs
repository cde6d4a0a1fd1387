//! Parameters that are JSON text.

use std::io;

use payments_core::Invalid;
use serde::Serialize;
use zeroize::Zeroizing;

/// As [`text`], of people: wiped when dropped, and made in a room that it does not outgrow, for a text that moves leaves
/// a copy behind.
pub(crate) fn wiped_text(
    field: &'static str,
    value: &impl Serialize,
) -> Result<Zeroizing<String>, Invalid> {
    let unwritten = |_| Invalid::request(field, "cannot be written as JSON");
    let mut length = Counted(0);
    serde_json::to_writer(&mut length, value).map_err(unwritten)?;
    let mut text = Zeroizing::new(Vec::with_capacity(length.0));
    serde_json::to_writer(&mut *text, value).map_err(unwritten)?;
    String::from_utf8(std::mem::take(&mut *text))
        .map(Zeroizing::new)
        .map_err(|_| Invalid::request(field, "cannot be written as JSON"))
}

/// Counts what is written to it.
struct Counted(usize);

impl io::Write for Counted {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0 += bytes.len();
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// A parameter that is JSON text.
pub(crate) fn text(field: &'static str, value: &impl Serialize) -> Result<String, Invalid> {
    serde_json::to_string(value).map_err(|_| Invalid::request(field, "cannot be written as JSON"))
}

#[cfg(test)]
mod tests {
    #[test]
    fn json_that_is_to_be_wiped_never_moves() {
        let people = vec![("Zoë \"Z\"", 7), ("\\", 8)];
        let text = super::wiped_text("people", &people).unwrap();
        assert_eq!(*text, super::text("people", &people).unwrap());
        assert_eq!(text.capacity(), text.len());
    }
}
