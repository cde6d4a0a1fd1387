use crate::Kind;
use crate::decide::Event;
use crate::redact::one_line;
use std::borrow::Cow;
use std::fmt;

/// What an answer said that is not a success: the error of [`Protocol::open`].
///
/// The constructor states what the answer *proves*, and the executor acts on nothing else. Pick
/// by the provider's documents; where they are silent on a code, it is
/// [`ambiguous`](Self::ambiguous).
///
/// | constructor | what the answer proves |
/// |---|---|
/// | [`refused`](Self::refused) | the code table says: refused, nothing was done |
/// | [`busy`](Self::busy) | the document says: not executed, come again |
/// | [`duplicate`](Self::duplicate) | the merchant's reference is known already |
/// | [`ambiguous`](Self::ambiguous) | nothing: no document says what this code did |
/// | [`unavailable`](Self::unavailable) | nothing: a 5xx, an HTML page, half an answer |
/// | [`undecodable`](Self::undecodable) | nothing: it is not the documented shape |
/// | [`unverified`](Self::unverified) | nothing: its signature is wrong |
/// | [`mismatch`](Self::mismatch) | it took effect, but not as asked |
///
/// [`Protocol::open`]: crate::Protocol::open
///
/// ```
/// use payments_core::{Fault, Kind, Refusal};
///
/// let fault = Fault::refused(Refusal::Permission).code("90751002").message("illegal IP");
/// assert_eq!(fault.kind(), Kind::Refused(Refusal::Permission));
/// ```
pub struct Fault(Box<Details>);

struct Details {
    kind: Kind,
    event: Event,
    about: Option<Cow<'static, str>>,
    code: Option<String>,
    message: Option<String>,
    request_id: Option<String>,
}

/// Like `Display`, one line with the provider's words cut: they may be long and name people.
impl fmt::Debug for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Fault({self})")
    }
}

/// Why a provider refused, as far as its code table tells.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Refusal {
    /// A value of the request.
    Request,
    /// The key, the signature or its timestamp.
    Authentication,
    /// What the account may do, or from which address.
    Permission,
    /// Nothing is known under this reference.
    NotFound,
    /// The merchant's balance is too small.
    Funds,
    /// The amount, or how much there was of it, is outside a limit.
    Limit,
    /// It cannot be done in the state the order is in.
    State,
    /// The payer's bank or the provider's risk control said no.
    Declined,
    /// For certain, but for no reason of the above.
    Other,
}

/// The longest code and message that enter a line of text, in characters.
const CODE_CHARS: usize = 48;
const MESSAGE_CHARS: usize = 160;

impl Fault {
    /// The provider's code table refuses the request for certain: nothing took effect.
    pub fn refused(refusal: Refusal) -> Self {
        Self::new(Kind::Refused(refusal), Event::Refused)
    }

    /// A code or a 429/503 that the provider *documents* as not executed: safe to repeat, even
    /// for a write without a key. Without such a document it is [`unavailable`](Self::unavailable)
    /// or [`ambiguous`](Self::ambiguous).
    pub fn busy() -> Self {
        Self::new(Kind::Busy, Event::Busy)
    }

    /// The merchant's reference is known to the provider already. Whether that order is the
    /// caller's own is for the executor to judge: it knows what was sent before.
    pub fn duplicate() -> Self {
        Self::new(Kind::Duplicate, Event::Duplicate)
    }

    /// A provider code of which no document says whether the request took effect.
    pub fn ambiguous() -> Self {
        Self::new(Kind::Ambiguous, Event::Ambiguous)
    }

    /// Something between here and the provider's application answered: a 5xx, an HTML page, an
    /// answer that breaks off.
    pub fn unavailable() -> Self {
        Self::new(Kind::Unavailable, Event::MaybeSent)
    }

    /// The answer has not the documented shape. `about` says where, and must not repeat a value:
    /// "`data.orderId` is missing".
    pub fn undecodable(about: impl Into<Cow<'static, str>>) -> Self {
        Self::new(Kind::Undecodable, Event::Unusable).about(about.into())
    }

    /// The answer's signature is missing or wrong: nothing in it can be believed.
    pub fn unverified() -> Self {
        Self::new(Kind::Unverified, Event::Unusable)
    }

    /// A success whose `field` ("amount", "asset", "reference") differs from what was asked.
    pub fn mismatch(field: &'static str) -> Self {
        Self::new(Kind::Integrity, Event::Mismatch).about(Cow::Borrowed(field))
    }

    fn new(kind: Kind, event: Event) -> Self {
        Self(Box::new(Details {
            kind,
            event,
            about: None,
            code: None,
            message: None,
            request_id: None,
        }))
    }

    fn about(mut self, about: Cow<'static, str>) -> Self {
        self.0.about = Some(about);
        self
    }

    /// Adds the provider's code, as it spells it.
    #[must_use]
    pub fn code(mut self, code: impl Into<String>) -> Self {
        self.0.code = present(code.into());
        self
    }

    /// Adds the provider's own words, unchanged: `Display` makes them harmless. Empty text is
    /// none.
    #[must_use]
    pub fn message(mut self, message: impl Into<String>) -> Self {
        self.0.message = present(message.into());
        self
    }

    /// Adds the id under which the provider can find this request in its own records.
    #[must_use]
    pub fn request_id(mut self, id: impl Into<String>) -> Self {
        self.0.request_id = present(id.into());
        self
    }

    /// What the answer amounts to.
    pub const fn kind(&self) -> Kind {
        self.0.kind
    }

    /// The provider's code, as it spells it.
    pub fn provider_code(&self) -> Option<&str> {
        self.0.code.as_deref()
    }

    /// The provider's own words, unchanged: untrusted text of any length.
    pub fn provider_message(&self) -> Option<&str> {
        self.0.message.as_deref()
    }

    /// The provider's id of this request.
    pub fn provider_request_id(&self) -> Option<&str> {
        self.0.request_id.as_deref()
    }

    pub(crate) const fn event(&self) -> Event {
        self.0.event
    }
}

fn present(text: String) -> Option<String> {
    (!text.is_empty()).then_some(text)
}

/// One line: what happened, the code and the provider's words, cut and with control characters
/// escaped.
impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.0.kind, f)?;
        if let Some(about) = &self.0.about {
            write!(f, ": {}", one_line(about, MESSAGE_CHARS))?;
        }
        if let Some(code) = &self.0.code {
            write!(f, ", code {}", one_line(code, CODE_CHARS))?;
        }
        if let Some(message) = &self.0.message {
            write!(f, ", \"{}\"", one_line(message, MESSAGE_CHARS))?;
        }
        if let Some(id) = &self.0.request_id {
            write!(f, ", request id {}", one_line(id, CODE_CHARS))?;
        }
        Ok(())
    }
}

impl std::error::Error for Fault {}
