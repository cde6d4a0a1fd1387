//! Names of networks that mean the same at every provider.
//!
//! Providers have different names for the same network: `TRON(TRC-20)`, `TRC20`, `TRX`. The facade uses the names of the table
//! of [`payments_address::Network`], of which the constants below are a part, and adapters translate them. [`is_same`] compares
//! all spellings. A network that is not listed keeps the provider's name.

use payments_address::Network;

/// Bitcoin.
pub const BITCOIN: &str = "bitcoin";
/// Ethereum.
pub const ETHEREUM: &str = "ethereum";
/// BNB Smart Chain.
pub const BSC: &str = "bsc";
/// TRON.
pub const TRON: &str = "tron";
/// Polygon.
pub const POLYGON: &str = "polygon";
/// Solana.
pub const SOLANA: &str = "solana";
/// The Open Network. Custodial addresses take a memo.
pub const TON: &str = "ton";
/// The XRP Ledger. Custodial addresses take a memo, there called destination tag.
pub const XRP: &str = "xrp";
/// Stellar. Custodial addresses take a memo.
pub const STELLAR: &str = "stellar";
/// EOS. Custodial accounts take a memo.
pub const EOS: &str = "eos";
/// Cosmos Hub. Custodial addresses take a memo.
pub const COSMOS: &str = "cosmos";
/// Hedera. Custodial accounts take a memo.
pub const HEDERA: &str = "hedera";

/// The facade's name of a network. An unlisted name is returned unchanged.
pub(crate) fn common(name: &str) -> &str {
    match Network::by_name(name) {
        Some(network) => network.name(),
        None => name,
    }
}

/// Whether two names mean the same network: `tron`, `TRX`, `TRC20` and `TRON(TRC-20)` do. Unlisted names are compared ignoring
/// case.
///
/// ```
/// use payments_facade::network;
///
/// assert!(network::is_same(network::TRON, "TRC20"));
/// assert!(network::is_same("BNB Smart Chain (BEP20)", "bsc"));
/// assert!(network::is_same("Arbitrum One", "ARB"));
/// assert!(network::is_same("Stone", "STONE"));
/// assert!(!network::is_same("TRC20", "ERC20"));
/// assert!(!network::is_same("BEP2", "BEP20"));
/// ```
#[must_use]
pub fn is_same(left: &str, right: &str) -> bool {
    left.eq_ignore_ascii_case(right) || common(left).eq_ignore_ascii_case(common(right))
}

/// Whether two names may mean the same network: an unlisted name may mean any.
pub(crate) fn may_be_same(left: &str, right: &str) -> bool {
    match (Network::by_name(left), Network::by_name(right)) {
        (Some(left), Some(right)) => left == right,
        _ => true,
    }
}

/// Whether a payout on this network must have a memo: whether one of the words of its name, or all of them together, is a
/// known name of such a network. It recognises `Ripple(XRP)`, `XRP Ledger` and `BEP-2`. For an unlisted network it is `false`,
/// which proves nothing.
///
/// ```
/// use payments_facade::network;
///
/// for name in [network::XRP, "XLM", "Ripple(XRP)", "BNB Beacon Chain (BEP-2)"] {
///     assert!(network::needs_memo(name), "{name}");
/// }
/// for name in [network::TRON, "BSC(BEP-20)", "TRON(TRC-20)"] {
///     assert!(!network::needs_memo(name), "{name}");
/// }
/// ```
#[must_use]
pub fn needs_memo(network: &str) -> bool {
    Network::name_has_memo(network)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_constant_is_a_name_of_the_table() {
        for name in [
            BITCOIN, ETHEREUM, BSC, TRON, POLYGON, SOLANA, TON, XRP, STELLAR, EOS, COSMOS, HEDERA,
        ] {
            assert_eq!(Network::by_name(name).map(Network::name), Some(name));
        }
    }

    #[test]
    fn an_unknown_network_may_be_any() {
        assert!(may_be_same("Stone", TRON) && may_be_same("TRX", TRON));
        assert!(!may_be_same("ERC20", TRON) && !may_be_same("Base", TRON));
        assert!(!is_same("Stone", TRON));
        // A partly known name is unknown.
        for other in ["", "()", "BNB", "TRON(ERC-20)", "Arbitrum (ETH)"] {
            assert_eq!(common(other), other);
        }
    }
}
