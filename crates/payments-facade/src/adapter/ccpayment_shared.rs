//! What the adapters of both CCPayment versions share: names of networks, the list of coins, and what an account at Cwallet
//! looks like.

mod cached;
pub(super) mod coins;
pub(super) mod names;

pub(super) use cached::Cached;

/// The provider's name in ids of gateways and in the accounts file. Both versions have it: an account has one version.
pub(super) const PROVIDER: &str = "ccpayment";

/// Whether CCPayment would treat it as an account at Cwallet: an id, which has only digits in all examples (`assumed`), or an
/// e-mail address.
pub(super) fn is_account(address: &str) -> bool {
    address.contains('@') || is_account_id(address)
}

/// Whether it is an account's id, and not its e-mail address.
pub(super) fn is_account_id(address: &str) -> bool {
    address.bytes().all(|byte| byte.is_ascii_digit())
}
