//! The calls of the API: names, methods, and the form of their answers.

use axum::http::Method;

use super::answer::{Outcome, SUCCESS, Style};
use super::state::Cpay;
use super::verify::Verified;
use super::{
    create_fiat_payout_order, create_order, create_order_by_credit_card, exchange,
    get_exchange_rate, get_merchant_balance, get_order_detail, get_wallet_address, pwpp,
    submit_kyc, withdraw,
};

pub(super) const PREFIX: &str = "/openapi/v1/";

/// `msg` and `traceid` of most examples, and of every answer outside the calls.
pub(super) const USUAL: Style = Style {
    msg: SUCCESS,
    traceid: true,
};
/// Three examples have `ok` and no `traceid`.
const SHORT: Style = Style {
    msg: "ok",
    traceid: false,
};

/// The largest body of a call other than `submitKYC`, which has up to a thousand people.
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
    /// The only parameters whose values are recorded, for a call with secrets; `None` means all.
    pub(super) shown: Option<&'static [&'static str]>,
    pub(super) run: fn(&Cpay, &Verified) -> Outcome,
}

impl Operation {
    const fn get(name: &'static str, run: fn(&Cpay, &Verified) -> Outcome) -> Self {
        Self {
            method: &Method::GET,
            ..Self::post(name, run)
        }
    }

    const fn post(name: &'static str, run: fn(&Cpay, &Verified) -> Outcome) -> Self {
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

/// In the order of the specification. The aliases are names in the `document` repository of March 2023.
const OPERATIONS: &[Operation] = &[
    Operation::get("getWalletAddress", get_wallet_address::run),
    Operation {
        style: SHORT,
        ..Operation::post("withdraw", withdraw::run)
    },
    Operation {
        // The specification prints the prefix twice.
        alias: Some("openapi/v1/createFiatPayoutOrder"),
        ..Operation::post("createFiatPayoutOrder", create_fiat_payout_order::run)
    },
    Operation::get("getMerchantBalance", get_merchant_balance::run),
    Operation::get("getExchangeRate", get_exchange_rate::run),
    Operation {
        style: SHORT,
        ..Operation::get(
            "getExchangeRateForCreditCard",
            get_exchange_rate::run_for_credit_card,
        )
    },
    Operation::get("getOrderDetail", get_order_detail::run),
    Operation {
        style: SHORT,
        ..Operation::post("exchange", exchange::run)
    },
    Operation {
        body_limit: KYC_BODY_LIMIT,
        ..Operation::post("submitKYC", submit_kyc::run)
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
        ..Operation::post("createOrderByCreditCard", create_order_by_credit_card::run)
    },
];

pub(super) fn names() -> impl Iterator<Item = &'static str> {
    OPERATIONS.iter().map(|operation| operation.name)
}

pub(super) fn find(path: &str) -> Option<&'static Operation> {
    let name = path.strip_prefix(PREFIX)?;
    OPERATIONS
        .iter()
        .find(|operation| operation.name == name || operation.alias == Some(name))
}
