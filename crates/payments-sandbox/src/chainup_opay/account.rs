//! The merchant's account at the platform: its app id, keys and settings.

use payments_signing::chainup_opay::{Keys, Limits, Sealed};
use payments_signing::{Diagnosis, Verified};
use tokio::runtime::{Handle, RuntimeFlavor};
use zeroize::Zeroizing;

use super::credentials::ChainupOpayCredentials;
use crate::credentials::value::{CredentialsError, refuse};
use crate::shared::setting::{Field, Live, Setting};

/// How far the time of a request may be from the sandbox's clock. Assumed: the code for a wrong time is published, the
/// window is not.
const TIME_WINDOW_MS: u64 = 5 * 60 * 1_000;
/// The scene types of the documents' samples. The real list is in the merchant's console at the platform.
const SCENE_TYPES: [&str; 3] = ["1000011", "1001", "202"];

/// Blocks of a request that are decrypted: enough for an order with every field at its limit, in an alphabet of two bytes a letter.
pub(super) const REQUEST_BLOCKS: usize = 80;
/// Blocks of a reply to a callback, which has one.
const REPLY_BLOCKS: usize = 4;
/// Blocks of an answer that are encrypted: a statement of 2000 rows has about 1800, with the longest order numbers in
/// an alphabet of four bytes a letter 4200.
const ANSWER_BLOCKS: usize = 8_192;

/// What the builder sets.
#[derive(Clone, Debug)]
pub(crate) struct Settings {
    pub(crate) time_window_ms: u64,
    pub(crate) plain_order_detail: bool,
    pub(crate) scene_types: Vec<String>,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            time_window_ms: TIME_WINDOW_MS,
            plain_order_detail: false,
            scene_types: SCENE_TYPES.map(str::to_owned).into(),
        }
    }
}

/// What changes while the sandbox runs.
const SETTINGS: &[Setting<Settings>] = &[
    Setting {
        name: "chainup_opay_time_window_ms",
        about: "How far the time of a request may be from the clock",
        // The longest one accepts every time.
        field: Field::Time {
            at: |settings| &mut settings.time_window_ms,
            least: 0,
            most: u64::MAX,
        },
    },
    Setting {
        name: "chainup_opay_plain_order_detail",
        about: "orderDetail is answered without an envelope too",
        field: Field::Flag(|settings| &mut settings.plain_order_detail),
    },
    Setting {
        name: "chainup_opay_scene_types",
        about: "The scene types in the merchant's console",
        field: Field::Digits(|settings| &mut settings.scene_types),
    },
];

/// Does work of some milliseconds where it holds up no other task: on a blocking thread. A runtime of one thread does it at once, so
/// that with a paused clock, tasks have the same turns every time. `None` if that thread panics.
async fn apart<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> Option<T> {
    match Handle::current().runtime_flavor() {
        RuntimeFlavor::CurrentThread => Some(work()),
        _ => tokio::task::spawn_blocking(work).await.ok(),
    }
}

pub(crate) struct Account {
    pub(super) app_id: String,
    pub(super) settings: Live<Settings>,
    keys: Keys,
    /// The merchant's signature of the text `success`.
    success_sign: String,
}

impl Account {
    pub(crate) fn new(
        credentials: &ChainupOpayCredentials,
        settings: Settings,
    ) -> Result<Self, CredentialsError> {
        let keys = credentials.keys()?;
        let field = "chainup_opay.merchant_private_key";
        let success_sign = keys.merchant.sign(b"success");
        Ok(Self {
            app_id: credentials.app_id.clone(),
            settings: Live::new(SETTINGS, settings),
            keys: keys.platform,
            success_sign: success_sign
                .or_else(|error| refuse(field, format!("cannot sign: {error}")))?,
        })
    }

    /// Decrypts a request and verifies its signature, apart from other tasks. The error is the reason, if one was found.
    pub(super) async fn open(
        &self,
        data: String,
        sign: String,
    ) -> Result<Zeroizing<Vec<u8>>, Option<Diagnosis>> {
        let keys = self.limited(REQUEST_BLOCKS);
        let opened = apart(move || {
            let opened = keys.open(&data, &sign).map(Verified::into_inner);
            opened.map_err(|_| keys.diagnose(&data, &sign))
        });
        opened.await.unwrap_or(Err(None))
    }

    /// Encrypts to the merchant and signs, apart from other tasks. `None` if that fails.
    pub(super) async fn seal(&self, text: String) -> Option<Sealed> {
        let keys = self.limited(ANSWER_BLOCKS);
        apart(move || keys.seal(text.as_bytes())).await?.ok()
    }

    /// Whether `data` is the text `success`, encrypted to the platform. A reply without a signature is opened with the one
    /// that the merchant would have made: the sandbox knows that key, and the signature fits no other text.
    pub(super) async fn is_sealed_success(&self, data: &str, sign: Option<&str>) -> bool {
        let keys = self.limited(REPLY_BLOCKS);
        let sign = sign.unwrap_or(&self.success_sign).to_owned();
        let data = data.to_owned();
        apart(move || {
            keys.open(&data, &sign)
                .is_ok_and(|text| text.as_slice() == b"success")
        })
        .await
        .unwrap_or_default()
    }

    /// Whether `sign` is the merchant's signature of the text `success`.
    pub(super) fn is_success_sign(&self, sign: &str) -> bool {
        self.keys.verify(b"success", sign).is_ok()
    }

    fn limited(&self, blocks: usize) -> Keys {
        self.keys.clone().with_limits(Limits {
            callback_blocks: blocks,
            answer_blocks: blocks,
        })
    }
}
