//! The forms of addresses. Every function here decides about one form and knows nothing of other networks.

pub(crate) mod base58;
mod bech32;
mod cardano;
mod cashaddr;
mod evm;
mod filecoin;
mod hedera;
mod monero;
mod named;
mod solana;
mod stellar;
mod substrate;
mod ton;
mod xrp;

use crate::checked::{Checked, Strength};
use crate::network::Chain;

/// The form of a network's addresses.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Form {
    /// Base58Check, and for some networks SegWit.
    Bitcoin(&'static base58::Versions),
    /// CashAddr, or Bitcoin's older form.
    BitcoinCash,
    /// `0x` and 40 digits, with the checksum of EIP-55 in mixed case.
    Evm,
    /// Base58Check with version 0x41.
    Tron,
    /// 32 bytes in Base58.
    Solana,
    /// 36 bytes in Base64 with CRC-16, or workchain and hash.
    Ton,
    /// Base58Check in Ripple's alphabet, or an X-address.
    Xrp,
    /// Base32 with CRC-16: account, muxed account or contract.
    Stellar,
    /// Bech32 with this prefix.
    Cosmos(&'static str),
    /// Bech32, or Base58 with CRC-32 (Byron).
    Cardano,
    /// SS58 with this network prefix.
    Substrate(u16),
    /// A name, or 64 digits.
    Near,
    /// `0x` and 64 digits.
    Hex32,
    /// Base32 with a part of SHA-512/256.
    Algorand,
    /// Base58Check with three bytes of version.
    Tezos,
    /// A name of up to 12 characters.
    Eos,
    /// `0.0.` and a number, with or without the checksum of HIP-15.
    Hedera,
    /// Base32 with a part of BLAKE2b.
    Filecoin,
    /// Base58 in blocks, with a part of Keccak-256.
    Monero,
}

/// Why a text is not an address of a form.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Flaw {
    /// It does not look like one.
    Form,
    /// It looks like one, and the checksum is wrong.
    Checksum,
    /// It is one of the other chain: testnet instead of mainnet, or the reverse.
    Chain,
    /// It is a private key or a seed.
    SecretKey,
    /// It is one that cannot receive, for the given reason.
    Unusable(&'static str),
}

pub(crate) type Verdict = Result<Checked, Flaw>;

/// A verdict about a text with a valid checksum, given on which chains it means something.
fn on_chain(is_main: bool, is_test: bool, chain: Chain) -> Verdict {
    let (right, other) = match chain {
        Chain::Main => (is_main, is_test),
        Chain::Test => (is_test, is_main),
    };
    match (right, other) {
        (true, _) => Ok(Checked::CHECKSUM),
        (false, true) => Err(Flaw::Chain),
        (false, false) => Err(Flaw::Form),
    }
}

impl Form {
    pub(crate) fn check(self, text: &str, chain: Chain) -> Verdict {
        match self {
            Self::Bitcoin(versions) => base58::bitcoin(versions, text, chain),
            Self::BitcoinCash => cashaddr::check(text, chain),
            Self::Evm => evm::check(text),
            Self::Tron => base58::tron(text),
            Self::Solana => solana::check(text),
            Self::Ton => ton::check(text, chain),
            Self::Xrp => xrp::check(text, chain),
            Self::Stellar => stellar::check(text),
            Self::Cosmos(prefix) => bech32::cosmos(prefix, text),
            Self::Cardano => cardano::check(text, chain),
            Self::Substrate(prefix) => substrate::check(prefix, text),
            Self::Near => named::near(text, chain),
            Self::Hex32 => evm::hex32(text),
            Self::Algorand => stellar::algorand(text),
            Self::Tezos => base58::tezos(text),
            Self::Eos => named::eos(text),
            Self::Hedera => hedera::check(text),
            Self::Filecoin => filecoin::check(text, chain),
            Self::Monero => monero::check(text, chain),
        }
    }

    /// Whether a text that passes without a checksum is so distinctive that it proves the network.
    const fn is_distinctive(self) -> bool {
        matches!(self, Self::Evm | Self::Solana | Self::Hex32)
    }

    /// Whether the text is certainly an address of this form.
    pub(crate) fn recognises(self, text: &str) -> bool {
        let found = |chain| match self.check(text, chain) {
            Ok(checked) => checked.strength() == Strength::Checksum || self.is_distinctive(),
            Err(_) => false,
        };
        found(Chain::Main)
    }

    /// What an address looks like, for messages.
    pub(crate) const fn looks(self) -> &'static str {
        match self {
            Self::Bitcoin(versions) => versions.looks,
            Self::BitcoinCash => "bitcoincash: and 42 characters, or an older address with 1 or 3",
            Self::Evm => "0x and 40 hexadecimal digits",
            Self::Tron => "T and 33 letters and digits",
            Self::Solana => "32 to 44 letters and digits",
            Self::Ton => "48 characters, mostly with UQ or EQ in front",
            Self::Xrp => "r and 24 to 34 letters and digits, or an X-address",
            Self::Stellar => "G and 55 capital letters and digits, or a muxed account with M",
            Self::Cosmos(_) => "the prefix of the network, 1, and 38 or more letters and digits",
            Self::Cardano => "addr1 and more letters and digits, or a Byron address",
            Self::Substrate(_) => "46 to 48 letters and digits",
            Self::Near => "a name such as payee.near, or 64 hexadecimal digits",
            Self::Hex32 => "0x and 64 hexadecimal digits",
            Self::Algorand => "58 capital letters and digits",
            Self::Tezos => "tz1, tz2, tz3, tz4 or KT1, and 33 letters and digits",
            Self::Eos => "a name of up to 12 characters: a to z, 1 to 5 and dots",
            Self::Hedera => "0.0. and a number",
            Self::Filecoin => "f0, f1, f2, f3 or f4, and letters and digits",
            Self::Monero => "95 or 106 letters and digits, with 4 or 8 in front",
        }
    }
}
