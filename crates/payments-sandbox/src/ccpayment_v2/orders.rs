//! `createAppOrderDepositAddress` and `createInvoiceUrl`.

use serde::Serialize;

use super::answer::{self, Outcome, Refusal};
use super::checkout::{Checkout, Choice, Family, Unit};
use super::codes::Code;
use super::coins;
use super::fields::known_coin;
use super::state::{CcpaymentV2, State};
use super::verify::Verified;
use crate::shared::decimal::Decimal;

pub(super) const ORDER_FIELDS: &[&str] = &[
    "orderId",
    "coinId",
    "chain",
    "price",
    "fiatId",
    "expiredAt",
    "buyerEmail",
    "generateCheckoutURL",
    "product",
    "returnUrl",
    "closeUrl",
    "notifyUrl",
];
pub(super) const INVOICE_FIELDS: &[&str] = &[
    "orderId",
    "price",
    "priceFiatId",
    "priceCoinId",
    "expiredAt",
    "buyerEmail",
    "product",
    "returnUrl",
    "closeUrl",
    "notifyUrl",
];

/// The default life (assumed: another table has ten days), and the longest.
const DEFAULT_MS: u64 = 86_400_000;
const LONGEST_MS: u64 = 864_000_000;
const PRODUCT: usize = 120;
const EMAIL: usize = 120;

/// The fields that both calls have.
struct Terms<'a> {
    merchant_ref: &'a str,
    price: Decimal,
    /// Of the price's text.
    decimals: usize,
    expired_at_s: Option<u64>,
    buyer_email: &'a str,
    product: &'a str,
    return_url: &'a str,
    close_url: &'a str,
    notify_url: &'a str,
}

impl<'a> Terms<'a> {
    fn read(fields: &'a Verified) -> Result<Self, Refusal> {
        let merchant_ref = fields.reference("orderId")?;
        let price = fields.amount("price")?;
        let places = price.text().split_once('.');
        Ok(Self {
            merchant_ref,
            price: price.value(),
            decimals: places.map_or(0, |(_, places)| places.len()),
            expired_at_s: fields.integer("expiredAt")?,
            buyer_email: fields.optional("buyerEmail", EMAIL)?,
            product: fields.optional("product", PRODUCT)?,
            return_url: fields.web("returnUrl")?,
            close_url: fields.web("closeUrl")?,
            notify_url: fields.web("notifyUrl")?,
        })
    }

    /// A price in fiat has at most 2 decimals.
    fn fiat(&self, name: &str, id: u64) -> Result<Unit, Refusal> {
        if self.decimals > 2 {
            return Err(Refusal::field(
                "price",
                "has more than 2 decimals, the most of a price in fiat",
            ));
        }
        let fiat = coins::fiat(id).ok_or_else(|| {
            Refusal::field(
                name,
                "is not a currency of this sandbox; getFiatList lists them",
            )
        })?;
        Ok(Unit::Fiat(fiat))
    }

    fn expires_ms(&self, now_ms: u64) -> Result<u64, Refusal> {
        let Some(at_s) = self.expired_at_s else {
            return Ok(now_ms.saturating_add(DEFAULT_MS));
        };
        let at_ms = at_s.saturating_mul(1_000);
        if at_ms <= now_ms {
            return Err(Refusal::field("expiredAt", "is not in the future"));
        }
        if at_ms > now_ms.saturating_add(LONGEST_MS) {
            return Err(Refusal::new(
                Code::ExpiredAtTooMax,
                "expiredAt is more than ten days ahead; it is an instant in seconds",
            ));
        }
        Ok(at_ms)
    }
}

impl CcpaymentV2 {
    fn new_checkout(
        &self,
        family: Family,
        terms: &Terms<'_>,
        unit: Unit,
        expires_ms: u64,
    ) -> Checkout {
        let now_ms = self.context.clock.now_ms();
        let settings = self.account.settings.get();
        let url = if terms.notify_url.is_empty() {
            &settings.webhook_url
        } else {
            terms.notify_url
        };
        Checkout {
            family,
            id: self.new_id(now_ms),
            merchant_ref: terms.merchant_ref.to_owned(),
            price: terms.price,
            unit,
            choice: None,
            asked: terms.price,
            paid: Decimal::default(),
            seen: None,
            product: terms.product.to_owned(),
            buyer_email: terms.buyer_email.to_owned(),
            return_url: terms.return_url.to_owned(),
            close_url: terms.close_url.to_owned(),
            url: url.to_owned(),
            key: String::new(),
            page_url: String::new(),
            created_ms: now_ms,
            expires_ms,
            last_txid: String::new(),
            settled_ms: None,
            due_ms: Some(expires_ms),
        }
    }

