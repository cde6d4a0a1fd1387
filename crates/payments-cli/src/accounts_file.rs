//! A `payments.toml` with the accounts of a sandbox.

mod update;

use payments_sandbox::Sandbox;
use serde_json::json;
use zeroize::Zeroizing;

pub(crate) use update::updated;

/// The first words of the file: a file that starts differently was not written by this program.
pub(crate) const HEAD: &str = "# Written by `payments sandbox`";

/// The text of the file. It contains the sandbox's secrets.
pub(crate) fn text(sandbox: &Sandbox) -> Result<Zeroizing<String>, toml::ser::Error> {
    let (base_url, all) = (sandbox.base_url(), sandbox.credentials());
    let accounts = json!({
        "inline_secrets": true,
        "gateway": [
            {
                "provider": "cpay",
                "account": "sandbox",
                "base_url": base_url,
                "merchant_id": all.cpay.merchant_id,
                "secret": all.cpay.secret,
            },
            {
                "provider": "chainup-opay",
                "account": "sandbox",
                "base_url": base_url,
                "app_id": all.chainup_opay.app_id,
                "private_key": all.chainup_opay.merchant_private_key,
                "platform_key": all.chainup_opay.platform_public_key,
            },
            {
                "provider": "ccpayment",
                "version": "v1",
                "account": "sandbox",
                "base_url": ccpayment_url(sandbox),
                "app_id": all.ccpayment.app_id,
                "app_secret": all.ccpayment.app_secret,
            },
            {
                "provider": "ccpayment",
                "version": "v2",
                "account": "sandbox-v2",
                "base_url": ccpayment_v2_url(sandbox),
                "app_id": all.ccpayment_v2.app_id,
                "app_secret": all.ccpayment_v2.app_secret,
            },
        ],
    });
    let body = Zeroizing::new(toml::to_string_pretty(&accounts)?);
    Ok(Zeroizing::new(format!(
        "{HEAD}: the accounts of the sandbox.\n\
         # Do not write secrets of real accounts into this file: use secret = {{ env = \"CPAY_SECRET\" }}.\n\
         {}",
        *body
    )))
}

/// The account of CCPayment v2. An account has one version, so it has another name than that of v1.
pub(crate) const CCPAYMENT_V2: &str = "ccpayment/sandbox-v2";

/// The sandbox serves each version of CCPayment under a path.
pub(crate) fn ccpayment_url(sandbox: &Sandbox) -> String {
    format!("{}/ccpayment/v1/", sandbox.base_url())
}

pub(crate) fn ccpayment_v2_url(sandbox: &Sandbox) -> String {
    format!("{}/ccpayment/v2/", sandbox.base_url())
}
