//! `POST createThirdOrder` (specification, step 1): an order that a user of the exchange pays.

use serde::Serialize;

use super::answer::{self, Outcome, Refusal};
use super::order::{Order, Status};
use super::params::Params;
use super::payers::{self, Payer};
use super::state::ChainupOpay;
use super::{coins, goods, limits, page};
use crate::shared::amount::Amount;
use crate::shared::text::{is_digits, is_web_url};

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

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Created<'a> {
    order_num: &'a str,
}

pub(super) fn run(opay: &ChainupOpay, params: &Params) -> Outcome {
    let mut notes = Vec::new();
    let app_order_id = params.required("appOrderId", limits::ID)?;
    let payer = payer(params, &mut notes)?;
    let symbol = params.required("payCoinSymbol", limits::ID)?;
    let coin = coins::find(symbol).ok_or_else(|| {
        let known = coins::ALL.each_ref().map(|coin| coin.symbol).join(", ");
        Refusal::new(
            answer::COIN,
            format!("payCoinSymbol must be one of {known} (in capitals)"),
        )
        .assuming("assumed: which coins there are")
    })?;
    let amount = params.required("orderAmount", limits::AMOUNT)?;
    let amount = Amount::parse(amount, coin.decimals).map_err(|bad| {
        Refusal::new(answer::AMOUNT, format!("orderAmount {bad}"))
            .assuming("assumed: how many decimals a coin has")
    })?;
    let scene_type = scene_type(opay, params)?;
    let return_page = url(params, "returnPage")?;
    let notify_page = url(params, "notifyPage")?;
    // Whether the platform checks it is not documented. It is not kept.
    if params.optional("token", limits::TOKEN)?.is_some() {
        notes.push("assumed: the token is not checked".to_owned());
    }
    let goods_text = params.optional("goods", limits::GOODS)?;
    let goods = goods_text.map(goods::read).transpose().map_err(|problem| {
        Refusal::field("goods", problem).assuming("assumed: code 10020 for unusable goods")
    })?;

    let mut state = opay.state();
    state.orders.room_for(app_order_id)?;
    let order_num = opay.context.ids.hex(32);
    let link = page::link(&opay.account.app_id, "openId", payer.open_id, &order_num);
    let order = Order {
        order_num: order_num.clone(),
        app_order_id: app_order_id.to_owned(),
        refund_of: None,
        status: Status::Pending,
        payer,
        coin,
        amount,
        scene_type: scene_type.to_owned(),
        goods_text: goods_text.unwrap_or_default().to_owned(),
        goods: goods.unwrap_or_default(),
        return_page: return_page.to_owned(),
        notify_page: notify_page.to_owned(),
        page_url: format!("{}{link}", opay.context.base_url),
        created_ms: opay.context.clock.now_ms(),
        settled_ms: None,
    };
    state.orders.add(order, opay.context.next_order())?;
    answer::sealed(
        &Created {
            order_num: &order_num,
        },
        notes,
    )
}

/// The payer by `openId` or `userId`; `openId` wins.
fn payer(params: &Params, notes: &mut Vec<String>) -> Result<&'static Payer, Refusal> {
    let open_id = params.optional("openId", limits::PAYER)?;
    let user_id = params.optional("userId", limits::PAYER)?;
    let unknown = |name: &str| {
        Refusal::new(
            answer::PAYER,
            format!("{name} is not that of a test payer; the sandbox's guide lists them"),
        )
        .assuming("assumed: code 70004 for unknown payers, by openId too")
    };
    match (open_id, user_id) {
        (Some(open_id), user_id) => {
            let payer = payers::by_open_id(open_id).ok_or_else(|| unknown("openId"))?;
            if user_id.is_some_and(|user_id| user_id != payer.user_id) {
                notes.push("userId is another payer's; openId wins".to_owned());
            }
            Ok(payer)
        }
        (None, Some(user_id)) => payers::by_user_id(user_id).ok_or_else(|| unknown("userId")),
        (None, None) => Err(Refusal::new(
            answer::PARAMETER,
            "openId and userId are missing; one of them is required",
        )
        .assuming("assumed: code 10020 for an order without a payer")),
    }
}

fn scene_type<'a>(opay: &ChainupOpay, params: &'a Params) -> Result<&'a str, Refusal> {
    let Some(scene) = params.optional("orderSceneType", 20)? else {
        return Ok("");
    };
    let settings = opay.account.settings.get();
    let known = &settings.scene_types;
    let digits = is_digits(scene);
    if digits && known.iter().any(|known| known == scene) {
        return Ok(scene);
    }
    Err(Refusal::new(
        answer::SCENE,
        if digits {
            format!(
                "orderSceneType must be one of {}; chainup_opay_scene_types (--chainup-opay-scene-type) sets others",
                known.join(", ")
            )
        } else {
            "orderSceneType is not digits".to_owned()
        },
    )
    .assuming(
        "assumed: which scene types there are; the merchant's list is in the platform's console",
    ))
}

fn url<'a>(params: &'a Params, name: &str) -> Result<&'a str, Refusal> {
    let url = params.required(name, limits::URL)?;
    if is_web_url(url) {
        Ok(url)
    } else {
        Err(
            Refusal::field(name, "is not a URL that begins with http:// or https://")
                .assuming("assumed: code 10020 for unusable URLs"),
        )
    }
}
