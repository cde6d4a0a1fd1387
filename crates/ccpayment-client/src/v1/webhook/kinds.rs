//! The five kinds of webhooks, each by its page.

use payments_core::{Amount, ProviderRef, debug_masked};

use super::WebhookError;
use super::event::{Quote, Transfer};
use super::fields::Fields;
use crate::v1::Fee;

/// `API Deposit`: a payment of an order made by [`create_order`](crate::v1::Client::create_order) or
/// [`create_checkout`](crate::v1::Client::create_checkout).
#[derive(Clone)]
#[non_exhaustive]
pub struct ApiDeposit {
    /// What every webhook tells; `amount` is what was paid this time.
    pub transfer: Transfer,
    /// The gateway's id of the order.
    pub order_id: Option<ProviderRef>,
    /// The merchant's id of the order, up to 256 characters.
    pub merchant_order_id: Option<String>,
    /// What was due. Compare it with what was paid, all records of the order together.
    pub quote: Quote,
    /// The text of the merchant's. It is promised and its place is shown nowhere: it is looked for beside the other
    /// fields and in `extend`.
    pub custom_value: Option<String>,
}

impl ApiDeposit {
    pub(super) fn read(fields: &Fields<'_>, transfer: Transfer) -> Result<Self, WebhookError> {
        let extend = fields.object("extend")?;
        let in_extend = extend.name("merchant_order_id")?;
        let beside = || fields.name("merchant_order_id");
        Ok(Self {
            transfer,
            order_id: fields.reference("order_id")?,
            merchant_order_id: in_extend.map_or_else(beside, |id| Ok(Some(id)))?,
            quote: Quote::read(fields)?,
            custom_value: fields
                .told("custom_value")
                .or_else(|| extend.told("custom_value")),
        })
    }
}

debug_masked!(ApiDeposit shows transfer, order_id, merchant_order_id, quote; masks custom_value);

/// `Direct Deposit`: a payment to an address of [`deposit_address`](crate::v1::Client::deposit_address).
#[derive(Clone)]
#[non_exhaustive]
pub struct DirectDeposit {
    /// What every webhook tells; `amount` is what was paid.
    pub transfer: Transfer,
    /// The customer in the merchant's system.
    pub user_id: Option<String>,
    /// What the merchant is credited: what was paid less the service fee.
    pub credit_amount: Option<Amount>,
    /// What CCPayment charges, in units of the coin (`assumed`: the samples add up so).
    pub service_fee: Option<Fee>,
    /// Whom it came from; missing for some transactions.
    pub from_address: Option<String>,
    /// The address it came to.
    pub to_address: Option<String>,
    /// The memo or tag it came with.
    pub memo: Option<String>,
}

impl DirectDeposit {
    pub(super) fn read(fields: &Fields<'_>, transfer: Transfer) -> Result<Self, WebhookError> {
        Ok(Self {
            user_id: fields.name("user_id")?,
            credit_amount: fields.amount("credit_amount")?,
            service_fee: service_fee(fields, &transfer),
            from_address: fields.told("from_address"),
            to_address: fields.told("to_address"),
            memo: fields.told("memo"),
            transfer,
        })
    }
}

debug_masked!(DirectDeposit shows transfer, user_id, credit_amount, service_fee;
    masks from_address, to_address, memo);

/// `Invoice`: a payment of an invoice, which is made on the provider's pages and not by this API.
#[derive(Clone)]
#[non_exhaustive]
pub struct Invoice {
    /// What every webhook tells; `amount` is what was paid.
    pub transfer: Transfer,
    /// The gateway's id of the order.
    pub order_id: Option<ProviderRef>,
    /// The id of the invoice.
    pub invoice_id: Option<String>,
    /// The payer's e-mail address.
    pub user_email: Option<String>,
    /// What was due.
    pub quote: Quote,
    /// What the merchant is credited; none while it is not settled.
    pub credit_amount: Option<Amount>,
    /// What the network charges. In which coin is not told.
    pub network_fee: Option<Fee>,
    /// What CCPayment charges, in units of the coin (`assumed`: the samples add up so).
    pub service_fee: Option<Fee>,
    /// The memo or tag it came with.
    pub memo: Option<String>,
}

