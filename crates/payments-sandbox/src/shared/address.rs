//! Deposit addresses that are valid on their networks but have no owner: they are made from a hash, not from a key.

use sha2::{Digest as _, Sha256};

/// The form of a network's addresses.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Format {
    /// `T…`: base58check, version 0x41.
    Tron,
    /// `3…`: base58check, version 0x05 (P2SH).
    BitcoinP2sh,
    /// `0x…` in lower case, without the checksum of EIP-55.
    Evm,
    /// `r…`: base58check, version 0x00, in Ripple's alphabet.
    Ripple,
}

/// The address of an owner, who is identified by several texts: a salt, the network and the owner's ids. The same texts
/// return the same address.
pub(crate) fn derive(format: Format, owner: &[&str]) -> String {
    let mut hash = Sha256::new();
    for part in owner {
        hash.update(part);
        // No text contains this byte, so different texts never hash the same bytes.
        hash.update([0xff]);
    }
    let hash = hash.finalize();
    let account = hash.get(..20).unwrap_or_default();
    let base58 = |version, alphabet| {
        let check = bs58::encode(account).with_alphabet(alphabet);
        check.with_check_version(version).into_string()
    };
    match format {
        Format::Tron => base58(0x41, bs58::Alphabet::BITCOIN),
        Format::BitcoinP2sh => base58(0x05, bs58::Alphabet::BITCOIN),
        Format::Ripple => base58(0x00, bs58::Alphabet::RIPPLE),
        Format::Evm => {
            let digits: String = account.iter().map(|byte| format!("{byte:02x}")).collect();
            format!("0x{digits}")
        }
    }
}

/// Whether a text is an address of this form, with a valid checksum if the form has one.
pub(crate) fn is_valid(format: Format, text: &str) -> bool {
    let base58 = |alphabet, versions: &[u8]| {
        let decoded = bs58::decode(text).with_alphabet(alphabet).with_check(None);
        decoded.into_vec().is_ok_and(|bytes| {
            bytes.len() == 21 && bytes.first().is_some_and(|first| versions.contains(first))
        })
    };
    match format {
        Format::Tron => base58(bs58::Alphabet::BITCOIN, &[0x41]),
        Format::Ripple => base58(bs58::Alphabet::RIPPLE, &[0x00]),
        // Of the newer addresses only the form is checked.
        Format::BitcoinP2sh => {
            let segwit = text.strip_prefix("bc1").is_some_and(|data| {
                (11..=71).contains(&data.len())
                    && data
                        .bytes()
                        .all(|byte| byte.is_ascii_digit() || byte.is_ascii_lowercase())
            });
            segwit || base58(bs58::Alphabet::BITCOIN, &[0x00, 0x05])
        }
        Format::Evm => text.strip_prefix("0x").is_some_and(|digits| {
            digits.len() == 40 && digits.bytes().all(|byte| byte.is_ascii_hexdigit())
        }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn published_addresses_are_valid() {
        for (format, address) in [
            // The address of the genesis block, and the contract of USDT on TRON.
            (Format::BitcoinP2sh, "1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa"),
            (Format::Tron, "TR7NHqjeKQxGTCi8q8ZY4pL8otSzgjLj6t"),
            // The account zero of XRP.
            (Format::Ripple, "rrrrrrrrrrrrrrrrrrrrrhoLvTp"),
        ] {
            assert!(is_valid(format, address), "{address}");
        }
    }

    #[test]
    fn made_addresses_are_valid_and_other_texts_are_not() {
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
    fn an_owner_always_has_the_same_address_and_no_one_else_has_it() {
        let make = |owner: [&str; 3]| derive(Format::Tron, &owner);
        let own = make(["s", "n", "1001"]);
        assert_eq!(own, make(["s", "n", "1001"]));
        for other in [["t", "n", "1001"], ["s", "n1", "001"], ["s", "n", "1002"]] {
            assert_ne!(own, make(other), "{other:?}");
        }
    }
}
