//! CCPayment's names of networks.

use crate::network;
pub(super) use crate::network::{common, is_same};

/// The facade's name and CCPayment's name of the chain. `TRX`, `ETH`, `BSC` and `POLYGON` stand in its documents, and so does
/// `TRC20`, which it calls TRON's network beside the chain; the others are `assumed`.
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

/// CCPayment's name of the chain; one that is not listed stays as it is.
pub(super) fn chain(name: &str) -> &str {
    let wanted = common(name);
    let row = NETWORKS.iter().find(|(common, _)| *common == wanted);
    row.map_or(name, |(_, chain)| chain)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_spelling_is_understood_and_means_one_network() {
        for (name, chain_name) in NETWORKS {
            for spelling in [name, chain_name] {
                assert_eq!((common(spelling), chain(spelling)), (*name, *chain_name));
            }
        }
        for (network, chain_name) in [("TRC20", "TRX"), ("ERC20", "ETH"), ("BEP20", "BSC")] {
            assert_eq!(chain(network), chain_name);
        }
        assert_eq!((common("Base"), chain("Base")), ("Base", "Base"));
        assert!(is_same("TRC20", network::TRON) && is_same("base", "Base"));
        assert!(!is_same("ERC20", network::TRON));
    }
}
