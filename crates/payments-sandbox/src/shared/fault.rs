//! Faults on demand: what the next request to a gateway meets, at every gateway in the same way.

use std::time::Duration;

use axum::http::{StatusCode, header};
use axum::response::{IntoResponse as _, Response};

use super::action::ActionError;
use super::clock::millis;
use super::context::Context;
use super::gateway::Gateway;
use super::http;
use super::provider::Provider;
use super::requests::RequestRecord;
use super::text::shorten;

/// Faults that can wait at one time, and requests that one of them can meet.
const MOST: usize = 100;
const MOST_TIMES: u32 = 1_000;

/// What the next valid request to a gateway meets: its answer is lost, late, or an error, before or after the request took
/// effect. Only requests with a valid signature count.
///
/// A request that its gateway refuses anyway keeps its own refusal instead of the fault's code; the connection is lost or cut all
/// the same.
///
/// ```
/// # tokio::runtime::Builder::new_current_thread().enable_all().build()?.block_on(async {
/// use payments_sandbox::{Fault, Gateway, Sandbox};
///
/// let sandbox = Sandbox::builder().start().await?;
/// // The next payout is made, and the connection closes without an answer.
/// sandbox.fault(Fault::after(Gateway::CPAY).call("withdraw"))?;
/// // The next two requests of any kind are not carried out: a proxy answers 502.
/// sandbox.fault(Fault::instead(Gateway::CCPAYMENT).http_status(502).times(2))?;
/// // ChainUp has no such code.
/// assert!(sandbox.fault(Fault::instead(Gateway::CHAINUP_OPAY).code(12_345)).is_err());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// # })?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[must_use = "a fault does nothing until `Sandbox::fault`"]
pub struct Fault {
    pub(crate) gateway: Gateway,
    pub(crate) call: Option<String>,
    pub(crate) carried_out: bool,
    pub(crate) answer: Answer,
    pub(crate) delay_ms: u64,
    pub(crate) times: u32,
}

/// What the client gets.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Answer {
    /// The connection closes without an answer.
    Cut,
    /// The connection stays open, and nothing comes.
    Lost,
    /// The request's own answer, for a fault that is only a delay.
    Own,
    /// An error: the gateway's with this code, or the page of a proxy; with this HTTP status instead of the usual one.
    Error {
        code: Option<i64>,
        http_status: Option<u16>,
    },
}

impl Fault {
    fn new(gateway: Gateway, carried_out: bool) -> Self {
        Self {
            gateway,
            call: None,
            carried_out,
            answer: Answer::Cut,
            delay_ms: 0,
            times: 1,
        }
    }

    /// The request is not carried out. Unless something else is set, the connection closes without an answer.
    pub fn instead(gateway: Gateway) -> Self {
        Self::new(gateway, false)
    }

    /// The request is carried out, and its answer does not arrive. Unless something else is set, the connection closes.
    pub fn after(gateway: Gateway) -> Self {
        Self::new(gateway, true)
    }

    /// The request arrives this much later, on the sandbox's clock, and is then carried out and answered as usual, also if its
    /// client has gone.
    pub fn late_request(gateway: Gateway, delay: Duration) -> Self {
        Self {
            answer: Answer::Own,
            ..Self::new(gateway, false).delay(delay)
        }
    }

    /// The request is carried out at once, and its answer comes this much later, on the sandbox's clock.
    pub fn late_answer(gateway: Gateway, delay: Duration) -> Self {
        Self {
            answer: Answer::Own,
            ..Self::new(gateway, true).delay(delay)
        }
    }

    /// Only this call meets the fault, e.g. `withdraw` or `bill/create`. Default: every call.
    pub fn call(mut self, name: impl Into<String>) -> Self {
        self.call = Some(name.into());
        self
    }

    /// Nothing is answered, and the connection stays open until the client closes it.
    pub fn no_answer(mut self) -> Self {
        self.answer = Answer::Lost;
        self
    }

    /// The answer is the gateway's own error with this code, signed as its errors are. ChainUp's codes must be published ones.
    pub fn code(mut self, code: i64) -> Self {
        let http_status = match self.answer {
            Answer::Error { http_status, .. } => http_status,
            _ => None,
        };
        self.answer = Answer::Error {
            code: Some(code),
            http_status,
        };
        self
    }

    /// The answer has this HTTP status, from 200 to 599. Without a [`code`](Self::code) its body is the HTML page of a proxy.
    pub fn http_status(mut self, status: u16) -> Self {
        let code = match self.answer {
            Answer::Error { code, .. } => code,
            _ => None,
        };
        self.answer = Answer::Error {
            code,
            http_status: Some(status),
        };
        self
    }

    /// What happens to the answer happens this much later, on the sandbox's clock.
    pub fn delay(mut self, delay: Duration) -> Self {
        self.delay_ms = millis(delay);
        self
    }

    /// How many requests meet the fault, from 1 to 1000. Default: 1.
    pub fn times(mut self, times: u32) -> Self {
        self.times = times;
        self
    }

    /// Why the fault cannot happen at its gateway.
    fn problem(&self, provider: &dyn Provider) -> Option<String> {
        let name = self.gateway.name();
        if let Some(call) = &self.call
            && !provider.calls().contains(&call.as_str())
        {
            let (call, known) = (shorten(call, 40), provider.calls().join(", "));
            return Some(format!(
                "{name} has no call `{call}`; its calls are {known}."
            ));
        }
        if !(1..=MOST_TIMES).contains(&self.times) {
            return Some(format!("A fault happens 1 to {MOST_TIMES} times."));
        }
        let Answer::Error { code, http_status } = self.answer else {
            return None;
        };
        if http_status.is_some_and(|status| !(200..=599).contains(&status)) {
            return Some("An HTTP status is a number from 200 to 599.".to_owned());
        }
        let code = code.filter(|code| !provider.has_error_code(*code))?;
        Some(format!("{name} has no error code {code}."))
    }

