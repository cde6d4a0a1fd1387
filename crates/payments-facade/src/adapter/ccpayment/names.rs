//! CCPayment's names of networks.

use crate::network;

/// The facade's name, CCPayment's name of the chain, and what it calls the network beside it. `TRX`, `ETH`, `BSC`,
/// `POLYGON` and `TRC20` stand in its documents; the others are `assumed`.
const NETWORKS: &[Row] = &[
    (network::TRON, "TRX", &["TRC20"]),
    (network::ETHEREUM, "ETH", &["ERC20"]),
    (network::BSC, "BSC", &["BEP20"]),
    (network::POLYGON, "POLYGON", &["MATIC"]),
    (network::BITCOIN, "BTC", &[]),
    (network::SOLANA, "SOL", &[]),
    (network::TON, "TON", &[]),
    (network::XRP, "XRP", &[]),
    (network::STELLAR, "XLM", &[]),
    (network::EOS, "EOS", &[]),
    (network::COSMOS, "ATOM", &[]),
    (network::HEDERA, "HBAR", &[]),
];

type Row = (&'static str, &'static str, &'static [&'static str]);

fn row(name: &str) -> Option<&'static Row> {
    NETWORKS.iter().find(|(common, chain, others)| {
        let is = |spelling: &&str| spelling.eq_ignore_ascii_case(name);
        is(common) || is(chain) || others.iter().any(is)
    })
}

/// The facade's name; one that is not listed stays as it is.
pub(super) fn common(name: &str) -> &str {
    row(name).map_or(name, |(common, _, _)| common)
}

/// CCPayment's name of the chain; one that is not listed stays as it is.
pub(super) fn chain(name: &str) -> &str {
    row(name).map_or(name, |(_, chain, _)| chain)
}

/// Whether two names are of one network.
pub(super) fn is_same(left: &str, right: &str) -> bool {
    common(left).eq_ignore_ascii_case(common(right))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_spelling_is_understood_and_means_one_network() {
        for (name, chain_name, others) in NETWORKS {
            let spellings = [*name, *chain_name].into_iter();
            for spelling in spellings.chain(others.iter().copied()) {
                let meant = NETWORKS.iter().filter(|(common, chain, others)| {
                    [*common, *chain].contains(&spelling) || others.contains(&spelling)
                });
                assert_eq!(meant.count(), 1, "{spelling}");
                assert_eq!((common(spelling), chain(spelling)), (*name, *chain_name));
            }
        }
        assert_eq!((common("Base"), chain("Base")), ("Base", "Base"));
        assert!(is_same("TRC20", network::TRON) && is_same("base", "Base"));
        assert!(!is_same("ERC20", network::TRON));
    }
}
