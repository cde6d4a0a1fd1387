//! The form of the URIs of each network.

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

use super::{PaymentRequest, PaymentUri, Token, UriError, amount};
use crate::form::Form;
use crate::network::Network;

/// All but the unreserved characters of RFC 3986.
const ENCODED: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'.')
    .remove(b'_')
    .remove(b'~');

const NO_AMOUNT: &str =
    "the URI has no amount, because the decimals of the token are not known: show the amount";

const ONE_WALLET: &str =
    "only the wallet Xaman reads this link: show address, amount and tag as well";

impl PaymentRequest<'_> {
    /// The URI of a request whose address, memo and contract are checked.
    pub(super) fn of(&self, network: Network) -> Result<PaymentUri, UriError> {
        match network.form() {
            Form::Bitcoin(_) | Form::BitcoinCash => self.bitcoin(network),
            Form::Evm => self.evm(network),
            Form::Solana => self.solana(),
            Form::Ton => self.ton(),
            Form::Stellar => self.stellar(),
            Form::Xrp => self.xrp(),
            _ => Err(UriError::NoScheme),
        }
    }

    /// The amount in units of the coin, without trailing zeros.
    fn decimal(&self, decimals: u8) -> Result<Option<String>, UriError> {
        let amount = self.amount.map(|text| amount::decimal(text, decimals));
        amount.map(|text| text.ok_or(UriError::Amount)).transpose()
    }

    /// The amount in the smallest units, and a note if it cannot be computed.
    fn units(&self, own: u8) -> Result<(Option<String>, Option<&'static str>), UriError> {
        let decimals = match self.token {
            None => own,
            Some(Token {
                decimals: Some(decimals),
                ..
            }) => decimals,
            Some(_) => return Ok((None, self.amount.map(|_| NO_AMOUNT))),
        };
        let amount = self.amount.map(|text| amount::units(text, decimals));
        let units = amount
            .map(|text| text.ok_or(UriError::Amount))
            .transpose()?;
        Ok((units, None))
    }

    fn refuse_memo(&self) -> Result<(), UriError> {
        match self.memo {
            Some(_) => Err(UriError::Memo),
            None => Ok(()),
        }
    }

    fn bitcoin(&self, network: Network) -> Result<PaymentUri, UriError> {
        self.refuse_memo()?;
        if self.token.is_some() {
            return Err(UriError::NoScheme);
        }
        // The name of each network is its scheme, which CashAddr has as a part of the address.
        let scheme = network.name();
        let address = match self.address.split_once(':') {
            Some((prefix, rest)) if prefix.eq_ignore_ascii_case(scheme) => rest,
            _ => self.address,
        };
        let amount = self.decimal(8)?;
        Ok(finish(
            format!("{scheme}:{address}"),
            &[("amount", amount.as_deref())],
            None,
        ))
    }

    fn evm(&self, network: Network) -> Result<PaymentUri, UriError> {
        self.refuse_memo()?;
        let chain = chain_id(network.name()).ok_or(UriError::NoScheme)?;
        let (units, note) = self.units(18)?;
        let (units, address) = (units.as_deref(), self.address);
        Ok(match self.token {
            None => finish(
                format!("ethereum:{address}@{chain}"),
                &[("value", units)],
                note,
            ),
            Some(token) => finish(
                format!("ethereum:{}@{chain}/transfer", token.contract),
                &[("address", Some(address)), ("uint256", units)],
                note,
            ),
        })
    }

    /// Amounts are in units of the coin or token, so the decimals are only checked.
    fn solana(&self) -> Result<PaymentUri, UriError> {
        let decimals = self.token.map_or(Some(9), |token| token.decimals);
        let amount = self.decimal(decimals.unwrap_or(u8::MAX))?;
        Ok(finish(
            format!("solana:{}", self.address),
            &[
                ("amount", amount.as_deref()),
                ("spl-token", self.token.map(|token| token.contract)),
                ("memo", self.memo),
            ],
            None,
        ))
    }

    fn ton(&self) -> Result<PaymentUri, UriError> {
        let (units, note) = self.units(9)?;
        let address = utf8_percent_encode(self.address, ENCODED);
        Ok(finish(
            format!("ton://transfer/{address}"),
            &[
                ("amount", units.as_deref()),
                ("text", self.memo),
                ("jetton", self.token.map(|token| token.contract)),
            ],
            note,
        ))
    }

    /// Tokens of Stellar have a code and an issuer in place of a contract, and are not supported. A memo of digits can be of
    /// two types, which exchanges do not treat as the same.
    fn stellar(&self) -> Result<PaymentUri, UriError> {
        if self.token.is_some() {
            return Err(UriError::NoScheme);
        }
        let is_text = |memo: &str| memo.len() <= 28 && !memo.bytes().all(|b| b.is_ascii_digit());
        if self.memo.is_some_and(|memo| !is_text(memo)) {
            return Err(UriError::Memo);
        }
        let amount = self.decimal(7)?;
        Ok(finish(
            "web+stellar:pay".to_owned(),
            &[
                ("destination", Some(self.address)),
                ("amount", amount.as_deref()),
                ("memo", self.memo),
                ("memo_type", self.memo.map(|_| "MEMO_TEXT")),
            ],
            None,
        ))
    }

    fn xrp(&self) -> Result<PaymentUri, UriError> {
        if self.token.is_some() {
            return Err(UriError::NoScheme);
        }
        let amount = self.decimal(6)?;
        Ok(finish(
            format!("https://xaman.app/detect/request:{}", self.address),
            &[
                ("amount", amount.as_deref()),
                ("network", Some("XRPL")),
                ("dt", self.memo),
            ],
            Some(ONE_WALLET),
        ))
    }
}

/// A URI with the parameters that are present.
fn finish(
    mut text: String,
    parameters: &[(&str, Option<&str>)],
    note: Option<&'static str>,
) -> PaymentUri {
    let present = parameters
        .iter()
        .filter_map(|(name, value)| value.map(|value| (name, value)));
    for (place, (name, value)) in present.enumerate() {
        text.push(if place == 0 { '?' } else { '&' });
        text.extend([name, "="]);
        text.extend(utf8_percent_encode(value, ENCODED));
    }
    PaymentUri { text, note }
}

/// The chain ids of EIP-155, as published in the list of the Ethereum foundation, `ethereum-lists/chains`.
fn chain_id(name: &str) -> Option<u32> {
    Some(match name {
        "ethereum" => 1,
        "optimism" => 10,
        "cronos" => 25,
        "bsc" => 56,
        "ethereumclassic" => 61,
        "gnosis" => 100,
        "polygon" => 137,
        "sonic" => 146,
        "opbnb" => 204,
        "fantom" => 250,
        "zksync" => 324,
        "moonbeam" => 1284,
        "mantle" => 5000,
        "kaia" => 8217,
        "base" => 8453,
        "arbitrum" => 42161,
        "celo" => 42220,
        "avalanche" => 43114,
        "linea" => 59144,
        "blast" => 81457,
        "scroll" => 534_352,
        _ => return None,
    })
}
