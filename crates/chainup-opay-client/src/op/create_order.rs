//! `createThirdOrder`: a user of the exchange pays from his account there.

use bytes::Bytes;
use payments_core::SensitiveString;
use payments_core::{
    Amount, Effect, Fault, InvalidRequest, MerchantRef, Operation, ProviderRef, Timestamp, check,
    debug_masked, wire,
};
use serde::{Deserialize, Serialize};

use super::{TOKEN, UNSTATED, present, without_all};
use crate::Payer;
use crate::answer::{Answer, Origin, keeps_origin};
use crate::protocol::wiring::Wired;
use crate::protocol::{Account, OPEN};

/// A new order: `POST …/opay/createThirdOrder`.
///
/// **Effect: keyed by `app_order_id`.** The provider documents that a second order with the same id is refused with
/// 70002 ("order exists already"), so this client sends the same order again where that may help.
///
/// # After an unknown outcome
/// Send *the same* order again, with the same id. A success is the order. [`Kind::Duplicate`](payments_core::Kind) says
/// that the id is taken, and no more than that:
///
/// - **The number is lost.** 70002 does not tell it, no call of the specification finds an order by the merchant's id,
///   and without it there is no pay page, no query and no cancellation. It comes with a callback if ever: that is, if the
///   payer had been sent to the page already, or the order ends by itself (`assumed`).
/// - **It need not be this order.** Another app or another day may have used the id, with another amount. That ids are
///   unique within one app is `assumed`: the provider says "unique across the board" of refunds alone. Use ids that
///   nobody else makes, and compare amount and coin when the number has come.
/// - A paid order stands in the [`daily_statement`](crate::Client::daily_statement) under its id; whether one that nobody
///   paid does is not documented.
///
/// An order that nobody has the number of cannot be paid, as far as is known (`assumed`): the page takes the number.
/// While the first answer may still reach another process of yours, make none under a new id.
///
/// Keep texts that strangers can choose out of ids and URLs: the signature rests on an MD5, and whoever chooses what is
/// signed can prepare a second text for the same signature.
///
/// ```
/// use chainup_opay_client::{CreateOrder, Goods, Payer};
/// use payments_core::MerchantRef;
///
/// let order = CreateOrder::new(
///     MerchantRef::new("order-1001")?, // stored before the call
///     Payer::by_open_id("2ae04ed9165624419bad68e9e0f3f29fbd"),
///     "10.50".parse()?,
///     "USDT1742", // the tenant's own symbol
///     "https://shop.example/return",
///     "https://shop.example/notify",
/// )
/// .scene_type(1_000_011)
/// .goods([Goods::new("Cap", "blue, size M")]);
/// # let _ = order;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, PartialEq)]
#[must_use = "an order is made by `Client::create_order`"]
pub struct CreateOrder {
    app_order_id: MerchantRef,
    payer: Payer,
    amount: Amount,
    coin: String,
    return_page: String,
    notify_page: String,
    scene_type: Option<u32>,
    token: SensitiveString,
    goods: Vec<Goods>,
}

// What a shop puts into its URLs and goods may be about a person.
debug_masked!(CreateOrder shows app_order_id, payer, amount, coin, scene_type;
    hides return_page, notify_page, token, goods);

/// The most bytes of a URL.
const URL_BYTES: usize = 512;

/// What of a callback of eight blocks, the default, the texts of the merchant's may take: their names, the platform's
/// number and the amount need less than 250 bytes of the 1,960.
const ESCAPED_BYTES: usize = 1_400;

/// The most bytes of all goods as JSON.
const GOODS_BYTES: usize = 4_096;

impl CreateOrder {
    /// An order of `amount` in `coin`.
    ///
    /// - `app_order_id`: the merchant's own id of this order, unique, up to 64 characters (`assumed`: no limit is
    ///   documented). Called `outOrderId` in the callback.
    /// - `payer`: who pays; at least one of his two ids.
    /// - `amount`: in units of the coin, more than zero. How many decimals a coin takes differs per coin and tenant and
    ///   is the platform's to say (70008).
    /// - `coin`: the platform's own symbol, in capitals. It may carry digits on a live tenant (`USDT1742`), is passed on
    ///   as it is and never taken apart.
    /// - `return_page`: where the payer's browser goes afterwards, up to 512 bytes. The callback repeats it and
    ///   `app_order_id`, and its writer may escape them (`assumed`: some write `=` as `\u003d`). Together they may take
    ///   1,400 bytes in such a writing, or the callback would outgrow what is accepted of one. Arriving there proves no payment. One live integration strips query and
    ///   fragment from it; why is not documented.
    /// - `notify_page`: where the callback goes, up to 512 bytes.
    pub fn new(
        app_order_id: MerchantRef,
        payer: Payer,
        amount: Amount,
        coin: impl Into<String>,
        return_page: impl Into<String>,
        notify_page: impl Into<String>,
    ) -> Self {
        Self {
            app_order_id,
            payer,
            amount,
            coin: coin.into(),
            return_page: return_page.into(),
            notify_page: notify_page.into(),
            scene_type: None,
            token: SensitiveString::default(),
            goods: Vec::new(),
        }
    }

    /// `orderSceneType`: a number the merchant has set up in the platform's console, such as 1000011.
    pub fn scene_type(mut self, scene_type: u32) -> Self {
        self.scene_type = Some(scene_type);
        self
    }

