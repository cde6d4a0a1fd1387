//! Orders, invoices, permanent addresses and deposits.

use payments_core::Error;
#[cfg(doc)]
use payments_core::Outcome;

use super::Client;
use crate::v2::list::Page;
use crate::v2::op::{
    AssignAddress, CreateInvoice, CreateOrder, CreatedInvoice, CreatedOrder, Deposit,
    DepositAddress, DepositQuery, DepositsQuery, Invoice, InvoiceQuery, Order, OrderQuery,
    UnbindAddress, Unbound,
};

/// Orders, invoices, permanent addresses and deposits.
impl Client {
    /// Creates an order with an address to pay to. Effect: unkeyed, never resent once it may have left.
    ///
    /// # Errors
    /// [`Error`] with its outcome. After [`Outcome::Unknown`] use [`confirm`](Self::confirm), which returns the address and
    /// the amount.
    #[doc(alias = "createAppOrderDepositAddress")]
    pub async fn create_order(&self, request: CreateOrder) -> Result<CreatedOrder, Error> {
        self.call(&request).await
    }

    /// Returns an order and its payments. Effect: read, repeated when that may help.
    ///
    /// # Errors
    /// [`Error`]; nothing was changed.
    #[doc(alias = "getAppOrderInfo")]
    pub async fn order(&self, request: OrderQuery) -> Result<Order, Error> {
        self.call(&request).await
    }

    /// Creates an invoice with a page to pay on. Effect: unkeyed, never resent once it may have left.
    ///
    /// # Errors
    /// [`Error`] with its outcome. After [`Outcome::Unknown`] use [`confirm`](Self::confirm), which returns the page.
    #[doc(alias = "createInvoiceUrl")]
    pub async fn create_invoice(&self, request: CreateInvoice) -> Result<CreatedInvoice, Error> {
        self.call(&request).await
    }

    /// Returns an invoice and its payments. Effect: read, repeated when that may help.
    ///
    /// # Errors
    /// [`Error`]; nothing was changed.
    #[doc(alias = "getInvoiceOrderInfo")]
    pub async fn invoice(&self, request: InvoiceQuery) -> Result<Invoice, Error> {
        self.call(&request).await
    }

    /// Returns the permanent address of a user, and assigns one if the user has no address. Effect: keyed, repeated when
    /// that may help.
    ///
    /// # Errors
    /// [`Error`] with its outcome. After [`Outcome::Unknown`] call it again: it returns the same address.
    #[doc(alias = "getOrCreateAppDepositAddress")]
    pub async fn deposit_address(&self, request: AssignAddress) -> Result<DepositAddress, Error> {
        self.call(&request).await
    }

    /// Cuts a permanent address off its user. Effect: keyed, repeated when that may help.
    ///
    /// # Errors
    /// [`Error`] with its outcome. After [`Outcome::Unknown`] call it again.
    /// [`Kind::Duplicate`](payments_core::Kind::Duplicate), code 17003, states that the address is cut off.
    #[doc(alias = "addressUnbinding")]
    pub async fn unbind_address(&self, request: UnbindAddress) -> Result<Unbound, Error> {
        self.call(&request).await
    }

    /// Returns a deposit. Book a webhook's payment from it. Effect: read, repeated when that may help.
    ///
    /// # Errors
    /// [`Error`]; nothing was changed.
    #[doc(alias = "getAppDepositRecord")]
    pub async fn deposit(&self, request: DepositQuery) -> Result<Deposit, Error> {
        self.call(&request).await
    }

    /// Returns a page of deposits; all of them: [`rows`](Self::rows). Effect: read, repeated when that may help.
    ///
    /// # Errors
    /// [`Error`]; nothing was changed.
    #[doc(alias = "getAppDepositRecordList")]
    pub async fn deposits(&self, request: DepositsQuery) -> Result<Page<Deposit>, Error> {
        self.call(&request).await
    }
}
