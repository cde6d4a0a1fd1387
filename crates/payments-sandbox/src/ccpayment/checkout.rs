//! An order or an invoice that is paid: its price, its coin, its payments and its state.

use serde::{Deserialize, Serialize};

use super::chains::Place;
use super::coins::Token;
use super::fiat::Fiat;
use super::rates;
use crate::shared::decimal::Decimal;

/// 0.03 % of what arrives, as in all samples.
const SERVICE_FEE: Decimal = Decimal::constant(3, 4);
/// How long payments are noticed after the time to pay: 7 days, as in the provider's version 2 (assumed for version 1).
pub(super) const WATCHED_MS: u64 = 7 * 86_400_000;
/// The most payments of one order.
pub(super) const MOST_PAYMENTS: usize = 1_000;

/// The states of the provider's table.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum State {
    Awaiting,
    Expired,
    Under,
    UnderOverdue,
    Paid,
    PaidOverdue,
    Over,
    OverOverdue,
}

impl State {
    pub(super) fn label(self) -> &'static str {
        match self {
            Self::Awaiting => "Awaiting payment",
            Self::Expired => "Expired",
            Self::Under => "Underpayment",
            Self::UnderOverdue => "Underpayment(Overdue)",
            Self::Paid => "Paid",
            Self::PaidOverdue => "Paid(Overdue)",
            Self::Over => "Overpayment",
            Self::OverOverdue => "Overpayment(Overdue)",
        }
    }
}

/// The currency of a price.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) enum Priced {
    Fiat(&'static Fiat),
    Token,
}

impl Priced {
    pub(super) fn as_str(self) -> &'static str {
        match self {
            Self::Fiat(fiat) => fiat.code,
            Self::Token => "token",
        }
    }
}

/// A chosen coin with its rate, which stays fixed (assumed), and where to pay.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct Quote {
    pub(super) token: &'static Token,
    /// USD for one unit of the coin.
    pub(super) token_rate: Decimal,
    /// USD for one unit of the price's currency.
    pub(super) fiat_rate: Decimal,
    /// What is to be paid, in the coin.
    pub(super) order_amount: Decimal,
    pub(super) place: Place,
}

impl Quote {
    /// `None` if the numbers are larger than the sandbox can count.
    pub(super) fn new(
        token: &'static Token,
        price: Decimal,
        priced: Priced,
        place: Place,
        now_ms: u64,
    ) -> Option<Self> {
        let token_rate = rates::usd(token.coin, now_ms);
        // The documents' formula is product_price × fiat_rate ÷ token_rate. For a price in the coin both rates are the same.
        let (fiat_rate, order_amount) = match priced {
            Priced::Fiat(fiat) => (fiat.rate, price.times(fiat.rate)?.over_up(token_rate)?),
            Priced::Token => (token_rate, price),
        };
        Some(Self {
            token,
            token_rate,
            fiat_rate,
            order_amount,
            place,
        })
    }
}

/// A payment that is final.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct Payment {
    pub(super) record_id: String,
    pub(super) txid: String,
    pub(super) from: String,
    pub(super) amount: Decimal,
    pub(super) service_fee: Decimal,
    pub(super) credit: Decimal,
    pub(super) at_ms: u64,
    /// Whether it arrived after the time to pay.
    pub(super) late: bool,
}

/// A payment that was seen on the chain and is not final.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct Seen {
    pub(super) record_id: String,
    pub(super) txid: String,
    pub(super) amount: Decimal,
    /// Whether it is `processing`, not `pending`.
    pub(super) processing: bool,
}

/// The fields of an invoice.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct InvoiceOf {
    pub(super) invoice_id: String,
    pub(super) user_email: String,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct Checkout {
    /// Opens the page.
    pub(super) key: String,
    /// Whether the payer chooses the coin.
    pub(super) hosted: bool,
    pub(super) product_name: String,
    /// As received.
    pub(super) product_price: String,
    pub(super) price: Decimal,
    pub(super) priced: Priced,
    pub(super) quote: Option<Quote>,
    pub(super) created_ms: u64,
    pub(super) expires_ms: u64,
    pub(super) payments: Vec<Payment>,
    pub(super) seen: Option<Seen>,
    /// The ids of its refunds.
    pub(super) refunds: Vec<String>,
    pub(super) invoice: Option<InvoiceOf>,
    pub(super) return_url: String,
    pub(super) remark: String,
    pub(super) custom_value: String,
    /// The link of the page.
    pub(super) page_url: String,
}

impl Checkout {
    /// The sums of what arrived and of what the merchant got. Both fit, because the ledger accepted them.
    pub(super) fn sums(&self) -> (Decimal, Decimal) {
        let sum = |part: fn(&Payment) -> Decimal| {
            let mut parts = self.payments.iter().map(part);
            parts.try_fold(Decimal::default(), Decimal::plus)
        };
        (
            sum(|payment| payment.amount).unwrap_or_default(),
            sum(|payment| payment.credit).unwrap_or_default(),
        )
    }

    pub(super) fn asked(&self) -> Option<Decimal> {
        self.quote.as_ref().map(|quote| quote.order_amount)
    }

    /// What is still to be paid. `None` before a coin is chosen and when the order is paid.
    pub(super) fn still_due(&self) -> Option<Decimal> {
        let left = self.asked()?.minus(self.sums().0)?;
        left.is_positive().then_some(left)
    }

    pub(super) fn over_time(&self, now_ms: u64) -> bool {
        now_ms >= self.expires_ms
    }

    /// A partial payment is overdue when the time to pay is over, a full one if a payment was late (assumed: the table only
    /// distinguishes orders within and after their time).
    pub(super) fn state(&self, now_ms: u64) -> State {
        let (paid, _) = self.sums();
        let over_time = self.over_time(now_ms);
        let late = self.payments.iter().any(|payment| payment.late);
        let asked = self.asked().unwrap_or_default();
        match (paid.is_positive(), paid.cmp(&asked)) {
            (false, _) if over_time => State::Expired,
            (false, _) => State::Awaiting,
            (true, std::cmp::Ordering::Less) if over_time => State::UnderOverdue,
            (true, std::cmp::Ordering::Less) => State::Under,
            (true, std::cmp::Ordering::Equal) if late => State::PaidOverdue,
            (true, std::cmp::Ordering::Equal) => State::Paid,
            (true, std::cmp::Ordering::Greater) if late => State::OverOverdue,
            (true, std::cmp::Ordering::Greater) => State::Over,
        }
    }
}

/// The service fee of an amount, and the amount without it.
pub(super) fn service_fee_of(amount: Decimal) -> Option<(Decimal, Decimal)> {
    let fee = amount.times_up(SERVICE_FEE)?;
    Some((fee, amount.minus(fee)?))
}