    /// The payer's token from the platform's login, up to 2,048 characters (`assumed`).
    pub fn token(mut self, token: impl Into<String>) -> Self {
        self.token = SensitiveString::from(token);
        self
    }

    /// What is bought; the pay page may show it. Sent as JSON text, up to 4,096 bytes of it (`assumed`).
    pub fn goods(mut self, goods: impl IntoIterator<Item = Goods>) -> Self {
        self.goods = goods.into_iter().collect();
        self
    }

    fn goods_json(&self) -> Result<Option<String>, InvalidRequest> {
        if self.goods.is_empty() {
            return Ok(None);
        }
        serde_json::to_string(&self.goods)
            .map(Some)
            .map_err(|_| InvalidRequest::request("goods", "cannot be written as JSON"))
    }
}

/// One thing that is bought.
///
/// `Debug` shows nothing of it.
#[derive(Clone, PartialEq, Eq, Serialize)]
pub struct Goods {
    name: String,
    desc: String,
}

impl Goods {
    /// - `name`: 1 to 256 characters (`assumed`).
    /// - `description`: up to 256 characters (`assumed`), or nothing; sent as `desc`.
    #[must_use]
    pub fn new(name: impl Into<String>, description: impl Into<String>) -> Self {
        Self {
            name: name.into(),
            desc: description.into(),
        }
    }
}

impl std::fmt::Debug for Goods {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Goods(***)")
    }
}

/// The bytes of `text` inside JSON by the most lavish writer there is: all but ASCII as `\uXXXX`, and what means something
/// in HTML as well.
fn escaped_bytes(text: &str) -> usize {
    let bytes = |character: char| match character {
        '/' | '"' | '\\' => 2,
        '&' | '<' | '>' | '=' | '\'' => 6,
        _ if character.is_ascii() && !character.is_ascii_control() => 1,
        _ => 6 * character.len_utf16(),
    };
    text.chars().map(bytes).sum()
}

fn url(field: &'static str, url: &str) -> Result<(), InvalidRequest> {
    check::url(field, url, URL_BYTES)?;
    if url.len() > URL_BYTES {
        return Err(InvalidRequest::request(field, "is too long").allowed("up to 512 bytes"));
    }
    Ok(())
}

impl Operation for CreateOrder {
    type Output = CreatedOrder;
    const NAME: &'static str = "create_order";
    const EFFECT: Effect = Effect::Keyed;

    fn check(&self) -> Result<(), InvalidRequest> {
        self.payer.check()?;
        check::positive("amount", self.amount)?;
        check::text("coin", &self.coin, 64)?;
        url("return_page", &self.return_page)?;
        url("notify_page", &self.notify_page)?;
        let in_a_callback =
            escaped_bytes(&self.return_page) + escaped_bytes(self.app_order_id.as_str());
        if in_a_callback > ESCAPED_BYTES {
            return Err(
                InvalidRequest::request("return_page", "is too long for a callback").allowed(
                    "with app_order_id up to 1400 bytes, escapes of JSON and HTML counted",
                ),
            );
        }
        check::optional_text("token", &self.token, TOKEN)?;
        for goods in &self.goods {
            check::text("goods_name", &goods.name, UNSTATED)?;
            check::optional_text("goods_description", &goods.desc, UNSTATED)?;
        }
        let length = self.goods_json()?.map_or(0, |json| json.len());
        if length > GOODS_BYTES {
            return Err(InvalidRequest::request("goods", "are too long")
                .allowed("up to 4096 bytes as JSON"));
        }
        Ok(())
    }
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Parameters<'a> {
    app_order_id: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    open_id: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    user_id: Option<&'a str>,
    order_amount: Amount,
    #[serde(skip_serializing_if = "Option::is_none")]
    order_scene_type: Option<String>,
    pay_coin_symbol: &'a str,
    return_page: &'a str,
    notify_page: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    token: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    goods: Option<String>,
}

impl Wired for CreateOrder {
    fn write(
        &self,
        account: &Account,
        now: Timestamp,
    ) -> Result<http::Request<Bytes>, InvalidRequest> {
        let parameters = Parameters {
            app_order_id: self.app_order_id.as_str(),
            open_id: self.payer.open_id(),
            user_id: self.payer.user_id(),
            order_amount: self.amount,
            order_scene_type: self.scene_type.map(|scene| scene.to_string()),
            pay_coin_symbol: &self.coin,
            return_page: &self.return_page,
            notify_page: &self.notify_page,
            token: present(&self.token),
            goods: self.goods_json()?,
        };
        account.sealed((OPEN, "createThirdOrder"), &parameters, now)
    }

    fn read(&self, answer: Answer) -> Result<CreatedOrder, Fault> {
        let mut order: CreatedOrder = answer.data()?;
        order.origin = Some(answer.origin());
        Ok(order)
    }

    fn redact(&self, words: String) -> String {
        let own: [&str; 3] = [&self.token, &self.return_page, &self.notify_page];
        without_all(words, self.payer.ids().chain(own))
    }
}

/// What `createThirdOrder` answers. Store the number at once: no call of the specification finds it again.
///
/// The answer repeats nothing of the request, so nothing can be compared here; [`Client::confirm`](crate::Client::confirm)
/// does that when the callback comes.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct CreatedOrder {
    /// The platform's number of the order: digits in the documents, 32 hexadecimal digits in life. Opaque text.
    #[serde(deserialize_with = "wire::provider_ref")]
    pub order_num: ProviderRef,
    #[serde(skip)]
    origin: Option<Origin>,
}

keeps_origin!(CreatedOrder);
