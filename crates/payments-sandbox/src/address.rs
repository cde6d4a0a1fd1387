//! Deposit addresses that are valid on their networks and belong to nobody: made from a hash, not from a key.

use sha2::{Digest as _, Sha256};
use sha3::Keccak256;

/// How a network writes an address.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Format {
    /// `T…`: base58check, version 0x41.
    Tron,
    /// `3…`: base58check, version 0x05 (P2SH), as in C-Pay's example.
    BitcoinP2sh,
    /// `0x…` with the mixed case of EIP-55.
    Evm,
}

/// The address of an owner on one network of a sandbox. `salt` is the sandbox's, so the same owner keeps the same
/// address for as long as the sandbox lives.
pub(crate) fn derive(format: Format, salt: &str, network: &str, owner: &str) -> String {
    let mut hash = Sha256::new();
    for part in [salt, network, owner] {
        hash.update(part);
        // No text contains this byte, so two splits never give one input.
        hash.update([0xff]);
    }
    let hash: [u8; 32] = hash.finalize().into();
    let mut account = [0; 20];
    account
        .iter_mut()
        .zip(hash)
        .for_each(|(to, from)| *to = from);
    match format {
        Format::Tron => base58check(0x41, &account),
        Format::BitcoinP2sh => base58check(0x05, &account),
        Format::Evm => eip55(&account),
    }
}

/// Version and account with the first four bytes of their double SHA-256, in base 58.
fn base58check(version: u8, account: &[u8; 20]) -> String {
    let mut bytes = vec![version];
    bytes.extend_from_slice(account);
    let checksum = Sha256::digest(Sha256::digest(&bytes));
    bytes.extend(checksum.iter().take(4));
    bs58::encode(bytes).into_string()
}

/// Hexadecimal whose capitals are a checksum: a letter is capital where the hash of the small letters has a digit
/// of eight or more.
fn eip55(account: &[u8; 20]) -> String {
    let small: String = account.iter().map(|byte| format!("{byte:02x}")).collect();
    // Ethereum's hash is Keccak as it was submitted, which pads otherwise than SHA-3.
    let hash = Keccak256::digest(&small);
    let nibbles = hash.iter().flat_map(|byte| [byte >> 4, byte & 0x0f]);
    let mixed = small.chars().zip(nibbles).map(|(letter, nibble)| {
        if nibble >= 8 {
            letter.to_ascii_uppercase()
        } else {
            letter
        }
    });
    format!("0x{}", mixed.collect::<String>())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn account(hex: &str) -> [u8; 20] {
        let byte = |at: usize| u8::from_str_radix(&hex[at * 2..at * 2 + 2], 16).unwrap();
        std::array::from_fn(byte)
    }

    #[test]
    fn eip55_as_the_standard_prints_it() {
        for address in [
            "0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed",
            "0xfB6916095ca1df60bB79Ce92cE3Ea74c37c5d359",
            "0xdbF03B407c01E7cD3CBea99509d93f8DDDC8C6FB",
            "0xD1220A0cf47c7B9Be7A2E6BA89F429762e7b9aDb",
        ] {
            assert_eq!(eip55(&account(&address[2..])), address);
        }
    }

    #[test]
    fn base58check_as_published() {
        // The genesis block's address, and USDT's contract on TRON.
        assert_eq!(
            base58check(0, &account("62e907b15cbf27d5425399ebf6f0fb50ebb88f18")),
            "1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa"
        );
        assert_eq!(
            base58check(0x41, &account("a614f803b6fd780986a42c78ec9c7f77e6ded13c")),
            "TR7NHqjeKQxGTCi8q8ZY4pL8otSzgjLj6t"
        );
    }

    #[test]
    fn an_owner_keeps_the_address_and_shares_it_with_nobody() {
        let make = |salt, network, owner| derive(Format::Tron, salt, network, owner);
        assert_eq!(make("s", "n", "1001"), make("s", "n", "1001"));
        let others = [
            make("t", "n", "1001"),
            make("s", "n1", "001"),
            make("s", "n", "1002"),
        ];
        assert!(!others.contains(&make("s", "n", "1001")));
    }
}
