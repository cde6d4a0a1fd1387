//! The merchant's account: its key and its settings.

use std::net::IpAddr;

use payments_signing::ccpayment::v2::Key;
use payments_signing::ccpayment::{
    APP_ID_HEADER, SIGN_HEADER, Signature, TIMESTAMP_HEADER, Timestamp,
};
use payments_signing::{KeyError, Secret};

use super::credentials::CcpaymentV2Credentials;
use super::switches::{CcpaymentV2Switches, SETTINGS};
use crate::credentials::value::CredentialsError;
use crate::shared::ids::Ids;
use crate::shared::provider::Signing;
use crate::shared::setting::Live;

/// What the builder sets.
#[derive(Clone, Debug, Default)]
pub(crate) struct Settings {
    /// The URL of the console, for webhooks without their own URL.
    pub(crate) webhook_url: String,
    /// The addresses that may call; `None` allows every address.
    pub(crate) allowed_ips: Option<Vec<IpAddr>>,
    /// How long a withdrawal takes; `None` means until an action.
    pub(crate) payout_delay_ms: Option<u64>,
    /// Disputed points, and what the console decides.
    pub(crate) switches: CcpaymentV2Switches,
    /// Opening balances besides the default ones.
    pub(crate) balances: Vec<(String, String)>,
}

pub(super) struct Account {
    pub(super) key: Key,
    /// The app id of the account of version 1, which is refused with its own code.
    pub(super) v1_app_id: String,
    /// Makes the addresses.
    pub(super) address_salt: String,
    pub(super) settings: Live<Settings>,
}

impl Account {
    pub(super) fn new(
        credentials: &CcpaymentV2Credentials,
        v1_app_id: &str,
        settings: Settings,
        ids: &Ids,
    ) -> Result<Self, CredentialsError> {
        let refuse = |field| move |error: KeyError| CredentialsError::key(field, &error);
        let secret = Secret::new(credentials.app_secret.clone());
        let secret = secret.map_err(refuse("ccpayment_v2.app_secret"))?;
        let key = Key::new(credentials.app_id.clone(), secret);
        Ok(Self {
            key: key.map_err(refuse("ccpayment_v2.app_id"))?,
            v1_app_id: v1_app_id.to_owned(),
            address_salt: ids.hex(64),
            settings: Live::new(SETTINGS, settings),
        })
    }

    /// The headers of a body that is signed at an instant.
    pub(super) fn headers(
        &self,
        now_ms: u64,
        body: &[u8],
        signing: Signing,
    ) -> Vec<(&'static str, String)> {
        let mut headers = vec![(APP_ID_HEADER, self.key.app_id().to_owned())];
        if let Some((timestamp, sign)) = self.sign(signing.at_ms(now_ms), body)
            && let Some(sign) = signing.sign(sign.as_str())
        {
            headers.push((TIMESTAMP_HEADER, timestamp.to_string()));
            headers.push((SIGN_HEADER, sign));
        }
        headers
    }

    fn sign(&self, now_ms: u64, body: &[u8]) -> Option<(Timestamp, Signature)> {
        /// The instants with ten digits; the sandbox's clock can go beyond them.
        const FIRST_S: u64 = 1_000_000_000;
        const LAST_S: u64 = 9_999_999_999;
        let seconds = (now_ms / 1_000).clamp(FIRST_S, LAST_S);
        let timestamp = Timestamp::from_secs(seconds).ok()?;
        Some((timestamp, self.key.sign(timestamp, body)))
    }
}
