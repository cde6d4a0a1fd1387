//! The calls and their paths.

use super::answer::Outcome;
use super::params::Params;
use super::state::ChainupOpay;
use super::{cancel_order, create_third_order, merchant_billing_day, order_detail};

pub(super) const PREFIX: &str = "/platformapi/chainup/open/opay/";

pub(super) struct Operation {
    pub(super) name: &'static str,
    /// The fields inside its envelope.
    pub(super) fields: &'static [&'static str],
    /// Whether it may come without an envelope.
    pub(super) is_plain_possible: bool,
    pub(super) run: fn(&ChainupOpay, &Params) -> Outcome,
}

static ALL: [Operation; 4] = [
    Operation {
        name: "createThirdOrder",
        fields: &create_third_order::FIELDS,
        is_plain_possible: false,
        run: create_third_order::run,
    },
    Operation {
        name: "orderDetail",
        fields: &order_detail::FIELDS,
        is_plain_possible: true,
        run: order_detail::run,
    },
    Operation {
        name: "merchantBillingDay",
        fields: &merchant_billing_day::FIELDS,
        is_plain_possible: false,
        run: merchant_billing_day::run,
    },
    Operation {
        name: "cancelOrder",
        fields: &cancel_order::FIELDS,
        is_plain_possible: false,
        run: cancel_order::run,
    },
];

pub(super) fn names() -> impl Iterator<Item = &'static str> {
    ALL.iter().map(|operation| operation.name)
}

/// The call of a path. `cancelOrder` has two: the newest document's, and the bare one of the specification.
pub(super) fn find(path: &str) -> Option<&'static Operation> {
    let name = match path.strip_prefix(PREFIX) {
        Some(name) => name,
        None if path == "/opay/cancelOrder" => "cancelOrder",
        None => return None,
    };
    ALL.iter().find(|operation| operation.name == name)
}
