//! Payment URIs: the text of a QR code or link that fills in a payment in the payer's wallet.
//!
//! | network | form | source |
//! |---|---|---|
//! | Bitcoin | `bitcoin:ADDRESS?amount=0.015` | BIP 21 |
//! | Litecoin, Dogecoin, Dash | as Bitcoin, with their own scheme | their own wallets, such as Litecoin Core; `assumed` of others |
//! | Bitcoin Cash | `bitcoincash:ADDRESS?amount=0.015` | CashAddr's specification; the amount as in BIP 21 (`assumed`) |
//! | Zcash | `zcash:ADDRESS?amount=0.015` | ZIP 321 |
//! | Ethereum and networks like it | `ethereum:ADDRESS@CHAIN?value=UNITS`, `ethereum:CONTRACT@CHAIN/transfer?address=ADDRESS&uint256=UNITS` | EIP-681 |
//! | Solana | `solana:ADDRESS?amount=1.5&spl-token=MINT` | Solana Pay specification |
//! | TON | `ton://transfer/ADDRESS?amount=UNITS&text=COMMENT&jetton=MASTER` | TON's documentation, "Deep links" |
//! | Stellar | `web+stellar:pay?destination=ADDRESS&amount=1.5` | SEP-7 |
//! | the XRP Ledger | `https://xaman.app/detect/request:ADDRESS?amount=1.5&network=XRPL&dt=TAG` | the documentation of the wallet Xaman; other wallets do not read it (`assumed`) |
//!
//! TRON has no scheme here: no document describes one, and a wallet that reads only address and amount would send TRX where
//! a token is wanted. Show the address itself in place of a URI.

mod amount;
mod scheme;
mod tokens;

use std::fmt;

use crate::check::check_payee;
use crate::error::AddressError;
use crate::network::{Chain, target};

/// A payment that a payer is asked for. `Debug` shows only the network.
///
/// ```
/// use payments_address::uri::PaymentRequest;
///
/// let bitcoin = PaymentRequest::new("bitcoin", "1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa").amount("0.0150");
/// assert_eq!(
///     bitcoin.uri()?.as_str(),
///     "bitcoin:1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa?amount=0.015",
/// );
///
/// // 25.5 USDC, a token with 6 decimals.
/// let usdc = PaymentRequest::new("base", "0xD1220A0cf47c7B9Be7A2E6BA89F429762e7b9aDb")
///     .amount("25.5")
///     .token("0x833589fCD6eDb6E08f4c7C32D4f71b54bdA02913", Some(6));
/// assert_eq!(
///     usdc.uri()?.as_str(),
///     "ethereum:0x833589fCD6eDb6E08f4c7C32D4f71b54bdA02913@8453/transfer\
///      ?address=0xD1220A0cf47c7B9Be7A2E6BA89F429762e7b9aDb&uint256=25500000",
/// );
/// # Ok::<(), payments_address::uri::UriError>(())
/// ```
#[derive(Clone, Copy, PartialEq, Eq)]
#[must_use = "the URI is made by `uri`"]
pub struct PaymentRequest<'a> {
    network: &'a str,
    address: &'a str,
    amount: Option<&'a str>,
    token: Option<Token<'a>>,
    memo: Option<&'a str>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Token<'a> {
    contract: &'a str,
    decimals: Option<u8>,
}

impl fmt::Debug for PaymentRequest<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PaymentRequest")
            .field("network", &self.network)
            .finish_non_exhaustive()
    }
}

/// A payment URI.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PaymentUri {
    text: String,
    note: Option<&'static str>,
}

/// Why there is no URI for a payment.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum UriError {
    /// No document describes URIs for this network, or for tokens on it.
    NoScheme,
    /// The address or the memo is wrong.
    Address(AddressError),
    /// The amount is not a plain decimal number, is zero, or has more decimals than the coin.
    Amount,
    /// The memo cannot be expressed: the network's URIs have none, or its type is not known.
    Memo,
    /// The contract of the token is not an address of the network.
    Contract,
    /// The token has other decimals than stated: a wallet would fill in another amount.
    Decimals,
}

impl fmt::Display for UriError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoScheme => f.write_str(
                "no document describes payment URIs for this coin: show address, amount and memo",
            ),
            Self::Address(error) => write!(f, "no payment URI: {error}"),
            Self::Amount => f.write_str(
                "no payment URI: the amount is not a plain decimal number of the coin (allowed: such as 10.50)",
            ),
            Self::Memo => {
                f.write_str("no payment URI has this memo: show address, amount and memo")
            }
            Self::Decimals => {
                f.write_str("no payment URI: the token has other decimals on this network")
            }
            Self::Contract => f.write_str(
                "no payment URI: the contract of the token is not an address of the network",
            ),
        }
    }
}

impl std::error::Error for UriError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Self::Address(error) => Some(error),
            _ => None,
        }
    }
}

impl PaymentUri {
    /// The URI, for a link or a QR code.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// What the URI lacks, or which wallets read it. `None` if there is nothing to say.
    #[must_use]
    pub const fn note(&self) -> Option<&'static str> {
        self.note
    }
}

impl fmt::Display for PaymentUri {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

impl<'a> PaymentRequest<'a> {
    /// A payment of the network's own coin to an address. The payer enters the amount.
    pub const fn new(network: &'a str, address: &'a str) -> Self {
        Self {
            network,
            address,
            amount: None,
            token: None,
            memo: None,
        }
    }

    /// The amount in units of the coin, as plain decimal text: `10.50`.
    pub const fn amount(self, amount: &'a str) -> Self {
        Self {
            amount: Some(amount),
            ..self
        }
    }

    /// A token in place of the network's own coin: the address of its contract, mint or master, and its decimals on this
    /// network, which are not the decimals that a gateway permits for amounts. Those of the usual contracts of USDT and USDC are
    /// known. Without decimals the URI of some networks has no amount.
    pub const fn token(self, contract: &'a str, decimals: Option<u8>) -> Self {
        Self {
            token: Some(Token { contract, decimals }),
            ..self
        }
    }

    /// The memo, destination tag or comment that identifies the payment.
    pub const fn memo(self, memo: &'a str) -> Self {
        Self {
            memo: Some(memo),
            ..self
        }
    }

    /// The URI. Address, memo and contract are checked as by [`check_payee`].
    ///
    /// # Errors
    /// [`UriError`] if a URI would be wrong, incomplete in a way that costs money, or not understood by wallets.
    pub fn uri(&self) -> Result<PaymentUri, UriError> {
        let Some((network, Chain::Main)) = target(self.network) else {
            return Err(UriError::NoScheme);
        };
        check_payee(self.network, self.address, self.memo).map_err(UriError::Address)?;
        if let Some(token) = self.token {
            let checked = check_payee(self.network, token.contract, None);
            checked.map_err(|_| UriError::Contract)?;
        }
        let mut request = *self;
        if let Some(token) = &mut request.token
            && let Some(known) = tokens::decimals(network, token.contract)
            && *token.decimals.get_or_insert(known) != known
        {
            return Err(UriError::Decimals);
        }
        request.of(network)
    }
}
