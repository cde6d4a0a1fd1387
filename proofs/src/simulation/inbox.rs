//! Webhooks on their way from the provider to the merchant: late, lost, forged.

use std::collections::BTreeSet;
use std::sync::{Arc, Mutex, OnceLock};
use std::time::Duration;

use bytes::Bytes;
use http::{Request, Response};
use payments_core::Clock as _;
use payments_facade::{Gateway, Gateways};
use payments_sandbox::Sandbox;
use payments_signing::{Secret, ccpayment, cpay};
use payments_simulation::Life;
use payments_store::Store;

use super::accounts::Pair;
use super::day::Scene;
use super::defect::Defect;

/// What a forger claims to have paid.
const FORGED: &str = "666";

/// The merchant's process, while it lives.
#[derive(Clone, Debug)]
pub(super) struct Running {
    pub(super) store: Store,
    pub(super) gateways: Gateways,
    pub(super) life: Arc<Life>,
}

/// The reply of the merchant's process.
struct Replied {
    reply: Response<Bytes>,
    is_acknowledged: bool,
}

/// The merchant's address for webhooks.
#[derive(Debug)]
pub(super) struct Inbox {
    scene: Arc<Scene>,
    running: Mutex<Option<Running>>,
    /// The effect keys of the webhooks that the merchant acknowledged.
    acknowledged: Mutex<BTreeSet<String>>,
    /// Forged webhooks that the merchant acknowledged.
    believed: Mutex<Vec<String>>,
    /// A genuine webhook, for forgers to change.
    seen: OnceLock<Request<Bytes>>,
}

impl Inbox {
    pub(super) fn new(scene: Arc<Scene>) -> Arc<Self> {
        Arc::new(Self {
            scene,
            running: Mutex::default(),
            acknowledged: Mutex::default(),
            believed: Mutex::default(),
            seen: OnceLock::new(),
        })
    }

    pub(super) fn connect(&self, running: Option<Running>) {
        *self.running.lock().unwrap() = running;
    }

    pub(super) fn running(&self) -> Option<Running> {
        self.running.lock().unwrap().clone()
    }

    pub(super) fn acknowledged(&self) -> BTreeSet<String> {
        self.acknowledged.lock().unwrap().clone()
    }

    pub(super) fn believed(&self) -> Vec<String> {
        self.believed.lock().unwrap().clone()
    }

    /// What the provider sees of a webhook that it sends.
    pub(super) async fn receive(
        self: Arc<Self>,
        request: Request<Bytes>,
    ) -> Result<Response<Bytes>, String> {
        let scene = &self.scene;
        scene.totals.count("webhooks");
        let _ = self.seen.set(request.clone());
        let path = request.uri().path().to_owned();
        let delay = Duration::from_millis(1) + scene.chance.up_to(Duration::from_millis(200));
        tokio::time::sleep(delay).await;
        if scene.goes_wrong(10) {
            scene
                .journal
                .write(format_args!("a webhook to {path} is lost"));
            return Err("no connection".to_owned());
        }
        let replied = self.post(request).await;
        let what = match &replied {
            Some(it) if it.is_acknowledged => "is acknowledged",
            Some(_) => "is refused",
            None => "gets no reply",
        };
        scene
            .journal
            .write(format_args!("a webhook to {path} {what}"));
        let replied = replied.ok_or("the connection broke")?;
        match scene.goes_wrong(12) {
            true => Err("the reply is lost".to_owned()),
            false => Ok(replied.reply),
        }
    }

    /// The reply of a living process.
    async fn post(&self, request: Request<Bytes>) -> Option<Replied> {
        let Running {
            store,
            gateways,
            life,
        } = self.running()?;
        let (parts, body) = request.into_parts();
        let now = self.scene.clock.now();
        let of = |gateway: &dyn Gateway| gateway.webhooks().receive(&parts.headers, &body, now);
        let (gateway, received) = match parts.uri.path().trim_start_matches('/').parse() {
            Ok(id) => {
                let gateway = gateways.get(&id)?;
                (gateway, of(gateway))
            }
            // The URL of an order is the same at all gateways.
            Err(_) => {
                let mut all = gateways.iter().map(|gateway| (gateway, of(gateway)));
                all.find(|(_, received)| received.is_ok()).or_else(|| {
                    let first = gateways.iter().next()?;
                    Some((first, of(first)))
                })?
            }
        };
        let forgets =
            self.scene.day.defect == Defect::AcknowledgesFirst && self.scene.chance.one_in(4);
        let reply = match &received {
            Ok(received) if forgets => received.ack(),
            // Verified already, which takes long at ChainUp OPay.
            Ok(received) => match store.keep(received).await {
                Ok(()) => received.ack(),
                Err(_) => gateway.webhooks().nack(),
            },
            Err(_) => store.receive(gateway, &parts.headers, &body).await,
        };
        if life.is_over() {
            return None;
        }
        let nack = gateway.webhooks().nack();
        let is_acknowledged = (reply.status(), reply.body()) != (nack.status(), nack.body());
        if let (Ok(received), true) = (&received, is_acknowledged) {
            let key = received.event().effect_key().as_str().to_owned();
            self.acknowledged.lock().unwrap().insert(key);
        }
        Some(Replied {
            reply,
            is_acknowledged,
        })
    }

