//! Every path of the sandbox.

use std::sync::Arc;

use axum::Router;
use axum::extract::{DefaultBodyLimit, Request, State};
use axum::http::StatusCode;
use axum::middleware::{Next, from_fn, from_fn_with_state};
use axum::response::Response;
use axum::routing::{any, get};
use payments_server::BodyProblem;

use crate::app::App;
use crate::shared::exchange::{self, Capture};
use crate::shared::requests::{RequestRecord, masked_path};
use crate::shared::{html, http};
use crate::{admin, guard};

/// The largest body of an admin call or a form of the pages.
const BODY_LIMIT: usize = 16 * 1024;
/// Joins the routes of the server and of the providers. `remote` answers requests for other hosts too.
pub(crate) fn router(app: &Arc<App>, remote: bool) -> Router {
    let (mut api, mut controls) = (Router::new(), Router::new());
    let mut pages = Router::new()
        .route("/", get(admin::front))
        .route("/favicon.ico", get(html::icon))
        .route("/_sandbox/", get(admin::overview))
        .with_state(Arc::clone(app));
    let secrets: Arc<[String]> = app.credentials.secrets().map(str::to_owned).collect();
    for provider in &app.providers {
        let routes = Arc::clone(provider).routes();
        let capture = Capture {
            context: Arc::clone(&app.context),
            provider: Arc::clone(provider),
            secrets: Arc::clone(&secrets),
        };
        let captured = from_fn_with_state(capture, exchange::capture);
        api = api.merge(routes.api.layer(captured));
        pages = pages.merge(routes.pages);
        controls = controls.merge(routes.controls);
    }
    pages
        .nest("/_sandbox", admin::router(Arc::clone(app), controls))
        .layer(from_fn(complete))
        .merge(api)
        .layer(from_fn_with_state(Arc::clone(app), note_changes))
        .fallback_service(any(unknown).with_state(Arc::clone(app)))
        .method_not_allowed_fallback(wrong_method)
        .layer(DefaultBodyLimit::max(BODY_LIMIT))
        .layer(from_fn_with_state(remote, guard::check))
}

/// Notes what a request has changed, for the lists of the pages.
async fn note_changes(State(app): State<Arc<App>>, request: Request, next: Next) -> Response {
    let is_action = !request.method().is_safe();
    let response = next.run(request).await;
    app.note_changes();
    if is_action {
        // Such as a clock that was moved, or a fault that waits.
        app.context.changed();
    }
    response
}

/// Answers a request whose body is too large or does not arrive.
async fn complete(request: Request, next: Next) -> Response {
    match request.extensions().get::<BodyProblem>() {
        Some(problem) => http::problem(problem.status(), &problem.to_string()),
        None => next.run(request).await,
    }
}

/// A path that neither a gateway nor the sandbox has. The usual cause is a wrong base URL, so a request that looks like a call is
/// recorded as one of its gateway.
async fn unknown(State(app): State<Arc<App>>, request: Request) -> Response {
    let path = request.uri().path();
    let mut meant = Vec::new();
    for provider in &app.providers {
        let mut calls = provider.calls().into_iter();
        if let Some(call) = calls.find(|call| path.ends_with(&format!("/{call}"))) {
            meant.push((
                provider.gateway(),
                format!("{}{call}", provider.base_path()),
            ));
        }
    }
    let mut sentence = format!("The sandbox has no path {}.", masked_path(path));
    if !meant.is_empty() {
        let paths: Vec<&str> = meant.iter().map(|(_, path)| path.as_str()).collect();
        sentence += &format!(" Is {} meant? Check the base URL.", paths.join(" or "));
    }
    let known = app.providers.iter();
    let known = known.map(|known| format!("{} ({})", known.base_path(), known.gateway().name()));
    let known: Vec<String> = known.collect();
    sentence += &format!(
        " The gateways' calls are under {}; the front page is /, the overview /_sandbox.",
        known.join(", ")
    );
    let status = StatusCode::NOT_FOUND;
    if let Some((gateway, _)) = meant.first() {
        let now_ms = app.context.clock.now_ms();
        let mut record = RequestRecord::received(*gateway, now_ms, None, &request);
        record.refuse(&sentence, status.as_u16().into(), "", true);
        app.context.record(record);
    }
    if html::is_wanted(request.headers()) {
        html::notice(status, "No page at this address", &sentence)
    } else {
        http::problem(status, &sentence)
    }
}

/// For the address of a form that was opened, or of a page that was posted to.
async fn wrong_method() -> Response {
    html::notice(
        StatusCode::METHOD_NOT_ALLOWED,
        "No page at this address",
        "The address belongs to a button, or to a page that is opened another way. To see a payment, open its link again.",
    )
}
