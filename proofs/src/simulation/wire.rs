//! Requests on their way to the provider. They go on if the merchant's process dies.

use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use bytes::Bytes;
use http::{HeaderValue, Request, Response, header};
use http_body_util::{BodyExt as _, Empty};
use hyper::client::conn::http1;
use hyper_util::rt::TokioIo;
use payments_core::{RawAnswer, Reach, Transport, TransportError};
use payments_sandbox::Sandbox;
use payments_server::Verbatim;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::sync::oneshot;

use super::day::Scene;
use super::payouts::Payouts;

/// The longest answer that is read, as the standard transport has it.
const LONGEST: usize = 8 * 1024 * 1024;

/// The network between the merchant's clients and the sandbox.
#[derive(Clone, Debug)]
pub(super) struct Wire {
    scene: Arc<Scene>,
    sandbox: Arc<Sandbox>,
    payouts: Arc<Payouts>,
}

impl Wire {
    pub(super) fn new(scene: Arc<Scene>, sandbox: Arc<Sandbox>) -> Self {
        Self {
            scene,
            sandbox,
            payouts: Arc::default(),
        }
    }

    pub(super) fn sandbox(&self) -> &Sandbox {
        &self.sandbox
    }

    pub(super) fn payouts(&self) -> &Payouts {
        &self.payouts
    }

    /// How long a request or an answer takes: sometimes longer than a client waits.
    fn delay(&self) -> Duration {
        let longest = match self.scene.goes_wrong(60) {
            true => Duration::from_secs(90),
            false => Duration::from_millis(300),
        };
        Duration::from_millis(1) + self.scene.chance.up_to(longest)
    }

    /// Reads what a fault wrote byte by byte, by a real client.
    async fn read(bytes: Bytes) -> Result<Response<Bytes>, TransportError> {
        let reach = match bytes.is_empty() {
            true => Reach::MaybeSent,
            false => Reach::ResponseStarted,
        };
        let broken = |error: hyper::Error| TransportError::io(reach, error);
        let (near, mut far) = tokio::io::duplex(1024);
        let writing = tokio::spawn(async move {
            let _ = far.read(&mut [0; 1024]).await;
            let _ = far.write_all(&bytes).await;
        });
        let (mut sender, connection) =
            http1::handshake(TokioIo::new(near)).await.map_err(broken)?;
        let reading = tokio::spawn(connection);
        let request = Request::post("/").body(Empty::<Bytes>::new()).unwrap();
        let answer = sender.send_request(request).await.map_err(broken);
        let read = async {
            let (head, body) = answer?.into_parts();
            let body = body.collect().await.map_err(broken)?;
            Ok(Response::from_parts(head, body.to_bytes()))
        };
        let read = read.await;
        writing.abort();
        reading.abort();
        read
    }
}

#[async_trait]
impl Transport for Wire {
    async fn send(&self, mut request: Request<Bytes>) -> Result<Response<Bytes>, TransportError> {
        self.scene.totals.count("requests");
        let path = request.uri().path().to_owned();
        if self.scene.goes_wrong(50) {
            self.scene
                .journal
                .write(format_args!("no connection for {path}"));
            return Err(TransportError::connect("no connection"));
        }
        let host = HeaderValue::from_static("localhost");
        request.headers_mut().insert(header::HOST, host);
        let payout = self.payouts.leaves(&self.sandbox, &request);
        if let Some(reference) = &payout {
            self.scene.totals.count("requests for payouts");
            self.scene.journal.write(format_args!("{reference} leaves"));
        }
        let is_lost = self.scene.goes_wrong(100);
        let (there, back) = (self.delay(), self.delay());
        let (sender, answer) = oneshot::channel();
        let (scene, sandbox) = (Arc::clone(&self.scene), Arc::clone(&self.sandbox));
        tokio::spawn(async move {
            tokio::time::sleep(there).await;
            if is_lost {
                scene.journal.write(format_args!("{path} is lost"));
                return;
            }
            let answer = sandbox.answer(request).await;
            // No lengths: those of encrypted texts, compressed by a fault, differ each time.
            let text = match answer.extensions().get() {
                None => answer.status().as_str().to_owned(),
                Some(Verbatim::Hold) => "nothing".to_owned(),
                Some(Verbatim::Close | Verbatim::Reset) => "broken bytes".to_owned(),
            };
            tokio::time::sleep(back).await;
            scene
                .journal
                .write(format_args!("{path} is answered: {text}"));
            // The caller may be gone.
            let _ = sender.send(answer);
        });
        let Ok(answer) = answer.await else {
            // Nothing comes back.
            return std::future::pending().await;
        };
        let answer = match answer.extensions().get() {
            Some(Verbatim::Hold) => return std::future::pending().await,
            Some(Verbatim::Close | Verbatim::Reset) => Self::read(answer.into_body()).await?,
            None => answer,
        };
        if answer.body().len() > LONGEST {
            let start = answer.body().slice(..LONGEST);
            return Err(TransportError::too_large(RawAnswer::partial(
                answer.status(),
                start,
            )));
        }
        if let Some(reference) = payout {
            self.payouts.answered(&self.sandbox, &reference, &answer);
        }
        Ok(answer)
    }
}
