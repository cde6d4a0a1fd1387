//! The faults, and which calls they fit.

use payments_core::{MerchantRef, Policy};
use payments_facade::facts::Strategy;
use payments_facade::{Gateway, Lookup};
use payments_testkit::conformance::Op;

use crate::providers::faulty::Fault;
use crate::providers::world::{Party, World};

/// What goes wrong in one run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
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
    /// Where answers are signed.
    WrongSignature,
    /// The answer is lost, and queries do not know the order yet.
    LaggingQuery,
    /// The answer is lost, and the webhook comes several times.
    DuplicateWebhooks,
    /// The answer is lost, and webhook, query and books come in any order.
    ReorderedWebhooks,
    /// The answer is lost, and the webhook comes days later.
    LateWebhooks,
}

impl Kind {
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
        Self::DuplicateWebhooks,
        Self::ReorderedWebhooks,
        Self::LateWebhooks,
    ];

    pub(crate) fn is_of_webhooks(self) -> bool {
        matches!(
            self,
            Self::DuplicateWebhooks | Self::ReorderedWebhooks | Self::LateWebhooks
        )
    }

    pub(crate) fn fits<P: Party>(self, gateway: &dyn Gateway, op: Op) -> bool {
        match self {
            Self::WrongSignature => P::SPOIL.is_some(),
            Self::LaggingQuery => gateway.facts().strategy.value == Strategy::Query,
            kind => !kind.is_of_webhooks() || P::tells(op),
        }
    }

    /// Whether the first request reaches the provider.
    pub(crate) fn reaches(self) -> bool {
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

    /// What the requests of the call meet.
    pub(crate) fn of_call<P: Party>(self, chance: &mut Chance) -> Vec<Fault> {
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
            Self::HalfAnswer => {
                let share = u16::try_from(chance.below(1_000)).unwrap();
                vec![Fault::HalfAnswer(share)]
            }
            Self::BrokenAnswer => vec![Fault::BrokenAnswer],
            Self::WrongSignature => match P::SPOIL {
                Some(spoil) => vec![Fault::Altered(spoil, chance.next())],
                None => Vec::new(),
            },
            Self::DuplicateWebhooks | Self::ReorderedWebhooks | Self::LateWebhooks => {
                // By turns an answer that is lost in one way or another, and one that comes.
                match chance.below(3) {
                    0 => vec![Fault::AnswerDropped],
                    1 => vec![Fault::ServerErrorAfter],
                    _ => Vec::new(),
                }
            }
        }
    }
}

/// Chance by a seed: SplitMix64.
pub(crate) struct Chance(u64);

impl Chance {
    pub(crate) fn new(seed: u64) -> Self {
        Self(seed)
    }

    pub(crate) fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        mixed ^ (mixed >> 31)
    }

    pub(crate) fn below(&mut self, end: u64) -> u64 {
        self.next() % end
    }

    pub(crate) fn shuffle<T>(&mut self, items: &mut [T]) {
        for last in (1..items.len()).rev() {
            let other = usize::try_from(self.below(last as u64 + 1)).unwrap();
            items.swap(last, other);
        }
    }
}

/// What this provider answers to a query for an order it does not know, as it came over the wire.
pub(crate) async fn unknown_order<P: Party>(
    world: &World<P>,
    gateway: &dyn Gateway,
    op: Op,
    nobody: MerchantRef,
) -> Option<http::Response<bytes::Bytes>> {
    let recorded = world.wire.record();
    let _ = op.find(gateway, &Lookup::Reference(nobody)).await;
    recorded.take()
}
