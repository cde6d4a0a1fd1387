//! The calls of the API: names, methods, and the style of their answers.

use axum::http::Method;

use super::answer::{SUCCESS, Style};
use super::verify::Verified;
use super::{
    Outcome, balance, card_order, create_order, exchange, fiat_payout, kyc, order_detail, pwpp,
    rates, wallet_address, withdraw,
};
use crate::app::App;

const PREFIX: &str = "/openapi/v1/";

/// `msg` and `traceid` of most examples, and of every answer outside the calls.
pub(super) const USUAL: Style = Style {
    msg: SUCCESS,
    traceid: true,
};
/// Three examples say `ok` and have no `traceid`.
const SHORT: Style = Style {
    msg: "ok",
    traceid: false,
};

/// The largest body of a call, but for the one that carries a thousand people.
const BODY_LIMIT: usize = 64 * 1024;
const KYC_BODY_LIMIT: usize = 2 * 1024 * 1024;

/// One call of the API.
pub(super) struct Operation {
    pub(super) name: &'static str,
    /// Another path of the same call, without the prefix.
    alias: Option<&'static str>,
    pub(super) method: &'static Method,
    pub(super) style: Style,
    pub(super) body_limit: usize,
    /// The only parameters whose values are recorded, of a call that carries secrets; none means all.
    pub(super) shown: Option<&'static [&'static str]>,
    pub(super) run: fn(&App, &Verified) -> Outcome,
}

impl Operation {
    const fn get(name: &'static str, run: fn(&App, &Verified) -> Outcome) -> Self {
        Self {
            method: &Method::GET,
            ..Self::post(name, run)
        }
    }

    const fn post(name: &'static str, run: fn(&App, &Verified) -> Outcome) -> Self {
        Self {
            name,
            alias: None,
            method: &Method::POST,
            style: USUAL,
            body_limit: BODY_LIMIT,
            shown: None,
            run,
        }
    }
}

/// In the order of the specification. Later names are those of the `document` repository of March 2023.
const OPERATIONS: &[Operation] = &[
    Operation::get("getWalletAddress", wallet_address::run),
    Operation {
        style: SHORT,
        ..Operation::post("withdraw", withdraw::run)
    },
    Operation {
        // The specification prints the prefix twice.
        alias: Some("openapi/v1/createFiatPayoutOrder"),
        ..Operation::post("createFiatPayoutOrder", fiat_payout::run)
    },
    Operation::get("getMerchantBalance", balance::run),
    Operation::get("getExchangeRate", rates::plain),
    Operation {
        style: SHORT,
        ..Operation::get("getExchangeRateForCreditCard", rates::card)
    },
    Operation::get("getOrderDetail", order_detail::run),
    Operation {
        style: SHORT,
        ..Operation::post("exchange", exchange::run)
    },
    Operation {
        body_limit: KYC_BODY_LIMIT,
        ..Operation::post("submitKYC", kyc::run)
    },
    Operation {
        shown: Some(pwpp::SHOWN),
        ..Operation::post("pwpp", pwpp::run)
    },
    Operation {
        alias: Some("createCryptoOrder"),
        ..Operation::post("createOrder", create_order::run)
    },
    Operation {
        alias: Some("createCreditCardOrder"),
        ..Operation::post("createOrderByCreditCard", card_order::run)
    },
];

pub(super) fn find(path: &str) -> Option<&'static Operation> {
    let name = path.strip_prefix(PREFIX)?;
    OPERATIONS
        .iter()
        .find(|operation| operation.name == name || operation.alias == Some(name))
}
