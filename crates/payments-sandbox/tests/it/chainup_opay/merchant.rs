//! A ChainUp OPay merchant. Its RSA envelope is made with the `rsa` crate, not with a crate of this workspace.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use md5::{Digest as _, Md5};
use payments_sandbox::{RequestRecord, SandboxBuilder};
use rsa::pkcs8::{DecodePrivateKey as _, DecodePublicKey as _};
use rsa::sha2::Sha256;
use rsa::traits::PublicKeyParts as _;
use rsa::{PrivateKey, PublicKey};
use serde_json::{Value, json};

use crate::support::http::{Answer, JSON};
use crate::support::shop::{START_MS, Shop};

pub(crate) const OPEN_ID: &str = "2ae04ed9165624419bad68e9e0f3f29fbd";
pub(crate) const USER_ID: &str = "22033390";
/// Has one of every coin.
pub(crate) const POOR_USER_ID: &str = "22033392";
/// Whose payments fail.
pub(crate) const UNLUCKY_USER_ID: &str = "22033393";

pub(crate) struct Opay {
    pub(crate) shop: Shop,
    pub(crate) app_id: String,
    private: PrivateKey,
    platform: PublicKey,
}

/// The 32 letters that are signed.
fn md5_hex(text: &[u8]) -> String {
    Md5::digest(text)
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect()
}

impl Opay {
    pub(crate) async fn open() -> Self {
        Self::with(|builder| builder).await
    }

    pub(crate) async fn with(settings: impl FnOnce(SandboxBuilder) -> SandboxBuilder) -> Self {
        let shop = Shop::with(settings).await;
        let keys = &shop.sandbox.credentials().chainup_opay;
        Self {
            app_id: keys.app_id.clone(),
            private: PrivateKey::from_pkcs8_pem(&keys.merchant_private_key).unwrap(),
            platform: PublicKey::from_public_key_pem(&keys.platform_public_key).unwrap(),
            shop,
        }
    }

    pub(crate) fn encrypt(&self, text: &[u8]) -> String {
        self.encrypt_in_pieces(text, self.platform.size() - 11)
    }

    pub(crate) fn encrypt_in_pieces(&self, text: &[u8], length: usize) -> String {
        let blocks = text
            .chunks(length)
            .flat_map(|piece| self.platform.pkcs1v15_encrypt(piece).unwrap());
        URL_SAFE_NO_PAD.encode(blocks.collect::<Vec<u8>>())
    }

    pub(crate) fn sign(&self, text: &[u8]) -> String {
        let sign = self
            .private
            .pkcs1v15_sign::<Sha256>(md5_hex(text).as_bytes());
        URL_SAFE_NO_PAD.encode(sign.unwrap())
    }

    /// Decrypts what the platform sent and verifies its signature.
    pub(crate) fn open_sealed(&self, data: &str, sign: &str) -> String {
        let blocks = URL_SAFE_NO_PAD.decode(data).unwrap();
        assert_eq!(blocks.len() % 256, 0);
        let mut text = Vec::new();
        for block in blocks.chunks(256) {
            text.extend(self.private.pkcs1v15_decrypt(block).unwrap());
        }
        let sign = URL_SAFE_NO_PAD.decode(sign).unwrap();
        self.platform
            .pkcs1v15_verify::<Sha256>(md5_hex(&text).as_bytes(), &sign)
            .expect("the platform's signature");
        String::from_utf8(text).unwrap()
    }

    /// Whether what the platform sent can be decrypted and has its signature.
    pub(crate) fn is_sealed(&self, data: &str, sign: &str) -> bool {
        let bytes = |text: &str| URL_SAFE_NO_PAD.decode(text).unwrap_or_default();
        let (blocks, sign) = (bytes(data), bytes(sign));
        let mut text = Vec::new();
        for block in blocks.chunks(256) {
            match self.private.pkcs1v15_decrypt(block) {
                Ok(part) => text.extend(part),
                Err(_) => return false,
            }
        }
        let digest = md5_hex(&text);
        let platform = &self.platform;
        platform
            .pkcs1v15_verify::<Sha256>(digest.as_bytes(), &sign)
            .is_ok()
    }

