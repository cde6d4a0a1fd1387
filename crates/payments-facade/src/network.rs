//! Names of networks that mean the same at every provider.
//!
//! Providers have different names for the same network: `TRON(TRC-20)`, `TRC20`, `TRX`. The facade uses the names below, and
//! adapters translate them. [`is_same`] compares all spellings. A network that is not listed keeps the provider's name.

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

/// A network with all its names: lowercase letters and digits only.
struct Network {
    name: &'static str,
    others: &'static [&'static str],
    /// Whether many payees share one address, with a memo that identifies the payee. Coins sent without it are lost.
    has_memo: bool,
}

const fn network(name: &'static str, others: &'static [&'static str]) -> Network {
    Network {
        name,
        others,
        has_memo: false,
    }
}

const fn with_memo(name: &'static str, others: &'static [&'static str]) -> Network {
    Network {
        name,
        others,
        has_memo: true,
    }
}

/// `BNB` is not listed, because it means two networks.
const NETWORKS: &[Network] = &[
    network(BITCOIN, &["btc"]),
    network(ETHEREUM, &["eth", "erc20"]),
    network(
        BSC,
        &["bep20", "bnbsmartchain", "binancesmartchain", "bnbchain"],
    ),
    network(TRON, &["trx", "trc20"]),
    network(POLYGON, &["matic", "pol"]),
    network(SOLANA, &["sol"]),
    with_memo(TON, &["toncoin", "theopennetwork"]),
    with_memo(XRP, &["xrpl", "ripple", "xrpledger", "thexrpledger"]),
    with_memo(STELLAR, &["xlm", "stellarlumens"]),
    with_memo(EOS, &["eosio", "vaulta"]),
    with_memo(COSMOS, &["atom", "cosmoshub"]),
    with_memo(HEDERA, &["hbar", "hashgraph"]),
    with_memo("bep2", &["beaconchain", "bnbbeaconchain"]),
];

impl Network {
    /// Whether the letters and digits of `text` are one of its names.
    fn is(&self, text: &str) -> bool {
        let matches = |name: &&str| {
            let plain = text.chars().filter(|c| c.is_alphanumeric());
            plain.map(|c| c.to_ascii_lowercase()).eq(name.chars())
        };
        matches(&self.name) || self.others.iter().any(matches)
    }

    /// Whether all parts of a name mean this network: `TRON(TRC-20)`, `BNB Smart Chain (BEP20)`, `TRON TRC20`.
    fn is_meant_by(&self, name: &str) -> bool {
        let all = |ends: fn(char) -> bool| {
            let mut parts = name.split(ends).filter(|part| !part.trim().is_empty());
            parts.next().is_some_and(|part| self.is(part)) && parts.all(|part| self.is(part))
        };
        all(|c| matches!(c, '(' | ')')) || all(is_between_words)
    }
}

/// Hyphens and dots are part of names: BEP-2.
fn is_between_words(c: char) -> bool {
    !c.is_alphanumeric() && !matches!(c, '-' | '.')
}

fn known(name: &str) -> Option<&'static Network> {
    NETWORKS.iter().find(|network| network.is_meant_by(name))
}

/// The facade's name of a network. An unlisted name is returned unchanged.
pub(crate) fn common(name: &str) -> &str {
    known(name).map_or(name, |network| network.name)
}

/// Whether two names mean the same network: `tron`, `TRX`, `TRC20` and `TRON(TRC-20)` do. Unlisted names are compared ignoring
/// case.
///
/// ```
/// use payments_facade::network;
///
/// assert!(network::is_same(network::TRON, "TRC20"));
/// assert!(network::is_same("BNB Smart Chain (BEP20)", "bsc"));
/// assert!(network::is_same("Base", "BASE"));
/// assert!(!network::is_same("TRC20", "ERC20"));
/// assert!(!network::is_same("BEP2", "BEP20"));
/// ```
#[must_use]
pub fn is_same(left: &str, right: &str) -> bool {
    left.eq_ignore_ascii_case(right) || common(left).eq_ignore_ascii_case(common(right))
}

/// Whether two names may mean the same network: an unlisted name may mean any.
pub(crate) fn may_be_same(left: &str, right: &str) -> bool {
    match (known(left), known(right)) {
        (Some(left), Some(right)) => left.name == right.name,
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
    let is_with_memo = |text: &str| NETWORKS.iter().any(|one| one.has_memo && one.is(text));
    network.split(is_between_words).any(is_with_memo) || is_with_memo(network)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_name_means_one_network() {
        for network in NETWORKS {
            for word in network.others.iter().chain([&network.name]) {
                let meant = NETWORKS.iter().filter(|one| one.is(word));
                assert_eq!(meant.count(), 1, "{word}");
                assert_eq!(common(&word.to_uppercase()), network.name);
            }
        }
    }

    #[test]
    fn recognises_the_providers_spellings() {
        for (spelling, name) in [
            ("TRON(TRC-20)", TRON),
            ("Tron TRC20", TRON),
            ("Ethereum(ERC-20)", ETHEREUM),
            ("BSC(BEP-20)", BSC),
            ("BNB Smart Chain (BEP20)", BSC),
            ("Ripple(XRP)", XRP),
            ("BNB Beacon Chain (BEP-2)", "bep2"),
        ] {
            assert_eq!(common(spelling), name, "{spelling}");
        }
        // A partly known name is unknown.
        for other in ["", "()", "BNB", "TRON(ERC-20)", "Base", "Arbitrum (ETH)"] {
            assert_eq!(common(other), other);
        }
    }

    #[test]
    fn an_unknown_network_may_be_any() {
        assert!(may_be_same("Base", TRON) && may_be_same("TRX", TRON));
        assert!(!may_be_same("ERC20", TRON));
        assert!(!is_same("Base", TRON));
    }
}
