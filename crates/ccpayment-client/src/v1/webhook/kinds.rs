//! The five kinds of webhooks, each as documented on its page.

use payments_core::{Amount, ProviderRef, WebhookError, debug_masked};

use super::transfer::{Quote, Transfer};
use crate::fields::Fields;
use crate::v1::fee::Fee;

/// `API Deposit`: a payment of an order created by [`create_order`](crate::v1::Client::create_order) or
/// [`create_checkout`](crate::v1::Client::create_checkout).
#[derive(Clone)]
#[non_exhaustive]
pub struct ApiDeposit {
    /// The part that every webhook has; `amount` is what was paid this time.
    pub transfer: Transfer,
    /// The gateway's id of the order.
    pub order_id: Option<ProviderRef>,
    /// The merchant's id of the order, up to 256 characters.
    pub merchant_order_id: Option<String>,
    /// What was due. Compare it with the sum of all payments of the order.
    pub quote: Quote,
    /// The merchant's text. The documents promise it and do not show its place: it is read at the top level and in
    /// `extend`.
    pub custom_value: Option<String>,
}

impl ApiDeposit {
    pub(super) fn read(fields: &Fields<'_>, transfer: Transfer) -> Result<Self, WebhookError> {
        let extend = fields.object("extend")?;
        Ok(Self {
            transfer,
            order_id: fields.optional("order_id")?,
            merchant_order_id: merchant_order_id(fields, &extend)?,
            quote: Quote::read(fields)?,
            custom_value: fields
                .lenient("custom_value")
                .or_else(|| extend.lenient("custom_value")),
        })
    }
}

/// The merchant's id in `extend`, or else at the top level.
fn merchant_order_id(
    fields: &Fields<'_>,
    extend: &Fields<'_>,
) -> Result<Option<String>, WebhookError> {
    match extend.name("merchant_order_id")? {
        Some(id) => Ok(Some(id)),
        None => fields.name("merchant_order_id"),
    }
}

debug_masked!(ApiDeposit shows transfer, order_id, merchant_order_id, quote; masks custom_value);

/// `Direct Deposit`: a payment to an address of [`deposit_address`](crate::v1::Client::deposit_address).
#[derive(Clone)]
#[non_exhaustive]
pub struct DirectDeposit {
    /// The part that every webhook has; `amount` is what was paid.
    pub transfer: Transfer,
    /// The customer's id in the merchant's system.
    pub user_id: Option<String>,
    /// What the merchant is credited: what was paid less the service fee.
    pub credit_amount: Option<Amount>,
    /// CCPayment's fee, in units of the coin (`assumed`: the samples add up).
    pub service_fee: Option<Fee>,
    /// The sender; missing for some transactions.
    pub from_address: Option<String>,
    /// The receiving address.
    pub to_address: Option<String>,
    /// The memo or tag of the payment.
    pub memo: Option<String>,
}

impl DirectDeposit {
    pub(super) fn read(fields: &Fields<'_>, transfer: Transfer) -> Result<Self, WebhookError> {
        Ok(Self {
            user_id: fields.name("user_id")?,
            credit_amount: fields.optional("credit_amount")?,
            service_fee: transfer.service_fee(fields),
            from_address: fields.lenient("from_address"),
            to_address: fields.lenient("to_address"),
            memo: fields.lenient("memo"),
            transfer,
        })
    }
}

debug_masked!(DirectDeposit shows transfer, user_id, credit_amount, service_fee;
    masks from_address, to_address, memo);

/// `Invoice`: a payment of an invoice, which is created on the provider's pages and not by this API.
#[derive(Clone)]
#[non_exhaustive]
pub struct Invoice {
    /// The part that every webhook has; `amount` is what was paid.
    pub transfer: Transfer,
    /// The gateway's id of the order.
    pub order_id: Option<ProviderRef>,
    /// The merchant's id, up to 256 characters. Not on the page; the comments of the official PHP SDK and the test of the Java one
    /// show it in `extend`.
    pub merchant_order_id: Option<String>,
    /// The id of the invoice.
    pub invoice_id: Option<String>,
    /// The payer's e-mail address.
    pub user_email: Option<String>,
    /// What was due.
    pub quote: Quote,
    /// What the merchant is credited; `None` until it is settled.
    pub credit_amount: Option<Amount>,
    /// The network fee. Its coin is not sent.
    pub network_fee: Option<Fee>,
    /// CCPayment's fee, in units of the coin (`assumed`: the samples add up).
    pub service_fee: Option<Fee>,
    /// The memo or tag of the payment.
    pub memo: Option<String>,
}

