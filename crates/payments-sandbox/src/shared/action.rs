//! What a person or a test can do to an order from outside the provider's API.

use axum::http::StatusCode;

use super::amount::BadAmount;
use super::gateway::Gateway;
use super::ledger::MoveRefused;
use super::masking;
use super::text::{one_line, shorten};

/// Something to do to an order.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Action<'a> {
    /// The payer pays this amount, or what the order asks for.
    Pay(Option<&'a str>),
    /// A payment was seen and is not final.
    Process,
    /// The time to pay is over.
    Expire,
    /// The payment fails.
    Fail,
    /// A payout is made.
    Complete,
    /// A payout is refused.
    Reject,
    /// This amount of a paid order goes back to the payer.
    Refund(&'a str),
    /// The payer chooses the coin of an order that is paid on the gateway's page.
    Choose { coin: &'a str, network: &'a str },
}

impl Action<'_> {
    /// The error for an action that the gateway does not have.
    pub(crate) fn unsupported(self, gateway: Gateway) -> ActionError {
        let what = match self {
            Self::Pay(_) => "payments",
            Self::Process => "payments that are seen and not final",
            Self::Expire => "orders that expire",
            Self::Fail => "failed payments",
            Self::Complete | Self::Reject => "payouts",
            Self::Refund(_) => "refunds",
            Self::Choose { .. } => "orders whose payer chooses the coin",
        };
        ActionError::Invalid(format!("{} has no {what}.", gateway.name()))
    }
}

/// Why the sandbox did not carry out an action. The text is one sentence. Nothing was changed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ActionError {
    /// There is no such order or delivery.
    #[error("{}", one_line(.0))]
    NotFound(String),
    /// The order or delivery exists, but its state does not allow the action.
    #[error("{}", one_line(.0))]
    Conflict(String),
    /// A value of the request cannot be used.
    #[error("{}", one_line(.0))]
    Invalid(String),
}

impl ActionError {
    pub(crate) fn status(&self) -> StatusCode {
        match self {
            Self::NotFound(_) => StatusCode::NOT_FOUND,
            Self::Conflict(_) => StatusCode::CONFLICT,
            Self::Invalid(_) => StatusCode::UNPROCESSABLE_ENTITY,
        }
    }

    pub(crate) fn no_order(id: &str) -> Self {
        Self::NotFound(format!(
            "No order has the id or the merchant's reference `{}`.",
            masking::repeated(id)
        ))
    }

    /// For a coin that is not on a network. `known` are the networks that it is on.
    pub(crate) fn no_coin(coin: &str, network: &str, known: &[&str]) -> Self {
        let (coin, network) = (shorten(coin, 16), shorten(network, 32));
        Self::Invalid(match known {
            [] => format!("There is no coin `{coin}`."),
            known => format!("{coin} is not on `{network}`, but on {}.", known.join(", ")),
        })
    }

    /// For an amount to pay that cannot be used.
    pub(crate) fn amount(bad: BadAmount) -> Self {
        Self::Invalid(format!("The amount {bad}."))
    }
}

impl From<MoveRefused> for ActionError {
    fn from(refused: MoveRefused) -> Self {
        Self::Invalid(format!("The balance cannot be changed: {refused}."))
    }
}
