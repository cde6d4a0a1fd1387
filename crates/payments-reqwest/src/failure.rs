//! What a failed request means: how far it got, and the cause in words with the host.

use std::error::Error;
use std::fmt;
use std::io::{self, ErrorKind};
use std::time::Duration;

use http::Uri;
use payments_core::{RawAnswer, Reach, TransportError};
use rustls::CertificateError;

/// What the words about a failure contain beside its cause.
#[derive(Clone, Debug)]
pub(crate) struct Place {
    /// Host and port of the request.
    target: String,
    /// Host and port of the proxy that the request goes through.
    proxy: Option<String>,
    pub(crate) limits: Limits,
}

/// How long a request may take.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Limits {
    pub(crate) connect: Duration,
    pub(crate) attempt: Duration,
}

impl Place {
    pub(crate) fn new(uri: &Uri, proxy: Option<String>, limits: Limits) -> Self {
        let host = uri.host().unwrap_or_default();
        let standard = match uri.scheme_str() {
            Some("http") => 80,
            _ => 443,
        };
        let port = uri.port_u16().unwrap_or(standard);
        Self {
            target: format!("{host}:{port}"),
            proxy,
            limits,
        }
    }

    /// Host and port of the request.
    #[cfg(feature = "tracing")]
    pub(crate) fn target(&self) -> &str {
        &self.target
    }

    /// Where a connection is made to.
    fn first_hop(&self) -> String {
        match &self.proxy {
            Some(proxy) => format!("the proxy {proxy}"),
            None => self.target.clone(),
        }
    }
}

/// Only a failure to connect, and a request that the HTTP stack never began to write, prove that nothing was sent; after any
/// other failure the gateway may have received the request. The URL is removed from the error: a C-Pay query contains its
/// signature.
pub(crate) fn sending(error: reqwest::Error, place: &Place) -> TransportError {
    if error.is_builder() {
        return TransportError::refused("the URL cannot be used");
    }
    let (connect, timeout, dns) = (error.is_connect(), error.is_timeout(), error.is_dns());
    let unwritten = find::<hyper::Error>(&error).is_some_and(hyper::Error::is_canceled);
    let cause = error.without_url();
    let reason = match (connect, timeout) {
        (true, true) => {
            timed_out(&cause, place.limits.connect)
                + &format!(" while connecting to {}", place.first_hop())
        }
        (true, false) => not_connected(&cause, dns, place),
        (false, true) => {
            timed_out(&cause, place.limits.attempt)
                + &format!(" while waiting for the answer of {}", place.target)
        }
        (false, false) => broken(&cause, place),
    };
    let failed = match (connect, timeout) {
        (true, true) => TransportError::timeout(Reach::NotSent).with_source(cause),
        (true, false) => TransportError::connect(cause),
        (false, true) => TransportError::timeout(Reach::MaybeSent).with_source(cause),
        (false, false) if unwritten => TransportError::io(Reach::NotSent, cause),
        (false, false) => TransportError::io(Reach::MaybeSent, cause),
    };
    failed.with_reason(reason)
}

/// A failure after the head of the answer.
pub(crate) fn reading(error: reqwest::Error, partial: RawAnswer, place: &Place) -> TransportError {
    let timeout = error.is_timeout();
    let cause = error.without_url();
    let (failed, reason) = match timeout {
        true => (
            TransportError::timeout(Reach::ResponseStarted),
            timed_out(&cause, place.limits.attempt)
                + &format!(" while reading the answer of {}", place.target),
        ),
        false => {
            let ended = system(&cause).is_some_and(|io| io.kind() == ErrorKind::UnexpectedEof)
                || find::<hyper::Error>(&cause).is_some_and(is_incomplete);
            let reason = match ended {
                true => format!("the answer of {} breaks off", place.target),
                false => broken(&cause, place),
            };
            let failed = TransportError::io(Reach::ResponseStarted, cause);
            (failed, reason)
        }
    };
    failed.with_reason(reason).with_partial(partial)
}

/// "timed out after 20 s", without the time where the operating system's limit was reached before ours.
fn timed_out(error: &reqwest::Error, limit: Duration) -> String {
    match system(error).and_then(io::Error::raw_os_error) {
        Some(_) => "timed out".to_owned(),
        None => format!("timed out after {}", Seconds(limit)),
    }
}

struct Seconds(Duration);

impl fmt::Display for Seconds {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0.subsec_nanos() {
            0 => write!(f, "{} s", self.0.as_secs()),
            _ => write!(f, "{} ms", self.0.as_millis()),
        }
    }
}

