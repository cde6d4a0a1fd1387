//! Payment URIs: their documented forms, and that nothing is lost in them.

use payments_address::uri::{PaymentRequest, UriError};
use proptest::prelude::*;
use url::Url;

const EVM: &str = "0xD1220A0cf47c7B9Be7A2E6BA89F429762e7b9aDb";
const USDC: &str = "0x833589fCD6eDb6E08f4c7C32D4f71b54bdA02913";
const XRP: &str = "r9cZA1mLK5R5Am25ArfXFmqgNwjZgnfk59";
const TON: &str = "EQCD39VS5jcptHL8vMjEXrzGaRcCVYto7HUn4bpAOg8xqB2N";
const USDT_ON_TON: &str = "EQCxE6mUtQJKFnGfaROTKOt1lZbDiiX1kCixRv7Nw2Id_sDs";
const SOLANA: &str = "EPjFWdd5AufqSSqeM2qN1xzybapC8G4wEGGkZwyTDt1v";
const STELLAR: &str = "GA7QYNF7SOWQ3GLR2BGMZEHXAVIRZA4KVWLTJJFC7MGXUA74P7UJVSGZ";
const CASH: &str = "bitcoincash:qpm2qsznhks23z7629mms6s4cwef74vcwvy22gdx6a";

fn uri(request: PaymentRequest<'_>) -> String {
    request.uri().unwrap().to_string()
}

#[test]
fn makes_the_documented_forms() {
    let of = PaymentRequest::new;
    for (request, expected) in [
        (
            of("ltc", "LcubERmHD31PWup1fbozpKuiqjHZ4anxcL"),
            "litecoin:LcubERmHD31PWup1fbozpKuiqjHZ4anxcL".to_owned(),
        ),
        (of("BCH", CASH).amount("1"), format!("{CASH}?amount=1")),
        (
            of("BCH", &CASH[12..]).amount("1"),
            format!("{CASH}?amount=1"),
        ),
        // CashAddr may be written in capital letters.
        (
            of("BCH", &CASH.to_uppercase()),
            format!("bitcoincash:{}", CASH[12..].to_uppercase()),
        ),
        (
            of("erc20", EVM).amount("1.5"),
            format!("ethereum:{EVM}@1?value=1500000000000000000"),
        ),
        (of("BEP20", EVM), format!("ethereum:{EVM}@56")),
        (
            of("base", EVM).amount("25.5").token(USDC, Some(6)),
            format!("ethereum:{USDC}@8453/transfer?address={EVM}&uint256=25500000"),
        ),
        (
            of("solana", EVM_AS_SOLANA).amount("0.01"),
            format!("solana:{EVM_AS_SOLANA}?amount=0.01"),
        ),
        (
            of("solana", EVM_AS_SOLANA)
                .amount("0.01")
                .token(SOLANA, None)
                .memo("order 7&8"),
            format!("solana:{EVM_AS_SOLANA}?amount=0.01&spl-token={SOLANA}&memo=order%207%268"),
        ),
        (
            of("ton", TON).amount("1.5").memo("order 7"),
            format!("ton://transfer/{TON}?amount=1500000000&text=order%207"),
        ),
        (
            of("ton", TON)
                .amount("1.5")
                .token(USDT_ON_TON, Some(6))
                .memo("7"),
            format!("ton://transfer/{TON}?amount=1500000&text=7&jetton={USDT_ON_TON}"),
        ),
        (
            of("stellar", STELLAR)
                .amount("120.1234567")
                .memo("skdjfasf"),
            format!(
                "web+stellar:pay?destination={STELLAR}&amount=120.1234567&memo=skdjfasf&memo_type=MEMO_TEXT"
            ),
        ),
        (
            of("XRP", XRP).amount("2").memo("123"),
            format!("https://xaman.app/detect/request:{XRP}?amount=2&network=XRPL&dt=123"),
        ),
    ] {
        assert_eq!(uri(request), expected);
        let note = request.uri().unwrap().note();
        assert_eq!(note.is_some(), expected.contains("xaman"), "{note:?}");
    }
}

/// An address for Solana other than the mint.
const EVM_AS_SOLANA: &str = "11111111111111111111111111111112";

