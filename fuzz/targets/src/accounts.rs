//! The accounts of the recorded messages: what the merchant verifies with, and what the gateway signs with.

use std::sync::LazyLock;

use http::HeaderMap;
use payments_core::Timestamp;
use payments_signing::chainup_opay::Keys;
use payments_signing::rsa::{PrivateKey, PublicKey};
use payments_signing::{Secret, ccpayment, cpay};

use crate::corpus;
use crate::stated::Stated;

const CPAY_SECRET: &str = "k3y-of-merchant";
const CHAINUP_APP: &str = "xxx_xxx";
const CCPAYMENT_APP: &str = "202302010636261620672405236006912";
const CCPAYMENT_V2_APP: &str = "ccpv2TestAppId01";
const CCPAYMENT_SECRET: &str = "0123456789abcdef0123456789abcdef";

/// When the recorded webhooks of CCPayment were sent, and some seconds after that.
const CCPAYMENT_SENT: u64 = 1_677_152_490;
pub(crate) const CCPAYMENT_NOW: Timestamp = Timestamp::from_secs(CCPAYMENT_SENT + 10);
const CCPAYMENT_V2_SENT: u64 = 1_800_000_000;
pub(crate) const CCPAYMENT_V2_NOW: Timestamp = Timestamp::from_secs(CCPAYMENT_V2_SENT + 5);

/// Who signs.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Signer {
    Gateway,
    /// Someone who knows everything but the gateway's key.
    Forger,
}

impl Signer {
    fn secret(self, genuine: &str) -> Secret {
        let text = match self {
            Self::Gateway => genuine,
            Self::Forger => "fedcba9876543210fedcba9876543210",
        };
        Secret::new(text).unwrap()
    }
}

pub(crate) fn cpay() -> cpay_client::Config {
    cpay_client::Config::new("https://api.cpay.ltd", "20003092", CPAY_SECRET).unwrap()
}

pub(crate) fn chainup() -> chainup_opay_client::Config {
    let private = corpus::text("signatures/chainup_opay/merchant.pri.pem");
    let platform = corpus::text("signatures/chainup_opay/platform.pub.pem");
    let url = "https://service.exchange.example";
    chainup_opay_client::Config::new(url, CHAINUP_APP, &private, &platform).unwrap()
}

pub(crate) fn ccpayment() -> ccpayment_client::v1::Config {
    use ccpayment_client::v1::{Config, DEFAULT_BASE_URL};
    Config::new(DEFAULT_BASE_URL, CCPAYMENT_APP, CCPAYMENT_SECRET).unwrap()
}

pub(crate) fn ccpayment_v2() -> ccpayment_client::v2::Config {
    use ccpayment_client::v2::{Config, DEFAULT_BASE_URL};
    Config::new(DEFAULT_BASE_URL, CCPAYMENT_V2_APP, CCPAYMENT_SECRET).unwrap()
}

/// Signs a body of C-Pay, which has no signature yet. `None` if it has no fields that can be signed.
pub(crate) fn sign_cpay(signer: Signer, body: &[u8]) -> Option<Vec<u8>> {
    let key = cpay::Key::new(signer.secret(CPAY_SECRET));
    let body = str::from_utf8(body.trim_ascii()).ok()?;
    let signed = |fields: &[(String, String)]| {
        let pairs = fields.iter().map(|(name, value)| (&**name, &**value));
        key.sign(pairs).ok()
    };
    if !body.starts_with('{') {
        let fields = form_urlencoded::parse(body.as_bytes()).into_owned();
        let sign = signed(&fields.collect::<Vec<_>>())?;
        return Some(format!("{body}&sign={sign}").into_bytes());
    }
    let fields = Stated::of(body.as_bytes())?.texts();
    let sign = signed(&fields)?;
    let members = body.strip_suffix('}')?;
    let comma = if fields.is_empty() { "" } else { "," };
    Some(format!("{members}{comma}\"sign\":\"{sign}\"}}").into_bytes())
}

