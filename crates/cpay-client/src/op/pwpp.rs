//! `pwpp`: charges a card without a payment page ("host to host").

use bytes::Bytes;
use payments_core::wire::{Lenient, Scalar};
use payments_core::{
    Answer, Effect, Fault, InvalidRequest, MerchantRef, Operation, ProviderRef, RawAnswer,
    Timestamp, check, keeps_raw, redact,
};
use serde::Deserialize;

use crate::card::{Card, StoredCardId};
use crate::payer::{Browser, Payer};
use crate::protocol::{Account, Call};
use crate::purchase::Purchase;
use crate::rules::{self, Names};

/// The decimals of an amount; the gateway cuts off what is beyond (specification: "rounds down").
const DECIMALS: u8 = 2;

/// A payment by a card whose data the merchant has: `POST /openapi/v1/pwpp`.
///
/// **Effect: unkeyed.** No document states what a second payment with the same reference does, so it is never sent
/// again once a byte of it may have left. After [`Outcome::Unknown`](payments_core::Outcome), query
/// [`order_detail`](crate::Client::order_detail) with the same reference. A card that is declined (code 90751015)
/// counts as not charged, which is `assumed`: the specification says "pay fail" and shows an empty order id.
///
/// The card's data and the body that contains it are wiped when dropped; `Debug` shows at most the last four digits. In
/// the gateway's message, everything about the payer is masked, and so are numbers of three or more digits; the error's `raw()` contains them. Handling card data requires the merchant to comply with PCI DSS. With
/// [`CreateCardOrder`](crate::CreateCardOrder) the gateway's page handles it.
///
/// ```
/// use cpay_client::{
///     BillingAddress, Browser, Card, CardExpiry, CardNumber, CardPayment, Contact, Cvv, FullName, Payer, Product,
///     Purchase,
/// };
/// use payments_core::MerchantRef;
///
/// let card = Card::new(CardNumber::new("4111111111111111")?, CardExpiry::new(12, 2027)?, Cvv::new("123")?);
/// let payer = Payer::new(
///     FullName::new("Ana", "Lima"),
///     Contact::new("ana@cliente.example", "35", "712345678"),
///     BillingAddress::new("Main-Street-1", "Lisboa", "1000-001", "PT"),
/// );
/// let purchase = Purchase::new(
///     "19.01".parse()?,
///     "EUR",
///     vec![Product::new("macBook", "19.01".parse()?, 1, "EUR")],
/// );
/// let browser = Browser::new("203.0.113.7".parse()?, "text/html,*/*;q=0.8", "Mozilla/5.0");
/// let payment =
///     CardPayment::new(MerchantRef::new("order-1001")?, "customer-7", purchase, card, payer, browser)
///         .success_url("https://shop.example/thanks");
/// # let _ = payment;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug)]
#[must_use = "a payment is made by `Client::pay_by_card`"]
pub struct CardPayment {
    merchant_trade_no: MerchantRef,
    user_id: String,
    purchase: Purchase,
    card: Option<Card>,
    payer: Payer,
    browser: Browser,
    create_time: Option<Timestamp>,
    callback_url: String,
    success_url: String,
    fail_url: String,
    language: String,
    pay_channel: String,
    store_card: bool,
    stored_card: Option<StoredCardId>,
    names: Names,
}

impl CardPayment {
    /// A payment of `purchase` by `card`.
    ///
    /// - `merchant_trade_no`: the merchant's own id of this payment, unique, up to 64 characters. Store it before the
    ///   call: after a failure you query the order by it.
    /// - `user_id`: the customer in the merchant's system, up to 64 characters.
    /// - `purchase`: in `USD` or `EUR`, with up to 2 decimals. The gateway silently cuts off further decimals (19.011
    ///   becomes 19.01), so they are refused here, unless they are zeros.
    pub fn new(
        merchant_trade_no: MerchantRef,
        user_id: impl Into<String>,
        purchase: Purchase,
        card: Card,
        payer: Payer,
        browser: Browser,
    ) -> Self {
        let payment = Self::without_card(merchant_trade_no, user_id, purchase, payer, browser);
        Self {
            card: Some(card),
            ..payment
        }
    }

