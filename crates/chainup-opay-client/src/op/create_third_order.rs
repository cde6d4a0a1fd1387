//! `createThirdOrder`: an order that a user of the exchange pays from their account there.

use std::fmt;

use payments_core::{
    Amount, Effect, Fault, InvalidRequest, MerchantRef, Operation, ProviderRef, SensitiveString,
    check, debug_masked, wire::Scalar,
};
use serde::{Deserialize, Serialize};
use serde_with::{DisplayFromStr, json::JsonString, skip_serializing_none};

use crate::payer::{MAX_TEXT, MAX_TOKEN, Payer};
use crate::protocol::answer::{Answer, Origin, origin_accessors};
use crate::protocol::{Account, Call, json};

/// A new order: `POST …/opay/createThirdOrder`.
///
/// **Effect: keyed by `app_order_id`.** The provider documents that a second order with the same id is refused with
/// 70002 ("order exists already"), so this client sends the same order again where that may help.
///
/// # After an unknown outcome
/// Send *the same* order again, with the same id. A success returns the order. [`Kind::Duplicate`](payments_core::Kind)
/// only means that the id is taken:
///
/// - **The order's number is lost.** 70002 does not contain it, and no call of the specification finds an order by the
///   merchant's id. Without the number there is no pay page, query or cancellation. Only a callback can bring it, that is,
///   if the payer already has the page or the order ends in another way (`assumed`).
/// - **It may be another order.** Another app may have used the id, or you on another day, with another amount. That ids
///   are unique within one app is `assumed`: the provider calls them "unique across the board" for refunds only. Use ids
///   that no one else creates, and compare amount and coin once you have the number.
/// - A paid order appears in the [`daily_statement`](crate::Client::daily_statement) under its id. Whether an unpaid one
///   does is not documented.
///
/// An order whose number no one has cannot be paid (`assumed`: the page needs the number). Do not create another one under
/// a new id while the first answer may still reach another process of yours.
///
/// Do not put texts that others can choose into ids and URLs: the signature covers an MD5, so whoever chooses the signed
/// text can prepare a second text with the same signature.
///
/// ```
/// use chainup_opay_client::{CreateOrder, Goods, Payer};
/// use payments_core::MerchantRef;
///
/// let order = CreateOrder::new(
///     MerchantRef::new("order-1001")?, // store it before the call
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
#[serde_with::serde_as]
#[skip_serializing_none]
#[derive(Clone, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
#[must_use = "pass it to `Client::create_order`"]
pub struct CreateOrder {
    app_order_id: MerchantRef,
    #[serde(flatten)]
    payer: Payer,
    #[serde(rename = "orderAmount")]
    amount: Amount,
    #[serde(rename = "orderSceneType")]
    #[serde_as(as = "Option<DisplayFromStr>")]
    scene_type: Option<u32>,
    #[serde(rename = "payCoinSymbol")]
    coin: String,
    return_page: String,
    notify_page: String,
    #[serde(skip_serializing_if = "str::is_empty")]
    token: SensitiveString,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[serde_as(as = "JsonString")]
    goods: Vec<Goods>,
}

// URLs and goods may contain personal data.
debug_masked!(CreateOrder shows app_order_id, payer, amount, coin, scene_type;
    hides return_page, notify_page, token, goods);

/// The longest URL, in bytes.
const MAX_URL: usize = 512;

/// How many bytes of a callback's 1,960 (8 blocks, the default) the merchant's own texts may take. Field names, order
/// number and amount need less than 250.
const MAX_CALLBACK_TEXTS: usize = 1_400;

/// The longest JSON of all goods, in bytes.
const MAX_GOODS: usize = 4_096;