    fn give_page(&self, checkout: &mut Checkout) {
        checkout.key = self.context.ids.hex(32);
        checkout.page_url = format!(
            "{}/ccpayment_v2/pay?key={}",
            self.context.base_url, checkout.key
        );
    }

    fn add_checkout(&self, state: &mut State, checkout: Checkout) -> Result<(), Refusal> {
        let place = self.context.next_order();
        let choice = checkout.choice.clone();
        state.checkouts_mut(checkout.family).add(checkout, place)?;
        state.moved(None, choice.as_ref());
        self.context.wake.notify_one();
        Ok(())
    }
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct OrderMade<'a> {
    address: &'a str,
    amount: String,
    memo: &'a str,
    #[serde(skip_serializing_if = "str::is_empty")]
    checkout_url: &'a str,
    confirms_needed: u64,
}

pub(super) fn create_order(provider: &CcpaymentV2, fields: &Verified) -> Outcome {
    let terms = Terms::read(fields)?;
    let fiat_id = fields.integer("fiatId")?;
    let with_page = fields.switch("generateCheckoutURL")?;
    let unit = fiat_id.map(|id| terms.fiat("fiatId", id)).transpose()?;
    let now_ms = provider.context.clock.now_ms();
    let expires_ms = terms.expires_ms(now_ms)?;
    let network = fields.network()?;
    if !network.takes_deposits() {
        return Err(Refusal::new(
            Code::ChainStopDeposit,
            "the coin takes no deposits on this chain: canDeposit is false in getCoinList",
        ));
    }
    let unit = unit.unwrap_or(Unit::Coin(network.coin));
    let too_much = || Refusal::field("price", "is more than the sandbox can count");
    let amount = unit.in_coin(network.coin, terms.price);
    // An amount that can be sent (assumed: one sample has more decimals than its coin).
    let amount = amount.and_then(|amount| network.round_up(amount));
    let amount = amount.ok_or_else(too_much)?;

    let mut state = provider.state();
    state
        .checkouts(Family::Order)
        .room_for(terms.merchant_ref)?;
    let salt = &provider.account.address_salt;
    let owner = ["order", terms.merchant_ref, network.chain.name()];
    let place = network.chain.place(salt, &owner);
    let mut order = provider.new_checkout(Family::Order, &terms, unit, expires_ms);
    order.asked = amount;
    if with_page {
        provider.give_page(&mut order);
    }
    let made = answer::data(&OrderMade {
        address: &place.address,
        amount: amount.to_string(),
        memo: &place.memo,
        checkout_url: &order.page_url,
        confirms_needed: network.chain.confirmations(),
    })?;
    order.choice = Some(Choice { network, place });
    provider.add_checkout(&mut state, order)?;
    Ok(made)
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct InvoiceMade<'a> {
    invoice_url: &'a str,
}

pub(super) fn create_invoice(provider: &CcpaymentV2, fields: &Verified) -> Outcome {
    let terms = Terms::read(fields)?;
    let fiat_id = fields.integer("priceFiatId")?;
    let coin_id = fields.integer("priceCoinId")?;
    let expires_ms = terms.expires_ms(provider.context.clock.now_ms())?;
    let unit = match (fiat_id, coin_id) {
        (Some(id), None) => terms.fiat("priceFiatId", id)?,
        (None, Some(id)) => Unit::Coin(known_coin("priceCoinId", id)?),
        _ => {
            return Err(Refusal::new(
                Code::InvalidArgument,
                "exactly one of priceFiatId and priceCoinId is needed",
            ));
        }
    };
    let mut state = provider.state();
    let mut invoice = provider.new_checkout(Family::Invoice, &terms, unit, expires_ms);
    provider.give_page(&mut invoice);
    let made = answer::data(&InvoiceMade {
        invoice_url: &invoice.page_url,
    })?;
    provider.add_checkout(&mut state, invoice)?;
    Ok(made)
}
