//! The calls of the API.

use super::answer::Outcome;
use super::state::Ccpayment;
use super::verify::Verified;
use super::{
    assets, bill_create, bill_info, check_user, coin_all, concise_url_get, get_network_height_info,
    network_fee, payment_address_get, support_token, token_rate, webhook_resend, withdraw,
};

pub(super) const PREFIX: &str = "/ccpayment/v1/";

/// One call of the API.
pub(super) struct Operation {
    /// The path behind the prefix.
    pub(super) name: &'static str,
    /// The fields on its page; others are ignored with a note.
    pub(super) fields: &'static [&'static str],
    /// Whether a refusal has `"data":null`; on some pages it has no `data`.
    pub(super) failure_has_data: bool,
    /// What is assumed about its success: a note of the record.
    pub(super) assumed: &'static str,
    pub(super) run: fn(&Ccpayment, &Verified) -> Outcome,
}

const fn call(
    name: &'static str,
    fields: &'static [&'static str],
    run: fn(&Ccpayment, &Verified) -> Outcome,
) -> Operation {
    Operation {
        name,
        fields,
        failure_has_data: true,
        assumed: "",
        run,
    }
}

const fn short(operation: Operation) -> Operation {
    Operation {
        failure_has_data: false,
        ..operation
    }
}

const fn noted(operation: Operation, assumed: &'static str) -> Operation {
    Operation {
        assumed,
        ..operation
    }
}

static OPERATIONS: [Operation; 14] = [
    call("bill/create", bill_create::FIELDS, bill_create::run),
    call(
        "concise/url/get",
        concise_url_get::FIELDS,
        concise_url_get::run,
    ),
    noted(
        call("bill/info", bill_info::FIELDS, bill_info::run),
        "Assumed: every word of `status` but Successful, and that unknown numbers are left out.",
    ),
    call(
        "payment/address/get",
        payment_address_get::FIELDS,
        payment_address_get::run,
    ),
    noted(
        call("withdraw", withdraw::FIELDS, withdraw::run),
        "Assumed: how much of the coin a fee in another coin takes from the receiver.",
    ),
    call("coin/all", &[], coin_all::run),
    short(call("token/rate", token_rate::FIELDS, token_rate::run)),
    short(noted(
        call("assets", assets::FIELDS, assets::run),
        "Assumed: `value` is without what is frozen.",
    )),
    short(call("network/fee", network_fee::FIELDS, network_fee::run)),
    noted(
        call("get/network/height/info", &[], get_network_height_info::run),
        "Assumed: `block_rate` is seconds per block.",
    ),
    noted(
        call("check/user", check_user::FIELDS, check_user::run),
        "Assumed: `nickname` as in the table; the sample next to it has `nikename`.",
    ),
    noted(
        call(
            "webhook/resend",
            webhook_resend::FIELDS,
            webhook_resend::run,
        ),
        "Assumed: `data` is the number of webhooks that are sent again; no document shows it.",
    ),
    noted(call("support/token", &[], support_token::run), OLDER),
    noted(
        call(
            "token/chain",
            support_token::CHAIN_FIELDS,
            support_token::run_token_chain,
        ),
        OLDER,
    ),
];

const OLDER: &str = "Assumed: the rows of this older call, which only the SDKs know.";

pub(super) fn names() -> impl Iterator<Item = &'static str> {
    OPERATIONS.iter().map(|operation| operation.name)
}

pub(super) fn find(path: &str) -> Option<&'static Operation> {
    let name = path.strip_prefix(PREFIX)?;
    OPERATIONS.iter().find(|operation| operation.name == name)
}
