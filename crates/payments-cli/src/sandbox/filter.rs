//! The lists of a running sandbox, and filters of their rows.

use clap::Args;
use payments_sandbox::{DeliveryState, OrderStatus, Verdict};
use serde_json::Value;

use super::records::text;
use crate::failure::Failure;

/// What a sandbox has lists of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum List {
    Orders,
    Requests,
    Deliveries,
}

impl List {
    /// As in the path and as in the JSON.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Orders => "orders",
            Self::Requests => "requests",
            Self::Deliveries => "deliveries",
        }
    }

    /// The words of `--state`.
    fn states(self) -> Vec<&'static str> {
        match self {
            Self::Orders => OrderStatus::ALL.map(OrderStatus::as_str).into(),
            Self::Requests => Verdict::ALL.map(Verdict::as_str).into(),
            Self::Deliveries => DeliveryState::ALL.map(DeliveryState::as_str).into(),
        }
    }

    /// One of them, in the JSON of its page.
    pub(super) fn one(self) -> &'static str {
        match self {
            Self::Orders => "order",
            Self::Requests => "request",
            Self::Deliveries => "delivery",
        }
    }
}

/// Which of a list.
#[derive(Args, Clone, Debug, Default)]
pub(crate) struct Filter {
    /// Only those of a gateway: cpay, chainup-opay, ccpayment, ccpayment-v2
    #[arg(long, value_name = "GATEWAY", value_parser = gateway)]
    gateway: Option<String>,
    /// Only those in a state: of an order pending, of a request refused, …
    #[arg(long, value_name = "STATE")]
    state: Option<String>,
    /// Only those about orders with this text in their reference or id
    #[arg(long, value_name = "TEXT")]
    reference: Option<String>,
    /// Only requests of this call, as withdraw or bill/create
    #[arg(long, value_name = "CALL")]
    call: Option<String>,
}

/// A gateway's name as the sandbox spells it. Accounts spell it with hyphens.
pub(crate) fn gateway(name: &str) -> Result<String, String> {
    let known = payments_sandbox::Gateway::ALL.map(payments_sandbox::Gateway::as_str);
    let wanted = name.replace('-', "_");
    match known.iter().find(|known| **known == wanted) {
        Some(known) => Ok((*known).to_owned()),
        None => Err(format!(
            "write one of {}",
            known.join(", ").replace('_', "-")
        )),
    }
}

impl Filter {
    /// A state that none of the lists has fits nothing, which looks like an empty list. So does a call where no requests are listed.
    pub(super) fn check(&self, lists: &[List]) -> Result<(), Failure> {
        if self.call.is_some() && !lists.contains(&List::Requests) {
            return Err(Failure::bad(
                "--call: only requests have a call; use `payments sandbox requests`",
            ));
        }
        let Some(state) = &self.state else {
            return Ok(());
        };
        let known: Vec<&str> = lists.iter().flat_map(|list| list.states()).collect();
        match known.contains(&state.as_str()) {
            true => Ok(()),
            false => Err(Failure::bad(format!(
                "--state: write one of {}",
                known.join(", ")
            ))),
        }
    }

    pub(super) fn fits(&self, record: &Value) -> bool {
        let is = |wanted: &Option<String>, member| {
            let wanted = wanted.as_ref();
            wanted.is_none_or(|wanted| *wanted == text(record, member))
        };
        let states = ["status", "verdict", "state"];
        let names = ["order_id", "merchant_ref", "references"];
        let is_about = |part: &String| names.iter().any(|name| text(record, name).contains(part));
        is(&self.gateway, "gateway")
            && is(&self.call, "operation")
            && states.iter().any(|state| is(&self.state, state))
            && self.reference.as_ref().is_none_or(is_about)
    }

    /// The sandbox's parameters for it.
    pub(super) fn query(&self, list: List) -> Vec<(&str, &str)> {
        let state = match list {
            List::Orders => "status",
            List::Requests => "verdict",
            List::Deliveries => "state",
        };
        let given = [
            ("gateway", self.gateway.as_deref()),
            (state, self.state.as_deref()),
            ("reference", self.reference.as_deref()),
            (
                "call",
                self.call.as_deref().filter(|_| list == List::Requests),
            ),
        ];
        let given = given.into_iter();
        given
            .filter_map(|(name, value)| Some((name, value?)))
            .collect()
    }
}
