//! The sandbox's `.env`, as the clients' `Config::from_env` read it.

use payments_sandbox::Sandbox;

use crate::accounts_file::{ccpayment_url, ccpayment_v2_url};

pub(crate) fn text(sandbox: &Sandbox) -> String {
    let (base_url, all) = (sandbox.base_url(), sandbox.credentials());
    let opay = &all.chainup_opay;
    let lines = [
        ("CPAY_BASE_URL", base_url),
        ("CPAY_MERCHANT_ID", &all.cpay.merchant_id),
        ("CPAY_SECRET", &all.cpay.secret),
        ("CCPAYMENT_BASE_URL", &ccpayment_url(sandbox)),
        ("CCPAYMENT_APP_ID", &all.ccpayment.app_id),
        ("CCPAYMENT_APP_SECRET", &all.ccpayment.app_secret),
        ("CCPAYMENT_V2_BASE_URL", &ccpayment_v2_url(sandbox)),
        ("CCPAYMENT_V2_APP_ID", &all.ccpayment_v2.app_id),
        ("CCPAYMENT_V2_APP_SECRET", &all.ccpayment_v2.app_secret),
        ("CHAINUP_OPAY_BASE_URL", base_url),
        ("CHAINUP_OPAY_APP_ID", &opay.app_id),
        (
            "CHAINUP_OPAY_PRIVATE_KEY",
            &bare(&opay.merchant_private_key),
        ),
        (
            "CHAINUP_OPAY_PLATFORM_KEY",
            &bare(&opay.platform_public_key),
        ),
    ];
    let mut text = String::new();
    for (name, value) in lines {
        // Quoted for shells, which `.env` readers accept. A value with a zero byte, which cannot be quoted, is no
        // credential of the sandbox.
        let value = shlex::try_quote(value).unwrap_or_default();
        text.extend([name, "=", &value, "\n"]);
    }
    text
}

/// A PEM key without its armour, on one line.
fn bare(pem: &str) -> String {
    let inside = |line: &&str| !line.starts_with("-----");
    pem.lines().map(str::trim).filter(inside).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn puts_a_key_on_one_line() {
        let pem = "-----BEGIN PUBLIC KEY-----\nAB+C\nD/E=\n-----END PUBLIC KEY-----\n";
        assert_eq!(bare(pem), "AB+CD/E=");
    }
}
