//! Standing addresses: money in without an order.

use async_trait::async_trait;
use payments_core::InvalidRequest;

use crate::options::options;
use crate::{Answer, Error, OptionNames, SensitiveString};

/// Addresses to which a customer sends coins at any time.
#[async_trait]
pub trait Addresses: Send + Sync {
    /// The options of a request that are carried. Computed from the reading itself, by [`survey`](crate::survey).
    fn offers(&self) -> OptionNames;

    /// Everything that [`get`](Self::get) would refuse before any I/O.
    ///
    /// # Errors
    /// [`InvalidRequest`], of kind `Unsupported` for what this provider cannot do.
    fn check(&self, request: &AddressRequest) -> Result<(), InvalidRequest>;

    /// The customer's addresses, made where there are none yet. It moves no money: after an unknown outcome, make the same
    /// call again.
    ///
    /// # Errors
    /// [`Error`].
    async fn get(&self, request: &AddressRequest) -> Result<Answer<Vec<DepositAddress>>, Error>;
}

/// Whose addresses. `Debug` does not show the customer.
#[derive(Clone, Debug, PartialEq, Eq)]
#[must_use = "addresses are got by `Addresses::get`"]
pub struct AddressRequest {
    customer: SensitiveString,
    options: AddressOptions,
}

impl AddressRequest {
    /// Those of this customer, by the merchant's own id.
    pub fn new(customer: impl Into<String>) -> Self {
        Self {
            customer: SensitiveString::from(customer.into()),
            options: AddressOptions::default(),
        }
    }

    /// The customer, by the merchant's own id.
    #[must_use]
    pub fn customer(&self) -> &str {
        self.customer.expose()
    }
}

options! {
    /// The options of an [`AddressRequest`].
    AddressOptions of AddressRequest {
        /// The network alone that is wanted, by its name in [`network`](crate::network) or the provider's.
        network: String,
        /// Where the webhooks of deposits go, instead of the account's URL.
        notify_url: String,
    }
}

/// Where to send coins on one network. Coins sent over another one are lost. `Debug` shows neither address nor memo.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DepositAddress {
    /// The address on its chain.
    pub address: SensitiveString,
    /// What goes with it on networks that have memos.
    pub memo: Option<SensitiveString>,
    /// The network, by its name in [`network`](crate::network) where it has one there.
    pub network: String,
    /// The coin this row is about; none where the address takes every coin of its network.
    pub symbol: Option<String>,
}