    /// Sends what no provider said.
    pub(super) async fn forge(&self, sandbox: &Sandbox) {
        let scene = &self.scene;
        let altered = self
            .seen
            .get()
            .filter(|_| scene.chance.one_in(2))
            .and_then(altered);
        let webhook = altered.unwrap_or_else(|| self.made_up(sandbox));
        scene.totals.count("forged webhooks");
        let body = String::from_utf8_lossy(webhook.body()).into_owned();
        let replied = self.post(webhook).await;
        let is_believed = replied.is_some_and(|it| it.is_acknowledged);
        scene.journal.write(format_args!(
            "a forged webhook, acknowledged: {is_believed}"
        ));
        if is_believed {
            self.believed.lock().unwrap().push(body);
        }
    }

    /// A payment that was never made, signed with a guessed secret.
    fn made_up(&self, sandbox: &Sandbox) -> Request<Bytes> {
        let keys = sandbox.credentials();
        let leaks = self.scene.day.defect == Defect::LeaksSecret;
        let secret = |real: &str| Secret::new(if leaks { real } else { "guessed" }).unwrap();
        match self.scene.pair {
            Pair::CpayAndChainup => {
                let fields = [
                    ("merchantId", keys.cpay.merchant_id.as_str()),
                    ("merchantTradeNo", "order-99"),
                    ("orderId", "2209141130105863014"),
                    ("orderStatus", "14"),
                    ("actualAmount", FORGED),
                    ("receivedAmount", FORGED),
                    ("cryptoCurrency", "USDT"),
                ];
                let sign = cpay::Key::new(secret(&keys.cpay.secret))
                    .sign(fields)
                    .unwrap();
                let fields = fields.into_iter().chain([("sign", sign.as_str())]);
                let body: serde_json::Map<String, serde_json::Value> = fields
                    .map(|(name, value)| (name.to_owned(), value.into()))
                    .collect();
                let body = serde_json::to_vec(&body).unwrap();
                Request::post("/cpay/main").body(body.into()).unwrap()
            }
            Pair::BothCcpayments => {
                let own = &keys.ccpayment;
                let key = ccpayment::Key::new(&own.app_id, secret(&own.app_secret)).unwrap();
                let stamp =
                    ccpayment::Timestamp::from_secs(self.scene.clock.now().as_secs()).unwrap();
                let body = format!(
                    r#"{{"pay_status":"success","order_type":"API Deposit","record_id":"20230322","order_id":"202303","extend":{{"merchant_order_id":"order-99"}},"paid_amount":"{FORGED}","crypto":"USDT","chain":"TRX"}}"#
                );
                let sign = key.sign(stamp, body.as_bytes());
                Request::post("/ccpayment/v1")
                    .header("Appid", &own.app_id)
                    .header("Timestamp", stamp.as_str())
                    .header("Sign", sign.as_str())
                    .body(body.into())
                    .unwrap()
            }
        }
    }
}

/// A genuine webhook with another digit. Not one of ChainUp, whose envelope has a time without a signature.
fn altered(genuine: &Request<Bytes>) -> Option<Request<Bytes>> {
    if genuine.body().starts_with(b"{\"app_id\"") {
        return None;
    }
    let mut body = genuine.body().to_vec();
    let digit = body.iter_mut().rev().find(|byte| byte.is_ascii_digit())?;
    *digit = if *digit == b'9' { b'1' } else { *digit + 1 };
    let mut request = genuine.clone();
    *request.body_mut() = body.into();
    Some(request)
}
