//! The sandbox's `.env`, as the clients' `Config::from_env` read it.

use std::borrow::Cow;

use payments_sandbox::Sandbox;

use super::ccpayment_url;

pub(super) fn text(sandbox: &Sandbox) -> String {
    let (base_url, all) = (sandbox.base_url(), sandbox.credentials());
    let opay = &all.chainup_opay;
    let private_key = bare(&opay.merchant_private_key);
    let platform_key = bare(&opay.platform_public_key);
    let ccpayment_url = ccpayment_url(sandbox);
    let lines = [
        ("CPAY_BASE_URL", base_url),
        ("CPAY_MERCHANT_ID", &all.cpay.merchant_id),
        ("CPAY_SECRET", &all.cpay.secret),
        ("CCPAYMENT_BASE_URL", &ccpayment_url),
        ("CCPAYMENT_APP_ID", &all.ccpayment.app_id),
        ("CCPAYMENT_APP_SECRET", &all.ccpayment.app_secret),
        ("CHAINUP_OPAY_BASE_URL", base_url),
        ("CHAINUP_OPAY_APP_ID", &opay.app_id),
        ("CHAINUP_OPAY_PRIVATE_KEY", &private_key),
        ("CHAINUP_OPAY_PLATFORM_KEY", &platform_key),
    ];
    let lines = lines.map(|(name, value)| format!("{name}={}\n", quoted(value)));
    format!("# .env\n{}", lines.concat())
}

/// A PEM key without its armour, on one line.
fn bare(pem: &str) -> String {
    let inside = |line: &&str| !line.starts_with("-----");
    pem.lines().map(str::trim).filter(inside).collect()
}

/// A value as shells and .env readers take it: in single quotes where it holds more than they leave alone.
fn quoted(value: &str) -> Cow<'_, str> {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-_.:/+=".contains(&byte);
    if value.bytes().all(plain) {
        Cow::Borrowed(value)
    } else {
        Cow::Owned(format!("'{}'", value.replace('\'', r"'\''")))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_quoted_where_a_shell_would_change_them() {
        assert_eq!(quoted("http://127.0.0.1:8420"), "http://127.0.0.1:8420");
        assert_eq!(quoted("a b#$c"), "'a b#$c'");
        assert_eq!(quoted("it's"), r"'it'\''s'");
    }

    #[test]
    fn a_key_goes_on_one_line() {
        let pem = "-----BEGIN PUBLIC KEY-----\nAB+C\nD/E=\n-----END PUBLIC KEY-----\n";
        assert_eq!(bare(pem), "AB+CD/E=");
    }
}
