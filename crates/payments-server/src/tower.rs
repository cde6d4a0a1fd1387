//! Serves services of `tower`, such as the `Router` of axum.

use std::convert::Infallible;
use std::future::poll_fn;

use bytes::Bytes;
use http::{Request, Response};
use http_body_util::Full;
use hyper::body::Body;
use tokio::net::TcpListener;
use tokio::sync::watch;
use tower_service::Service;

use crate::{Limits, Received, serve};

/// As [`serve`], for a service of `tower`, such as the `Router` of axum. A request without a complete body does not reach the service: the
/// answer has the status and the text of its [`BodyProblem`](crate::BodyProblem).
///
/// ```
/// use axum::{Router, routing::get};
/// use payments_server::{Limits, serve_tower};
/// use tokio::net::TcpListener;
///
/// # tokio::runtime::Builder::new_current_thread().enable_all().build()?.block_on(async {
/// let listener = TcpListener::bind("127.0.0.1:0").await?;
/// let (stop, stopped) = tokio::sync::watch::channel(false);
/// let routes = Router::new().route("/", get(async || "hello"));
/// let server = tokio::spawn(serve_tower(listener, Limits::webhooks(), stopped, routes));
/// stop.send_replace(true);
/// server.await.ok();
/// # Ok::<(), std::io::Error>(())
/// # })?;
/// # Ok::<(), std::io::Error>(())
/// ```
pub async fn serve_tower<S, B>(
    listener: TcpListener,
    limits: Limits,
    stop: watch::Receiver<bool>,
    service: S,
) where
    S: Service<Request<Full<Bytes>>, Response = Response<B>, Error = Infallible>,
    S: Clone + Send + 'static,
    S::Future: Send,
    B: Body + From<Bytes> + Send + Unpin + 'static,
    B::Data: Send,
    B::Error: Into<Box<dyn std::error::Error + Send + Sync>>,
{
    let answer = move |received: Received| {
        let mut service = service.clone();
        async move {
            let body = match received.body {
                Ok(body) => Full::new(body),
                Err(problem) => {
                    let mut response = Response::new(B::from(problem.to_string().into()));
                    *response.status_mut() = problem.status();
                    return response;
                }
            };
            let request = Request::from_parts(received.parts, body);
            let answered: Result<_, Infallible> = async {
                poll_fn(|task| service.poll_ready(task)).await?;
                service.call(request).await
            }
            .await;
            match answered {
                Ok(response) => response,
                Err(never) => match never {},
            }
        }
    };
    serve(listener, limits, stop, answer).await;
}
