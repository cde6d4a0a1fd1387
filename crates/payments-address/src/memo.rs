//! The form of memos.

use crate::error::{AddressError, Reason};

/// What the protocol of a network permits as a memo.
#[derive(Clone, Copy, Debug)]
pub(crate) enum MemoRule {
    /// A destination tag of the XRP Ledger: a number below 2^32.
    Tag,
    /// Text of up to so many bytes of UTF-8.
    Bytes(usize),
    /// A memo of Stellar: text of up to 28 bytes, which includes every id of 64 bits, or a hash of 64 hexadecimal digits.
    Stellar,
}

/// The longest text of a Stellar memo, in bytes.
const STELLAR_TEXT: usize = 28;

impl MemoRule {
    pub(crate) fn check(self, memo: &str) -> Result<(), AddressError> {
        let refused =
            |problem: &'static str| Err(AddressError::memo(Reason::Memo, problem, self.allowed()));
        if has_label(memo) {
            return refused("has a label in front of it: write only the value");
        }
        match self {
            Self::Tag if !memo.bytes().all(|byte| byte.is_ascii_digit()) => {
                refused("is not a number: destination tags of the XRP Ledger have only digits")
            }
            Self::Tag if memo.parse::<u32>().is_err() => {
                refused("is too large for a destination tag of the XRP Ledger")
            }
            Self::Bytes(most) if memo.len() > most => refused("is longer than the network permits"),
            Self::Stellar if memo.len() > STELLAR_TEXT && !is_hash(memo) => {
                refused("is too long for a text and is not a hash")
            }
            _ => Ok(()),
        }
    }

    fn allowed(self) -> String {
        match self {
            Self::Tag => "0 to 4294967295".to_owned(),
            Self::Bytes(most) => format!("1 to {most} bytes"),
            Self::Stellar => {
                format!("1 to {STELLAR_TEXT} bytes, or a hash of 64 hexadecimal digits")
            }
        }
    }
}

fn is_hash(memo: &str) -> bool {
    memo.len() == 64 && memo.bytes().all(|byte| byte.is_ascii_hexdigit())
}

/// Whether the memo was copied together with its label: `tag:12345`, `Memo: 12345`, `dt=12345`.
fn has_label(memo: &str) -> bool {
    const LABELS: &[&str] = &[
        "tag",
        "memo",
        "dt",
        "destinationtag",
        "destination tag",
        "memo id",
        "memoid",
        "payment id",
        "paymentid",
        "comment",
    ];
    memo.split_once([':', '=']).is_some_and(|(label, _)| {
        LABELS
            .iter()
            .any(|known| label.trim().eq_ignore_ascii_case(known))
    })
}
