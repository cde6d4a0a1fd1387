use crate::{RawAnswer, Reach, TransportError};
use bytes::Bytes;
use http::StatusCode;
use std::fmt;
use std::io::{Error, ErrorKind};

/// A way in which a request ends without an answer. A test that goes through [`ALL`](Self::ALL) of them sees what a
/// client makes of each.
///
/// ```
/// use payments_core::scripted::{Break, ScriptedTransport};
///
/// for broken in Break::ALL {
///     let transport = ScriptedTransport::new().fail(broken.error(b"{\"code\":"));
///     println!("{broken}: {transport:?}");
/// }
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Break {
    /// The gateway takes no connection: nothing was sent.
    NoConnection,
    /// No connection was established in time: nothing was sent.
    SlowConnection,
    /// No answer in time: the request may have arrived.
    NoAnswer,
    /// The connection broke behind the request, which may have arrived.
    Reset,
    /// The connection broke in the middle of the answer.
    HalfAnswer,
    /// The answer is larger than the limit.
    EndlessAnswer,
    /// A rule of the transport's own: nothing was sent.
    Forbidden,
}

impl Break {
    /// All of them.
    pub const ALL: &'static [Self] = &[
        Self::NoConnection,
        Self::SlowConnection,
        Self::NoAnswer,
        Self::Reset,
        Self::HalfAnswer,
        Self::EndlessAnswer,
        Self::Forbidden,
    ];

    /// The error of the transport. `half` is the received part of an answer with status 200, if one began.
    pub fn error(self, half: &'static [u8]) -> TransportError {
        let half = RawAnswer::partial(StatusCode::OK, Bytes::from_static(half));
        let reset = || Error::from(ErrorKind::ConnectionReset);
        match self {
            Self::NoConnection => {
                TransportError::connect(Error::from(ErrorKind::ConnectionRefused))
            }
            Self::SlowConnection => TransportError::timeout(Reach::NotSent),
            Self::NoAnswer => TransportError::timeout(Reach::MaybeSent),
            Self::Reset => TransportError::io(Reach::MaybeSent, reset()),
            Self::HalfAnswer => {
                TransportError::io(Reach::ResponseStarted, reset()).with_partial(half)
            }
            Self::EndlessAnswer => TransportError::too_large(half),
            Self::Forbidden => TransportError::refused("plain http://"),
        }
    }
}

/// In a few words, as the head of a row.
impl fmt::Display for Break {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::NoConnection => "no connection",
            Self::SlowConnection => "connecting took too long",
            Self::NoAnswer => "no answer in time",
            Self::Reset => "reset after sending",
            Self::HalfAnswer => "half an answer",
            Self::EndlessAnswer => "an answer without end",
            Self::Forbidden => "forbidden by the transport",
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_is_another_error() {
        let all = Break::ALL.iter().map(|broken| {
            let error = broken.error(b"{");
            (error.kind(), error.reach(), error.partial().is_some())
        });
        let all: Vec<_> = all.collect();
        for (at, one) in all.iter().enumerate() {
            assert!(!all[at + 1..].contains(one), "{}", Break::ALL[at]);
        }
        let began = all.iter().filter(|(_, _, partial)| *partial);
        assert_eq!(began.count(), 2);
    }
}
