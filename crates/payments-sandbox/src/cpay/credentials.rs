//! The C-Pay account.

use std::fmt;

use serde::{Deserialize, Serialize};
use zeroize::Zeroize as _;

use crate::credentials::value::{CredentialsError, check_text, refuse};
use crate::shared::text::is_digits;

/// The C-Pay account.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CpayCredentials {
    /// `merchantId`: decimal digits.
    pub merchant_id: String,
    /// The secret key: the key of the HMAC and the `key=` at the end of the signed text.
    pub secret: String,
}

impl CpayCredentials {
    pub(crate) fn test() -> Self {
        Self {
            merchant_id: "20003092".to_owned(),
            secret: "public-test-secret-of-cpay-sandbox".to_owned(),
        }
    }

    pub(crate) fn check(&self) -> Result<(), CredentialsError> {
        let id = &self.merchant_id;
        if id.len() > 18 || id.starts_with('0') || !is_digits(id) {
            return refuse(
                "cpay.merchant_id",
                "must be 1 to 18 decimal digits without a leading zero",
            );
        }
        check_text("cpay.secret", &self.secret)
    }
}

impl Drop for CpayCredentials {
    fn drop(&mut self) {
        self.secret.zeroize();
    }
}

impl fmt::Debug for CpayCredentials {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("CpayCredentials")
            .field("merchant_id", &self.merchant_id)
            .finish_non_exhaustive()
    }
}
