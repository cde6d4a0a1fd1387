//! How long values may be. No document of these calls has a limit, so all are assumed, and wide rather than narrow: a client that is
//! stricter loses nothing.

/// Characters of the merchant's references, of order numbers and of coins.
pub(super) const ID: usize = 64;
/// Characters of `openId` and `userId`.
pub(super) const PAYER: usize = 256;
/// Characters of a URL.
pub(super) const URL: usize = 1_024;
/// Characters of `token`.
pub(super) const TOKEN: usize = 2_048;
/// Characters of `goods`.
pub(super) const GOODS: usize = 4_096;
/// Characters of an amount.
pub(super) const AMOUNT: usize = 128;
