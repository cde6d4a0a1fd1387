//! What errors say.

use payments_address::{Reason, check, check_memo, check_payee};

const TRON: &str = "TR7NHqjeKQxGTCi8q8ZY4pL8otSzgjLj6t";
const EVM: &str = "0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed";

#[test]
fn says_what_is_wrong_and_what_to_do() {
    for (network, address, reason, expected) in [
        (
            "ethereum",
            TRON,
            Reason::OtherNetwork,
            "address is an address of TRON, not of Ethereum (allowed: 0x and 40 hexadecimal digits)",
        ),
        (
            "TRC20",
            EVM,
            Reason::OtherNetwork,
            "address is an address of Ethereum or a network like it, not of TRON (allowed: T and 33 letters and digits)",
        ),
        (
            "bitcoin",
            "DH5yaieqoZN36fDVciNyRueRGvGLR3mr7L",
            Reason::OtherNetwork,
            "address is an address of Dogecoin, not of Bitcoin (allowed: 1, 3 or bc1, and more letters and digits)",
        ),
        (
            "tron",
            "TR7NHqjeKQxGTCi8q8ZY4pL8otSzgjLj6u",
            Reason::Checksum,
            "address has a wrong checksum: a character is wrong or missing; copy it again (allowed: T and 33 letters and digits)",
        ),
        (
            "bitcoin",
            "mipcBbFg9gMiCh81Kj8tqqdgoZub1ZJRfn",
            Reason::Testnet,
            "address is for a test network, not for Bitcoin (allowed: 1, 3 or bc1, and more letters and digits)",
        ),
        (
            "bitcoin testnet",
            "1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa",
            Reason::Testnet,
            "address is for the mainnet of Bitcoin, not for a test network (allowed: 1, 3 or bc1, and more letters and digits)",
        ),
        (
            "tron",
            "not-an-address",
            Reason::Form,
            "address is not an address of TRON (allowed: T and 33 letters and digits)",
        ),
        (
            "tron",
            "",
            Reason::Form,
            "address is empty (allowed: T and 33 letters and digits)",
        ),
        (
            "tron",
            " TR7NHqjeKQxGTCi8q8ZY4pL8otSzgjLj6t",
            Reason::Form,
            "address has white space around it (allowed: T and 33 letters and digits)",
        ),
        (
            "Stone",
            "abc def",
            Reason::Form,
            "address has white space inside (allowed: the address as the payee wrote it)",
        ),
        (
            "Stone",
            "abc\u{200b}",
            Reason::Form,
            "address has an invisible character: type it, or copy it from another place (allowed: the address as the payee wrote it)",
        ),
        (
            "bitcoin",
            "bitcoin:1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa?amount=1",
            Reason::Form,
            "address is a link or a payment request: write only the address in it (allowed: 1, 3 or bc1, and more letters and digits)",
        ),
        (
            "ethereum",
            &EVM[2..],
            Reason::Form,
            "address lacks the 0x in front (allowed: 0x and 40 hexadecimal digits)",
        ),
        (
            "tron",
            "41a614f803b6fd780986a42c78ec9c7f77e6ded13c",
            Reason::Form,
            "address is the hexadecimal form of a TRON address: write it in Base58 (allowed: T and 33 letters and digits)",
        ),
    ] {
        let error = check(network, address).unwrap_err();
        assert_eq!(
            (error.to_string().as_str(), error.reason()),
            (expected, reason)
        );
    }
}

/// Published keys: Bitcoin's wiki on the wallet import format, the XRP Ledger's and Stellar's documentation.
#[test]
fn warns_of_private_keys() {
    for (network, key) in [
        (
            "bitcoin",
            "5HueCGU8rMjxEXxiPuD5BDku4MkFqeZyd4dZ1jvhTVqvbTLvyTJ",
        ),
        (
            "tron",
            "5HueCGU8rMjxEXxiPuD5BDku4MkFqeZyd4dZ1jvhTVqvbTLvyTJ",
        ),
        ("xrp", "snoPBrXtMeMyMHUVTgbuqAfg1SUTb"),
        (
            "stellar",
            "SBU2RRGLXH3E5CQHTD3ODLDF2BWDCYUSSBLLZ5GNW7JXHDIYKXZWHOKR",
        ),
    ] {
        let error = check(network, key).unwrap_err();
        assert_eq!(error.reason(), Reason::SecretKey, "{network}: {error}");
        assert!(!error.to_string().contains(key));
    }
}

#[test]
fn checks_the_form_of_memos() {
    for (network, memo, accepted) in [
        ("xrp", "0", true),
        ("xrp", "4294967295", true),
        ("xrp", "4294967296", false),
        ("xrp", "tag:12345", false),
        ("Ripple(XRP)", "12 345", false),
        ("xrp", "12345 ", false),
        ("xrp", "+1", false),
        ("xrp", "1.0", false),
        ("xrp", "", false),
        ("stellar", "18446744073709551615", true),
        ("stellar", "a text of 28 bytes, exactly.", true),
        ("stellar", "a text of 29 bytes, not less.", false),
        ("stellar", "Memo: 12345", false),
        ("ton", "order 7", true),
        ("ton", "memo=7", false),
        ("bitcoin", "anything: goes", true),
        ("Stone", "anything", true),
        ("Stone", "any\u{202e}thing", false),
    ] {
        let checked = check_memo(network, memo);
        assert_eq!(checked.is_ok(), accepted, "{network} {memo:?} {checked:?}");
    }
    let longest = "é".repeat(61);
    assert!(check_memo("ton", &format!("{longest}x")).is_ok());
    assert!(check_memo("ton", &format!("{longest}xx")).is_err());
}

#[test]
fn refuses_a_memo_that_contradicts_the_one_in_the_address() {
    let tagged = "X7AcgcsBL6XDcUb289X4mJ8djcdyKaLFuhLRuNXPrDeJd9A";
    let muxed = "MA7QYNF7SOWQ3GLR2BGMZEHXAVIRZA4KVWLTJJFC7MGXUA74P7UJUAAAAAAAAAAAACJUQ";
    for (network, address, same, other) in [
        ("xrp", tagged, "11747", "11748"),
        ("stellar", muxed, "0", "1"),
    ] {
        assert!(check_payee(network, address, Some(same)).is_ok());
        assert!(check_payee(network, address, None).is_ok());
        let error = check_payee(network, address, Some(other)).unwrap_err();
        assert_eq!((error.reason(), error.field()), (Reason::OtherMemo, "memo"));
    }
}

#[test]
fn says_how_much_was_checked() {
    let note = |network, address| check(network, address).unwrap().note();
    assert_eq!(note("tron", TRON), None);
    assert_eq!(note("bsc", EVM), None);
    for (network, address, expected) in [
        (
            "bsc",
            "0x27b1fdb04752bbc536007a920d24acb045561c26",
            "no checksum",
        ),
        ("Stone", "abc", "unknown network"),
        (
            "litecoin",
            "3CWFddi6m4ndiGyKqzYvsFYagqDLPVMTzC",
            "the same as Bitcoin's",
        ),
        (
            "bch",
            "1BpEi6DfDAUFd7GtittLSdBeYJvcoaVggu",
            "the same as Bitcoin's",
        ),
        (
            "polkadot",
            "5GrwvaEF5zXb26Fz9rcQpDWS57CtERHpNehXCPcNoHGKutQY",
            "all Substrate networks",
        ),
    ] {
        let note = note(network, address).unwrap();
        assert!(note.contains(expected), "{note}");
    }
}