    /// The fault in one line, for the list of those that wait.
    pub(crate) fn summary(&self) -> String {
        let call = self.call.as_deref().unwrap_or("every call");
        let name = self.gateway.name();
        let effect = if self.carried_out { "after" } else { "instead of" };
        let answer = match self.answer {
            Answer::Cut => "connection closed".to_owned(),
            Answer::Lost => "no answer".to_owned(),
            Answer::Own => "late".to_owned(),
            Answer::Error { code, http_status } => {
                let code = code.map(|code| format!("code {code}"));
                let status = http_status.map(|status| format!("HTTP {status}"));
                let both: Vec<String> = [code, status].into_iter().flatten().collect();
                both.join(", ")
            }
        };
        let delay = match self.delay_ms {
            0 => String::new(),
            ms => format!(", {ms} ms later"),
        };
        format!(
            "{name}, {call}: {answer} {effect} its effect{delay}, {} left",
            self.times
        )
    }

    /// What happens, for the record.
    fn sentence(&self) -> String {
        let deed = if self.carried_out {
            "the request was carried out"
        } else {
            "the request was not carried out"
        };
        match self.answer {
            Answer::Cut => format!(
                "this fault was asked for; {deed}, and the connection was closed without an answer"
            ),
            Answer::Lost => {
                format!("this fault was asked for; {deed}, and nothing was answered")
            }
            Answer::Own if self.carried_out => {
                "this fault was asked for; the answer came late".to_owned()
            }
            Answer::Own => "this fault was asked for; the request arrived late".to_owned(),
            Answer::Error { .. } => format!("this fault was asked for; {deed}"),
        }
    }
}

/// The faults that wait, in the order in which they were asked for.
#[derive(Default)]
pub(crate) struct Faults {
    waiting: Vec<Fault>,
}

impl Faults {
    /// Adds a fault of this provider.
    pub(crate) fn add(&mut self, fault: Fault, provider: &dyn Provider) -> Result<(), ActionError> {
        if let Some(problem) = fault.problem(provider) {
            return Err(ActionError::Invalid(problem));
        }
        if self.waiting.len() >= MOST {
            return Err(ActionError::Conflict(format!(
                "{MOST} faults are waiting already."
            )));
        }
        self.waiting.push(fault);
        Ok(())
    }

    /// The first fault for a call, one time less.
    fn take(&mut self, gateway: Gateway, call: &str) -> Option<Fault> {
        let fits = |fault: &Fault| {
            fault.gateway == gateway && fault.call.as_deref().is_none_or(|name| name == call)
        };
        let at = self.waiting.iter().position(fits)?;
        let fault = self.waiting.get_mut(at)?;
        if fault.times <= 1 {
            return Some(self.waiting.remove(at));
        }
        fault.times -= 1;
        Some(fault.clone())
    }

    pub(crate) fn iter(&self) -> impl ExactSizeIterator<Item = &Fault> {
        self.waiting.iter()
    }

    pub(crate) fn clear(&mut self) {
        self.waiting.clear();
    }
}

/// Carries out a verified request by `run`, or lets it meet the fault that waits for it. `refuse` makes the gateway's refusal from
/// the fault's code, if it has one, and a reason.
pub(crate) async fn meet<T, E>(
    context: &Context,
    call: &str,
    record: &mut RequestRecord,
    run: impl FnOnce() -> Result<T, E>,
    refuse: impl FnOnce(Option<i64>, String) -> E,
) -> Result<T, E> {
    let taken = context.faults().take(record.gateway, call);
    let Some(fault) = taken else {
        return run();
    };
    record.fault = Some(fault.answer);
    let code = match fault.answer {
        Answer::Error { code, .. } => code,
        _ => None,
    };
    let sentence = fault.sentence();
    if fault.carried_out {
        let done = run();
        context.wait(fault.delay_ms).await;
        if code.is_some() && done.is_ok() {
            return Err(refuse(code, sentence));
        }
        record.notes.push(sentence);
        return done;
    }
    context.wait(fault.delay_ms).await;
    if fault.answer == Answer::Own {
        record.notes.push(sentence);
        return run();
    }
    Err(refuse(code, sentence))
}

/// What the client gets instead of this response, if the request met a fault.
pub(crate) fn finish(record: &RequestRecord, mut response: Response) -> Response {
    match record.fault {
        None | Some(Answer::Own) => response,
        Some(Answer::Cut) => http::cut(),
        Some(Answer::Lost) => http::lost(),
        Some(Answer::Error { code, http_status }) => {
            let status = http_status.and_then(|status| StatusCode::from_u16(status).ok());
            match (code, status) {
                (_, None) => response,
                (Some(_), Some(status)) => {
                    *response.status_mut() = status;
                    response
                }
                (None, Some(status)) => proxy_page(status),
            }
        }
    }
}

/// What a proxy in front of a gateway answers.
fn proxy_page(status: StatusCode) -> Response {
    let page = format!("<html><body><h1>{status}</h1></body></html>\n");
    let kind = [(header::CONTENT_TYPE, "text/html")];
    (status, kind, page).into_response()
}
