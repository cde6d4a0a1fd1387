//! The requests for payouts that left, to see that none is sent twice.

use std::collections::BTreeMap;
use std::sync::Mutex;

use bytes::Bytes;
use http::{Request, Response, StatusCode};
use payments_sandbox::Sandbox;

/// The ends of the paths of payouts.
const CALLS: [&str; 2] = ["/withdraw", "/applyAppWithdrawToNetwork"];
/// How the merchant's references of payouts begin. Two digits follow.
pub(super) const NAME: &str = "payout-";

/// What is known, without the merchant, of the latest request under a reference.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Latest {
    /// It may have had an effect.
    MayHaveActed,
    /// The provider refused it.
    Refused,
}

#[derive(Debug, Default)]
pub(super) struct Payouts {
    latest: Mutex<BTreeMap<String, Latest>>,
    double_sends: Mutex<Vec<String>>,
}

impl Payouts {
    pub(super) fn double_sends(&self) -> Vec<String> {
        self.double_sends.lock().unwrap().clone()
    }

    /// A person made sure that the request had no effect.
    pub(super) fn forget(&self, reference: &str) {
        self.latest.lock().unwrap().remove(reference);
    }

    /// A request leaves. Returns the reference if it is for a payout.
    pub(super) fn leaves(&self, sandbox: &Sandbox, request: &Request<Bytes>) -> Option<String> {
        let path = request.uri().path();
        if !CALLS.iter().any(|call| path.ends_with(call)) {
            return None;
        }
        let body = std::str::from_utf8(request.body()).unwrap();
        let at = body.find(NAME)?;
        let reference = body[at..at + NAME.len() + 2].to_owned();
        let mut latest = self.latest.lock().unwrap();
        let exists = sandbox.order(&reference).is_some();
        let objection = match (exists, latest.get(&reference)) {
            (true, _) => Some("its order exists"),
            (false, Some(Latest::MayHaveActed)) => Some("an earlier request may have an effect"),
            (false, _) => None,
        };
        if let Some(reason) = objection {
            let text = format!("{reference} was sent although {reason}");
            self.double_sends.lock().unwrap().push(text);
        }
        latest.insert(reference.clone(), Latest::MayHaveActed);
        Some(reference)
    }

    /// The merchant's client got this answer.
    pub(super) fn answered(&self, sandbox: &Sandbox, reference: &str, answer: &Response<Bytes>) {
        let states_refusal = answer.status() == StatusCode::OK && answer.body().starts_with(b"{");
        if states_refusal && sandbox.order(reference).is_none() {
            let mut latest = self.latest.lock().unwrap();
            latest.insert(reference.to_owned(), Latest::Refused);
        }
    }
}
