//! Values of a closed list, and the one that was probably meant.

use crate::InvalidRequest;

/// Below this similarity of Jaro and Winkler, two names have nothing to do with each other.
const SIMILAR: f64 = 0.8;

/// One of the values that a provider lists. The error suggests the one that was probably meant.
///
/// ```
/// use payments_core::check;
///
/// let coins = ["USDT", "ETH", "BTC"];
/// assert_eq!(check::listed("coin", "USDT", &coins), Ok(()));
/// assert_eq!(
///     check::listed("coin", "usdt", &coins).unwrap_err().to_string(),
///     "coin is not a listed one; did you mean USDT? (allowed: USDT, ETH, BTC)",
/// );
/// # Ok::<(), payments_core::InvalidRequest>(())
/// ```
///
/// # Errors
/// [`InvalidRequest`] with the list.
pub fn listed(field: &'static str, text: &str, listed: &[&str]) -> Result<(), InvalidRequest> {
    if listed.contains(&text) {
        return Ok(());
    }
    let problem = match nearest(text, listed.iter().copied()) {
        Some(name) => format!("is not a listed one; did you mean {name}?"),
        None => "is not a listed one".to_owned(),
    };
    Err(InvalidRequest::request(field, problem).allowed(listed.join(", ")))
}

/// The listed name that was probably meant: written in another case or with other punctuation, a part of a longer name, or a
/// typing error. `None` if no name is similar.
///
/// ```
/// use payments_core::check;
///
/// let networks = ["Bitcoin", "Ethereum(ERC-20)", "TRON(TRC-20)"];
/// assert_eq!(check::nearest("trc20", networks), Some("TRON(TRC-20)"));
/// assert_eq!(check::nearest("Etherium", networks), Some("Ethereum(ERC-20)"));
/// assert_eq!(check::nearest("Solana", networks), None);
/// ```
pub fn nearest<'a>(text: &str, listed: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let wanted = plain(text);
    if wanted.is_empty() {
        return None;
    }
    listed
        .into_iter()
        .map(|name| (similarity(&wanted, name), name))
        .filter(|(similarity, _)| *similarity >= SIMILAR)
        // The first of equals.
        .reduce(|best, next| if next.0 > best.0 { next } else { best })
        .map(|(_, name)| name)
}

/// The best similarity with the name or one of its parts: `TRON(TRC-20)` is `tron` or `trc20`.
fn similarity(wanted: &str, name: &str) -> f64 {
    let parts = name.split(['(', ')', ' ', '/', '_']);
    parts
        .chain([name])
        .map(plain)
        .filter(|part| !part.is_empty())
        .filter(|part| may_be_meant(wanted, part))
        .map(|part| strsim::jaro_winkler(wanted, &part))
        .fold(0.0, f64::max)
}

/// Short names that differ in a character are other networks and coins and no typing errors: `BEP2` and `BEP20`, `BRC20` and
/// `TRC20`, `USDC` and `USDT`, `USD` and `USDT`. So the first letter must be the same, the digits too unless they were left out,
/// and of a name of up to five letters all letters, in any order.
fn may_be_meant(wanted: &str, part: &str) -> bool {
    const SHORT: usize = 5;
    let digits = |text: &str| -> String { text.chars().filter(char::is_ascii_digit).collect() };
    let letters = |text: &str| {
        let mut letters: Vec<char> = text.chars().filter(|c| !c.is_ascii_digit()).collect();
        letters.sort_unstable();
        letters
    };
    let (left, right) = (digits(wanted), digits(part));
    let same_digits = left == right || left.is_empty() || right.is_empty();
    let (left, right) = (letters(wanted), letters(part));
    let is_short = left.len().min(right.len()) <= SHORT;
    wanted.chars().next() == part.chars().next() && same_digits && (!is_short || left == right)
}

/// Letters and digits, in lower case.
fn plain(text: &str) -> String {
    let kept = text.chars().filter(|c| c.is_alphanumeric());
    kept.flat_map(char::to_lowercase).take(64).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const NETWORKS: [&str; 4] = ["Bitcoin", "Ethereum(ERC-20)", "TRON(TRC-20)", "BSC(BEP-20)"];
    const COINS: [&str; 4] = ["USDT", "ETH", "BTC", "BNB"];

    #[test]
    fn suggests_what_was_probably_meant() {
        for (text, meant) in [
            ("tron", Some("TRON(TRC-20)")),
            ("TRC", Some("TRON(TRC-20)")),
            ("TRC-20", Some("TRON(TRC-20)")),
            ("tron(trc-20)", Some("TRON(TRC-20)")),
            ("TRON (TRC20)", Some("TRON(TRC-20)")),
            ("bep20", Some("BSC(BEP-20)")),
            ("bitcion", Some("Bitcoin")),
            ("ERC20", Some("Ethereum(ERC-20)")),
            ("Arbitrum", None),
            ("BEP2", None),
            ("TRC10", None),
            ("BRC20", None),
            ("", None),
            ("()", None),
        ] {
            assert_eq!(nearest(text, NETWORKS), meant, "{text}");
        }
        for (text, meant) in [
            ("usdt", Some("USDT")),
            ("USTD", Some("USDT")),
            ("btc ", Some("BTC")),
            ("DOGE", None),
            ("USDC", None),
            ("BCH", None),
            ("USDTT", None),
            ("USD", None),
        ] {
            assert_eq!(nearest(text, COINS), meant, "{text}");
        }
    }

    #[test]
    fn an_error_names_the_list_and_not_the_value() {
        let shown = listed("network", "Arbitrum One", &NETWORKS)
            .unwrap_err()
            .to_string();
        assert_eq!(
            shown,
            "network is not a listed one (allowed: Bitcoin, Ethereum(ERC-20), TRON(TRC-20), BSC(BEP-20))"
        );
    }
}
