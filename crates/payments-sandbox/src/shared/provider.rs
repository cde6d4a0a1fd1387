//! What the server needs from a provider.

use std::sync::Arc;

use async_trait::async_trait;
use axum::Router;
use axum::response::Response;

use super::action::{Action, ActionError};
use super::api_request::ApiRequest;
use super::decimal::Decimal;
use super::document::{Changes, Documents, Unreadable};
use super::gateway::Gateway;
use super::ledger::Balance;
use super::masking;
use super::order::{Order, OrderKind};
use super::setting::Adjust;
use super::text::shorten;

/// A gateway in the sandbox: its API and pages, its orders, balances and webhooks. The server holds a list of providers and
/// knows them only by this trait.
///
/// A provider verifies requests inside its own routes, and owns its orders, users, addresses and ledger.
#[async_trait]
pub(crate) trait Provider: Send + Sync {
    fn gateway(&self) -> Gateway;

    /// Its pages and controls.
    fn routes(self: Arc<Self>) -> Routes;

    /// The beginnings of the paths of its API.
    fn api_paths(&self) -> &'static [&'static str];

    /// Answers a request to its API.
    async fn receive(&self, request: ApiRequest) -> Response;

    /// This provider's section of the front page, as HTML.
    fn front(&self) -> askama::Result<String>;

    /// This provider's section of the overview page, as HTML.
    fn overview(&self) -> askama::Result<String>;

    /// Whether a payment can fail here, for the button of the overview.
    fn has_failed_payments(&self) -> bool {
        false
    }

    /// Whether an order accepts another amount than its own.
    fn accepts_any_amount(&self) -> bool {
        true
    }

    /// Whether a paid order can be paid again.
    fn has_several_payments(&self) -> bool {
        false
    }

    /// Whether an order of this kind can be paid after its time.
    fn takes_late_payments(&self, _: OrderKind) -> bool {
        false
    }

    /// Whether money of a paid order can go back to its payer.
    fn has_refunds(&self) -> bool {
        false
    }

    /// The path in front of the names of the calls.
    fn base_path(&self) -> &'static str;

    /// The names of the calls.
    fn calls(&self) -> Vec<&'static str>;

    /// Whether the record of a request to this path may not show the value of a field. The name is empty for a value without one.
    fn hides(&self, path: &str) -> Box<dyn Fn(&str) -> bool> {
        let _ = path;
        Box::new(masking::is_secret)
    }

    /// The documented codes of refusals, each with its name or a few words.
    fn error_codes(&self) -> Vec<(i64, String)>;

    /// Whether a refusal can have this code.
    fn has_error_code(&self, code: i64) -> bool;

    /// What changes while the sandbox runs.
    fn settings(&self) -> &dyn Adjust;

    /// All orders, oldest first, each with its place among the orders of all providers.
    fn orders(&self) -> Vec<(u64, Order)>;

    /// The orders that may have changed since the last time, each with its place.
    fn changed_orders(&self) -> Vec<(u64, Order)>;

    /// The order with this id of the gateway, else the one with this reference of the merchant.
    fn order(&self, id: &str) -> Option<Order>;

    /// Does something to an order of this provider.
    fn act(&self, id: &str, action: Action<'_>) -> Result<Order, ActionError>;

    /// Does what the clock says is due, e.g. completes payouts.
    fn settle_due(&self);

    /// When the next thing is due, in milliseconds since the Unix epoch.
    fn next_due(&self) -> Option<u64>;

    /// Makes exactly this much of a currency available to the merchant.
    fn set_balance(&self, currency: &str, amount: Decimal) -> Result<(), ActionError>;

    /// One row per currency.
    fn balances(&self) -> Vec<Balance>;

    /// Forgets orders, users and queued webhooks; balances and settings are those of the start. A webhook that is being sent is not recalled.
    fn reset(&self);

    /// Adds what changed since the last time, with the webhooks of the same moment.
    fn save(&self, to: &mut Changes<'_>);

    /// Takes over what was saved.
    fn load(&self, from: &mut Documents) -> Result<(), Unreadable>;

    /// How often a webhook is sent at most.
    fn attempts(&self) -> usize;

    /// The waits between the attempts, in seconds.
    fn waits_s(&self) -> &'static [u64];

    /// What the gateway signs and stamps.
    fn signatures(&self) -> Signatures;

    /// Signs the body of a webhook for one attempt. `None` if it cannot be signed.
    async fn sign(&self, body: String, signing: Signing) -> Option<Message>;

    /// Whether the reply acknowledges the webhook, or a sentence that says why it does not.
    async fn acknowledge(&self, reply: &Reply) -> Result<(), String>;
}

/// The routes of a provider.
#[derive(Default)]
pub(crate) struct Routes {
    /// Pages for payers. Their forms have the limits of the server.
    pub(crate) pages: Router,
    /// What only this provider has under `/_sandbox`.
    pub(crate) controls: Router,
}

/// How a message is signed. All but `Right` are faults that were asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Signing {
    Right,
    /// With another letter at this place.
    Wrong(usize),
    Missing,
    /// Right, but with a timestamp of an hour ago.
    Stale,
}

