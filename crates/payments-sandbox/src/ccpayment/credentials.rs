//! The CCPayment account.

use std::fmt;

use serde::{Deserialize, Serialize};
use zeroize::Zeroize as _;

use crate::credentials::value::{CredentialsError, check_text};

/// The CCPayment account.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CcpaymentCredentials {
    /// `Appid`.
    pub app_id: String,
    /// The app secret.
    pub app_secret: String,
}

impl CcpaymentCredentials {
    pub(crate) fn test() -> Self {
        Self {
            app_id: "202611210000000000000000000000001".to_owned(),
            app_secret: "public-test-secret-of-ccpayment-sandbox".to_owned(),
        }
    }

    pub(crate) fn check(&self) -> Result<(), CredentialsError> {
        check_text("ccpayment.app_id", &self.app_id)?;
        check_text("ccpayment.app_secret", &self.app_secret)
    }
}

impl Drop for CcpaymentCredentials {
    fn drop(&mut self) {
        self.app_secret.zeroize();
    }
}

impl fmt::Debug for CcpaymentCredentials {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("CcpaymentCredentials")
            .field("app_id", &self.app_id)
            .finish_non_exhaustive()
    }
}
