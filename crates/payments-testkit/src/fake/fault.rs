//! What goes wrong.

use payments_core::{Effect, Error, Fault, Reach, Refusal, TransportError};

/// What a call comes to instead of success. `applied` says whether the gateway carried the request out all the same, which
/// the caller cannot see.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum FakeFault {
    /// No connection: nothing is sent, and no request is counted.
    NoConnection,
    /// No answer in time.
    Lost {
        /// Whether it was carried out.
        applied: bool,
    },
    /// The answer breaks off in the middle.
    Broken {
        /// Whether it was carried out.
        applied: bool,
    },
    /// A 500 or an HTML page.
    Unavailable {
        /// Whether it was carried out.
        applied: bool,
    },
    /// An answer that is not the documented shape.
    Undecodable {
        /// Whether it was carried out.
        applied: bool,
    },
    /// An answer with a wrong signature.
    Unverified {
        /// Whether it was carried out.
        applied: bool,
    },
    /// A code whose effect no document proves.
    Ambiguous {
        /// Whether it was carried out.
        applied: bool,
    },
    /// There is never an answer: only dropping the future ends the call.
    Hangs {
        /// Whether it was carried out.
        applied: bool,
    },
    /// Carried out, but not as asked.
    Mismatch,
    /// Refused for certain: not carried out.
    Refused(Refusal),
    /// Refused for certain, with this code: a ban code, for example.
    Code(&'static str),
    /// The gateway says that it did nothing and is to be asked again.
    Busy,
}

impl FakeFault {
    /// Whether the gateway carries the request out.
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

    /// What a client makes of it; none for a call that never ends.
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
            Self::Undecodable { .. } => fault(Fault::undecodable("an answer that was scripted")),
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
