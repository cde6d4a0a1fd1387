//! A `payments.toml` for the sandbox.

use std::io::Write as _;
use std::path::Path;

use payments_sandbox::Sandbox;
use zeroize::Zeroizing;

use super::ccpayment_url;
use crate::failure::Failure;

/// Writes it for its owner alone. A file that is there and is none of these is left as it is.
pub(super) fn write(sandbox: &Sandbox, path: &Path) -> Result<(), Failure> {
    let failed = |error| Failure::failed(&format!("cannot write {}", path.display()), error);
    match std::fs::read_to_string(path) {
        Ok(there) if !there.starts_with(HEAD) => {
            return Err(Failure::bad(format!(
                "{} is there already and was not written by this command: choose another name",
                path.display()
            )));
        }
        Ok(_) => {}
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => {}
        Err(error) => return Err(failed(error)),
    }
    let mut options = std::fs::OpenOptions::new();
    options.write(true).create(true).truncate(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut file = options.open(path).map_err(failed)?;
    file.write_all(text(sandbox).as_bytes()).map_err(failed)
}

const HEAD: &str = "# Written by `payments sandbox`";

fn text(sandbox: &Sandbox) -> Zeroizing<String> {
    let (base_url, all) = (sandbox.base_url(), sandbox.credentials());
    let opay = &all.chainup_opay;
    Zeroizing::new(format!(
        "{HEAD}: the accounts of the sandbox at {base_url}.\n\
         # Secrets of real accounts do not belong here: name where they are, secret = {{ env = \"CPAY_SECRET\" }}.\n\
         inline_secrets = true\n\
         \n\
         [[gateway]]\n\
         provider = \"cpay\"\n\
         account = \"sandbox\"\n\
         base_url = {base}\n\
         merchant_id = {merchant_id}\n\
         secret = {secret}\n\
         \n\
         [[gateway]]\n\
         provider = \"chainup-opay\"\n\
         account = \"sandbox\"\n\
         base_url = {base}\n\
         app_id = {opay_id}\n\
         private_key = {private_key}\n\
         platform_key = {platform_key}\n\
         \n\
         [[gateway]]\n\
         provider = \"ccpayment\"\n\
         account = \"sandbox\"\n\
         base_url = {ccpayment_url}\n\
         app_id = {app_id}\n\
         app_secret = {app_secret}\n",
        base = quoted(base_url),
        merchant_id = quoted(&all.cpay.merchant_id),
        secret = quoted(&all.cpay.secret),
        opay_id = quoted(&opay.app_id),
        private_key = key(&opay.merchant_private_key),
        platform_key = key(&opay.platform_public_key),
        ccpayment_url = quoted(&ccpayment_url(sandbox)),
        app_id = quoted(&all.ccpayment.app_id),
        app_secret = quoted(&all.ccpayment.app_secret),
    ))
}

/// A basic string of TOML.
fn quoted(text: &str) -> String {
    let mut quoted = String::from("\"");
    for c in text.chars() {
        match c {
            '"' | '\\' => quoted.extend(['\\', c]),
            c if c.is_control() => quoted.push_str(&format!("\\u{:04X}", u32::from(c))),
            c => quoted.push(c),
        }
    }
    quoted.push('"');
    quoted
}

/// A literal string of several lines: a PEM text holds nothing that would end it.
fn key(pem: &str) -> String {
    format!("'''\n{}\n'''", pem.trim())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_value_stays_one_whatever_it_holds() {
        assert_eq!(quoted("plain é"), "\"plain é\"");
        assert_eq!(quoted("a\"b\\c\u{7f}"), r#""a\"b\\c\u007F""#);
    }
}
