//! The calls of the API.

use super::answer::Outcome;
use super::verify::Verified;
use super::{
    assets, bill_create, bill_info, check_user, coin_lists, concise_url, heights, network_fee,
    permanent_address, resend, token_rate, withdraw,
};
use crate::app::App;

const PREFIX: &str = "/ccpayment/v1/";

/// One call of the API.
pub(super) struct Operation {
    /// The path behind the prefix.
    pub(super) name: &'static str,
    /// The fields that its page has; others are passed over with a note.
    pub(super) fields: &'static [&'static str],
    /// Whether a failure has `"data":null`, or no `data` at all, as on some pages.
    pub(super) failure_has_data: bool,
    /// What no document says of its success: a note of the record.
    pub(super) assumed: &'static str,
    pub(super) run: fn(&App, &Verified) -> Outcome,
}

const fn call(
    name: &'static str,
    fields: &'static [&'static str],
    run: fn(&App, &Verified) -> Outcome,
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
    call("concise/url/get", concise_url::FIELDS, concise_url::run),
    noted(
        call("bill/info", bill_info::FIELDS, bill_info::run),
        "Assumed: every word of `status` but Successful, and that numbers nobody used are left out.",
    ),
    call(
        "payment/address/get",
        permanent_address::FIELDS,
        permanent_address::run,
    ),
    noted(
        call("withdraw", withdraw::FIELDS, withdraw::run),
        "Assumed: how much of the coin a fee in another coin takes from the receiver.",
    ),
    call("coin/all", &[], coin_lists::all),
    short(call("token/rate", token_rate::FIELDS, token_rate::run)),
    short(noted(
        call("assets", assets::FIELDS, assets::run),
        "Assumed: `value` is without what is frozen.",
    )),
    short(call("network/fee", network_fee::FIELDS, network_fee::run)),
    noted(
        call("get/network/height/info", &[], heights::run),
        "Assumed: `block_rate` is seconds for a block.",
    ),
    noted(
        call("check/user", check_user::FIELDS, check_user::run),
        "Assumed: `nickname` as in the table; the sample beside it has `nikename`.",
    ),
    noted(
        call("webhook/resend", resend::FIELDS, resend::run),
        "Assumed: `data` counts what is sent again; no document shows it.",
    ),
    noted(call("support/token", &[], coin_lists::coins), OLDER),
    noted(
        call("token/chain", coin_lists::CHAIN_FIELDS, coin_lists::chains),
        OLDER,
    ),
];

const OLDER: &str = "Assumed: the rows of this older call, which only the SDKs know.";

pub(super) fn find(path: &str) -> Option<&'static Operation> {
    let name = path.strip_prefix(PREFIX)?;
    OPERATIONS.iter().find(|operation| operation.name == name)
}
