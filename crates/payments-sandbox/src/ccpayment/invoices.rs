//! Invoices of the merchant platform.

use super::checkout::{InvoiceOf, Priced};
use super::deposits::receiving;
use super::fiat::USD;
use super::new_order::{self, DEFAULT_VALID_S, NotOpened, PRICE_DECIMALS, Terms};
use super::order::Order;
use super::state::Ccpayment;
use crate::shared::action::ActionError;
use crate::shared::amount::Amount;

/// An invoice of CCPayment's merchant platform for a payer's e-mail address. No call of the API makes one.
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

impl Ccpayment {
    /// Makes an invoice, which is then paid, or fails when its time is over.
    pub(super) fn invoice(&self, invoice: &CcpaymentInvoice) -> Result<Order, ActionError> {
        let token = receiving(&invoice.token_id)?;
        let email = &invoice.user_email;
        let plain = |letter: char| !letter.is_whitespace() && !letter.is_control();
        if !email.contains('@') || email.chars().count() > 128 || !email.chars().all(plain) {
            return Err(ActionError::Invalid(
                "The payer's e-mail address is not valid.".to_owned(),
            ));
        }
        let price = Amount::parse(&invoice.product_price, PRICE_DECIMALS)
            .map_err(|bad| ActionError::Invalid(format!("The price {bad}.")))?;
        let terms = Terms {
            merchant_ref: "",
            product_name: "Invoice",
            price: &price,
            priced: Priced::Fiat(&USD),
            token: Some(token),
            valid_s: DEFAULT_VALID_S.min(new_order::most_valid_s(Some(token))),
            notify_url: "",
            return_url: "",
            custom_value: "",
            remark: "",
            invoice: Some(InvoiceOf {
                invoice_id: new_order::id(self, self.context.clock.now_ms()),
                user_email: email.clone(),
            }),
        };
        let made = new_order::open(self, &mut self.state(), &terms);
        made.map_err(|why| match why {
            NotOpened::Add(refused) => refused.into(),
            NotOpened::TooLarge => ActionError::Invalid(
                "The price comes to more coins than the sandbox can count.".to_owned(),
            ),
        })
    }
}
