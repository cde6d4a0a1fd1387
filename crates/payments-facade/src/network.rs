//! Names of networks that mean the same at every provider.
//!
//! Each provider spells networks its own way: `TRON(TRC-20)`, `TRC20`, `TRX`. The facade uses the names below, and an
//! adapter translates them. A network that is not listed is passed on, and given back, as the provider spells it.

/// Bitcoin.
pub const BITCOIN: &str = "bitcoin";
/// Ethereum.
pub const ETHEREUM: &str = "ethereum";
/// BNB Smart Chain.
pub const BSC: &str = "bsc";
/// TRON.
pub const TRON: &str = "tron";
/// Polygon.
pub const POLYGON: &str = "polygon";
/// Solana.
pub const SOLANA: &str = "solana";
/// The Open Network. Custodial addresses take a memo.
pub const TON: &str = "ton";
/// The XRP Ledger. Custodial addresses take a memo, there called destination tag.
pub const XRP: &str = "xrp";
/// Stellar. Custodial addresses take a memo.
pub const STELLAR: &str = "stellar";
/// EOS. Custodial accounts take a memo.
pub const EOS: &str = "eos";
/// Cosmos Hub. Custodial addresses take a memo.
pub const COSMOS: &str = "cosmos";
/// Hedera. Custodial accounts take a memo.
pub const HEDERA: &str = "hedera";

/// The words by which networks are called where many payees share one address and the memo says whose money it is. Coins
/// sent there without the memo are as good as lost.
const WITH_MEMO: &[&[&str]] = &[
    &[TON, "toncoin", "theopennetwork"],
    &[XRP, "xrpl", "ripple", "xrpledger", "thexrpledger"],
    &[STELLAR, "xlm", "stellarlumens"],
    &[EOS, "eosio", "vaulta"],
    &[COSMOS, "atom", "cosmoshub"],
    &[HEDERA, "hbar", "hashgraph"],
    &["bep2", "beaconchain", "bnbbeaconchain"],
];

/// Whether a payout on this network must name a memo: whether one of the words of its name, or all of them together, is a
/// known name of such a network. It takes `Ripple(XRP)`, `XRP Ledger` and `BEP-2` for what they are. A network that nobody
/// has heard of needs none, so this guard is no proof.
///
/// ```
/// use payments_facade::network;
///
/// for name in [network::XRP, "XLM", "Ripple(XRP)", "BNB Beacon Chain (BEP-2)"] {
///     assert!(network::needs_memo(name), "{name}");
/// }
/// for name in [network::TRON, "BSC(BEP-20)", "TRON(TRC-20)"] {
///     assert!(!network::needs_memo(name), "{name}");
/// }
/// ```
#[must_use]
pub fn needs_memo(network: &str) -> bool {
    // Hyphens and dots stand inside of names: BEP-2.
    let inside = |c: char| matches!(c, '-' | '.');
    let plain: String = network.chars().filter(|c| !inside(*c)).collect();
    let words = || plain.split(|c: char| !c.is_alphanumeric());
    let whole: String = words().collect();
    words().chain([whole.as_str()]).any(is_with_memo)
}

fn is_with_memo(word: &str) -> bool {
    let mut names = WITH_MEMO.iter().flat_map(|names| names.iter());
    names.any(|name| name.eq_ignore_ascii_case(word))
}
