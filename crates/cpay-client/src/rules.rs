//! Checks that several calls share, beyond those of [`payments_core::check`].

use payments_core::{Amount, Fault, InvalidRequest, check};

/// The limit for texts where the documents state none, or one that real values exceed.
pub(crate) const UNSTATED: usize = 256;

/// The most characters of a URL, by the specification.
pub(crate) const URL: usize = 256;

/// The coins of an order that a customer pays, by the specification's table of `createOrder`.
pub(crate) const ORDER_COINS: &[&str] = &["USDT", "ETH", "BTC", "BNB"];

/// The networks, in the long form of `withdraw` and `getWalletAddress`.
pub(crate) const NETWORKS: &[&str] =
    &["Bitcoin", "Ethereum(ERC-20)", "TRON(TRC-20)", "BSC(BEP-20)"];

/// The coins on each network, by the specification's example of `getWalletAddress`. That `withdraw` takes these pairs and no
/// others is `assumed`.
const COINS_ON: &[(&str, &[&str])] = &[
    ("Bitcoin", &["BTC"]),
    ("Ethereum(ERC-20)", &["USDT", "ETH"]),
    ("TRON(TRC-20)", &["USDT", "TRX"]),
    ("BSC(BEP-20)", &["USDT", "BNB"]),
];

/// The currencies of balances, by the specification's example, and the one of payouts by Pix.
pub(crate) const CURRENCIES: &[&str] = &["USDT", "BTC", "ETH", "BNB", "TRX", "USD", "EUR", "BRL"];

/// A network in an answer must be the one of the request, in its long or its short form. Names that are not listed are not
/// compared.
pub(crate) fn expect_network(asked: &str, received: &str) -> Result<(), Fault> {
    let short = |name: &str| {
        let short = name.split('(').next().unwrap_or(name).trim();
        let is_listed = |listed: &&str| {
            let listed = listed.split('(').next().unwrap_or(listed);
            listed.eq_ignore_ascii_case(short)
        };
        NETWORKS.iter().find(|listed| is_listed(listed)).copied()
    };
    match (short(asked), short(received)) {
        (Some(asked), Some(received)) if asked != received => Err(Fault::mismatch("network")),
        _ => Ok(()),
    }
}

/// The languages of the card page, by the specification's "available values".
pub(crate) const LANGUAGES: &[&str] = &["en-US", "ru-RU"];

/// Whether names that the documents do not list are sent as they are.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Names {
    /// They are refused before anything is sent: a typing error in a payout would end as an unknown outcome.
    #[default]
    Listed,
    /// The merchant knows that the account has more.
    Any,
}

impl Names {
    /// A name of a closed list, or text of up to 16 characters.
    pub(crate) fn check(
        self,
        field: &'static str,
        text: &str,
        listed: &[&str],
    ) -> Result<(), InvalidRequest> {
        check::text(field, text, 16)?;
        match self {
            Self::Listed => check::listed(field, text, listed),
            Self::Any => Ok(()),
        }
    }

    /// A coin and the network to send it over.
    pub(crate) fn check_coin_on(self, coin: &str, network: &str) -> Result<(), InvalidRequest> {
        self.check("network", network, NETWORKS)?;
        let coins = COINS_ON.iter().find(|(name, _)| *name == network);
        let coins = coins.map_or(&[][..], |(_, coins)| *coins);
        self.check("crypto_currency", coin, coins)
            .map_err(|invalid| match CURRENCIES.contains(&coin) {
                true => invalid.with_problem("is not listed for this network"),
                false => invalid,
            })
    }
}

/// A country code of two capital letters (ISO 3166-1 alpha-2). Whether the country exists is not checked.
pub(crate) fn country(text: &str) -> Result<(), InvalidRequest> {
    check::matches(
        "country",
        text,
        (2, 2),
        |c| c.is_ascii_uppercase(),
        "two capital letters (ISO 3166-1 alpha-2), such as DE",
    )
}

/// As [`check::matches`] for 1 to `max` characters, with single spaces between words.
pub(crate) fn words(
    field: &'static str,
    text: &str,
    max: usize,
    alphabet: fn(char) -> bool,
    allowed: &'static str,
) -> Result<(), InvalidRequest> {
    if text.chars().any(|c| c != ' ' && !alphabet(c)) {
        return Err(InvalidRequest::request(field, "has other characters").allowed(allowed));
    }
    check::matches(field, text, (1, max), |_| true, allowed)?;
    if text.split(' ').any(str::is_empty) {
        return Err(InvalidRequest::request(field, "has a space too many").allowed(allowed));
    }
    Ok(())
}

/// Text that a webhook may repeat: with `&`, but without a part of the form `&name=`.
///
/// The signature joins raw values, so such a part could pass for another field, and a webhook that repeats it would be
/// refused: see `payments_signing::cpay::Key::verify_webhook`. A name does not start with a space.
pub(crate) fn no_embedded_field(
    field: &'static str,
    text: &str,
    max_chars: usize,
) -> Result<(), InvalidRequest> {
    check::text(field, text, max_chars)?;
    let starts_a_field = |piece: &str| {
        piece
            .split_once('=')
            .is_some_and(|(name, _)| !name.is_empty() && !name.starts_with(' '))
    };
    if text.split('&').skip(1).any(starts_a_field) {
        return Err(InvalidRequest::request(field, "has an & followed by name=")
            .allowed("an & before a space, or with no = behind it"));
    }
    Ok(())
}

