//! Deposit addresses that are valid on their networks and belong to nobody: made from a hash, not from a key.

use sha2::{Digest as _, Sha256};

/// How a network writes an address.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Format {
    /// `T…`: base58check, version 0x41.
    Tron,
    /// `3…`: base58check, version 0x05 (P2SH), as in C-Pay's example.
    BitcoinP2sh,
    /// `0x…` in small letters, as in C-Pay's example; the capitals of EIP-55 are a checksum it does without.
    Evm,
    /// `r…`: base58check, version 0x00, in Ripple's own alphabet.
    Ripple,
}

/// The address of an owner, told by several texts: the sandbox's salt, the network and the owner's own. The same texts
/// give the same address.
pub(crate) fn derive(format: Format, owner: &[&str]) -> String {
    let mut hash = Sha256::new();
    for part in owner {
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
        Format::Evm => hexadecimal(&account),
        Format::Ripple => with_checksum(0x00, &account)
            .with_alphabet(bs58::Alphabet::RIPPLE)
            .into_string(),
    }
}

/// Whether a text is an address of this form, checksum included where the form has one.
pub(crate) fn is_valid(format: Format, text: &str) -> bool {
    let decoded = |alphabet| bs58::decode(text).with_alphabet(alphabet).into_vec();
    let checked = |bytes: Vec<u8>, versions: &[u8]| {
        let Some((body, checksum)) = bytes.split_last_chunk::<4>() else {
            return false;
        };
        let hash = Sha256::digest(Sha256::digest(body));
        body.len() == 21
            && body.first().is_some_and(|first| versions.contains(first))
            && hash.starts_with(checksum)
    };
    let bitcoin = bs58::Alphabet::BITCOIN;
    match format {
        Format::Tron => decoded(bitcoin).is_ok_and(|bytes| checked(bytes, &[0x41])),
        Format::Ripple => {
            decoded(bs58::Alphabet::RIPPLE).is_ok_and(|bytes| checked(bytes, &[0x00]))
        }
        // The newer addresses are taken by their look.
        Format::BitcoinP2sh => {
            let segwit = text.strip_prefix("bc1").is_some_and(|rest| {
                (11..=71).contains(&rest.len())
                    && rest
                        .bytes()
                        .all(|byte| byte.is_ascii_digit() || byte.is_ascii_lowercase())
            });
            segwit || decoded(bitcoin).is_ok_and(|bytes| checked(bytes, &[0x00, 0x05]))
        }
        Format::Evm => text.strip_prefix("0x").is_some_and(|digits| {
            digits.len() == 40 && digits.bytes().all(|byte| byte.is_ascii_hexdigit())
        }),
    }
}

/// Version and account with the first four bytes of their double SHA-256, in base 58.
fn base58check(version: u8, account: &[u8; 20]) -> String {
    with_checksum(version, account).into_string()
}

fn with_checksum(version: u8, account: &[u8; 20]) -> bs58::encode::EncodeBuilder<'static, Vec<u8>> {
    let mut bytes = vec![version];
    bytes.extend_from_slice(account);
    let checksum = Sha256::digest(Sha256::digest(&bytes));
    bytes.extend(checksum.iter().take(4));
    bs58::encode(bytes)
}

fn hexadecimal(account: &[u8; 20]) -> String {
    let digits: String = account.iter().map(|byte| format!("{byte:02x}")).collect();
    format!("0x{digits}")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn account(hex: &str) -> [u8; 20] {
        let byte = |at: usize| u8::from_str_radix(&hex[at * 2..at * 2 + 2], 16).unwrap();
        std::array::from_fn(byte)
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
    fn addresses_are_told_from_other_texts() {
        // XRP's account zero is published with its alphabet.
        let zero = with_checksum(0, &[0; 20]).with_alphabet(bs58::Alphabet::RIPPLE);
        assert_eq!(zero.into_string(), "rrrrrrrrrrrrrrrrrrrrrhoLvTp");
        for format in [
            Format::Tron,
            Format::BitcoinP2sh,
            Format::Evm,
            Format::Ripple,
        ] {
            let good = derive(format, &["s", "n", "1"]);
            assert!(is_valid(format, &good), "{format:?} {good}");
            for bad in ["", "x", "0x12", "é", &format!("{good}1"), &good[1..]] {
                assert!(!is_valid(format, bad), "{format:?} {bad}");
            }
        }
        assert!(is_valid(
            Format::BitcoinP2sh,
            "bc1qar0srrr7xfkvy5l643lydnw9re59gtzzwf5mdq"
        ));
        assert!(!is_valid(
            Format::Tron,
            "TR7NHqjeKQxGTCi8q8ZY4pL8otSzgjLj6u"
        ));
    }

    #[test]
    fn an_owner_keeps_the_address_and_shares_it_with_nobody() {
        let make = |owner: [&str; 3]| derive(Format::Tron, &owner);
        let own = make(["s", "n", "1001"]);
        assert_eq!(own, make(["s", "n", "1001"]));
        for other in [["t", "n", "1001"], ["s", "n1", "001"], ["s", "n", "1002"]] {
            assert_ne!(own, make(other), "{other:?}");
        }
    }
}
