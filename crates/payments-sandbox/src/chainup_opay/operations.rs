//! The calls and their paths.

use super::params::Params;
use super::{Outcome, billing, cancel, create, detail};
use crate::app::App;

pub(super) struct Operation {
    pub(super) name: &'static str,
    /// The fields inside its envelope.
    pub(super) fields: &'static [&'static str],
    /// Whether it may come without an envelope at all.
    pub(super) is_plain_possible: bool,
    pub(super) run: fn(&App, &Params) -> Outcome,
}

const ALL: [Operation; 4] = [
    Operation {
        name: "createThirdOrder",
        fields: &create::FIELDS,
        is_plain_possible: false,
        run: create::run,
    },
    Operation {
        name: "orderDetail",
        fields: &detail::FIELDS,
        is_plain_possible: true,
        run: detail::run,
    },
    Operation {
        name: "merchantBillingDay",
        fields: &billing::FIELDS,
        is_plain_possible: false,
        run: billing::run,
    },
    Operation {
        name: "cancelOrder",
        fields: &cancel::FIELDS,
        is_plain_possible: false,
        run: cancel::run,
    },
];

/// The call of a path. `cancelOrder` has two: the newest document's, and the bare one of the specification.
pub(super) fn find(path: &str) -> Option<&'static Operation> {
    let name = match path.strip_prefix("/platformapi/chainup/open/opay/") {
        Some(name) => name,
        None if path == "/opay/cancelOrder" => "cancelOrder",
        None => return None,
    };
    ALL.iter().find(|operation| operation.name == name)
}
