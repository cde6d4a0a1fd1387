use crate::decide::Event;
use crate::error::seconds;
use crate::redact::{Confidential, one_line};
use crate::{Kind, Refusal};
use http::StatusCode;
use std::borrow::Cow;
use std::fmt;
use std::time::Duration;

/// An answer that is not a success: the error of [`Protocol::open`].
///
/// The constructor states what the answer *proves*; the executor uses only that. Choose it by the provider's documents.
/// For a code that they do not explain, it is [`ambiguous`](Self::ambiguous).
///
/// | constructor | what the answer proves |
/// |---|---|
/// | [`refused`](Self::refused) | refused by the code table, nothing was done |
/// | [`busy`](Self::busy) | documented as not executed, may be repeated |
/// | [`duplicate`](Self::duplicate) | the merchant's reference is known already |
/// | [`ambiguous`](Self::ambiguous) | nothing: no document explains this code |
/// | [`unavailable`](Self::unavailable) | nothing: a 5xx, an HTML page, half an answer |
/// | [`undecodable`](Self::undecodable) | nothing: it is not the documented shape |
/// | [`foreign`](Self::foreign) | nothing: it is the answer to another request |
/// | [`unverified`](Self::unverified) | nothing: its signature is wrong |
/// | [`not_signed`](Self::not_signed), [`not_encrypted`](Self::not_encrypted) | nothing: it has no signature |
/// | [`mismatch`](Self::mismatch) | it took effect, but not as asked |
///
/// All this applies under HTTP status 200: [`open_answer`](crate::open_answer) judges the fault by the status.
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
    /// Replaces the text of the kind.
    headline: Option<&'static str>,
    about: Option<Cow<'static, str>>,
    /// What the answer says: untrusted text.
    quote: Option<String>,
    /// The status by which the fault was judged.
    status: Option<StatusCode>,
    retry_after: Option<Duration>,
    code: Option<String>,
    message: Option<String>,
    request_id: Option<String>,
}

/// Like `Display`: one line with the provider's message shortened, because it may be long and name people.
impl fmt::Debug for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Fault({self})")
    }
}

/// The longest code, quotation and message in a line of text, in characters.
const CODE_CHARS: usize = 48;
const QUOTE_CHARS: usize = 80;
const MESSAGE_CHARS: usize = 160;

impl Fault {
    /// The provider's code table refuses the request for certain: nothing took effect.
    pub fn refused(refusal: Refusal) -> Self {
        Self::new(Kind::Refused(refusal), Event::Refused)
    }

    /// A code under HTTP status 200 that the provider *documents* as not executed: safe to repeat, even for an unkeyed write.
    /// Without such a document it is [`unavailable`](Self::unavailable) or [`ambiguous`](Self::ambiguous).
    pub fn busy() -> Self {
        Self::new(Kind::Busy, Event::Busy)
    }

    /// The provider knows the merchant's reference already. The executor judges whether that order may be the caller's,
    /// because it knows the earlier attempts.
    pub fn duplicate() -> Self {
        Self::new(Kind::Duplicate, Event::Duplicate)
    }

    /// A code for which no document states whether the request took effect.
    pub fn ambiguous() -> Self {
        Self::new(Kind::Ambiguous, Event::Ambiguous)
    }

    /// The answer is not from the provider's application: a 5xx, an HTML page, a truncated answer.
    pub fn unavailable() -> Self {
        Self::new(Kind::Unavailable, Event::MaybeSent)
    }

    /// The answer does not have the documented shape. `about` names the place and must not repeat a value:
    /// "`data.orderId` is missing".
    pub fn undecodable(about: impl Into<Cow<'static, str>>) -> Self {
        Self::new(Kind::Undecodable, Event::Unusable).about(about.into())
    }

    /// The answer's signature is wrong: nothing in it can be trusted.
    pub fn unverified() -> Self {
        Self::new(Kind::Unverified, Event::Unusable)
    }

    /// The answer has no signature, so nothing in it can be trusted. Its kind is [`Kind::Unverified`].
    pub fn not_signed() -> Self {
        Self::unverified().headline("the answer is not signed")
    }

    /// The answer is neither encrypted nor signed, so nothing in it can be trusted. Its kind is [`Kind::Unverified`].
    pub fn not_encrypted() -> Self {
        Self::unverified().headline("the answer is neither encrypted nor signed")
    }

    /// A success that names another order than the request, by its reference or id in `field`: the answer to another request,
    /// such as a late one on the same connection. It proves nothing about this call.
    pub fn foreign(field: &'static str) -> Self {
        Self::new(Kind::Integrity, Event::Ambiguous).about(Cow::Borrowed(field))
    }