impl CreateOrder {
    /// An order of `amount` in `coin`.
    ///
    /// - `app_order_id`: the merchant's unique id of this order, up to 64 characters (`assumed`: no limit is documented).
    ///   Called `outOrderId` in the callback.
    /// - `payer`: by one or both ids.
    /// - `amount`: in units of the coin, more than zero, sent without trailing zeros. The number of decimals depends on coin
    ///   and tenant; the platform refuses others with 70008.
    /// - `coin`: the platform's own symbol, in capitals. On a live tenant it may contain digits (`USDT1742`); it is sent as
    ///   it is.
    /// - `return_page`: where the payer's browser goes afterwards, up to 512 bytes. The callback repeats it and
    ///   `app_order_id`, escaped by its JSON writer (`assumed`: some write `=` as `\u003d`). With every possible escape both
    ///   together may take 1,400 bytes, otherwise the callback would exceed its limit. A browser that arrives there proves
    ///   no payment. One live integration removes query and fragment; why is not documented.
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
            amount: amount.without_zeros_beyond(0),
            coin: coin.into(),
            return_page: return_page.into(),
            notify_page: notify_page.into(),
            scene_type: None,
            token: SensitiveString::default(),
            goods: Vec::new(),
        }
    }

    /// `orderSceneType`: a number that the merchant configured in the platform's console, such as 1000011.
    pub fn scene_type(mut self, scene_type: u32) -> Self {
        self.scene_type = Some(scene_type);
        self
    }

    /// The payer's token from the platform's login, up to 2,048 characters (`assumed`).
    pub fn token(mut self, token: impl Into<String>) -> Self {
        self.token = SensitiveString::from(token);
        self
    }

    /// The goods; the pay page may show them. Sent as JSON text of up to 4,096 bytes (`assumed`).
    pub fn goods(mut self, goods: impl IntoIterator<Item = Goods>) -> Self {
        self.goods = goods.into_iter().collect();
        self
    }

    fn check_goods(&self) -> Result<(), InvalidRequest> {
        let each = self.goods.iter().flat_map(|goods| {
            [
                check::text("goods_name", &goods.name, MAX_TEXT),
                check::optional_text("goods_description", &goods.desc, MAX_TEXT),
            ]
        });
        let json = SensitiveString::json("goods", &self.goods)?;
        let length = match json.expose().len() > MAX_GOODS {
            true => Err(InvalidRequest::request("goods", "are too long")
                .allowed("up to 4096 bytes as JSON")),
            false => Ok(()),
        };
        InvalidRequest::all(each.chain([length]))
    }
}

/// One item of an order. `Debug` hides it.
#[derive(Clone, PartialEq, Eq, Serialize)]
pub struct Goods {
    name: String,
    desc: String,
}

impl Goods {
    /// - `name`: 1 to 256 characters (`assumed`).
    /// - `description`: up to 256 characters (`assumed`), may be empty; sent as `desc`.
    #[must_use]
    pub fn new(name: impl Into<String>, description: impl Into<String>) -> Self {
        Self {
            name: name.into(),
            desc: description.into(),
        }
    }
}

impl fmt::Debug for Goods {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Goods(***)")
    }
}

/// The length of `text` in JSON, in bytes, if the writer escapes everything that any known writer escapes: all but ASCII
/// as `\uXXXX`, and characters with a meaning in HTML too.
fn longest_escape(text: &str) -> usize {
    let bytes = |character: char| match character {
        '/' | '"' | '\\' => 2,
        '&' | '<' | '>' | '=' | '\'' => 6,
        _ if character.is_ascii() && !character.is_ascii_control() => 1,
        _ => 6 * character.len_utf16(),
    };
    text.chars().map(bytes).sum()
}

fn check_url(field: &'static str, url: &str) -> Result<(), InvalidRequest> {
    check::url(field, url, MAX_URL)?;
    if url.len() > MAX_URL {
        return Err(InvalidRequest::request(field, "is too long").allowed("up to 512 bytes"));
    }
    Ok(())
}

impl Operation for CreateOrder {
    type Output = CreatedOrder;
    const NAME: &'static str = "create_order";
    const EFFECT: Effect = Effect::Keyed;

    fn check(&self) -> Result<(), InvalidRequest> {
        let in_callback =
            longest_escape(&self.return_page) + longest_escape(self.app_order_id.as_str());
        InvalidRequest::all([
            self.payer.check(),
            check::positive("amount", self.amount),
            check::text("coin", &self.coin, 64),
            check_url("return_page", &self.return_page),
            check_url("notify_page", &self.notify_page),
            match in_callback > MAX_CALLBACK_TEXTS {
                true => Err(
                    InvalidRequest::request("return_page", "is too long for a callback").allowed(
                        "with app_order_id up to 1400 bytes, escapes of JSON and HTML counted",
                    ),
                ),
                false => Ok(()),
            },
            check::optional_text("token", self.token.expose(), MAX_TOKEN),
            self.check_goods(),
        ])
    }
}

impl Call for CreateOrder {
    fn wire_name(&self) -> &str {
        "createThirdOrder"
    }

    fn text(&self, _account: &Account) -> Result<SensitiveString, InvalidRequest> {
        json(self)
    }

    fn decode(&self, answer: Answer) -> Result<CreatedOrder, Fault> {
        let mut order: CreatedOrder = answer.data()?;
        order.origin = Some(answer.origin());
        Ok(order)
    }
}

/// The answer of `createThirdOrder`. Store the number at once: no call of the specification finds it again.
///
/// The answer repeats no field of the request, so nothing can be compared here.
/// [`Client::confirm`](crate::Client::confirm) compares the order when the callback arrives.
#[serde_with::serde_as]
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct CreatedOrder {
    /// The platform's number of the order: digits in the documents, 32 hexadecimal digits in live answers. Opaque text.
    #[serde_as(as = "Scalar")]
    pub order_num: ProviderRef,
    #[serde(skip)]
    origin: Option<Origin>,
}

origin_accessors!(CreatedOrder);