impl Signing {
    /// The instant of the message's timestamp.
    pub(crate) fn at_ms(self, now_ms: u64) -> u64 {
        match self {
            Self::Stale => now_ms.saturating_sub(60 * 60 * 1_000),
            _ => now_ms,
        }
    }

    /// The signature that is sent.
    pub(crate) fn sign(self, sign: &str) -> Option<String> {
        match self {
            Self::Missing => None,
            Self::Right | Self::Stale => Some(sign.to_owned()),
            Self::Wrong(place) => {
                // The last letter of base64 has bits that mean nothing.
                let place = place % sign.len().saturating_sub(1).max(1);
                let changed = sign.chars().enumerate().map(|(at, letter)| match letter {
                    _ if at != place => letter,
                    'a' => 'b',
                    _ => 'a',
                });
                Some(changed.collect())
            }
        }
    }
}

/// What a gateway signs and stamps.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Signatures {
    /// Whether answers are signed.
    pub(crate) answers: bool,
    /// Whether the signature of an answer covers a timestamp.
    pub(crate) stamped_answers: bool,
    /// Whether webhooks have a timestamp of their sending.
    pub(crate) stamped_webhooks: bool,
}

/// The names of fields in a gateway's answers, by what they mean.
#[derive(Debug)]
pub(crate) struct FieldNames {
    pub(crate) amounts: &'static [&'static str],
    pub(crate) coins: &'static [&'static str],
    /// The merchant's references and the gateway's ids.
    pub(crate) references: &'static [&'static str],
    pub(crate) statuses: &'static [&'static str],
}

/// One attempt to send a webhook.
pub(crate) struct Message {
    /// Besides `Content-Type`.
    pub(crate) headers: Vec<(&'static str, String)>,
    pub(crate) content_type: &'static str,
    pub(crate) body: String,
}

/// A reply to a webhook.
pub(crate) struct Reply {
    pub(crate) status: u16,
    pub(crate) body: Vec<u8>,
}

impl Reply {
    /// The body without white space around it. `None` if the status is not 200.
    pub(crate) fn ok_body(&self) -> Option<&[u8]> {
        (self.status == 200).then(|| self.body.trim_ascii())
    }

    /// Why the reply does not acknowledge: `expected`, such as "`OK` or `success`", and what was there instead.
    pub(crate) fn refusal(&self, expected: &str) -> String {
        let text = String::from_utf8_lossy(self.body.trim_ascii());
        let got = match shorten(&text, 80) {
            text if text.is_empty() => "an empty body".to_owned(),
            text => format!("`{}`", text.escape_debug()),
        };
        let word = |word: &&[u8]| {
            let mut parts = self.body.windows(word.len());
            parts.any(|part| part.eq_ignore_ascii_case(word))
        };
        let hint = if (300..400).contains(&self.status) {
            "; a redirect is not followed"
        } else if self.body.starts_with(b"\xef\xbb\xbf") {
            "; the body begins with a byte order mark"
        } else if self.status == 200 && [&b"success"[..], b"ok"].iter().any(word) {
            "; nothing else may be around the word"
        } else {
            ""
        };
        let status = self.status;
        format!(
            "the provider waits for HTTP 200 with {expected}, and got HTTP {status} with {got}{hint}"
        )
    }
}
