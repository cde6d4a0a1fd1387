//! The two servers, each with a runtime on a thread whose processor time is counted.

use std::sync::mpsc;
use std::time::Duration;

use axum::Router;
use axum::http::StatusCode;
use axum::routing::post;
use cpu_time::ThreadTime;
use payments_sandbox::{Credentials, Sandbox};
use payments_signing::{Secret, cpay::Key};

const ANSWER: &str = concat!(
    r#"{"code":0,"msg":"success","data":{"orderId":"221116112637772768014","merchantId":"20003092","#,
    r#""cryptoCurrency":"USDT","orderAmount":"66.12345678","receivedAmount":"0","#,
    r#""merchantTradeNo":"test114","cashierURL":"http://127.0.0.1/payment?orderId=221116112637772768014"#,
    r#"&sign=639ae2e78bd3456afab6dfe607c56848de50f3f755cdfef5cda007626bbeabf","returnURL":"","#,
    r#""successURL":"","failURL":"","remark":"","extInfo":""},"traceid":"221117083310X220052"}"#
);

pub(crate) struct Server {
    pub(crate) address: String,
    /// Sends a request for the processor time that the server's thread has used.
    ask: tokio::sync::mpsc::UnboundedSender<mpsc::Sender<Duration>>,
}

impl Server {
    pub(crate) fn sandbox() -> Self {
        Self::start(async || {
            let sandbox = Sandbox::builder().start().await.unwrap();
            let address = sandbox.base_url().trim_start_matches("http://").to_owned();
            (address, async move {
                let _alive = sandbox;
                std::future::pending::<()>().await;
            })
        })
    }

    pub(crate) fn bare() -> Self {
        Self::start(async || {
            let key = Key::new(Secret::new(Credentials::test().cpay.secret.as_str()).unwrap());
            let handler = async move |body: axum::body::Bytes| {
                let fields: Vec<(String, String)> =
                    form_urlencoded::parse(&body).into_owned().collect();
                let sign = fields.iter().find(|(name, _)| name == "sign");
                let sign = sign.map(|(_, sign)| sign.as_str()).unwrap_or_default();
                let signed = fields.iter().filter(|(name, _)| name != "sign");
                let signed = signed.map(|(name, value)| (name.as_str(), value.as_str()));
                match key.verify(signed, sign) {
                    Ok(_) => (StatusCode::OK, ANSWER),
                    Err(_) => (StatusCode::UNAUTHORIZED, ""),
                }
            };
            let router = Router::new().route("/openapi/v1/createOrder", post(handler));
            let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
            let address = listener.local_addr().unwrap().to_string();
            (address, async move {
                axum::serve(listener, router).await.unwrap();
            })
        })
    }

    /// Runs what `start` makes until the program ends.
    fn start<F: Future<Output = ()>>(
        start: impl AsyncFnOnce() -> (String, F) + Send + 'static,
    ) -> Self {
        let (started, address) = mpsc::channel();
        let (ask, mut asked) = tokio::sync::mpsc::unbounded_channel::<mpsc::Sender<Duration>>();
        std::thread::spawn(move || {
            let used = ThreadTime::now();
            let runtime = tokio::runtime::Builder::new_current_thread()
                .enable_all()
                .build()
                .unwrap();
            runtime.block_on(async {
                let (address, serve) = start().await;
                started.send(address).unwrap();
                let answer = async {
                    while let Some(reply) = asked.recv().await {
                        reply.send(used.elapsed()).unwrap();
                    }
                };
                tokio::join!(serve, answer);
            });
        });
        let address = address.recv().unwrap();
        Self { address, ask }
    }

    /// Processor time of the server's thread since its start.
    pub(crate) fn used(&self) -> Duration {
        let (reply, used) = mpsc::channel();
        self.ask.send(reply).unwrap();
        used.recv().unwrap()
    }
}
