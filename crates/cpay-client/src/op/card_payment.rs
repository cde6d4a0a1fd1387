//! `pwpp`: a card is charged without a payment page ("host to host").

use bytes::Bytes;
use payments_core::{
    Amount, Effect, Fault, InvalidRequest, MerchantRef, Operation, ProviderRef, RawAnswer,
    Timestamp, check, redact, wire,
};
use serde::{Deserialize, Deserializer};

use super::{Urls, setters};
use crate::protocol::wiring::Wired;
use crate::protocol::{Account, Answer, keeps_raw};
use crate::{Browser, Card, Payer, Purchase, StoredCardId, rules, words};

/// The decimals of an amount; the gateway cuts off what is beyond (specification: "rounds down").
const DECIMALS: u8 = 2;

/// A payment by a card whose data the merchant holds: `POST /openapi/v1/pwpp`.
///
/// **Effect: unkeyed.** No document says what a second payment with the same reference does, so once a byte of
/// it may have left it is not sent again: an [`Outcome::Unknown`](payments_core::Outcome) is resolved by
/// [`order_detail`](crate::Client::order_detail) with the same reference. A card that is declined (code 90751015)
/// counts as not charged, which is `assumed`: the specification says "pay fail" and shows an empty order id.
///
/// The card's data lives in types that are wiped when dropped, and so does the body that carries it; `Debug` shows no
/// more of it than the last four digits. In the gateway's words of a refusal every number of three or more digits, the
/// stored card's id and the payer's e-mail address are masked; `raw()` of the error has them as they came. Handling
/// cards at all is the merchant's duty under PCI DSS. [`CreateCardOrder`](crate::CreateCardOrder) leaves it to the
/// gateway's page.
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
    urls: Urls,
    language: String,
    pay_channel: String,
    store_card: bool,
    stored_card: Option<StoredCardId>,
}

impl CardPayment {
    /// A payment of `purchase` by `card`.
    ///
    /// - `merchant_trade_no`: the merchant's own id of this payment, unique, up to 64 characters. Keep it before
    ///   the call: after a failure it is the way to ask what happened.
    /// - `user_id`: the customer in the merchant's system, up to 64 characters.
    /// - `purchase`: in `USD` or `EUR`, with up to 2 decimals. The gateway would cut off more of them without a
    ///   word (19.011 becomes 19.01), so more are refused here, unless they are zeros.
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

    /// A payment of `purchase` by a card the gateway has stored; the rest is as for [`new`](Self::new).
    ///
    /// The specification marks the card's number, code and expiry as mandatory in every case: that they may be left
    /// out here is `assumed`, for a merchant who has them needs no stored card. Where the gateway wants them even so,
    /// use `new` and [`stored_card`](Self::stored_card).
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
            urls: Urls::default(),
            language: String::new(),
            pay_channel: String::new(),
            store_card: false,
            stored_card: None,
        }
    }

    /// `lang`, the language of the pages; English without it. How languages are named is not documented.
    pub fn language(mut self, language: impl Into<String>) -> Self {
        self.language = language.into();
        self
    }

    /// `payChannel`: `payChannel1` or `payChannel2` in the specification, up to 16 characters.
    pub fn pay_channel(mut self, channel: impl Into<String>) -> Self {
        self.pay_channel = channel.into();
        self
    }

    /// Has the gateway store the card if the payment succeeds (`storeCc` 1; not sent otherwise, which means no).
    /// The account must have that service.
    pub fn store_card(mut self) -> Self {
        self.store_card = true;
        self
    }

    /// Names the stored card (`ccStorageID`) beside the card's data. Which of the two then counts is not documented.
    pub fn stored_card(mut self, id: StoredCardId) -> Self {
        self.stored_card = Some(id);
        self
    }
}

setters!(CardPayment {
    /// Where the webhook of this payment goes, up to 256 characters. Without it the gateway uses the URL set for
    /// the account. Sent as `callbackURL`, with a small `b` in this call.
    callback_url;

    /// Where the customer is sent after success, up to 256 characters; the gateway appends `?txnRef=<orderId>`.
    /// Arriving there proves no payment.
    success_url;

    /// Where the customer is sent after failure, up to 256 characters; the gateway appends `?txnRef=<orderId>`.
    fail_url;

    /// When the merchant made the payment; sent in milliseconds. Default: the clock at the time of sending.
    create_time;
});

impl Operation for CardPayment {
    type Output = CardPaymentPage;
    const NAME: &'static str = "pay_by_card";
    const EFFECT: Effect = Effect::Unkeyed;