fn not_connected(error: &reqwest::Error, dns: bool, place: &Place) -> String {
    let (target, hop) = (&place.target, place.first_hop());
    if let Some(tls) = find::<rustls::Error>(error) {
        return format!("{target}: TLS: {}", tls_words(tls));
    }
    if let Some(words) = chain(error).find_map(|error| tunnel_words(&error.to_string())) {
        return format!("{hop} {words} to {target}");
    }
    let system = system(error);
    if dns {
        return format!("{}: {}", without_port(&hop), dns_words(system));
    }
    match system.map(io::Error::kind) {
        Some(ErrorKind::ConnectionRefused) => format!("connection refused by {hop}"),
        Some(ErrorKind::HostUnreachable | ErrorKind::NetworkUnreachable) => {
            format!("{hop}: no route to it from this machine's network")
        }
        // The handshake of TLS is what runs on a new connection.
        Some(
            ErrorKind::ConnectionReset
            | ErrorKind::ConnectionAborted
            | ErrorKind::BrokenPipe
            | ErrorKind::UnexpectedEof,
        ) => format!("{hop} closed the connection during the handshake"),
        Some(ErrorKind::PermissionDenied) => {
            format!("{hop}: this machine does not permit the connection")
        }
        Some(kind) => format!("{hop}: {kind}"),
        None => format!("{hop}: the connection failed"),
    }
}

/// The HTTP stack has no type for the answers of a proxy that was to connect.
fn tunnel_words(error: &str) -> Option<&'static str> {
    match error.strip_prefix("tunnel error: ")? {
        "proxy authorization required" => Some("requires a user name and password to connect"),
        "unsuccessful" => Some("refused to connect"),
        "unexpected end of file" => Some("closed the connection when it was asked to connect"),
        _ => None,
    }
}

fn dns_words(system: Option<&io::Error>) -> String {
    let text = system.map(ToString::to_string).unwrap_or_default();
    let detail = text.rsplit(": ").next().unwrap_or_default();
    // The texts of the C libraries for a name that does not exist.
    let is_unknown = ["not known", "No such host", "No address"]
        .iter()
        .any(|part| detail.contains(part));
    match (is_unknown, detail.is_empty()) {
        (true, _) => "name not found (DNS)".to_owned(),
        (false, true) => "name lookup failed (DNS)".to_owned(),
        (false, false) => format!("name lookup failed (DNS): {detail}"),
    }
}

fn tls_words(error: &rustls::Error) -> String {
    use rustls::Error as Tls;
    match error {
        Tls::InvalidCertificate(why) => match why {
            CertificateError::UnknownIssuer => {
                "certificate not trusted: no trusted root issued it".to_owned()
            }
            CertificateError::Expired | CertificateError::ExpiredContext { .. } => {
                "certificate expired, or this machine's clock is wrong".to_owned()
            }
            CertificateError::NotValidYet | CertificateError::NotValidYetContext { .. } => {
                "certificate not valid yet, or this machine's clock is wrong".to_owned()
            }
            CertificateError::NotValidForName | CertificateError::NotValidForNameContext { .. } => {
                "wrong host: the certificate is for another name".to_owned()
            }
            CertificateError::Revoked => "certificate revoked".to_owned(),
            other => format!("certificate not trusted: {other}"),
        },
        Tls::InvalidMessage(_) => "the server does not answer with TLS".to_owned(),
        Tls::AlertReceived(alert) => format!("the server ended the handshake: {alert:?}"),
        Tls::PeerIncompatible(_) => "no protocol version or cipher in common".to_owned(),
        other => other.to_string(),
    }
}

/// A connection that failed after it was made.
fn broken(error: &reqwest::Error, place: &Place) -> String {
    let target = &place.target;
    if let Some(error) = find::<hyper::Error>(error) {
        if is_incomplete(error) {
            return format!("{target} closed the connection before it answered");
        }
        if error.is_parse() {
            return format!("the answer of {target} is not HTTP/1.1");
        }
    }
    match system(error).map(io::Error::kind) {
        Some(ErrorKind::ConnectionReset | ErrorKind::ConnectionAborted | ErrorKind::BrokenPipe) => {
            format!("{target} reset the connection")
        }
        Some(kind) => format!("{target}: {kind}"),
        None => format!("the connection to {target} failed"),
    }
}

fn is_incomplete(error: &hyper::Error) -> bool {
    error.is_incomplete_message() || error.is_closed() || error.is_canceled()
}

fn without_port(hop: &str) -> &str {
    hop.rsplit_once(':').map_or(hop, |(host, _)| host)
}

/// The first error of a type among the causes.
fn find<T: Error + 'static>(error: &reqwest::Error) -> Option<&T> {
    chain(error).find_map(|error| error.downcast_ref())
}

/// The innermost I/O error: those around it only repeat it as "other".
fn system(error: &reqwest::Error) -> Option<&io::Error> {
    chain(error).filter_map(<dyn Error>::downcast_ref).last()
}

/// The causes of an error, including those inside an I/O error, which [`Error::source`] leaves out.
fn chain(error: &reqwest::Error) -> impl Iterator<Item = &(dyn Error + 'static)> {
    let first: &(dyn Error + 'static) = error;
    std::iter::successors(Some(first), |error| cause(*error))
}

fn cause<'a>(error: &'a (dyn Error + 'static)) -> Option<&'a (dyn Error + 'static)> {
    let io = error.downcast_ref::<io::Error>();
    match io.and_then(io::Error::get_ref) {
        Some(inner) => Some(inner),
        None => error.source(),
    }
}