    /// A payment of `purchase` by a card that the gateway has stored; the other arguments are those of
    /// [`new`](Self::new).
    ///
    /// The specification marks the card's number, code and expiry as mandatory in every case: that they may be omitted
    /// here is `assumed`, because a merchant who has them needs no stored card. If the gateway requires them, use `new`
    /// and [`stored_card`](Self::stored_card).
    pub fn by_stored_card(
        merchant_trade_no: MerchantRef,
        user_id: impl Into<String>,
        purchase: Purchase,
        id: StoredCardId,
        payer: Payer,
        browser: Browser,
    ) -> Self {
        Self::without_card(merchant_trade_no, user_id, purchase, payer, browser).stored_card(id)
    }

    fn without_card(
        merchant_trade_no: MerchantRef,
        user_id: impl Into<String>,
        purchase: Purchase,
        payer: Payer,
        browser: Browser,
    ) -> Self {
        Self {
            merchant_trade_no,
            user_id: user_id.into(),
            purchase,
            card: None,
            payer,
            browser,
            create_time: None,
            callback_url: String::new(),
            success_url: String::new(),
            fail_url: String::new(),
            language: String::new(),
            pay_channel: String::new(),
            store_card: false,
            stored_card: None,
            names: Names::Listed,
        }
    }

    /// Charges a currency that C-Pay's documents do not list. Default: such a currency is refused before anything is sent.
    pub fn allow_unlisted(mut self) -> Self {
        self.names = Names::Any;
        self
    }

    /// `lang`, the language of the pages; English without it. The values are not documented.
    pub fn language(mut self, language: impl Into<String>) -> Self {
        self.language = language.into();
        self
    }

    /// `payChannel`: `payChannel1` or `payChannel2` in the specification, up to 16 characters.
    pub fn pay_channel(mut self, channel: impl Into<String>) -> Self {
        self.pay_channel = channel.into();
        self
    }

    /// Asks the gateway to store the card if the payment succeeds (`storeCc` 1; not sent by default, which means no).
    /// The account must have that service.
    pub fn store_card(mut self) -> Self {
        self.store_card = true;
        self
    }

    /// Sends the id of a stored card (`ccStorageID`) in addition to the card's data. Which of the two is used is not
    /// documented.
    pub fn stored_card(mut self, id: StoredCardId) -> Self {
        self.stored_card = Some(id);
        self
    }

    /// Where the webhook of this payment goes, up to 256 characters. Default: the URL that is set for the account. Sent
    /// as `callbackURL`, with a small `b` in this call.
    pub fn callback_url(mut self, url: impl Into<String>) -> Self {
        self.callback_url = url.into();
        self
    }

    /// Where the customer is sent after success, up to 256 characters; the gateway appends `?txnRef=<orderId>`. A visit
    /// to this page does not prove a payment.
    pub fn success_url(mut self, url: impl Into<String>) -> Self {
        self.success_url = url.into();
        self
    }

    /// Where the customer is sent after failure, up to 256 characters; the gateway appends `?txnRef=<orderId>`.
    pub fn fail_url(mut self, url: impl Into<String>) -> Self {
        self.fail_url = url.into();
        self
    }

    /// When the merchant created the payment; sent in milliseconds. Default: the time of sending.
    pub fn create_time(mut self, time: Timestamp) -> Self {
        self.create_time = Some(time);
        self
    }
}

impl Operation for CardPayment {
    type Output = CardPaymentPage;
    const NAME: &'static str = "pay_by_card";
    const EFFECT: Effect = Effect::Unkeyed;

    fn check(&self) -> Result<(), InvalidRequest> {
        InvalidRequest::all([
            check::no_ampersand("merchant_trade_no", self.merchant_trade_no.as_str(), 64),
            check::no_ampersand("user_id", &self.user_id, 64),
            self.purchase.check(self.names, &["USD", "EUR"]),
            rules::not_truncated("amount", self.purchase.amount, DECIMALS),
            self.payer.check(),
            self.browser.check(),
            check::optional_url("callback_url", &self.callback_url, rules::URL),
            check::optional_url("success_url", &self.success_url, rules::URL),
            check::optional_url("fail_url", &self.fail_url, rules::URL),
            check::optional_text("language", &self.language, 16),
            check::optional_text("pay_channel", &self.pay_channel, 16),
            match &self.stored_card {
                Some(id) => check::no_ampersand("stored_card", id.as_str(), rules::UNSTATED),
                None => Ok(()),
            },
        ])
    }
}

