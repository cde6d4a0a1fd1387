//! CCPayment's names of networks, the same in both versions.

use crate::network;

/// The currency that CCPayment always accepts.
pub(in crate::adapter) const DOLLARS: &str = "USD";

pub(in crate::adapter) use crate::network::{common, is_same};

/// The facade's name and CCPayment's name of the chain. `TRX`, `ETH`, `BSC`, `POLYGON` and `TRC20` (its name of TRON's network)
/// are documented; the others are `assumed`.
const NETWORKS: &[(&str, &str)] = &[
    (network::TRON, "TRX"),
    (network::ETHEREUM, "ETH"),
    (network::BSC, "BSC"),
    (network::POLYGON, "POLYGON"),
    (network::BITCOIN, "BTC"),
    (network::SOLANA, "SOL"),
    (network::TON, "TON"),
    (network::XRP, "XRP"),
    (network::STELLAR, "XLM"),
    (network::EOS, "EOS"),
    (network::COSMOS, "ATOM"),
    (network::HEDERA, "HBAR"),
];

/// CCPayment's name of the chain. An unlisted name is returned unchanged.
pub(in crate::adapter) fn chain(name: &str) -> &str {
    let wanted = common(name);
    let row = NETWORKS.iter().find(|(common, _)| *common == wanted);
    row.map_or(name, |(_, chain)| chain)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn recognises_every_spelling_of_a_network() {
        for (name, chain_name) in NETWORKS {
            for spelling in [name, chain_name] {
                assert_eq!((common(spelling), chain(spelling)), (*name, *chain_name));
            }
        }
        for (network, chain_name) in [("TRC20", "TRX"), ("ERC20", "ETH"), ("BEP20", "BSC")] {
            assert_eq!(chain(network), chain_name);
        }
        assert_eq!((common("Base"), chain("Base")), ("base", "Base"));
        assert_eq!((common("Stone"), chain("Stone")), ("Stone", "Stone"));
        assert!(is_same("TRC20", network::TRON) && is_same("stone", "Stone"));
        assert!(!is_same("ERC20", network::TRON));
    }
}
