//! The CCPayment account of version 2.

use std::fmt;

use serde::{Deserialize, Serialize};
use zeroize::Zeroize as _;

use crate::credentials::value::{CredentialsError, check_text};

/// The CCPayment account of version 2. An account has one version, so this is not the account of version 1.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CcpaymentV2Credentials {
    /// `Appid`.
    pub app_id: String,
    /// The app secret.
    pub app_secret: String,
}

impl CcpaymentV2Credentials {
    pub(crate) fn test() -> Self {
        Self {
            app_id: "ccpv2SandboxApp1".to_owned(),
            app_secret: "public-test-secret-of-ccpayment-v2-sandbox".to_owned(),
        }
    }

    pub(crate) fn check(&self) -> Result<(), CredentialsError> {
        check_text("ccpayment_v2.app_id", &self.app_id)?;
        check_text("ccpayment_v2.app_secret", &self.app_secret)
    }
}

impl Drop for CcpaymentV2Credentials {
    fn drop(&mut self) {
        self.app_secret.zeroize();
    }
}

impl fmt::Debug for CcpaymentV2Credentials {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("CcpaymentV2Credentials")
            .field("app_id", &self.app_id)
            .finish_non_exhaustive()
    }
}
