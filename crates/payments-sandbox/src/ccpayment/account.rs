//! The merchant's account at CCPayment: its key and its settings.

use payments_signing::ccpayment::{Key, Signature, Timestamp};
use payments_signing::{KeyError, Secret};

use super::credentials::CcpaymentCredentials;
use super::webhook::MOST_PUSHES;
use crate::credentials::value::CredentialsError;
use crate::shared::ids::Ids;
use crate::shared::setting::{Field, Live, Setting};

/// "Up to 6 times". Another page has 7, which is the most that can be set.
const PUSHES: u32 = 6;

/// "100 requests/s per IP".
const REQUESTS_PER_SECOND: u32 = 100;

/// What the builder sets.
#[derive(Clone, Debug)]
pub(crate) struct Settings {
    /// The account's Webhook URL.
    pub(crate) webhook_url: String,
    /// How often a webhook is pushed.
    pub(crate) pushes: u32,
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

/// What changes while the sandbox runs.
const SETTINGS: &[Setting<Settings>] = &[
    Setting {
        name: "ccpayment_webhook_url",
        about: "The account's Webhook URL",
        field: Field::Url(|settings| &mut settings.webhook_url),
    },
    Setting {
        name: "ccpayment_payouts_complete_after_ms",
        about: "How long a withdrawal or refund takes; none: until an action",
        field: Field::Delay(|settings| &mut settings.payout_delay_ms),
    },
    Setting {
        name: "ccpayment_webhook_pushes",
        about: "How often a webhook is sent at most",
        field: Field::Number {
            at: |settings| &mut settings.pushes,
            least: 1,
            most: MOST_PUSHES,
        },
    },
    Setting {
        name: "ccpayment_push_every_state",
        about: "Webhooks of pending and processing payments are sent too",
        field: Field::Flag(|settings| &mut settings.every_state),
    },
    Setting {
        name: "ccpayment_v2_codes",
        about: "Refusals have the numbers of version 2",
        field: Field::Flag(|settings| &mut settings.v2_codes),
    },
    Setting {
        name: "ccpayment_label_statuses",
        about: "bill/info has the platform's eight words",
        field: Field::Flag(|settings| &mut settings.label_statuses),
    },
    Setting {
        name: "ccpayment_amounts_in_usd",
        about: "bill/create answers the price in dollars",
        field: Field::Flag(|settings| &mut settings.amounts_in_usd),
    },
    Setting {
        name: "ccpayment_requests_per_second",
        about: "The requests a second that are accepted from one address",
        field: Field::Number {
            at: |settings| &mut settings.requests_per_second,
            least: 1,
            most: u32::MAX,
        },
    },
];

pub(super) struct Account {
    pub(super) key: Key,
    /// Makes the addresses.
    pub(super) address_salt: String,
    pub(super) settings: Live<Settings>,
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
            settings: Live::new(SETTINGS, settings),
        })
    }

    /// How often a webhook is pushed.
    pub(super) fn pushes(&self) -> usize {
        usize::try_from(self.settings.get().pushes).unwrap_or(usize::MAX)
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
