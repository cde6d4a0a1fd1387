//! Faults that a test can script.

use payments_core::{Effect, Error, Fault, Reach, Refusal, TransportError};

/// The result of a call instead of success. `applied` sets whether the gateway executed the request; the caller cannot see it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum FakeFault {
    /// There is no connection: nothing is sent, and no request is recorded.
    NoConnection,
    /// No answer arrives before the deadline.
    Lost {
        /// Whether the request was executed.
        applied: bool,
    },
    /// The connection breaks within the answer.
    Broken {
        /// Whether the request was executed.
        applied: bool,
    },
    /// The answer is a status 500 or an HTML page.
    Unavailable {
        /// Whether the request was executed.
        applied: bool,
    },
    /// The answer does not have the documented format.
    Undecodable {
        /// Whether the request was executed.
        applied: bool,
    },
    /// The answer has a wrong signature.
    Unverified {
        /// Whether the request was executed.
        applied: bool,
    },
    /// The answer is an error code whose effect is not documented.
    Ambiguous {
        /// Whether the request was executed.
        applied: bool,
    },
    /// The call never ends; the caller has to drop its future.
    Hangs {
        /// Whether the request was executed.
        applied: bool,
    },
    /// The request was executed, but the answer differs from the request.
    Mismatch,
    /// The provider refuses the request and does not execute it.
    Refused(Refusal),
    /// As [`Refused`](Self::Refused), with a provider's code, for example of a ban.
    Code(&'static str),
    /// The provider did not execute the request and asks to repeat it.
    Busy,
}

impl FakeFault {
    /// Whether the gateway executes the request.
    pub(super) const fn applies(self) -> bool {
        match self {
            Self::Lost { applied }
            | Self::Broken { applied }
            | Self::Unavailable { applied }
            | Self::Undecodable { applied }
            | Self::Unverified { applied }
            | Self::Ambiguous { applied }
            | Self::Hangs { applied } => applied,
            Self::Mismatch => true,
            Self::NoConnection | Self::Refused(_) | Self::Code(_) | Self::Busy => false,
        }
    }

    /// The client's error; `None` for a call that never ends.
    pub(super) fn error(
        self,
        provider: &'static str,
        operation: &'static str,
        effect: Effect,
    ) -> Option<Error> {
        let transport = |error| Error::from_transport(provider, operation, effect, error);
        let fault = |fault| Error::from_fault(provider, operation, effect, fault, None);
        Some(match self {
            Self::NoConnection => transport(TransportError::connect(std::io::Error::from(
                std::io::ErrorKind::ConnectionRefused,
            ))),
            Self::Lost { .. } => transport(TransportError::timeout(Reach::MaybeSent)),
            Self::Broken { .. } => transport(TransportError::io(
                Reach::ResponseStarted,
                std::io::Error::from(std::io::ErrorKind::UnexpectedEof),
            )),
            Self::Unavailable { .. } => fault(Fault::unavailable()),
            Self::Undecodable { .. } => fault(Fault::undecodable("a scripted answer")),
            Self::Unverified { .. } => fault(Fault::unverified()),
            Self::Ambiguous { .. } => fault(Fault::ambiguous()),
            Self::Mismatch => fault(Fault::mismatch("amount")),
            Self::Refused(refusal) => fault(Fault::refused(refusal)),
            Self::Code(code) => fault(Fault::refused(Refusal::Other).code(code)),
            Self::Busy => fault(Fault::busy()),
            Self::Hangs { .. } => return None,
        })
    }
}
