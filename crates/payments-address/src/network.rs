//! The table of networks: names, the rule for addresses, the rule for memos.

use crate::form::Form;
use crate::form::base58::{BITCOIN, DASH, DOGECOIN, LITECOIN, ZCASH};
use crate::memo::MemoRule;

/// A network that this crate knows.
///
/// ```
/// use payments_address::Network;
///
/// let tron = Network::by_name("TRON(TRC-20)").unwrap();
/// assert_eq!((tron.name(), tron.has_memo()), ("tron", false));
/// assert_eq!(Network::by_name("BNB Smart Chain (BEP20)"), Network::by_name("bsc"));
///
/// // A partly known name and a name of two networks are unknown.
/// assert_eq!(Network::by_name("TRON(ERC-20)"), None);
/// assert_eq!(Network::by_name("BNB"), None);
/// ```
#[derive(Clone, Copy, Debug)]
pub struct Network(&'static Row);

/// One row of the table. All names consist of lowercase letters and digits.
#[derive(Debug)]
struct Row {
    name: &'static str,
    others: &'static [&'static str],
    /// The name in sentences.
    title: &'static str,
    form: Form,
    memo: Option<MemoRule>,
}

const fn row(
    name: &'static str,
    title: &'static str,
    others: &'static [&'static str],
    form: Form,
) -> Row {
    Row {
        name,
        others,
        title,
        form,
        memo: None,
    }
}

const fn with_memo(
    name: &'static str,
    title: &'static str,
    others: &'static [&'static str],
    form: Form,
    memo: MemoRule,
) -> Row {
    Row {
        memo: Some(memo),
        ..row(name, title, others, form)
    }
}

/// The table. `BNB` is not listed, because it means two networks. Addresses of networks further up are recognised first.
const NETWORKS: &[Row] = &[
    row("bitcoin", "Bitcoin", &["btc"], Form::Bitcoin(&BITCOIN)),
    row("ethereum", "Ethereum", &["eth", "erc20"], Form::Evm),
    row(
        "bsc",
        "BNB Smart Chain",
        &["bep20", "bnbsmartchain", "binancesmartchain", "bnbchain"],
        Form::Evm,
    ),
    row("tron", "TRON", &["trx", "trc20"], Form::Tron),
    row(
        "polygon",
        "Polygon",
        &["matic", "pol", "polygonpos"],
        Form::Evm,
    ),
    row("solana", "Solana", &["sol", "spl"], Form::Solana),
    with_memo(
        "ton",
        "TON",
        &["toncoin", "theopennetwork"],
        Form::Ton,
        MemoRule::Bytes(123),
    ),
    with_memo(
        "xrp",
        "the XRP Ledger",
        &["xrpl", "ripple", "xrpledger", "thexrpledger"],
        Form::Xrp,
        MemoRule::Tag,
    ),
    with_memo(
        "stellar",
        "Stellar",
        &["xlm", "stellarlumens"],
        Form::Stellar,
        MemoRule::Stellar,
    ),
    with_memo(
        "eos",
        "EOS",
        &["eosio", "vaulta"],
        Form::Eos,
        MemoRule::Bytes(256),
    ),
    with_memo(
        "cosmos",
        "the Cosmos Hub",
        &["atom", "cosmoshub"],
        Form::Cosmos("cosmos"),
        MemoRule::Bytes(256),
    ),
    with_memo(
        "hedera",
        "Hedera",
        &["hbar", "hashgraph", "hederahashgraph"],
        Form::Hedera,
        MemoRule::Bytes(100),
    ),
    with_memo(
        "bep2",
        "BNB Beacon Chain",
        &["beaconchain", "bnbbeaconchain"],
        Form::Cosmos("bnb"),
        MemoRule::Bytes(128),
    ),
    row("litecoin", "Litecoin", &["ltc"], Form::Bitcoin(&LITECOIN)),
    row("dogecoin", "Dogecoin", &["doge"], Form::Bitcoin(&DOGECOIN)),
    row("dash", "Dash", &[], Form::Bitcoin(&DASH)),
    row("zcash", "Zcash", &["zec"], Form::Bitcoin(&ZCASH)),
    row("bitcoincash", "Bitcoin Cash", &["bch"], Form::BitcoinCash),
    row("cardano", "Cardano", &["ada"], Form::Cardano),
    row("polkadot", "Polkadot", &["dot"], Form::Substrate(0)),
    row("kusama", "Kusama", &["ksm"], Form::Substrate(2)),
    row("near", "NEAR", &["nearprotocol"], Form::Near),
    row("aptos", "Aptos", &["apt"], Form::Hex32),
    row("sui", "Sui", &[], Form::Hex32),
    row("algorand", "Algorand", &["algo"], Form::Algorand),
    row("tezos", "Tezos", &["xtz"], Form::Tezos),
    row("filecoin", "Filecoin", &["fil"], Form::Filecoin),
    row("monero", "Monero", &["xmr"], Form::Monero),
    row("osmosis", "Osmosis", &["osmo"], Form::Cosmos("osmo")),
    row("celestia", "Celestia", &["tia"], Form::Cosmos("celestia")),
    row("injective", "Injective", &["inj"], Form::Cosmos("inj")),
    row(
        "arbitrum",
        "Arbitrum One",
        &["arb", "arbitrumone", "arb1"],
        Form::Evm,
    ),
    row(
        "optimism",
        "OP Mainnet",
        &["op", "opmainnet", "optimismmainnet"],
        Form::Evm,
    ),
    row(
        "avalanche",
        "Avalanche C-Chain",
        &[
            "avax",
            "avaxc",
            "avaxcchain",
            "avalanchec",
            "avalanchecchain",
            "cchain",
        ],
        Form::Evm,
    ),
    row("base", "Base", &["basemainnet"], Form::Evm),
    row("linea", "Linea", &[], Form::Evm),
    row("scroll", "Scroll", &[], Form::Evm),
    row("mantle", "Mantle", &["mnt"], Form::Evm),
    row("blast", "Blast", &[], Form::Evm),
    row("opbnb", "opBNB", &[], Form::Evm),
    row("fantom", "Fantom", &["ftm", "fantomopera"], Form::Evm),
    row("sonic", "Sonic", &[], Form::Evm),
    row("cronos", "Cronos", &["cronosevm"], Form::Evm),
    row(
        "gnosis",
        "Gnosis Chain",
        &["xdai", "gnosischain"],
        Form::Evm,
    ),
    row("celo", "Celo", &[], Form::Evm),
    row("kaia", "Kaia", &["klaytn", "klay"], Form::Evm),
    row("moonbeam", "Moonbeam", &["glmr"], Form::Evm),
    row("ethereumclassic", "Ethereum Classic", &["etc"], Form::Evm),
    row("zksync", "ZKsync Era", &["zksyncera", "zksync2"], Form::Evm),
];