#[test]
fn leaves_out_an_amount_whose_units_are_not_known() {
    let of = |contract| {
        let request = PaymentRequest::new("base", EVM).amount("25.5");
        request.token(contract, None).uri().unwrap()
    };
    let other = "0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed";
    let made = of(other);
    let expected = format!("ethereum:{other}@8453/transfer?address={EVM}");
    assert_eq!(made.as_str(), expected);
    assert!(made.note().unwrap().contains("decimals"));
    // Those of well-known tokens are known, and differ from network to network.
    assert!(
        of(&USDC.to_lowercase())
            .as_str()
            .ends_with("&uint256=25500000")
    );
    let bsc = PaymentRequest::new("bsc", EVM).amount("25.5");
    let bsc = bsc.token("0x55d398326f99059ff775485246999027b3197955", None);
    assert!(uri(bsc).ends_with("&uint256=25500000000000000000"));
}

#[test]
fn makes_no_uri_that_could_cost_money() {
    let of = PaymentRequest::new;
    let bitcoin = of("bitcoin", "1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa");
    let tron = of("tron", "TR7NHqjeKQxGTCi8q8ZY4pL8otSzgjLj6t");
    for (request, expected) in [
        (tron.amount("1"), UriError::NoScheme),
        (of("Stone", "x"), UriError::NoScheme),
        (of("sepolia", EVM), UriError::NoScheme),
        (bitcoin.memo("7"), UriError::Memo),
        (
            bitcoin.token("1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa", None),
            UriError::NoScheme,
        ),
        (bitcoin.amount("0.000000001"), UriError::Amount),
        (bitcoin.amount("1e3"), UriError::Amount),
        (bitcoin.amount("0"), UriError::Amount),
        (of("base", EVM).token("2", Some(6)), UriError::Contract),
        // The token has 6: with 18 a wallet would fill in a sum that is far too large.
        (
            of("base", EVM).token("0x833589fCD6eDb6E08f4c7C32D4f71b54bdA02913", Some(18)),
            UriError::Decimals,
        ),
        // Ids and texts of digits are different memos.
        (of("stellar", STELLAR).memo("12345"), UriError::Memo),
    ] {
        assert_eq!(request.uri(), Err(expected), "{request:?}");
    }
    let mistyped = of("bitcoin", "1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNb").uri();
    assert!(
        matches!(mistyped, Err(UriError::Address(_))),
        "{mistyped:?}"
    );
}

/// The value of a parameter, decoded by another library.
fn parameter(uri: &str, name: &str) -> Option<String> {
    let url = Url::parse(uri).unwrap();
    let found = url.query_pairs().find(|(key, _)| key == name);
    found.map(|(_, value)| value.into_owned())
}

/// Undoes the conversion into the smallest units.
fn as_decimal(units: &str, decimals: usize) -> String {
    let padded = format!("{units:0>width$}", width = decimals + 1);
    let (whole, fraction) = padded.split_at(padded.len() - decimals);
    format!("{whole}.{fraction}")
        .trim_end_matches('0')
        .trim_end_matches('.')
        .to_owned()
}

proptest! {
    /// Address, amount and memo come out of a URI as they went in, whatever characters the memo has.
    #[test]
    fn nothing_is_lost_in_a_uri(
        memo in "[!-~é用 ]{0,20}[a-z]",
        whole in 0_u64..1_000_000_000,
        fraction in 1_u32..1_000_000,
    ) {
        let amount = format!("{whole}.{fraction:06}");
        let canonical = amount.trim_end_matches('0');
        let memo = memo.trim_start();
        prop_assume!(payments_address::check_memo("ton", memo).is_ok());

        let ton = uri(PaymentRequest::new("ton", TON).amount(&amount).memo(memo));
        let prefix = format!("ton://transfer/{TON}?");
        prop_assert!(ton.starts_with(&prefix));
        prop_assert_eq!(as_decimal(&parameter(&ton, "amount").unwrap(), 9), canonical);
        let found = parameter(&ton, "text");
        prop_assert_eq!(found.as_deref(), Some(memo));

        let solana = uri(PaymentRequest::new("solana", EVM_AS_SOLANA).amount(&amount).memo(memo));
        let found = parameter(&solana, "amount");
        prop_assert_eq!(found.as_deref(), Some(canonical));
        let found = parameter(&solana, "memo");
        prop_assert_eq!(found.as_deref(), Some(memo));

        let token = uri(PaymentRequest::new("base", EVM).amount(&amount).token(USDC, Some(6)));
        let found = parameter(&token, "address");
        prop_assert_eq!(found.as_deref(), Some(EVM));
        prop_assert_eq!(as_decimal(&parameter(&token, "uint256").unwrap(), 6), canonical);
    }
}
