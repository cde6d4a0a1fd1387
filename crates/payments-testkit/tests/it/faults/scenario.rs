//! The scenarios: what goes wrong in one run.

use fastrand::Rng;
use payments_core::Policy;
use payments_facade::Gateway;
use payments_facade::facts::Strategy;
use payments_sandbox::{Fault, FaultKind, FaultWhen};
use payments_testkit::conformance::Op;

use crate::providers::faulty_transport::Fault as LocalFault;
use crate::providers::fixture::Provider;

/// Where the requests of a call meet their faults.
pub(crate) enum Faults {
    /// On this side: one for each request, in order.
    Local(Vec<LocalFault>),
    /// At the provider.
    Sandbox(Vec<Fault>),
}

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
    /// One kind of the sandbox's faults.
    Kind(FaultKind, FaultWhen),
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

    /// Every kind of the sandbox's faults, but for codes, which have their own test, and kinds that wait for the clock or for a
    /// second request.
    pub(crate) fn kinds() -> impl Iterator<Item = Self> {
        let waits = [
            FaultKind::Lost,
            FaultKind::Trickle,
            FaultKind::Late,
            FaultKind::AfterWebhook,
            FaultKind::Lagging,
        ];
        let kinds = FaultKind::ALL.iter().copied().filter(move |kind| {
            kind.group() != "webhook" && *kind != FaultKind::Code && !waits.contains(kind)
        });
        kinds.flat_map(|kind| kind.when().iter().map(move |when| Self::Kind(kind, *when)))
    }

    pub(crate) fn concerns_webhooks(self) -> bool {
        matches!(
            self,
            Self::DuplicateWebhooks | Self::ReorderedWebhooks | Self::LateWebhooks
        )
    }

    /// Whether the scenario is possible for this call.
    pub(crate) fn applies_to<P: Provider>(self, gateway: &dyn Gateway, op: Op) -> bool {
        match self {
            Self::WrongSignature => P::SIGNS_ANSWERS,
            Self::FailingQuery => P::query(op).is_some(),
            Self::LaggingQuery => gateway.facts().strategy.value == Strategy::Query,
            Self::Kind(FaultKind::WrongSignature | FaultKind::NoSignature, _) => P::SIGNS_ANSWERS,
            Self::Kind(FaultKind::StaleTimestamp, _) => P::STAMPS_ANSWERS,
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
                | Self::Kind(_, FaultWhen::Instead)
        )
    }

    /// The faults of the requests of a call.
    pub(crate) fn faults<P: Provider>(self, op: Op, random: &mut Rng) -> Faults {
        let call = P::operation(op);
        let attempts = Policy::new().max_attempts() as usize;
        let after = || Fault::after(P::GATEWAY);
        let instead = || Fault::instead(P::GATEWAY);
        let fault = match self {
            Self::NotConnected => return Faults::Local(vec![LocalFault::NotConnected]),
            Self::NeverConnected => {
                return Faults::Local(vec![LocalFault::NotConnected; attempts]);
            }
            Self::TimeoutBefore => return Faults::Local(vec![LocalFault::TimeoutBefore]),
            Self::TimeoutAfter => return Faults::Local(vec![LocalFault::TimeoutAfter]),
            Self::AnswerDropped => after(),
            Self::LaggingQuery => {
                let unknown = |query| instead().kind(FaultKind::UnknownOrder).call(query);
                let query = P::query(op).map(unknown);
                return Faults::Sandbox([after().call(call)].into_iter().chain(query).collect());
            }
            Self::FailingQuery => {
                let failure = match random.u8(..3) {
                    0 => instead(),
                    1 => after(),
                    _ => after().http_status(500),
                };
                // A query is repeated.
                let failures = failure.times(Policy::new().max_attempts());
                let query = P::query(op).map(|query| failures.call(query));
                return Faults::Sandbox([after().call(call)].into_iter().chain(query).collect());
            }
            Self::RequestDropped => instead(),
            Self::ServerErrorAfter => after().http_status(500),
            Self::BadGatewayBefore => instead().http_status(502),
            Self::HtmlAfter => after().http_status(200),
            Self::HtmlBefore => instead().http_status(200),
            Self::HalfAnswer => after()
                .kind(FaultKind::TruncatedJson)
                .bytes(random.u32(..400)),
            Self::BrokenAnswer => after().kind(FaultKind::Half),
            Self::WrongSignature => {
                let wrong = after().kind(FaultKind::WrongSignature);
                wrong.bytes(random.u32(..1_000))
            }
            Self::Kind(kind, FaultWhen::Instead) => instead().kind(kind),
            Self::Kind(kind, _) => after().kind(kind),
            Self::DuplicateWebhooks | Self::ReorderedWebhooks | Self::LateWebhooks => {
                match random.u8(..3) {
                    0 => after(),
                    1 => after().http_status(500),
                    _ => return Faults::Local(Vec::new()),
                }
            }
        };
        Faults::Sandbox(vec![fault.call(call)])
    }
}
