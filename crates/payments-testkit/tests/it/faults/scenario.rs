//! The scenarios: what goes wrong in one run.

use fastrand::Rng;
use payments_core::Policy;
use payments_facade::Gateway;
use payments_facade::facts::Strategy;
use payments_testkit::conformance::Op;

use crate::providers::faulty_transport::Fault;
use crate::providers::fixture::Provider;

/// What goes wrong in one run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Scenario {
    AnswerDropped,
    RequestDropped,
    NotConnected,
    NeverConnected,
    TimeoutBefore,
    TimeoutAfter,
    ServerErrorAfter,
    BadGatewayBefore,
    HtmlAfter,
    HtmlBefore,
    HalfAnswer,
    BrokenAnswer,
    /// Only if answers are signed.
    WrongSignature,
    /// The answer is lost, and queries do not find the order yet.
    LaggingQuery,
    /// The answer is lost, and the query after the call fails. Only if the gateway makes one.
    FailingQuery,
    /// The answer may be lost, and each webhook is delivered several times.
    DuplicateWebhooks,
    /// The answer may be lost, and webhook and queries are merged in any order.
    ReorderedWebhooks,
    /// The answer may be lost, and the webhook is delivered days later.
    LateWebhooks,
}

impl Scenario {
    pub(crate) const ALL: &'static [Self] = &[
        Self::AnswerDropped,
        Self::RequestDropped,
        Self::NotConnected,
        Self::NeverConnected,
        Self::TimeoutBefore,
        Self::TimeoutAfter,
        Self::ServerErrorAfter,
        Self::BadGatewayBefore,
        Self::HtmlAfter,
        Self::HtmlBefore,
        Self::HalfAnswer,
        Self::BrokenAnswer,
        Self::WrongSignature,
        Self::LaggingQuery,
        Self::FailingQuery,
        Self::DuplicateWebhooks,
        Self::ReorderedWebhooks,
        Self::LateWebhooks,
    ];

    pub(crate) fn concerns_webhooks(self) -> bool {
        matches!(
            self,
            Self::DuplicateWebhooks | Self::ReorderedWebhooks | Self::LateWebhooks
        )
    }

    /// Whether the scenario is possible for this call.
    pub(crate) fn applies_to<P: Provider>(self, gateway: &dyn Gateway, op: Op) -> bool {
        match self {
            Self::WrongSignature => P::SPOIL_SIGNATURE.is_some(),
            Self::FailingQuery => P::CONFIRMS,
            Self::LaggingQuery => gateway.facts().strategy.value == Strategy::Query,
            scenario => !scenario.concerns_webhooks() || P::sends_webhook(op),
        }
    }

    /// Whether the first request reaches the provider.
    pub(crate) fn reaches_provider(self) -> bool {
        !matches!(
            self,
            Self::RequestDropped
                | Self::NotConnected
                | Self::NeverConnected
                | Self::TimeoutBefore
                | Self::BadGatewayBefore
                | Self::HtmlBefore
        )
    }

    /// The faults of the call's requests.
    pub(crate) fn faults<P: Provider>(self, random: &mut Rng) -> Vec<Fault> {
        let attempts = Policy::new().max_attempts() as usize;
        match self {
            Self::AnswerDropped | Self::LaggingQuery => vec![Fault::AnswerDropped],
            Self::RequestDropped => vec![Fault::RequestDropped],
            Self::NotConnected => vec![Fault::NotConnected],
            Self::NeverConnected => vec![Fault::NotConnected; attempts],
            Self::TimeoutBefore => vec![Fault::TimeoutBefore],
            Self::TimeoutAfter => vec![Fault::TimeoutAfter],
            Self::ServerErrorAfter => vec![Fault::ServerErrorAfter],
            Self::BadGatewayBefore => vec![Fault::BadGatewayBefore],
            Self::HtmlAfter => vec![Fault::HtmlAfter],
            Self::HtmlBefore => vec![Fault::HtmlBefore],
            Self::HalfAnswer => vec![Fault::HalfAnswer(random.u16(..1_000))],
            Self::BrokenAnswer => vec![Fault::BrokenAnswer],
            // A query is repeated.
            Self::FailingQuery => {
                let failures = match random.u8(..4) {
                    0 => Fault::RequestDropped,
                    1 => Fault::AnswerDropped,
                    2 => Fault::ServerErrorAfter,
                    _ => Fault::HtmlAfter,
                };
                let mut faults = vec![failures; attempts];
                faults.insert(0, Fault::AnswerDropped);
                faults
            }
            Self::WrongSignature => match P::SPOIL_SIGNATURE {
                Some(spoil) => vec![Fault::Altered(spoil, random.u64(..))],
                None => Vec::new(),
            },
            Self::DuplicateWebhooks | Self::ReorderedWebhooks | Self::LateWebhooks => {
                match random.u8(..3) {
                    0 => vec![Fault::AnswerDropped],
                    1 => vec![Fault::ServerErrorAfter],
                    _ => Vec::new(),
                }
            }
        }
    }
}
