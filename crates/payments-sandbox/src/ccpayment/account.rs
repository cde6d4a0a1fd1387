//! The merchant's account at CCPayment: its key and its settings.

use payments_signing::ccpayment::{Key, Signature, Timestamp};
use payments_signing::{KeyError, Secret};

use super::credentials::CcpaymentCredentials;
use crate::credentials::value::CredentialsError;
use crate::shared::ids::Ids;

/// "Up to 6 times". Another page has 7, which is the most that can be set.
const PUSHES: usize = 6;

/// "100 requests/s per IP".
const REQUESTS_PER_SECOND: u32 = 100;

/// What the builder sets.
#[derive(Debug)]
pub(crate) struct Settings {
    /// The account's Webhook URL.
    pub(crate) webhook_url: String,
    /// How often a webhook is pushed.
    pub(crate) pushes: usize,
    /// Whether `pending` and `processing` are pushed as well.
    pub(crate) every_state: bool,
    /// How long a withdrawal or refund takes; `None` means until an action.
    pub(crate) payout_delay_ms: Option<u64>,
    /// Whether refusals have the numbers of version 2.
    pub(crate) v2_codes: bool,
    /// Whether `bill/info` uses the merchant platform's words for states.
    pub(crate) label_statuses: bool,
    /// Opening balances besides the default ones.
    pub(crate) balances: Vec<(String, String)>,
    /// Whether `bill/create` answers the price in USD, also one in another currency.
    pub(crate) amounts_in_usd: bool,
    /// The most requests a second from one address.
    pub(crate) requests_per_second: u32,
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
            amounts_in_usd: false,
            requests_per_second: REQUESTS_PER_SECOND,
        }
    }
}

pub(super) struct Account {
    pub(super) key: Key,
    /// Makes the addresses.
    pub(super) address_salt: String,
    pub(super) settings: Settings,
}

impl Account {
    pub(super) fn new(
        credentials: &CcpaymentCredentials,
        settings: Settings,
        ids: &Ids,
    ) -> Result<Self, CredentialsError> {
        let refuse = |field| move |error: KeyError| CredentialsError::key(field, &error);
        let secret = Secret::new(credentials.app_secret.clone());
        let secret = secret.map_err(refuse("ccpayment.app_secret"))?;
        let key = Key::new(credentials.app_id.clone(), secret);
        Ok(Self {
            key: key.map_err(refuse("ccpayment.app_id"))?,
            address_salt: ids.hex(64),
            settings,
        })
    }

    /// Signs a body at an instant.
    pub(super) fn sign(&self, now_ms: u64, body: &[u8]) -> Option<(Timestamp, Signature)> {
        /// The last instant with ten digits; the sandbox's clock can go beyond it.
        const LAST_S: u64 = 9_999_999_999;
        const FIRST_S: u64 = 1_000_000_000;
        let seconds = (now_ms / 1_000).clamp(FIRST_S, LAST_S);
        let timestamp = Timestamp::from_secs(seconds).ok()?;
        Some((timestamp, self.key.sign(timestamp, body)))
    }
}