/// As [`no_embedded_field`], or empty where the field is not sent.
pub(crate) fn optional_no_embedded_field(
    field: &'static str,
    text: &str,
    max_chars: usize,
) -> Result<(), InvalidRequest> {
    if text.is_empty() {
        Ok(())
    } else {
        no_embedded_field(field, text, max_chars)
    }
}

/// An amount with at most `most` decimals, trailing zeros not counted. The gateway would cut off the others, so the
/// error states the amount it would use.
pub(crate) fn not_truncated(
    field: &'static str,
    amount: Amount,
    most: u8,
) -> Result<(), InvalidRequest> {
    let Some(power) = amount
        .decimals()
        .checked_sub(most)
        .map(|beyond| 10_u128.checked_pow(u32::from(beyond)))
    else {
        return Ok(());
    };
    let truncated = power
        .and_then(|power| Amount::from_parts(amount.coefficient() / power, most).ok())
        .unwrap_or(Amount::ZERO);
    if truncated == amount {
        return Ok(());
    }
    let decimals = amount.decimals();
    let problem = format!("has {decimals} decimals: the gateway would use {truncated}");
    Err(InvalidRequest::request(field, problem).allowed(format!("up to {most} decimals")))
}

/// An e-mail address by its form: one `@`, a domain with a dot, no white space.
pub(crate) fn email(field: &'static str, text: &str) -> Result<(), InvalidRequest> {
    // The limit of SMTP.
    check::text(field, text, 254)?;
    let good = text.split_once('@').is_some_and(|(local, domain)| {
        let labels = || domain.split('.');
        !local.is_empty()
            && !text.chars().any(char::is_whitespace)
            && !domain.contains('@')
            && labels().count() > 1
            && labels().all(|label| !label.is_empty())
    });
    if good {
        Ok(())
    } else {
        Err(InvalidRequest::request(field, "is not an e-mail address")
            .allowed("name@domain.example"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn checks_the_form_of_email_addresses() {
        for good in [
            "a@b.c",
            "first.last+tag@shop.example",
            "ü@müller.example",
            "a&b@c.d",
        ] {
            assert_eq!(email("email", good), Ok(()), "{good}");
        }
        for bad in [
            "", "a", "@b.c", "a@", "a@b", "a@b.", "a@.b", "a@b@c.d", "a b@c.d", "a@b..c",
        ] {
            assert!(email("email", bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn refuses_text_that_contains_another_field() {
        for good in [
            "&",
            "a&b",
            "Tom & Jerry",
            "Tom & Jerry = friends",
            "a=1",
            "&=1",
            r#"{"a":1}"#,
        ] {
            assert_eq!(no_embedded_field("remark", good, 256), Ok(()), "{good}");
        }
        for bad in [
            "&fee=0",
            "x&a b=",
            r#"{"u":"https://x/?a=1&b=2"}"#,
            "&&hash=1",
            "&ü=1",
            "& &z=",
        ] {
            let problem = no_embedded_field("remark", bad, 256)
                .unwrap_err()
                .to_string();
            assert!(problem.contains("& followed by name="), "{bad}: {problem}");
        }
        assert!(
            no_embedded_field("remark", "", 256).is_err()
                && optional_no_embedded_field("remark", "", 256).is_ok()
        );
        assert!(optional_no_embedded_field("remark", "&a=", 256).is_err());
    }

    #[test]
    fn words_are_separated_by_single_spaces() {
        let words = |text| words("city", text, 9, char::is_alphabetic, "letters");
        for good in ["a", "São Paulo", "Łódź", "北京", "a b c"] {
            assert_eq!(words(good), Ok(()), "{good}");
        }
        for bad in [
            "",
            " ",
            " a",
            "a ",
            "a  b",
            "a1",
            "a\tb",
            "a\u{a0}b",
            "ten letter",
        ] {
            assert!(words(bad).is_err(), "{bad:?}");
        }
    }

    #[test]
    fn refuses_amounts_that_would_be_truncated() {
        let check = |text: &str| not_truncated("amount", text.parse().unwrap(), 2);
        for fine in ["7", "7.1", "7.12", "7.120", "0.0000", "1.00000000"] {
            assert_eq!(check(fine), Ok(()), "{fine}");
        }
        for (text, problem) in [
            ("19.011", "has 3 decimals: the gateway would use 19.01"),
            ("0.0090", "has 4 decimals: the gateway would use 0.00"),
            (
                "0.0000000000000000000000000000000000001",
                "has 37 decimals: the gateway would use 0.00",
            ),
        ] {
            assert_eq!(check(text).unwrap_err().problem(), problem);
        }
    }

    #[test]
    fn countries_are_two_capitals() {
        assert_eq!(country("DE"), Ok(()));
        for bad in ["", "D", "de", "DEU", "D1", "ÄÖ"] {
            assert!(country(bad).is_err(), "{bad}");
        }
    }
}
