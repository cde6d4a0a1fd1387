//! Decimals of well-known tokens. A gateway's list of coins does not contain them: its
//! `precision` limits the amounts of its calls.

use crate::network::Network;

/// The contracts of Tether and Circle, and of the bridges that carry most of their tokens, on networks whose URIs state amounts in the
/// smallest units. Tokens of Binance's bridge have other decimals than the original.
const TOKENS: &[(&str, &str, u8)] = &[
    // USDT.
    ("ethereum", "0xdAC17F958D2ee523a2206206994597C13D831ec7", 6),
    ("avalanche", "0x9702230A8Ea53601f5cD2dc00fDBc13d4dF4A8c7", 6),
    ("ton", "EQCxE6mUtQJKFnGfaROTKOt1lZbDiiX1kCixRv7Nw2Id_sDs", 6),
    // USDT of bridges.
    ("polygon", "0xc2132D05D31c914a87C6611C10748AEb04B58e8F", 6),
    ("arbitrum", "0xFd086bC7CD5C481DCC9C85ebE478A1C0b69FCbb9", 6),
    ("optimism", "0x94b008aA00579c1307B0EF2c499aD98a8ce58e58", 6),
    ("bsc", "0x55d398326f99059fF775485246999027B3197955", 18),
    // USDC.
    ("ethereum", "0xA0b86991c6218b36c1d19D4a2e9Eb0cE3606eB48", 6),
    ("polygon", "0x3c499c542cEF5E3811e1192ce70d8cC03d5c3359", 6),
    ("arbitrum", "0xaf88d065e77c8cC2239327C5EDb3A432268e5831", 6),
    ("optimism", "0x0b2C639c533813f4Aa9D7837CAf62653d097Ff85", 6),
    ("avalanche", "0xB97EF9Ef8734C71904D8002F8b6Bc66Dd9c48a6E", 6),
    ("base", "0x833589fCD6eDb6E08f4c7C32D4f71b54bdA02913", 6),
    // USDC of Binance's bridge.
    ("bsc", "0x8AC76a51cc950d9822D68b83fE1Ad97B32Cd580d", 18),
];

/// The decimals of a token, if it is a well-known one.
pub(super) fn decimals(network: Network, contract: &str) -> Option<u8> {
    let mut tokens = TOKENS.iter();
    // The case of an address of TON is a part of it; no two contracts of the table differ by case only.
    let found = tokens.find(|(on, known, _)| {
        *on == network.name()
            && (*known == contract
                || (known.starts_with("0x") && known.eq_ignore_ascii_case(contract)))
    });
    found.map(|(_, _, decimals)| *decimals)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Strength, check};

    #[test]
    fn every_contract_has_a_valid_checksum_and_is_listed_once() {
        for (network, contract, decimals_of) in TOKENS {
            let checked = check(network, contract).unwrap();
            assert_eq!(checked.strength(), Strength::Checksum, "{contract}");
            let network = Network::by_name(network).unwrap();
            assert_eq!(decimals(network, contract), Some(*decimals_of));
            let same = TOKENS.iter().filter(|(on, known, _)| {
                *on == network.name() && known.eq_ignore_ascii_case(contract)
            });
            assert_eq!(same.count(), 1, "{contract}");
        }
    }
}
