//! The merchant's account at C-Pay: its keys and its settings.

use std::net::IpAddr;

use payments_signing::cpay::{Key, Rules, ZeroValues};
use payments_signing::{KeyError, Secret};

use super::answer::Refusal;
use super::credentials::CpayCredentials;
use crate::credentials::value::CredentialsError;
use crate::shared::ids::Ids;
use crate::shared::setting::{Field, Live, Setting};

/// What the builder sets.
#[derive(Clone, Debug)]
pub(crate) struct Settings {
    /// "The callbackURL configured in the merchant platform"; may be empty.
    pub(crate) callback_url: String,
    /// The addresses that may call; `None` allows every address.
    pub(crate) allowed_ips: Option<Vec<IpAddr>>,
    /// Whether signatures that leave out `0` are accepted.
    pub(crate) php_signatures: bool,
    /// How long a payout takes; `None` means until an action.
    pub(crate) payout_delay_ms: Option<u64>,
    /// Opening balances besides the default ones.
    pub(crate) balances: Vec<(String, String)>,
    /// Whether `pwpp` needs an accepted KYC item of its user.
    pub(crate) kyc_required: bool,
    /// Whether the account stores cards.
    pub(crate) card_storage: bool,
    /// Whether every call takes both spellings of the callback URL's name.
    pub(crate) any_callback_spelling: bool,
    /// Whether webhooks are sent for new orders and those in processing, too.
    pub(crate) every_state: bool,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            callback_url: String::new(),
            allowed_ips: None,
            php_signatures: false,
            payout_delay_ms: None,
            balances: Vec::new(),
            kyc_required: true,
            card_storage: true,
            any_callback_spelling: false,
            every_state: false,
        }
    }
}

/// What changes while the sandbox runs.
const SETTINGS: &[Setting<Settings>] = &[
    Setting {
        name: "cpay_callback_url",
        about: "Where webhooks go of orders without a callback URL",
        field: Field::Url(|settings| &mut settings.callback_url),
    },
    Setting {
        name: "cpay_allowed_ips",
        about: "The only addresses that may call",
        field: Field::Addresses(|settings| &mut settings.allowed_ips),
    },
    Setting {
        name: "accept_php_signatures",
        about: "Signatures that leave out values of 0 are accepted, as the PHP SDK makes them",
        field: Field::Flag(|settings| &mut settings.php_signatures),
    },
    Setting {
        name: "cpay_payouts_complete_after_ms",
        about: "How long a payout takes; none: until an action",
        field: Field::Delay(|settings| &mut settings.payout_delay_ms),
    },
    Setting {
        name: "cpay_kyc_required",
        about: "pwpp refuses users without KYC",
        field: Field::Flag(|settings| &mut settings.kyc_required),
    },
    Setting {
        name: "cpay_card_storage",
        about: "The account stores cards",
        field: Field::Flag(|settings| &mut settings.card_storage),
    },
    Setting {
        name: "cpay_any_callback_spelling",
        about: "Every call takes callbackURL and callBackURL",
        field: Field::Flag(|settings| &mut settings.any_callback_spelling),
    },
    Setting {
        name: "cpay_push_every_state",
        about: "Webhooks of pending and processing orders are sent too",
        field: Field::Flag(|settings| &mut settings.every_state),
    },
];

pub(super) struct Account {
    pub(super) merchant_id: String,
    pub(super) key: Key,
    /// Signs as the official PHP code does.
    pub(super) php_key: Key,
    pub(super) settings: Live<Settings>,
    /// Signs the links of pages; random. How C-Pay signs them is not documented.
    pub(super) link_key: Key,
    /// Makes the users' addresses.
    pub(super) address_salt: String,
}

impl Account {
    pub(super) fn new(
        credentials: &CpayCredentials,
        settings: Settings,
        ids: &Ids,
    ) -> Result<Self, CredentialsError> {
        let refuse = |error: KeyError| CredentialsError::key("cpay.secret", &error);
        let secret = Secret::new(credentials.secret.clone()).map_err(refuse)?;
        let key = Key::new(secret);
        let php_rules = Rules {
            zero_values: ZeroValues::Drop,
            ..Rules::default()
        };
        Ok(Self {
            merchant_id: credentials.merchant_id.clone(),
            php_key: key.clone().with_rules(php_rules),
            key,
            settings: Live::new(SETTINGS, settings),
            link_key: Key::new(Secret::new(ids.hex(64)).map_err(refuse)?),
            address_salt: ids.hex(64),
        })
    }

    /// `merchantId` where the specification's example has a number.
    pub(super) fn merchant_number(&self) -> u64 {
        // The credentials are checked: at most 18 digits.
        self.merchant_id.parse().unwrap_or_default()
    }

    /// Accepts a caller whose address is on the merchant's list, or everyone if there is no list.
    pub(super) fn admit(&self, peer: IpAddr) -> Result<(), Refusal> {
        let settings = self.settings.get();
        let Some(allowed) = &settings.allowed_ips else {
            return Ok(());
        };
        let ip = peer.to_canonical();
        if allowed.contains(&ip) {
            return Ok(());
        }
        Err(Refusal::illegal_ip(format!(
            "{ip} is not among the addresses of cpay_allowed_ips (--cpay-allowed-ip)"
        )))
    }
}
