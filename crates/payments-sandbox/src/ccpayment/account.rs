//! The merchant's account at CCPayment: its key and its settings.

use payments_signing::ccpayment::{Key, Signature, Timestamp};
use payments_signing::{KeyError, Secret};

use super::webhook::PUSHES;
use crate::credentials::CcpaymentCredentials;

/// What the merchant platform is told about an account, and the choices of the sandbox.
#[derive(Debug)]
pub(crate) struct Settings {
    /// The account's Webhook URL.
    pub(crate) webhook_url: String,
    /// How often a webhook is pushed.
    pub(crate) pushes: usize,
    /// Whether `pending` and `processing` are pushed as well.
    pub(crate) every_state: bool,
    /// How long a withdrawal or refund takes; none means until it is told.
    pub(crate) payout_delay_ms: Option<u64>,
    /// Whether refusals have the numbers of version 2.
    pub(crate) v2_codes: bool,
    /// Whether `bill/info` names states as the merchant platform does.
    pub(crate) label_statuses: bool,
    /// Balances to begin with.
    pub(crate) balances: Vec<(String, String)>,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            webhook_url: String::new(),
            pushes: PUSHES,
            every_state: false,
            payout_delay_ms: None,
            v2_codes: false,
            label_statuses: false,
            balances: Vec::new(),
        }
    }
}

pub(crate) struct Account {
    pub(super) key: Key,
    pub(super) settings: Settings,
}

impl Account {
    pub(crate) fn new(
        credentials: &CcpaymentCredentials,
        settings: Settings,
    ) -> Result<Self, KeyError> {
        let secret = Secret::new(credentials.app_secret.clone())?;
        let key = Key::new(credentials.app_id.clone(), secret)?;
        Ok(Self { key, settings })
    }

    pub(crate) fn pushes(&self) -> usize {
        self.settings.pushes
    }

    /// Signs a body at an instant.
    pub(super) fn sign(&self, now_ms: u64, body: &[u8]) -> Option<(Timestamp, Signature)> {
        /// The last instant of ten digits; a clock can be pushed beyond it.
        const LAST_S: u64 = 9_999_999_999;
        const FIRST_S: u64 = 1_000_000_000;
        let seconds = (now_ms / 1_000).clamp(FIRST_S, LAST_S);
        let timestamp = Timestamp::from_secs(seconds).ok()?;
        Some((timestamp, self.key.sign(timestamp, body)))
    }
}