impl Row {
    /// Whether the letters and digits of `text` are one of the names.
    fn is(&self, text: &str) -> bool {
        let matches = |name: &&str| {
            let plain = text.chars().filter(|c| c.is_alphanumeric());
            plain.map(|c| c.to_ascii_lowercase()).eq(name.chars())
        };
        matches(&self.name) || self.others.iter().any(matches)
    }

    /// Whether all parts of a name mean this network: `TRON(TRC-20)`, `BNB Smart Chain (BEP20)`, `TRON TRC20`.
    fn is_meant_by(&self, name: &str) -> bool {
        let all = |ends: fn(char) -> bool| {
            let mut parts = name.split(ends).filter(|part| !part.trim().is_empty());
            parts.next().is_some_and(|part| self.is(part)) && parts.all(|part| self.is(part))
        };
        all(|c| matches!(c, '(' | ')')) || all(is_between_words)
    }
}

/// Hyphens and dots are part of names: BEP-2.
fn is_between_words(c: char) -> bool {
    !c.is_alphanumeric() && !matches!(c, '-' | '.')
}

impl Network {
    /// The network of this name, in any of the spellings of the table. Case, spaces and punctuation do not matter. `None` if
    /// the name is not in the table or if its parts mean different networks.
    #[must_use]
    pub fn by_name(name: &str) -> Option<Self> {
        NETWORKS.iter().find(|row| row.is_meant_by(name)).map(Self)
    }

    /// All networks of the table.
    pub fn all() -> impl Iterator<Item = Self> {
        NETWORKS.iter().map(Self)
    }

    /// Whether a word of the name, or all words together, mean a network where many payees share one address and a memo
    /// identifies the payee. It recognises more than [`by_name`](Self::by_name): `Ripple-peg (XRP)`. For an unknown name it is
    /// `false`, which proves nothing.
    #[must_use]
    pub fn name_has_memo(name: &str) -> bool {
        let is_with_memo = |text: &str| {
            NETWORKS
                .iter()
                .any(|row| row.memo.is_some() && row.is(text))
        };
        name.split(is_between_words).any(is_with_memo) || is_with_memo(name)
    }