impl Invoice {
    pub(super) fn read(fields: &Fields<'_>, transfer: Transfer) -> Result<Self, WebhookError> {
        let extend = fields.object("extend")?;
        Ok(Self {
            order_id: fields.reference("order_id")?,
            invoice_id: extend.name("invoice_id")?,
            user_email: extend.told("user_email"),
            quote: Quote::read(fields)?,
            credit_amount: fields.amount("credit_amount")?,
            network_fee: fields.told_amount("network_fee").map(Fee::new),
            service_fee: service_fee(fields, &transfer),
            memo: fields.told("memo"),
            transfer,
        })
    }
}

debug_masked!(Invoice shows transfer, order_id, invoice_id, quote, credit_amount, network_fee, service_fee;
    masks user_email, memo);

/// `API Withdrawal`: a withdrawal made by [`withdraw`](crate::v1::Client::withdraw).
#[derive(Clone)]
#[non_exhaustive]
pub struct ApiWithdrawal {
    /// What every webhook tells; `amount` is what was to be paid out.
    pub transfer: Transfer,
    /// The gateway's id of the withdrawal.
    pub order_id: Option<ProviderRef>,
    /// The merchant's id of the withdrawal, up to 256 characters.
    pub merchant_order_id: Option<String>,
    /// What the receiver gets.
    pub net_receivable: Option<Amount>,
    /// What the network charges, in its own coin.
    pub network_fee: Option<Fee>,
    /// Whether the merchant pays the fee.
    pub merchant_pays_fee: Option<bool>,
    /// Where it went.
    pub to_address: Option<String>,
    /// The memo or tag it went with.
    pub memo: Option<String>,
}

impl ApiWithdrawal {
    pub(super) fn read(fields: &Fields<'_>, transfer: Transfer) -> Result<Self, WebhookError> {
        Ok(Self {
            transfer,
            order_id: fields.reference("order_id")?,
            merchant_order_id: fields.name("merchant_order_id")?,
            net_receivable: fields.amount("net_receivable")?,
            network_fee: Fee::told(
                fields.told_amount("network_fee"),
                fields.told("network_fee_crypto"),
                fields.told("network_coin_id"),
                fields.told_amount("network_fee_value"),
            ),
            merchant_pays_fee: fields.told_flag("merchant_pays_fee"),
            to_address: fields.told("to_address"),
            memo: fields.told("memo"),
        })
    }
}

debug_masked!(ApiWithdrawal shows transfer, order_id, merchant_order_id, net_receivable, network_fee, merchant_pays_fee;
    masks to_address, memo);

/// `Refund`: money of a payment sent back.
#[derive(Clone)]
#[non_exhaustive]
pub struct Refund {
    /// What every webhook tells; `amount` is what was sent back.
    pub transfer: Transfer,
    /// The merchant's id of the order, up to 256 characters.
    pub merchant_order_id: Option<String>,
    /// What the receiver gets.
    pub net_receivable: Option<Amount>,
    /// What the network charges, in its own coin.
    pub network_fee: Option<Fee>,
    /// Where it went.
    pub to_address: Option<String>,
    /// The memo or tag it went with.
    pub memo: Option<String>,
}

impl Refund {
    pub(super) fn read(fields: &Fields<'_>, transfer: Transfer) -> Result<Self, WebhookError> {
        Ok(Self {
            transfer,
            merchant_order_id: fields.name("merchant_order_id")?,
            net_receivable: fields.amount("net_receivable")?,
            network_fee: Fee::told(
                fields.told_amount("network_fee"),
                fields.told("network_crypto"),
                fields.told("network_coin_id"),
                None,
            ),
            to_address: fields.told("to_address"),
            memo: fields.told("memo"),
        })
    }
}

debug_masked!(Refund shows transfer, merchant_order_id, net_receivable, network_fee; masks to_address, memo);

/// The service fee is in the coin that was paid.
fn service_fee(fields: &Fields<'_>, transfer: &Transfer) -> Option<Fee> {
    let amount = fields.told_amount("service_fee");
    Fee::told(amount, transfer.crypto.clone(), None, None)
}
