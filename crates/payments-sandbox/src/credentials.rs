//! The merchant's credentials: one account per gateway.

#[cfg(test)]
mod tests;
pub(crate) mod value;

use std::path::Path;

use serde::{Deserialize, Serialize};
use zeroize::Zeroizing;

use crate::ccpayment::CcpaymentCredentials;
use crate::ccpayment_v2::CcpaymentV2Credentials;
use crate::chainup_opay::account::{Account, Settings};
use crate::chainup_opay::{ChainupOpayCredentials, PublicChainupOpay};
use crate::cpay::CpayCredentials;
use crate::shared::gateway::Gateway;
use crate::shared::provider::Reply;
use crate::{ccpayment, ccpayment_v2, chainup_opay, cpay};
use value::CredentialsError;

/// The merchant's credentials at each gateway. The sandbox checks requests and signs webhooks with them.
///
/// [`Credentials::test`] (the default) is a fixed set of **public test values**. Other sets are read from JSON of this form.
/// All parts are required except `ccpayment_v2`, which has the test values if it is missing; unknown parts at the top level are ignored, so that a printed set with its `base_url` can be read
/// back. Keys are PEM or bare base64 (PKCS#8 and SubjectPublicKeyInfo, RSA of 2048 bits or more):
///
/// ```json
/// {"cpay":{"merchant_id":"…","secret":"…"},
///  "ccpayment":{"app_id":"…","app_secret":"…"},
///  "ccpayment_v2":{"app_id":"…","app_secret":"…"},
///  "chainup_opay":{"app_id":"…","merchant_private_key":"…","merchant_public_key":"…",
///                  "platform_public_key":"…","platform_private_key":"…"}}
/// ```
///
/// `Debug` prints no secret, and secrets are wiped when dropped.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Credentials {
    /// The C-Pay account.
    pub cpay: CpayCredentials,
    /// The CCPayment account of version 1.
    pub ccpayment: CcpaymentCredentials,
    /// The CCPayment account of version 2. Sets that were written before it existed have the test values.
    #[serde(default = "CcpaymentV2Credentials::test")]
    pub ccpayment_v2: CcpaymentV2Credentials,
    /// The ChainUp OPay account.
    pub chainup_opay: ChainupOpayCredentials,
}

impl Credentials {
    /// The fixed test credentials. They are public: everyone who has this crate has them.
    #[must_use]
    pub fn test() -> Self {
        Self {
            cpay: CpayCredentials::test(),
            ccpayment: CcpaymentCredentials::test(),
            ccpayment_v2: CcpaymentV2Credentials::test(),
            chainup_opay: ChainupOpayCredentials::test(),
        }
    }

    /// The secrets that a client may put into a message by mistake.
    pub(crate) fn secrets(&self) -> impl Iterator<Item = &str> {
        let all = [
            &self.cpay.secret,
            &self.ccpayment.app_secret,
            &self.ccpayment_v2.app_secret,
        ];
        let texts = all.into_iter().map(String::as_str);
        texts.filter(|secret| !secret.is_empty())
    }

    /// Judges the reply to a webhook as this sandbox judges the replies to its own.
    ///
    /// # Errors
    /// A sentence that says what the provider waits for, and what it got instead.
    pub async fn judge_reply(
        &self,
        gateway: Gateway,
        status: u16,
        body: &[u8],
    ) -> Result<(), String> {
        let reply = Reply {
            status,
            body: body.to_vec(),
        };
        match gateway {
            Gateway::CPAY => cpay::webhook::acknowledge(&reply),
            Gateway::CCPAYMENT => ccpayment::webhook::acknowledge(&reply),
            Gateway::CCPAYMENT_V2 => ccpayment_v2::messages::acknowledge(&reply),
            _ => {
                let account = Account::new(&self.chainup_opay, Settings::default());
                let account = account.map_err(|error| error.to_string())?;
                chainup_opay::webhook::acknowledge(&account, &reply).await
            }
        }
    }

    /// Reads credentials from JSON text and checks them.
    ///
    /// # Errors
    /// [`CredentialsError::Form`] for text of another form, [`CredentialsError::Value`] for a value that cannot be used.
    pub fn from_json(text: &str) -> Result<Self, CredentialsError> {
        let credentials: Self =
            serde_json::from_str(text).map_err(|error| CredentialsError::Form {
                line: error.line(),
                column: error.column(),
                what: what_only(&error),
            })?;
        credentials.check()?;
        Ok(credentials)
    }

    /// Reads credentials from a JSON file and checks them.
    ///
    /// # Errors
    /// [`CredentialsError::File`] if the file cannot be read, else as [`Credentials::from_json`].
    pub fn from_file(path: impl AsRef<Path>) -> Result<Self, CredentialsError> {
        Self::from_json(&Zeroizing::new(std::fs::read_to_string(path)?))
    }

    /// Checks every value: present, of the right alphabet, complete keys, and matching key pairs.
    ///
    /// # Errors
    /// [`CredentialsError::Value`], naming the first value that cannot be used.
    pub fn check(&self) -> Result<(), CredentialsError> {
        self.cpay.check()?;
        self.ccpayment.check()?;
        self.ccpayment_v2.check()?;
        self.chainup_opay.keys().map(drop)
    }

    /// What a client needs: everything except the platform's private key.
    #[must_use]
    pub fn public(&self) -> PublicCredentials<'_> {
        PublicCredentials {
            cpay: &self.cpay,
            ccpayment: &self.ccpayment,
            ccpayment_v2: &self.ccpayment_v2,
            chainup_opay: self.chainup_opay.public(),
        }
    }
}

impl Default for Credentials {
    fn default() -> Self {
        Self::test()
    }
}

/// The credentials as a client gets them, to be serialised: see [`Credentials::public`].
#[derive(Serialize)]
pub struct PublicCredentials<'a> {
    cpay: &'a CpayCredentials,
    ccpayment: &'a CcpaymentCredentials,
    ccpayment_v2: &'a CcpaymentV2Credentials,
    chainup_opay: PublicChainupOpay<'a>,
}

/// serde's message without its position and without values: the message about a wrong type quotes the value.
fn what_only(error: &serde_json::Error) -> String {
    let text = error.to_string();
    let known = ["missing field", "unknown field", "duplicate field"];
    if known.iter().any(|start| text.starts_with(start)) {
        let end = text.rfind(" at line ").unwrap_or(text.len());
        return text.get(..end).unwrap_or_default().to_owned();
    }
    match error.classify() {
        serde_json::error::Category::Eof => "the text ends too early".to_owned(),
        serde_json::error::Category::Syntax => "this is not JSON".to_owned(),
        _ => "a value is of another type than expected".to_owned(),
    }
}
