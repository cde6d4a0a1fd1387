//! The steps of a scenario.

use std::time::Duration;

use http::StatusCode;
use payments_core::{Amount, Asset, MerchantRef, Outcome};
use payments_sandbox::{FaultKind, FaultWhen};

/// What a step found, or why the scenario failed.
pub(super) type Found = Result<String, String>;

/// One step, and where it is in the file.
pub(super) struct Step {
    pub(super) line: usize,
    /// As in the file, without the braces.
    pub(super) text: String,
    pub(super) kind: Kind,
}

pub(super) enum Kind {
    Create(Create),
    Payout(Payout),
    /// Waits until the program under test has created an order.
    ExpectOrder(MerchantRef),
    /// The payer chooses the coin on the gateway's page.
    Choose(MerchantRef, Asset),
    /// What the payer, the network or the provider does.
    Act(MerchantRef, Action),
    Pay(MerchantRef, Option<Share>),
    Refund(MerchantRef, Share),
    Fault(Fault),
    /// Turns a switch of CCPayment v2 on or off.
    Switch(String, bool),
    /// Moves the clock, and each time waits until the webhooks that became due were sent.
    Advance {
        by: Duration,
        times: u32,
    },
    /// What the program answers to webhooks from now on. `None`: what acknowledges them.
    Answer(Option<StatusCode>),
    /// The program gets a new secret and accepts the old one for this long. The provider still signs with the old one.
    RotateSecret(Duration),
    /// Sends the last webhook of an order again.
    Resend(MerchantRef),
    /// Resolves the ticket of a call.
    Resolve(MerchantRef, Resolved),
    Expect(Source, MerchantRef, Expected),
    ExpectNoWebhook(MerchantRef),
    ExpectRefusedWebhook,
    ExpectDeliveries(MerchantRef, Deliveries),
}

pub(super) struct Create {
    pub(super) order: MerchantRef,
    pub(super) amount: Amount,
    pub(super) asset: Asset,
    pub(super) pay_with: Option<Asset>,
    pub(super) outcome: Outcome,
}

pub(super) struct Payout {
    pub(super) reference: MerchantRef,
    pub(super) amount: Amount,
    pub(super) asset: Asset,
    pub(super) arrives: Option<Amount>,
    pub(super) outcome: Outcome,
}

#[derive(Clone, Copy)]
pub(super) enum Action {
    Process,
    Expire,
    Fail,
    Complete,
    Reject,
}

impl Action {
    /// The name in the sandbox's JSON.
    pub(super) fn in_json(self) -> &'static str {
        match self {
            Self::Process => "process",
            Self::Expire => "expire",
            Self::Fail => "fail",
            Self::Complete => "complete",
            Self::Reject => "reject",
        }
    }
}

/// A part of an order's price.
#[derive(Clone, Copy)]
pub(super) enum Share {
    Amount(Amount),
    Percent(u32),
}

/// Its fields are those of the sandbox's JSON.
pub(super) struct Fault {
    /// `None`: the next call of any kind, or the next webhook.
    pub(super) call: Option<String>,
    pub(super) when: FaultWhen,
    pub(super) kind: Option<FaultKind>,
    pub(super) code: Option<i64>,
    pub(super) http_status: Option<u16>,
    pub(super) field: Option<String>,
    pub(super) bytes: Option<u32>,
    pub(super) delay: Option<Duration>,
    pub(super) times: u32,
}

#[derive(Clone, Copy, PartialEq)]
pub(super) enum Resolved {
    Found,
    Conflict,
    Absent,
    Pending,
}

/// Where the payment comes from that is compared.
#[derive(Clone, Copy)]
pub(super) enum Source {
    /// The next webhook of the order that has not been looked at.
    Webhook,
    /// A query at the gateway.
    Query,
    /// Everything that is known: responses, webhooks and queries, merged.
    Payment,
}

/// What a payment must be. Only what is set is compared.
#[derive(Default)]
pub(super) struct Expected {
    pub(super) kind: Option<String>,
    pub(super) phase: Option<String>,
    pub(super) closure: Option<String>,
    pub(super) received: Option<Amount>,
    pub(super) refunded: Option<Amount>,
    pub(super) settlement: Option<String>,
    pub(super) late: Option<bool>,
    pub(super) paid_in_full: Option<bool>,
    /// Whether its effect key came before.
    pub(super) repeated: Option<bool>,
}

pub(super) struct Deliveries {
    pub(super) state: Option<String>,
    pub(super) attempts: Option<usize>,
    pub(super) count: Option<usize>,
}

impl Share {
    /// The amount, of an order with this price.
    pub(super) fn of(self, price: Amount) -> Option<Amount> {
        match self {
            Self::Amount(amount) => Some(amount),
            Self::Percent(percent) => {
                let coefficient = price.coefficient().checked_mul(percent.into())?;
                let decimals = price.decimals().checked_add(2)?;
                let part = Amount::from_parts(coefficient, decimals).ok()?;
                Some(part.without_zeros_beyond(0))
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_percentage_is_exact() {
        let price: Amount = "10.50".parse().unwrap();
        for (percent, part) in [(40, "4.2"), (100, "10.5"), (1, "0.105"), (150, "15.75")] {
            let amount = Share::Percent(percent).of(price).unwrap();
            assert_eq!(amount.to_string(), part);
        }
    }
}