impl Call for CardPayment {
    fn encode(
        &self,
        account: &Account,
        now: Timestamp,
    ) -> Result<http::Request<Bytes>, InvalidRequest> {
        let (payer, browser, card) = (&self.payer, &self.browser, self.card.as_ref());
        account.post_wiped(
            "pwpp",
            &mut [
                ("addressLine", payer.address.line.expose()),
                (
                    "amount",
                    &self
                        .purchase
                        .amount
                        .without_zeros_beyond(DECIMALS)
                        .to_text(),
                ),
                ("callbackURL", &self.callback_url),
                ("cardNumber", card.map_or("", |card| card.number.expose())),
                (
                    "ccStorageID",
                    self.stored_card.as_ref().map_or("", StoredCardId::as_str),
                ),
                ("city", payer.address.city.expose()),
                ("clientHTTPAccept", browser.accept.expose()),
                ("clientHTTPUserAgent", browser.user_agent.expose()),
                ("country", payer.address.country.expose()),
                ("createTime", &self.create_time.unwrap_or(now).to_text()),
                ("currency", &self.purchase.currency),
                ("cvv", card.map_or("", |card| card.cvv.expose())),
                ("email", payer.contact.email.expose()),
                ("expDate", card.map_or("", |card| card.expiry.expose())),
                ("failURL", &self.fail_url),
                ("firstName", payer.name.first.expose()),
                ("iddCode", payer.contact.idd_code.expose()),
                ("ip", browser.ip.expose()),
                ("lang", &self.language),
                ("lastName", payer.name.last.expose()),
                ("merchantId", account.merchant_id()),
                ("merchantTradeNo", self.merchant_trade_no.as_str()),
                ("mobile", payer.contact.mobile.expose()),
                ("payChannel", &self.pay_channel),
                ("products", &self.purchase.products_json()?),
                ("storeCc", if self.store_card { "1" } else { "" }),
                ("successURL", &self.success_url),
                ("userId", &self.user_id),
                ("zip", payer.address.zip.expose()),
            ],
        )
    }

    fn decode(&self, answer: Answer<'_>) -> Result<CardPaymentPage, Fault> {
        let page: CardPaymentPage = answer.data()?;
        Ok(answer.keep(page))
    }

    /// Gateways are known to repeat the card's number when they refuse it, or its last digits.
    fn redact(&self, message: String) -> String {
        redact::without_numbers(&message)
    }
}

/// The answer to `pwpp`: how the customer continues, usually on the bank's 3-D Secure page. The payment has not
/// succeeded yet: the webhook and [`order_detail`](crate::Client::order_detail) show whether the card was charged.
///
/// `Debug` shows neither the page nor the stored card's id; [`raw`](Self::raw) contains both.
#[serde_with::apply(Option => #[serde(default)])]
#[serde_with::serde_as]
#[derive(Clone, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct CardPaymentPage {
    /// The gateway's id of the payment; the gateway passes it to the success or failure page as `txnRef`.
    #[serde_as(as = "Scalar")]
    pub order_id: ProviderRef,
    /// An HTML document to show to the customer as a separate page. It is untrusted: never embed it in a page of the
    /// shop.
    #[serde(rename = "pageData")]
    #[serde_as(as = "Lenient")]
    pub page: Option<String>,
    /// Where to send the customer instead. It is in the specification's table, but in none of its examples.
    #[serde(rename = "redirectURL")]
    #[serde_as(as = "Lenient")]
    pub redirect_url: Option<String>,
    /// The id of the stored card, if storing was requested.
    #[serde(rename = "ccStorageID")]
    #[serde_as(as = "Lenient")]
    pub stored_card: Option<StoredCardId>,
    #[serde(skip)]
    raw: Option<RawAnswer>,
}

keeps_raw!(CardPaymentPage);

/// Shows the size of the page only: its content must not be logged.
impl std::fmt::Debug for CardPaymentPage {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("CardPaymentPage")
            .field("order_id", &self.order_id)
            .field("page_bytes", &self.page.as_ref().map(String::len))
            .field("has_redirect_url", &self.redirect_url.is_some())
            .field("stored_card", &self.stored_card)
            .finish_non_exhaustive()
    }
}