    fn check(&self) -> Result<(), InvalidRequest> {
        check::separable("merchant_trade_no", self.merchant_trade_no.as_str(), 64)?;
        check::separable("user_id", &self.user_id, 64)?;
        self.purchase.check(&["USD", "EUR"])?;
        uncut(self.purchase.amount)?;
        self.payer.check()?;
        self.browser.check()?;
        self.urls.check()?;
        check::optional_text("language", &self.language, 16)?;
        check::optional_text("pay_channel", &self.pay_channel, 16)?;
        match &self.stored_card {
            Some(id) => check::separable("stored_card", id.as_str(), rules::UNSTATED),
            None => Ok(()),
        }
    }
}

/// An amount of which the gateway would charge less is refused, with what it would charge.
fn uncut(amount: Amount) -> Result<(), InvalidRequest> {
    let Some(cut) = rules::cut(amount, DECIMALS) else {
        return Ok(());
    };
    let decimals = amount.decimals();
    let problem = format!("has {decimals} decimals: the gateway would charge {cut}");
    Err(InvalidRequest::request("amount", problem).allowed("up to 2 decimals"))
}

impl Wired for CardPayment {
    fn write(
        &self,
        account: &Account,
        now: Timestamp,
    ) -> Result<http::Request<Bytes>, InvalidRequest> {
        let (payer, browser, card) = (&self.payer, &self.browser, self.card.as_ref());
        account.post_wiped(
            "pwpp",
            &[
                ("addressLine", &payer.address.line),
                ("amount", &self.purchase.amount.to_text()),
                ("callbackURL", &self.urls.callback),
                ("cardNumber", card.map_or("", |card| card.number.expose())),
                (
                    "ccStorageID",
                    self.stored_card.as_ref().map_or("", StoredCardId::as_str),
                ),
                ("city", &payer.address.city),
                ("clientHTTPAccept", &browser.accept),
                ("clientHTTPUserAgent", &browser.user_agent),
                ("country", &payer.address.country),
                ("createTime", &self.create_time.unwrap_or(now).to_text()),
                ("currency", &self.purchase.currency),
                ("cvv", card.map_or("", |card| card.cvv.expose())),
                ("email", &payer.contact.email),
                ("expDate", card.map_or("", |card| card.expiry.expose())),
                ("failURL", &self.urls.fail),
                ("firstName", &payer.name.first),
                ("iddCode", &payer.contact.idd_code),
                ("ip", &browser.ip),
                ("lang", &self.language),
                ("lastName", &payer.name.last),
                ("merchantId", account.merchant_id()),
                ("merchantTradeNo", self.merchant_trade_no.as_str()),
                ("mobile", &payer.contact.mobile),
                ("payChannel", &self.pay_channel),
                ("products", &self.purchase.products_json()?),
                ("storeCc", if self.store_card { "1" } else { "" }),
                ("successURL", &self.urls.success),
                ("userId", &self.user_id),
                ("zip", &payer.address.zip),
            ],
        )
    }

    fn read(&self, answer: Answer<'_>) -> Result<CardPaymentPage, Fault> {
        let page: CardPaymentPage = answer.data()?;
        Ok(answer.keep(page))
    }

    /// Gateways have been seen to repeat the card's number when they refuse it.
    fn redact(&self, said: String) -> String {
        let stored = self.stored_card.as_ref().map_or("", StoredCardId::as_str);
        let expiry = self.card.as_ref().map_or("", |card| card.expiry.expose());
        let said = [stored, expiry, &self.payer.contact.email]
            .into_iter()
            .fold(said, |said, value| redact::without(&said, value));
        words::without_numbers(&said)
    }
}

/// What `pwpp` answers: how the customer goes on, usually to the bank's 3-D Secure page. It is no success yet: the
/// webhook and [`order_detail`](crate::Client::order_detail) tell whether the card was charged.
///
/// `Debug` shows neither page nor ids of cards; [`raw`](Self::raw) has both, the stored card's id among them.
#[derive(Clone, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct CardPaymentPage {
    /// The gateway's id of the payment; it comes back to the success or failure page as `txnRef`.
    #[serde(deserialize_with = "wire::provider_ref")]
    pub order_id: ProviderRef,
    /// An HTML document to be shown to the customer as a page of its own. It is the gateway's text: never put it
    /// into a page of the shop's.
    #[serde(
        rename = "pageData",
        default,
        deserialize_with = "crate::informative::text"
    )]
    pub page: Option<String>,
    /// Where to send the customer instead; in the specification's table, in none of its examples.
    #[serde(
        rename = "redirectURL",
        default,
        deserialize_with = "crate::informative::text"
    )]
    pub redirect_url: Option<String>,
    /// The id of the stored card, where it was to be stored.
    #[serde(rename = "ccStorageID", default, deserialize_with = "stored_card")]
    pub stored_card: Option<StoredCardId>,
    #[serde(skip)]
    raw: Option<RawAnswer>,
}

keeps_raw!(CardPaymentPage);

fn stored_card<'de, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<Option<StoredCardId>, D::Error> {
    Ok(crate::informative::text(deserializer)?.map(StoredCardId::new))
}

/// The page by its size: what a bank writes into it is not for a log.
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