    /// The common name, in lowercase letters and digits.
    #[must_use]
    pub const fn name(self) -> &'static str {
        self.0.name
    }

    /// Whether many payees share one address at custodians, with a memo that identifies the payee.
    #[must_use]
    pub const fn has_memo(self) -> bool {
        self.0.memo.is_some()
    }

    /// Whether the network has no tokens: Bitcoin and its relatives. An address there can only mean one coin.
    #[must_use]
    pub const fn has_one_coin(self) -> bool {
        matches!(self.0.form, Form::Bitcoin(_))
    }

    pub(crate) const fn title(self) -> &'static str {
        self.0.title
    }

    pub(crate) const fn form(self) -> Form {
        self.0.form
    }

    pub(crate) const fn memo(self) -> Option<MemoRule> {
        self.0.memo
    }
}

impl PartialEq for Network {
    fn eq(&self, other: &Self) -> bool {
        self.name() == other.name()
    }
}

impl Eq for Network {}

/// A network, and whether it is the mainnet.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Chain {
    Main,
    Test,
}

/// Test networks by their own name.
const TESTNETS: &[(&str, &str)] = &[
    ("sepolia", "ethereum"),
    ("holesky", "ethereum"),
    ("hoodi", "ethereum"),
    ("goerli", "ethereum"),
    ("amoy", "polygon"),
    ("mumbai", "polygon"),
    ("fuji", "avalanche"),
    ("nile", "tron"),
    ("shasta", "tron"),
    ("testnet3", "bitcoin"),
    ("testnet4", "bitcoin"),
    ("signet", "bitcoin"),
];

/// The network and chain of a name. A name of a network with the word `testnet`, or with the name of one of its test
/// networks, means the test chain.
pub(crate) fn target(name: &str) -> Option<(Network, Chain)> {
    if let Some(network) = Network::by_name(name) {
        return Some((network, Chain::Main));
    }
    let words = || {
        name.split(|c: char| !c.is_alphanumeric())
            .filter(|word| !word.is_empty())
    };
    let testnet = |word: &str| {
        TESTNETS
            .iter()
            .find(|(test, _)| word.eq_ignore_ascii_case(test))
            .map(|(_, of)| *of)
    };
    let is_test = |word: &str| word.eq_ignore_ascii_case("testnet") || testnet(word).is_some();
    if !words().any(is_test) {
        return None;
    }
    let rest: Vec<&str> = words().filter(|word| !is_test(word)).collect();
    let named = words().find_map(testnet);
    let network = match (rest.is_empty(), named) {
        (true, Some(of)) => Network::by_name(of),
        (true, None) => None,
        (false, of) => Network::by_name(&rest.join(" "))
            .filter(|network| of.is_none_or(|of| of == network.name())),
    };
    network.map(|network| (network, Chain::Test))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_name_means_one_network() {
        for network in Network::all() {
            for word in network.0.others.iter().chain([&network.name()]) {
                let meant = NETWORKS.iter().filter(|row| row.is(word));
                assert_eq!(meant.count(), 1, "{word}");
                assert_eq!(Network::by_name(&word.to_uppercase()), Some(network));
            }
        }
    }

    #[test]
    fn recognises_the_spellings_of_gateways() {
        for (spelling, name) in [
            ("TRON(TRC-20)", "tron"),
            ("Tron TRC20", "tron"),
            ("Ethereum(ERC-20)", "ethereum"),
            ("BSC(BEP-20)", "bsc"),
            ("Ripple(XRP)", "xrp"),
            ("BNB Beacon Chain (BEP-2)", "bep2"),
            ("Arbitrum One (ARB)", "arbitrum"),
            ("AVAX C-Chain", "avalanche"),
        ] {
            let found = Network::by_name(spelling).map(Network::name);
            assert_eq!(found, Some(name), "{spelling}");
        }
        for other in [
            "",
            "()",
            "BNB",
            "TRON(ERC-20)",
            "Arbitrum (ETH)",
            "lightning",
        ] {
            assert_eq!(Network::by_name(other), None, "{other}");
        }
    }

    #[test]
    fn test_networks_are_not_their_mainnet() {
        for (spelling, name) in [
            ("bitcoin-testnet", "bitcoin"),
            ("BTC Testnet4", "bitcoin"),
            ("Sepolia", "ethereum"),
            ("ethereum (sepolia)", "ethereum"),
            ("TRON Nile", "tron"),
            ("XRP testnet", "xrp"),
        ] {
            assert_eq!(Network::by_name(spelling), None, "{spelling}");
            let found = target(spelling).map(|(network, chain)| (network.name(), chain));
            assert_eq!(found, Some((name, Chain::Test)), "{spelling}");
        }
        for other in ["testnet", "tron sepolia", "lightning testnet"] {
            assert_eq!(target(other), None, "{other}");
        }
    }
}
