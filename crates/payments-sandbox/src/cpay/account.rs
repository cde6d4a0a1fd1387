//! The merchant's account at C-Pay: its keys, its settings, and who may call for it.

use std::net::IpAddr;

use payments_signing::cpay::{Key, Rules, ZeroValues};
use payments_signing::{KeyError, Secret};

use super::answer::Refusal;
use crate::credentials::CpayCredentials;
use crate::ids::Ids;
use crate::server::Peer;

/// What the merchant platform is told about an account.
#[derive(Debug, Default)]
pub(crate) struct Settings {
    /// "The callbackURL configured in the merchant platform".
    pub(crate) callback_url: Option<String>,
    /// The addresses that may call; none means every one.
    pub(crate) allowed_ips: Option<Vec<IpAddr>>,
    /// Whether signatures that leave `0` out are taken.
    pub(crate) php_signatures: bool,
    /// How long a payout takes; none means until it is told.
    pub(crate) payout_delay_ms: Option<u64>,
}

pub(crate) struct Account {
    pub(super) merchant_id: String,
    pub(super) key: Key,
    /// Signs as the official PHP code does; there when such signatures are taken.
    pub(super) php_key: Option<Key>,
    pub(crate) callback_url: Option<String>,
    allowed_ips: Option<Vec<IpAddr>>,
    pub(super) payout_delay_ms: Option<u64>,
    /// Signs links of pages; only this sandbox knows it. What C-Pay signs them with is not documented.
    pub(super) link_key: Key,
    /// Makes the users' addresses.
    pub(crate) address_salt: String,
}

impl Account {
    pub(crate) fn new(
        credentials: &CpayCredentials,
        settings: Settings,
        ids: &Ids,
    ) -> Result<Self, KeyError> {
        let key = Key::new(Secret::new(credentials.secret.clone())?);
        let php_rules = Rules {
            zero_values: ZeroValues::Drop,
            ..Rules::default()
        };
        Ok(Self {
            merchant_id: credentials.merchant_id.clone(),
            php_key: settings
                .php_signatures
                .then(|| key.clone().with_rules(php_rules)),
            key,
            callback_url: settings.callback_url,
            allowed_ips: settings.allowed_ips,
            payout_delay_ms: settings.payout_delay_ms,
            link_key: Key::new(Secret::new(ids.hex(64))?),
            address_salt: ids.hex(64),
        })
    }

    /// `merchantId` where the specification's example prints a number.
    pub(super) fn merchant_number(&self) -> u64 {
        // Credentials are checked to be at most 18 digits.
        self.merchant_id.parse().unwrap_or_default()
    }

    /// Lets a caller in whose address the merchant listed, or everybody when there is no list.
    pub(super) fn admit(&self, peer: Option<&Peer>) -> Result<(), Refusal> {
        let Some(allowed) = &self.allowed_ips else {
            return Ok(());
        };
        match peer.map(|peer| peer.0.to_canonical()) {
            Some(ip) if allowed.contains(&ip) => Ok(()),
            Some(ip) => Err(Refusal::illegal_ip(format!(
                "{ip} is not among the addresses of cpay_allowed_ips"
            ))),
            None => Err(Refusal::illegal_ip("the caller's address is not known")),
        }
    }
}