    /// The four fields around a text.
    pub(crate) fn fields(&self, text: &str) -> Value {
        json!({
            "app_id": self.app_id,
            "data": self.encrypt(text.as_bytes()),
            "sign": self.sign(text.as_bytes()),
            "time": self.shop.sandbox.clock().now_ms(),
        })
    }

    pub(crate) async fn post(&self, path: &str, body: &Value) -> Answer {
        self.shop.post(path, &[JSON], &body.to_string()).await
    }

    pub(crate) async fn call(&self, name: &str, inside: &Value) -> Answer {
        let body = self.fields(&inside.to_string());
        self.post(&path(name), &body).await
    }

    /// What is inside a good answer.
    pub(crate) async fn good(&self, name: &str, inside: &Value) -> Value {
        let text = self.good_text(name, inside).await;
        serde_json::from_str(&text).unwrap()
    }

    pub(crate) async fn good_text(&self, name: &str, inside: &Value) -> String {
        let answer = self.call(name, inside).await;
        let json = answer.json();
        assert_eq!(answer.status, 200);
        assert_eq!(
            (&json["code"], &json["msg"]),
            (&"0".into(), &"succ".into()),
            "{json} {}",
            self.shop.reason()
        );
        assert_eq!(json.as_object().unwrap().len(), 4, "{json}");
        let part = |name: &str| json[name].as_str().unwrap().to_owned();
        self.open_sealed(&part("data"), &part("sign"))
    }

    /// The code of a refusal.
    pub(crate) async fn code(&self, name: &str, inside: &Value) -> String {
        refused(&self.call(name, inside).await)
    }

    /// The number of a new order.
    pub(crate) async fn order(&self, changes: &Value) -> String {
        let created = self.good("createThirdOrder", &order(changes)).await;
        assert_eq!(created.as_object().unwrap().len(), 1);
        created["orderNum"].as_str().unwrap().to_owned()
    }

    pub(crate) async fn status(&self, order_num: &str) -> String {
        let detail = self
            .good("orderDetail", &json!({"orderNum": order_num}))
            .await;
        detail["orderStatus"].as_str().unwrap().to_owned()
    }

    pub(crate) fn record(&self) -> RequestRecord {
        self.shop.sandbox.requests().pop().unwrap()
    }

    /// What a callback holds, of the body that came.
    pub(crate) fn callback(&self, body: &str) -> Value {
        let json: Value = serde_json::from_str(body).unwrap();
        assert_eq!(json.as_object().unwrap().len(), 4, "{json}");
        assert_eq!(json["app_id"], self.app_id.as_str());
        assert!(json["time"].as_u64().unwrap() >= START_MS);
        let part = |name: &str| json[name].as_str().unwrap();
        serde_json::from_str(&self.open_sealed(part("data"), part("sign"))).unwrap()
    }
}

pub(crate) fn path(name: &str) -> String {
    format!("/platformapi/chainup/open/opay/{name}")
}

/// Asserts the shape of refusals and gives the code.
pub(crate) fn refused(answer: &Answer) -> String {
    assert_eq!(answer.status, 200, "{answer:?}");
    let json = answer.json();
    let fields = json.as_object().unwrap();
    assert_eq!(fields.len(), 2, "neither data nor sign: {json}");
    assert!(!json["msg"].as_str().unwrap().is_empty());
    let code = json["code"].as_str().unwrap();
    assert_ne!(code, "0", "{json}");
    code.to_owned()
}

/// `createThirdOrder` with the usual fields, each replaced or (by `null`) left out, and more added.
pub(crate) fn order(changes: &Value) -> Value {
    let mut fields = json!({
        "appOrderId": "order-1",
        "openId": OPEN_ID,
        "orderAmount": "10",
        "payCoinSymbol": "BTC",
        "returnPage": "https://shop.example/return?a=1",
        "notifyPage": "http://127.0.0.1:9/notify",
    });
    for (name, value) in changes.as_object().unwrap() {
        let fields = fields.as_object_mut().unwrap();
        if value.is_null() {
            fields.remove(name);
        } else {
            fields.insert(name.clone(), value.clone());
        }
    }
    fields
}
