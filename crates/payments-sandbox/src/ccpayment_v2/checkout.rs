//! An order with an address, or an invoice with a page: what the merchant asks for, and what was paid of it.

use serde::{Deserialize, Serialize};

use super::chains::Place;
use super::coins::{Coin, Fiat, Network};
use crate::shared::decimal::Decimal;
use crate::shared::gateway::Gateway;
use crate::shared::order::{self, Funds, OrderKind, OrderStatus};
use crate::shared::order_table::Stored;

/// Payments are noticed this long after the time to pay.
pub(super) const WATCHED_MS: u64 = 7 * 86_400_000;

/// Orders name their coin and chain; the payer of an invoice chooses them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) enum Family {
    Order,
    Invoice,
}

impl Family {
    pub(super) const ALL: [Self; 2] = [Self::Order, Self::Invoice];
}

/// The unit of a price.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) enum Unit {
    Fiat(&'static Fiat),
    Coin(&'static Coin),
}

impl Unit {
    pub(super) fn symbol(self) -> &'static str {
        match self {
            Self::Fiat(fiat) => fiat.symbol,
            Self::Coin(coin) => coin.symbol,
        }
    }

    /// The worth of an amount of a coin in this unit, with 18 decimals, half up (as in the samples).
    pub(super) fn worth(self, coin: &Coin, amount: Decimal) -> Option<Decimal> {
        let usd = amount.times(coin.price)?;
        match self {
            Self::Fiat(fiat) => usd.times(fiat.usd_rate),
            Self::Coin(unit) if unit.id == coin.id => Some(amount),
            Self::Coin(unit) => usd.over(unit.price),
        }
    }

    /// How much of a coin a price in this unit is, rounded up at 18 decimals.
    pub(super) fn in_coin(self, coin: &Coin, price: Decimal) -> Option<Decimal> {
        match self {
            Self::Fiat(fiat) => price.over_up(coin.price.times(fiat.usd_rate)?),
            Self::Coin(unit) if unit.id == coin.id => Some(price),
            Self::Coin(unit) => price.times_up(unit.price)?.over_up(coin.price),
        }
    }

    /// Fiat for one coin; `None` if the price is in coins.
    pub(super) fn fiat_rate(self, coin: &Coin) -> Option<Decimal> {
        match self {
            Self::Fiat(fiat) => coin.price.times(fiat.usd_rate),
            Self::Coin(_) => None,
        }
    }
}

/// Where an order is paid.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct Choice {
    pub(super) network: &'static Network,
    pub(super) place: Place,
}

/// An order or an invoice.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct Checkout {
    pub(super) family: Family,
    /// Made up: on the wire it has only the merchant's id.
    pub(super) id: String,
    pub(super) merchant_ref: String,
    pub(super) price: Decimal,
    pub(super) unit: Unit,
    /// `None` until the payer of an invoice chose.
    pub(super) choice: Option<Choice>,
    /// What is to be paid: coins of an order, the price of an invoice.
    pub(super) asked: Decimal,
    /// What was paid of it, without payments that are risky or failed.
    pub(super) paid: Decimal,
    /// The payment that was seen and is not confirmed.
    pub(super) seen: Option<String>,
    pub(super) product: String,
    pub(super) buyer_email: String,
    pub(super) return_url: String,
    /// Where the page leads if the payer gives up.
    pub(super) close_url: String,
    /// Where webhooks go.
    pub(super) url: String,
    /// Opens the page; empty for an order without a page.
    pub(super) key: String,
    pub(super) page_url: String,
    pub(super) created_ms: u64,
    pub(super) expires_ms: u64,
    /// The last payment.
    pub(super) last_txid: String,
    pub(super) settled_ms: Option<u64>,
    pub(super) due_ms: Option<u64>,
}

impl Checkout {
    pub(super) fn over_time(&self, now_ms: u64) -> bool {
        now_ms >= self.expires_ms
    }

    pub(super) fn is_paid(&self) -> bool {
        self.paid >= self.asked
    }

    /// What is missing, in the chosen coin and with the decimals of its network. `None` if nothing is missing or no coin was
    /// chosen.
    pub(super) fn still_due(&self) -> Option<Decimal> {
        let network = self.choice.as_ref()?.network;
        let left = self.asked.minus(self.paid)?;
        let left = match self.family {
            Family::Order => left,
            Family::Invoice => self.unit.in_coin(network.coin, left)?,
        };
        network.round_up(left).filter(|due| due.is_positive())
    }

    fn status(&self) -> OrderStatus {
        let ended = self.due_ms.is_none();
        if self.is_paid() {
            OrderStatus::Completed
        } else if self.seen.is_some() {
            OrderStatus::Processing
        } else if ended {
            OrderStatus::Closed
        } else {
            OrderStatus::Pending
        }
    }

    fn funds(&self) -> Funds {
        if !self.paid.is_positive() {
            Funds::None
        } else if self.paid < self.asked {
            Funds::Under
        } else if self.paid == self.asked {
            Funds::Exact
        } else {
            Funds::Over
        }
    }
}

impl Stored for Checkout {
    fn order_id(&self) -> &str {
        &self.id
    }

    fn merchant_ref(&self) -> &str {
        &self.merchant_ref
    }

    fn due_ms(&self) -> Option<u64> {
        self.due_ms
    }

    fn clear_due(&mut self) {
        self.due_ms = None;
    }

    fn view(&self) -> order::Order {
        let kind = match self.family {
            Family::Order => OrderKind::PayIn,
            Family::Invoice => OrderKind::Invoice,
        };
        let (gateway, id) = (Gateway::CCPAYMENT_V2, self.id.clone());
        let mut view = order::Order::new(gateway, kind, id, self.created_ms);
        self.merchant_ref.clone_into(&mut view.merchant_ref);
        view.status = self.status();
        view.funds = self.funds();
        self.unit.symbol().clone_into(&mut view.currency);
        if let Some(Choice { network, place }) = &self.choice {
            network.chain.name().clone_into(&mut view.network);
            place.address.clone_into(&mut view.address);
            if self.family == Family::Order {
                network.coin.symbol.clone_into(&mut view.currency);
            }
        }
        view.amount = self.asked.to_string();
        view.actual_amount = self.paid.to_string();
        view.received_amount = self.paid.to_string();
        self.last_txid.clone_into(&mut view.hash);
        self.url.clone_into(&mut view.callback_url);
        self.return_url.clone_into(&mut view.success_url);
        self.return_url.clone_into(&mut view.return_url);
        self.close_url.clone_into(&mut view.fail_url);
        self.product.clone_into(&mut view.remark);
        self.page_url.clone_into(&mut view.cashier_url);
        view.settled_ms = self.settled_ms;
        view.due_ms = self.due_ms;
        view
    }
}
