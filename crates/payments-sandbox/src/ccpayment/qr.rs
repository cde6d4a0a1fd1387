//! QR codes as SVG paths, so that a page needs no script and no image of another site.

use std::fmt::Write as _;

use qrcodegen::{QrCode, QrCodeEcc};

/// The light border that readers need, in modules.
const BORDER: i32 = 4;

/// A code, ready for a page: `viewBox` is a square of this size, and the dark modules are this path.
pub(super) struct Code {
    pub(super) size: i32,
    pub(super) path: String,
}

/// The code of a text. `None` if the text is too long.
pub(super) fn code(text: &str) -> Option<Code> {
    let code = QrCode::encode_text(text, QrCodeEcc::Medium).ok()?;
    let mut path = String::new();
    for y in 0..code.size() {
        let mut x = 0;
        while x < code.size() {
            let from = x;
            while code.get_module(x, y) {
                x += 1;
            }
            let run = x - from;
            if run > 0 {
                // Writing into a text cannot fail.
                let _ = write!(path, "M{},{}h{run}v1h-{run}z", from + BORDER, y + BORDER);
            }
            x += 1;
        }
    }
    Some(Code {
        size: code.size() + 2 * BORDER,
        path,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn encodes_an_address_and_refuses_a_text_that_is_too_long() {
        let code = code("TYWnk1EGALQyYst2yFSd29QQQTEkuKMbyt").unwrap();
        assert_eq!(code.size, 29 + 2 * BORDER);
        // The upper left corner begins with the seven dark modules of a finder.
        assert!(code.path.starts_with("M4,4h7v1h-7z"), "{}", code.path);
        assert!(super::code(&"x".repeat(5_000)).is_none());
    }
}
