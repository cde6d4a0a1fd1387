//! `POST createThirdOrder` (specification, step 1): an order that a user of the exchange pays.

use serde::Serialize;

use super::answer::{self, Refusal};
use super::params::Params;
use super::payers::{self, Payer};
use super::{Outcome, coins, goods, page};
use crate::amount::Amount;
use crate::app::App;
use crate::store::{Gateway, Order, OrderKind};
use crate::web;

pub(super) const FIELDS: [&str; 10] = [
    "appOrderId",
    "openId",
    "userId",
    "orderAmount",
    "orderSceneType",
    "payCoinSymbol",
    "returnPage",
    "notifyPage",
    "token",
    "goods",
];

/// Characters of numbers and ids, of addresses, and of the goods. No document gives any.
const LONGEST_ID: usize = 64;
const LONGEST_URL: usize = 1_024;
const LONGEST_GOODS: usize = 2_048;

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Created<'a> {
    order_num: &'a str,
}

pub(super) fn run(app: &App, params: &Params) -> Outcome {
    let mut notes = Vec::new();
    let merchant_ref = params.required("appOrderId", LONGEST_ID)?;
    let payer = payer(params, &mut notes)?;
    let symbol = params.required("payCoinSymbol", LONGEST_ID)?;
    let coin = coins::find(symbol).ok_or_else(|| {
        let known = coins::ALL.map(|coin| coin.symbol).join(", ");
        Refusal::new(
            answer::COIN,
            format!("payCoinSymbol is none of {known} (in capitals)"),
        )
        .noting("assumed: which coins there are")
    })?;
    let amount = params.required("orderAmount", 128)?;
    let amount = Amount::parse_with(amount, coin.decimals).map_err(|bad| {
        Refusal::new(answer::AMOUNT, format!("orderAmount {bad}"))
            .noting("assumed: how many decimals a coin has")
    })?;
    let scene = scene(app, params)?;
    let return_page = address(params, "returnPage")?;
    let notify_page = address(params, "notifyPage")?;
    // Whether the platform looks at it is not known. Nothing of it is kept.
    if params.optional("token", 512)?.is_some() {
        notes.push("assumed: the token is not checked".to_owned());
    }
    let listed = params.optional("goods", LONGEST_GOODS)?;
    if let Some(text) = listed {
        goods::read(text).map_err(|problem| {
            Refusal::field("goods", problem).noting("assumed: code 10020 for unusable goods")
        })?;
    }

    let mut tables = app.store.lock();
    tables.orders.room_for(Gateway::ChainupOpay, merchant_ref)?;
    let order_num = app.ids.hex(32);
    let order = Order {
        merchant_ref: merchant_ref.to_owned(),
        user_id: payer.user_id.to_owned(),
        currency: coin.symbol.to_owned(),
        amount: amount.text().to_owned(),
        callback_url: notify_page.to_owned(),
        success_url: return_page.to_owned(),
        fail_url: return_page.to_owned(),
        return_url: return_page.to_owned(),
        remark: scene.to_owned(),
        ext_info: listed.unwrap_or_default().to_owned(),
        cashier_url: format!(
            "{}{}",
            app.base_url,
            page::link(
                &app.chainup_opay.app_id,
                "openId",
                payer.open_id,
                &order_num
            )
        ),
        ..Order::blank(
            Gateway::ChainupOpay,
            OrderKind::PayIn,
            order_num.clone(),
            app.clock.now_ms(),
        )
    };
    tables.orders.add(order)?;
    answer::sealed(
        &Created {
            order_num: &order_num,
        },
        notes,
    )
}

/// One of `openId` and `userId`; the first goes before the second.
fn payer(params: &Params, notes: &mut Vec<String>) -> Result<&'static Payer, Refusal> {
    let open_id = params.optional("openId", LONGEST_ID)?;
    let user_id = params.optional("userId", LONGEST_ID)?;
    let unknown = |name: &str| {
        Refusal::new(
            answer::PAYER,
            format!("{name} is that of no test payer; the sandbox's guide lists them"),
        )
        .noting("assumed: code 70004 for unknown payers, by openId too")
    };
    match (open_id, user_id) {
        (Some(open_id), user_id) => {
            let payer = payers::by_open_id(open_id).ok_or_else(|| unknown("openId"))?;
            if user_id.is_some_and(|user_id| user_id != payer.user_id) {
                notes.push("userId is another payer's; openId goes before it".to_owned());
            }
            Ok(payer)
        }
        (None, Some(user_id)) => payers::by_user_id(user_id).ok_or_else(|| unknown("userId")),
        (None, None) => Err(Refusal::new(
            answer::PARAMETER,
            "openId and userId are missing; one of them must be there",
        )
        .noting("assumed: code 10020 for an order without a payer")),
    }
}

fn scene<'a>(app: &App, params: &'a Params) -> Result<&'a str, Refusal> {
    let Some(scene) = params.optional("orderSceneType", 20)? else {
        return Ok("");
    };
    let known = &app.chainup_opay.settings.scene_types;
    let digits = scene.bytes().all(|byte| byte.is_ascii_digit());
    if digits && known.iter().any(|known| known == scene) {
        return Ok(scene);
    }
    Err(Refusal::new(
        answer::SCENE,
        if digits {
            format!(
                "orderSceneType is none of {}; chainup_opay_scene_types sets others",
                known.join(", ")
            )
        } else {
            "orderSceneType is not a text of digits".to_owned()
        },
    )
    .noting("assumed: which scene types there are; the merchant's list stands in the platform's console"))
}

fn address<'a>(params: &'a Params, name: &str) -> Result<&'a str, Refusal> {
    let url = params.required(name, LONGEST_URL)?;
    if web::is_address(url) {
        Ok(url)
    } else {
        Err(
            Refusal::field(name, "is no address that begins with http:// or https://")
                .noting("assumed: code 10020 for unusable addresses"),
        )
    }
}
