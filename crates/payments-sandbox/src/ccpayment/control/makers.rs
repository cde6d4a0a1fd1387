//! What begins without a call of the API: coins that come to a permanent address, and invoices.

use super::super::chains::Chain;
use super::super::checkout::{InvoiceOf, Priced};
use super::super::coins::{self, Token};
use super::super::new_order::{self, DEFAULT_VALID_S, NotOpened, PRICE_DECIMALS, Terms};
use super::super::notice::{self, PayStatus, Told};
use super::payins::fee_of;
use super::{ActionError, to_pay};
use crate::amount::Amount;
use crate::app::App;
use crate::store::{Account, Funds, Move, Order, OrderKind, OrderStatus, shorten};

/// Coins that a user sends to a permanent address at CCPayment, without an order.
///
/// ```
/// use payments_sandbox::CcpaymentDeposit;
///
/// // USDT on TRC20, to the address that payment/address/get gave for user 1001 and chain TRX.
/// let deposit = CcpaymentDeposit::new("1001", "0912e09a-d8e2-41d7-a0bc-a25530892988", "25.5");
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CcpaymentDeposit {
    user_id: String,
    token_id: String,
    amount: String,
}

impl CcpaymentDeposit {
    /// `amount` (a plain decimal) of a token to the address of the merchant's user on the token's chain.
    #[must_use]
    pub fn new(
        user_id: impl Into<String>,
        token_id: impl Into<String>,
        amount: impl Into<String>,
    ) -> Self {
        Self {
            user_id: user_id.into(),
            token_id: token_id.into(),
            amount: amount.into(),
        }
    }
}

/// An invoice of CCPayment's merchant platform: a bill for somebody's e-mail address. No call of the API makes one.
///
/// ```
/// use payments_sandbox::CcpaymentInvoice;
///
/// // 25 USD, to be paid in USDT on TRC20.
/// let invoice = CcpaymentInvoice::new("payer@shop.test", "0912e09a-d8e2-41d7-a0bc-a25530892988", "25");
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CcpaymentInvoice {
    user_email: String,
    token_id: String,
    product_price: String,
}

impl CcpaymentInvoice {
    /// `product_price` in USD, at most two decimals, to be paid with a token within 24 hours.
    #[must_use]
    pub fn new(
        user_email: impl Into<String>,
        token_id: impl Into<String>,
        product_price: impl Into<String>,
    ) -> Self {
        Self {
            user_email: user_email.into(),
            token_id: token_id.into(),
            product_price: product_price.into(),
        }
    }
}

/// A token that takes payments.
fn receiving(token_id: &str) -> Result<&'static Token, ActionError> {
    let token = coins::token(token_id).ok_or_else(|| {
        let id = shorten(token_id, 40);
        ActionError::NotFound(format!("No token has the id `{id}`."))
    })?;
    if token.receives() {
        return Ok(token);
    }
    Err(ActionError::Conflict(format!(
        "{} on {} takes no payments now.",
        token.coin.symbol, token.network
    )))
}

fn full<T>(_: T) -> ActionError {
    ActionError::Conflict("The sandbox holds as many orders as it can.".to_owned())
}

/// Coins come to a permanent address: they are credited, and a Direct Deposit webhook tells of it.
pub(crate) fn deposit(app: &App, deposit: &CcpaymentDeposit) -> Result<Order, ActionError> {
    let token = receiving(&deposit.token_id)?;
    let amount = to_pay(&deposit.amount)?;
    let too_much = || ActionError::Invalid("That is more than the sandbox can count.".to_owned());
    let (fee, credit) = fee_of(amount).ok_or_else(too_much)?;
    let now_ms = app.clock.now_ms();
    let mut tables = app.store.lock();
    let to = tables.ccpayment.address(&deposit.user_id, token.chain);
    let to = to.cloned().ok_or_else(|| {
        let user = shorten(&deposit.user_id, 64);
        let chain = token.chain.name();
        ActionError::NotFound(format!(
            "User `{user}` has no permanent address on {chain}: payment/address/get makes one."
        ))
    })?;
    tables
        .orders
        .room_for(crate::store::Gateway::Ccpayment, "")
        .map_err(full)?;
    let mut order = new_order::blank(app, &tables, OrderKind::Deposit, now_ms);
    order.user_id.clone_from(&deposit.user_id);
    token.coin.symbol.clone_into(&mut order.currency);
    token.network.clone_into(&mut order.network);
    order.address.clone_from(&to.place.address);
    order.amount = amount.to_string();
    order.actual_amount = amount.to_string();
    order.received_amount = credit.to_string();
    order.fee = fee.to_string();
    order.funds = Funds::Exact;
    order.hash = app.ids.hex(64);
    order.status = OrderStatus::Completed;
    order.settled_ms = Some(now_ms);
    if !to.notify_url.is_empty() {
        order.callback_url.clone_from(&to.notify_url);
    }
    let entry = |to, amount| Move {
        currency: token.coin.symbol,
        from: Account::Outside,
        to,
        amount,
    };
    tables
        .ccpayment
        .ledger
        .post(&[entry(Account::Available, credit), entry(Account::Fees, fee)])?;
    tables.orders.add(order.clone()).map_err(full)?;
    // Bitcoin payments come from many addresses, and the documents have a page on why none is named (assumed: here).
    let from = match token.chain {
        Chain::Bitcoin => String::new(),
        chain => {
            let owner = ["payer", order.order_id.as_str()];
            chain.place(&app.cpay.address_salt, &owner).address
        }
    };
    let record_id = new_order::id(app, now_ms);
    let told = Told {
        pay_status: PayStatus::Success,
        record_id: &record_id,
        txid: &order.hash,
        paid: amount.to_string(),
        fee: fee.to_string(),
        credit: credit.to_string(),
    };
    notice::direct(app, &mut tables, &order, &told, token, (&from, &to));
    drop(tables);
    app.wake.notify_one();
    Ok(order)
}

/// Makes an invoice, which is then paid, or fails when its time is over.
pub(crate) fn invoice(app: &App, invoice: &CcpaymentInvoice) -> Result<Order, ActionError> {
    let token = receiving(&invoice.token_id)?;
    let email = &invoice.user_email;
    let plain = |letter: char| !letter.is_whitespace() && !letter.is_control();
    if !email.contains('@') || email.chars().count() > 128 || !email.chars().all(plain) {
        return Err(ActionError::Invalid(
            "The payer's e-mail address is none.".to_owned(),
        ));
    }
    let price = Amount::parse_with(&invoice.product_price, PRICE_DECIMALS)
        .map_err(|bad| ActionError::Invalid(format!("the price {bad}")))?;
    let terms = Terms {
        kind: OrderKind::Invoice,
        merchant_ref: "",
        product_name: "Invoice",
        price: &price,
        priced: Priced::Usd,
        token: Some(token),
        valid_s: DEFAULT_VALID_S.min(new_order::most_valid_s(Some(token))),
        notify_url: "",
        return_url: "",
        custom_value: "",
        remark: "",
        invoice: Some(InvoiceOf {
            invoice_id: new_order::id(app, app.clock.now_ms()),
            user_email: email.clone(),
        }),
    };
    let made = new_order::open(app, &mut app.store.lock(), &terms);
    app.wake.notify_one();
    made.map_err(|why| match why {
        NotOpened::Add(refused) => full(refused),
        NotOpened::TooLarge => ActionError::Invalid(
            "the price comes to more coins than the sandbox can count".to_owned(),
        ),
    })
}