impl Invoice {
    pub(super) fn read(fields: &Fields<'_>, transfer: Transfer) -> Result<Self, WebhookError> {
        let extend = fields.object("extend")?;
        Ok(Self {
            order_id: fields.optional("order_id")?,
            merchant_order_id: merchant_order_id(fields, &extend)?,
            invoice_id: extend.name("invoice_id")?,
            user_email: extend.lenient("user_email"),
            quote: Quote::read(fields)?,
            credit_amount: fields.optional("credit_amount")?,
            network_fee: fields.lenient("network_fee"),
            service_fee: transfer.service_fee(fields),
            memo: fields.lenient("memo"),
            transfer,
        })
    }
}

debug_masked!(Invoice shows transfer, order_id, merchant_order_id, invoice_id, quote, credit_amount, network_fee, service_fee;
    masks user_email, memo);

/// `API Withdrawal`: a withdrawal made by [`withdraw`](crate::v1::Client::withdraw).
#[derive(Clone)]
#[non_exhaustive]
pub struct ApiWithdrawal {
    /// The part that every webhook has; `amount` is the requested amount.
    pub transfer: Transfer,
    /// The gateway's id of the withdrawal.
    pub order_id: Option<ProviderRef>,
    /// The merchant's id of the withdrawal, up to 256 characters.
    pub merchant_order_id: Option<String>,
    /// What the receiver gets.
    pub net_receivable: Option<Amount>,
    /// The network fee, in its own coin.
    pub network_fee: Option<Fee>,
    /// Whether the merchant pays the fee.
    pub merchant_pays_fee: Option<bool>,
    /// Where it was sent.
    pub to_address: Option<String>,
    /// The memo or tag of the transfer.
    pub memo: Option<String>,
}

impl ApiWithdrawal {
    pub(super) fn read(fields: &Fields<'_>, transfer: Transfer) -> Result<Self, WebhookError> {
        Ok(Self {
            transfer,
            order_id: fields.optional("order_id")?,
            merchant_order_id: fields.name("merchant_order_id")?,
            net_receivable: fields.optional("net_receivable")?,
            network_fee: Fee::from_wire(
                fields.lenient("network_fee"),
                fields.lenient("network_fee_crypto"),
                fields.lenient("network_coin_id"),
                fields.lenient("network_fee_value"),
            ),
            merchant_pays_fee: fields.lenient("merchant_pays_fee"),
            to_address: fields.lenient("to_address"),
            memo: fields.lenient("memo"),
        })
    }
}

debug_masked!(ApiWithdrawal shows transfer, order_id, merchant_order_id, net_receivable, network_fee, merchant_pays_fee;
    masks to_address, memo);

/// `Refund`: a payment sent back.
#[derive(Clone)]
#[non_exhaustive]
pub struct Refund {
    /// The part that every webhook has; `amount` is the refunded amount.
    pub transfer: Transfer,
    /// The merchant's id of the order, up to 256 characters.
    pub merchant_order_id: Option<String>,
    /// What the receiver gets.
    pub net_receivable: Option<Amount>,
    /// The network fee, in its own coin.
    pub network_fee: Option<Fee>,
    /// Where it was sent.
    pub to_address: Option<String>,
    /// The memo or tag of the transfer.
    pub memo: Option<String>,
}

impl Refund {
    pub(super) fn read(fields: &Fields<'_>, transfer: Transfer) -> Result<Self, WebhookError> {
        Ok(Self {
            transfer,
            merchant_order_id: fields.name("merchant_order_id")?,
            net_receivable: fields.optional("net_receivable")?,
            network_fee: Fee::from_wire(
                fields.lenient("network_fee"),
                fields.lenient("network_crypto"),
                fields.lenient("network_coin_id"),
                None,
            ),
            to_address: fields.lenient("to_address"),
            memo: fields.lenient("memo"),
        })
    }
}

debug_masked!(Refund shows transfer, merchant_order_id, net_receivable, network_fee; masks to_address, memo);
