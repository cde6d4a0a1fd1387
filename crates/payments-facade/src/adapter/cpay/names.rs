//! C-Pay's names of networks.

use crate::network;

/// The facade's name, C-Pay's long form (addresses, payouts) and its short form (orders, webhooks). The short forms but
/// `TRON` are `assumed`.
const NETWORKS: &[(&str, &str, &str)] = &[
    (network::TRON, "TRON(TRC-20)", "TRON"),
    (network::ETHEREUM, "Ethereum(ERC-20)", "Ethereum"),
    (network::BSC, "BSC(BEP-20)", "BSC"),
    (network::BITCOIN, "Bitcoin", "Bitcoin"),
];

/// The facade's name; one that is not listed stays as it is.
pub(super) fn common(theirs: &str) -> &str {
    let row = NETWORKS.iter().find(|(_, long, short)| {
        theirs.eq_ignore_ascii_case(long) || theirs.eq_ignore_ascii_case(short)
    });
    row.map_or(theirs, |(common, _, _)| *common)
}

/// C-Pay's long form; one that is not listed stays as it is.
pub(super) fn long(network: &str) -> &str {
    let wanted = common(network);
    let row = NETWORKS.iter().find(|(common, _, _)| *common == wanted);
    row.map_or(network, |(_, long, _)| *long)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_spelling_is_understood() {
        for (name, long_form, short_form) in NETWORKS {
            for spelling in [name, long_form, short_form] {
                assert_eq!(common(spelling), *name);
                assert_eq!(long(spelling), *long_form);
            }
        }
        assert_eq!((common("Base"), long("Base")), ("Base", "Base"));
    }
}
