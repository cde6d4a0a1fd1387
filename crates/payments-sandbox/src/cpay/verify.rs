//! Checks merchant and signature. Operations accept only [`Verified`] parameters.

use payments_signing::Cause;
use payments_signing::cpay::Key;

use super::account::Account;
use super::answer::Refusal;
use super::params::Params;
use crate::shared::masking;
use crate::shared::requests::RequestRecord;

/// Parameters with a valid signature. Made only here.
#[derive(Debug)]
pub(super) struct Verified {
    params: Params,
}

impl Verified {
    /// A parameter's value. An empty value counts as not sent, as in the signature.
    pub(super) fn get(&self, name: &str) -> Option<&str> {
        self.params.get(name).filter(|value| !value.is_empty())
    }
}

const PHP_NOTE: &str = "The signature leaves out values of 0, as the official PHP code does: accepted because accept_php_signatures (--accept-php-signatures) is on; C-Pay's text demands that they are signed.";

/// Checks merchant and signature, and records the signed text and both signatures. If there is a list `shown`, only the
/// values of these parameters are recorded.
pub(super) fn check(
    account: &Account,
    shown: Option<&[&str]>,
    params: Params,
    record: &mut RequestRecord,
) -> Result<Verified, Refusal> {
    let merchant_id = params.get("merchantId").unwrap_or_default();
    if merchant_id.is_empty() {
        return Err(Refusal::field("merchantId", "is missing or empty"));
    }
    if merchant_id != account.merchant_id {
        return Err(Refusal::field(
            "merchantId",
            format!(
                "is not a merchant of this sandbox; its only one is {}",
                account.merchant_id
            ),
        ));
    }
    record.canonical = canonical(account, shown, &params);
    record.received_sign = params.get("sign").map(str::to_owned);
    let sign = params.get("sign").unwrap_or_default();
    let by = |key: &Key| key.verify(params.iter(), sign).is_ok();
    if by(&account.key) {
        // A valid signature has one spelling, so it is the expected one.
        record.expected_sign = record.received_sign.clone();
        return Ok(Verified { params });
    }
    let expected = account.key.sign(params.iter()).ok();
    record.expected_sign = expected.map(|sign| sign.as_str().to_owned());
    if sign.is_empty() {
        return Err(Refusal::field("sign", "is missing or empty"));
    }
    if account.settings.get().php_signatures && by(&account.php_key) {
        record.notes.push(PHP_NOTE.to_owned());
        return Ok(Verified { params });
    }
    let reason = mismatch(&account.key, &params);
    Err(Refusal::new("verify sign fail", reason))
}

/// The signed text as the sandbox builds it.
fn canonical(account: &Account, shown: Option<&[&str]>, params: &Params) -> Option<String> {
    let masked = params.iter().map(|(name, value)| {
        let secret = masking::is_secret(name) || shown.is_some_and(|shown| !shown.contains(&name));
        let value = if secret && !value.is_empty() {
            "***"
        } else {
            value
        };
        (name, value)
    });
    account.key.masked_text(masked).ok()
}

/// What the form shows of the mistake.
fn mismatch(key: &Key, params: &Params) -> String {
    let diagnosis = key.diagnose_webhook(params.form());
    let precise = diagnosis.filter(|found| found.cause() != Cause::WrongSecretOrAltered);
    precise.map_or_else(
        || "sign is not the HMAC-SHA256 of the canonical text: compare secret, parameter values as received, and their order; empty values are left out, 0 is not".to_owned(),
        |found| found.to_string(),
    )
}
