//! C-Pay's names of networks.

use crate::network;
pub(super) use crate::network::common;

/// The facade's name and C-Pay's long form (addresses, payouts). The short forms (orders, webhooks) are spellings that the
/// facade knows; all but `TRON` are `assumed`.
const NETWORKS: &[(&str, &str)] = &[
    (network::TRON, "TRON(TRC-20)"),
    (network::ETHEREUM, "Ethereum(ERC-20)"),
    (network::BSC, "BSC(BEP-20)"),
    (network::BITCOIN, "Bitcoin"),
];

/// C-Pay's long form; one that is not listed stays as it is.
pub(super) fn long(network: &str) -> &str {
    let wanted = common(network);
    let row = NETWORKS.iter().find(|(common, _)| *common == wanted);
    row.map_or(network, |(_, long)| *long)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_spelling_is_understood() {
        for (name, long_form) in NETWORKS {
            for spelling in [name, long_form] {
                assert_eq!(common(spelling), *name);
                assert_eq!(long(spelling), *long_form);
            }
        }
        for short in ["TRON", "Ethereum", "BSC", "Bitcoin"] {
            assert!(NETWORKS.iter().any(|(name, _)| *name == common(short)));
        }
        assert_eq!(long("TRC20"), "TRON(TRC-20)");
        assert_eq!((common("Base"), long("Base")), ("Base", "Base"));
    }
}