/// Seals a text of ChainUp OPay to the merchant, as the body of a callback. Anyone can: only the signature needs a private key.
pub(crate) fn seal_callback(signer: Signer, text: &[u8]) -> Vec<u8> {
    let (data, sign) = seal_chainup(signer, text);
    let body = serde_json::json!({"app_id": CHAINUP_APP, "time": 1, "data": data, "sign": sign});
    body.to_string().into_bytes()
}

/// The encrypted text and its signature.
pub(crate) fn seal_chainup(signer: Signer, text: &[u8]) -> (String, String) {
    fn keys(signer: &str) -> Keys {
        let private = corpus::text(&format!("signatures/chainup_opay/{signer}.pri.pem"));
        let merchant = corpus::text("signatures/chainup_opay/merchant.pub.pem");
        Keys::new(
            PrivateKey::parse(&private).unwrap(),
            PublicKey::parse(&merchant).unwrap(),
        )
    }
    static PLATFORM: LazyLock<Keys> = LazyLock::new(|| keys("platform"));
    static OTHER: LazyLock<Keys> = LazyLock::new(|| keys("merchant"));
    let keys: &Keys = match signer {
        Signer::Gateway => &PLATFORM,
        Signer::Forger => &OTHER,
    };
    let sealed = keys.seal(text).unwrap();
    (sealed.data, sealed.sign)
}

/// The headers of a message of CCPayment with this body.
pub(crate) fn sign_ccpayment(signer: Signer, body: &[u8]) -> HeaderMap {
    let secret = signer.secret(CCPAYMENT_SECRET);
    let key = ccpayment::Key::new(CCPAYMENT_APP, secret).unwrap();
    let stamp = ccpayment::Timestamp::from_secs(CCPAYMENT_SENT).unwrap();
    let sign = key.sign(stamp, body);
    headers([CCPAYMENT_APP, stamp.as_str(), sign.as_str()])
}

/// The same for version 2.
pub(crate) fn sign_ccpayment_v2(signer: Signer, body: &[u8]) -> HeaderMap {
    let secret = signer.secret(CCPAYMENT_SECRET);
    let key = ccpayment::v2::Key::new(CCPAYMENT_V2_APP, secret).unwrap();
    let stamp = ccpayment::Timestamp::from_secs(CCPAYMENT_V2_SENT).unwrap();
    let sign = key.sign(stamp, body);
    headers([CCPAYMENT_V2_APP, stamp.as_str(), sign.as_str()])
}

/// What CCPayment signs a message with.
pub(crate) const SIGNATURE: [&str; 3] = ["Appid", "Timestamp", "Sign"];

fn headers(values: [&str; 3]) -> HeaderMap {
    let values = values.map(|value| value.parse().unwrap());
    let names = SIGNATURE.map(|name| name.parse().unwrap());
    names.into_iter().zip(values).collect()
}

/// Panics if a text that people may read has a secret of these accounts that the input did not have. libFuzzer sees what texts are
/// compared with, and so makes inputs with secrets in them.
pub(crate) fn has_no_secret(text: &str, input: &[u8]) {
    static SECRETS: LazyLock<Vec<String>> = LazyLock::new(|| {
        let key = corpus::text("signatures/chainup_opay/merchant.pri.pem");
        let lines = key.lines().filter(|line| !line.starts_with('-'));
        let lines = lines.map(str::to_owned);
        let texts = [CPAY_SECRET, CCPAYMENT_SECRET].map(str::to_owned);
        texts.into_iter().chain(lines).collect()
    });
    let input = String::from_utf8_lossy(input);
    let is_shown =
        |secret: &&String| text.contains(secret.as_str()) && !input.contains(secret.as_str());
    let shown = SECRETS.iter().find(is_shown);
    assert_eq!(shown, None, "a secret is shown in {text:?}");
}
