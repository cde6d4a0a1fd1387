//! Deposit addresses: incoming payments without an order.

use async_trait::async_trait;
use payments_core::{InvalidRequest, SensitiveString};

use crate::answer::Answer;
use crate::error::Error;
use crate::options::options;

/// Permanent addresses to which a customer can send coins at any time.
#[async_trait]
pub trait Addresses: Send + Sync {
    /// The options that requests support.
    fn supported_options(&self) -> &[&'static str];

    /// Checks a request without I/O: everything that [`get`](Self::get) would refuse before sending a request.
    ///
    /// # Errors
    /// [`InvalidRequest`], of kind `Unsupported` for what this provider cannot do.
    fn check(&self, request: &AddressRequest) -> Result<(), InvalidRequest>;

    /// Returns the customer's addresses, and creates them if the customer has no address. It moves no money: after an unknown outcome, make
    /// the same call again.
    ///
    /// # Errors
    /// [`Error`].
    async fn get(&self, request: &AddressRequest) -> Result<Answer<Vec<DepositAddress>>, Error>;
}

/// A request for a customer's addresses. `Debug` does not show the customer.
#[derive(Clone, Debug, PartialEq, Eq)]
#[must_use = "addresses are returned by `Addresses::get`"]
pub struct AddressRequest {
    customer: SensitiveString,
    options: AddressOptions,
}

impl AddressRequest {
    /// Addresses of this customer, by the merchant's own id.
    pub fn new(customer: impl Into<String>) -> Self {
        Self {
            customer: SensitiveString::from(customer.into()),
            options: AddressOptions::default(),
        }
    }

    /// The merchant's own id of the customer.
    #[must_use]
    pub fn customer(&self) -> &str {
        self.customer.expose()
    }
}

options! {
    /// The options of an [`AddressRequest`].
    AddressOptions of AddressRequest {
        /// Only addresses on this network, by its name in [`network`](crate::network) or the provider's name.
        network: String,
        /// Where the webhooks of deposits are sent, instead of the account's URL.
        notify_url: String,
    }
}

/// An address on one network. Coins sent over another network are lost. `Debug` shows neither address nor memo.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DepositAddress {
    /// The address on its chain.
    pub address: SensitiveString,
    /// The memo, on networks that have memos.
    pub memo: Option<SensitiveString>,
    /// The network, by its name in [`network`](crate::network) if it is listed there.
    pub network: String,
    /// The coin that the address accepts. `None` if it accepts every coin of its network.
    pub symbol: Option<String>,
}
