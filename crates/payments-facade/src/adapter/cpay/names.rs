//! C-Pay's names of networks.

use payments_core::{Asset, InvalidRequest};

use crate::network;
pub(super) use crate::network::common;

/// The facade's name and C-Pay's long form (addresses, payouts). The facade recognises the short forms (orders, webhooks). All
/// but `TRON` are `assumed`.
const NETWORKS: &[(&str, &str)] = &[
    (network::TRON, "TRON(TRC-20)"),
    (network::ETHEREUM, "Ethereum(ERC-20)"),
    (network::BSC, "BSC(BEP-20)"),
    (network::BITCOIN, "Bitcoin"),
];

/// C-Pay's long form. An unlisted name is returned unchanged.
pub(super) fn long(network: &str) -> &str {
    let wanted = common(network);
    let row = NETWORKS.iter().find(|(common, _)| *common == wanted);
    row.map_or(network, |(_, long)| *long)
}

/// Rates and exchanges are the same on all networks, so a network in the request is refused.
pub(super) fn refuse_networks(assets: [&Asset; 2]) -> Result<(), InvalidRequest> {
    match assets.into_iter().find_map(Asset::network) {
        Some(_) => Err(InvalidRequest::unsupported("network")),
        None => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn recognises_every_spelling() {
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
        assert_eq!((common("Base"), long("Base")), ("base", "Base"));
        assert_eq!((common("Stone"), long("Stone")), ("Stone", "Stone"));
    }
}