    /// A success whose `field` ("amount", "asset") differs from what was asked. For another reference or id use
    /// [`foreign`](Self::foreign).
    pub fn mismatch(field: &'static str) -> Self {
        Self::new(Kind::Integrity, Event::Mismatch).about(Cow::Borrowed(field))
    }

    fn new(kind: Kind, event: Event) -> Self {
        Self(Box::new(Details {
            kind,
            event,
            headline: None,
            about: None,
            quote: None,
            status: None,
            retry_after: None,
            code: None,
            message: None,
            request_id: None,
        }))
    }

    /// Replaces the text of the kind.
    pub(crate) fn headline(mut self, headline: &'static str) -> Self {
        self.0.headline = Some(headline);
        self
    }

    /// Adds what is known about the answer, in our words.
    pub(crate) fn about(mut self, about: Cow<'static, str>) -> Self {
        self.0.about = Some(about);
        self
    }

    /// Adds a part of the answer's text; `Display` shortens and escapes it.
    pub(crate) fn quote(mut self, quote: Option<String>) -> Self {
        self.0.quote = quote.and_then(present);
        self
    }

    /// Adds the provider's code as received.
    #[must_use]
    pub fn code(mut self, code: impl Into<String>) -> Self {
        self.0.code = present(code.into());
        self
    }

    /// Adds the provider's message unchanged; `Display` escapes it. An empty message is `None`.
    #[must_use]
    pub fn message(mut self, message: impl Into<String>) -> Self {
        self.0.message = present(message.into());
        self
    }

    /// Masks confidential values in everything that came from the provider: message, code, request id, and the description and quotation
    /// of its answer. A client calls it last, for every fault. `more` masks further parts of the message that the call wants hidden.
    #[must_use]
    pub fn masked(mut self, confidential: &Confidential, more: impl Fn(String) -> String) -> Self {
        let Details {
            about,
            quote,
            code,
            message,
            request_id,
            ..
        } = &mut *self.0;
        for text in [&mut *message, &mut *quote] {
            let masked = text.as_deref().map(|text| confidential.mask(text));
            *text = masked.map(&more).and_then(present);
        }
        *request_id = request_id.as_deref().map(|text| confidential.mask(text));
        *code = code.as_deref().map(|code| confidential.mask_code(code));
        *about = about
            .as_deref()
            .map(|about| Cow::Owned(confidential.mask_description(about)));
        self
    }

    /// Adds the id by which the provider can find this request in its records.
    #[must_use]
    pub fn request_id(mut self, id: impl Into<String>) -> Self {
        self.0.request_id = present(id.into());
        self
    }

    /// Replaces what the fault means.
    pub(crate) fn with_meaning(mut self, kind: Kind, event: Event) -> Self {
        self.0.kind = kind;
        self.0.event = event;
        self.0.headline = None;
        self
    }

    /// Marks the fault as judged by this status.
    pub(crate) fn with_status(mut self, status: StatusCode) -> Self {
        self.0.status = Some(status);
        self
    }

    pub(crate) fn with_retry_after(mut self, wait: Option<Duration>) -> Self {
        self.0.retry_after = wait;
        self
    }

    /// The status by which the fault was judged, if it was.
    pub(crate) const fn judged_by(&self) -> Option<StatusCode> {
        self.0.status
    }

    /// How long the gateway asks to wait before another request: `Retry-After` of an answer with HTTP status 429 or 503.
    pub const fn retry_after(&self) -> Option<Duration> {
        self.0.retry_after
    }

    /// What the answer means.
    pub const fn kind(&self) -> Kind {
        self.0.kind
    }

    /// The provider's code as received.
    pub fn provider_code(&self) -> Option<&str> {
        self.0.code.as_deref()
    }

    /// The provider's message, unchanged: untrusted text of any length.
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

/// One line: what happened, the code and the provider's message, shortened and escaped.
impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0.headline {
            Some(headline) => f.write_str(headline)?,
            None => fmt::Display::fmt(&self.0.kind, f)?,
        }
        if let Some(about) = &self.0.about {
            write!(f, ": {}", one_line(about, MESSAGE_CHARS))?;
        }
        if let Some(quote) = &self.0.quote {
            write!(f, " \"{}\"", one_line(quote, QUOTE_CHARS))?;
        }
        if let Some(wait) = self.0.retry_after {
            write!(f, ", asks to wait {} s", seconds(wait))?;
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
