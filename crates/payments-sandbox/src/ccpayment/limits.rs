//! How long values may be. The documents limit few of them; the others are assumed, and wide rather than narrow: a client that is
//! stricter loses nothing.

/// Characters of a `merchant_order_id`, as in version 2.
pub(super) const ORDER_ID: usize = 64;
/// Characters of a `user_id` (documented: 3 to 64).
pub(super) const USER_ID: usize = 64;
/// Characters of a `token_id` and of a Cwallet id.
pub(super) const ID: usize = 64;
/// Characters of a `product_name`.
pub(super) const PRODUCT_NAME: usize = 512;
/// Characters of `custom_value` and `remark`.
pub(super) const TEXT: usize = 1_024;
/// Characters of a URL.
pub(super) const URL: usize = 2_048;
/// Characters of a withdrawal's address, which may be an invoice.
pub(super) const ADDRESS: usize = 2_048;
/// Characters of a memo or tag.
pub(super) const MEMO: usize = 256;
/// Characters of an amount.
pub(super) const AMOUNT: usize = 64;
