//! A `payments.toml` with the accounts of a sandbox.

mod update;

use payments_sandbox::Sandbox;
use serde_json::{Value, json};
use zeroize::Zeroizing;

pub(crate) use update::updated;

/// The first words of the file: a file that starts differently was not written by this program.
pub(crate) const HEAD: &str = "# Written by `payments sandbox`";

/// The text of the file. It contains the sandbox's secrets.
pub(crate) fn text(sandbox: &Sandbox) -> Result<Zeroizing<String>, toml::ser::Error> {
    let credentials = serde_json::to_value(sandbox.credentials().public());
    of(sandbox.base_url(), &credentials.unwrap_or_default())
}

/// The same for the sandbox at a URL, from the credentials that it shows.
pub(crate) fn of(
    base_url: &str,
    credentials: &Value,
) -> Result<Zeroizing<String>, toml::ser::Error> {
    let value = |place| {
        let value = credentials.pointer(place);
        value.and_then(Value::as_str).unwrap_or_default()
    };
    let accounts = json!({
        "inline_secrets": true,
        "gateway": [
            {
                "provider": "cpay",
                "account": "sandbox",
                "base_url": base_url,
                "merchant_id": value("/cpay/merchant_id"),
                "secret": value("/cpay/secret"),
            },
            {
                "provider": "chainup-opay",
                "account": "sandbox",
                "base_url": base_url,
                "app_id": value("/chainup_opay/app_id"),
                "private_key": value("/chainup_opay/merchant_private_key"),
                "platform_key": value("/chainup_opay/platform_public_key"),
            },
            {
                "provider": "ccpayment",
                "version": "v1",
                "account": "sandbox",
                "base_url": format!("{base_url}{V1}"),
                "app_id": value("/ccpayment/app_id"),
                "app_secret": value("/ccpayment/app_secret"),
            },
            {
                "provider": "ccpayment",
                "version": "v2",
                "account": "sandbox-v2",
                "base_url": format!("{base_url}{V2}"),
                "app_id": value("/ccpayment_v2/app_id"),
                "app_secret": value("/ccpayment_v2/app_secret"),
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
const V1: &str = "/ccpayment/v1/";
const V2: &str = "/ccpayment/v2/";

pub(crate) fn ccpayment_url(sandbox: &Sandbox) -> String {
    format!("{}{V1}", sandbox.base_url())
}

pub(crate) fn ccpayment_v2_url(sandbox: &Sandbox) -> String {
    format!("{}{V2}", sandbox.base_url())
}
