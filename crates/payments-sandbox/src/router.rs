//! Every path of the sandbox.

use std::sync::Arc;

use axum::Router;
use axum::extract::{DefaultBodyLimit, Request, State};
use axum::http::StatusCode;
use axum::middleware::{Next, from_fn, from_fn_with_state};
use axum::response::Response;
use axum::routing::{any, get};
use hyper::service::Service as _;
use hyper_util::service::TowerToHyperService;
use payments_server::BodyProblem;

use crate::app::App;
use crate::shared::exchange::{self, Capture};
use crate::shared::requests::{RequestRecord, masked_path};
use crate::shared::{html, http};
use crate::{admin, guard};

/// The largest body of an admin call or a form of the pages.
const BODY_LIMIT: usize = 16 * 1024;

/// Every path, and what holds for all of them.
#[derive(Clone)]
pub(crate) struct Site {
    app: Arc<App>,
    router: TowerToHyperService<Router>,
    /// Whether requests for other hosts are answered too.
    remote: bool,
}

impl Site {
    pub(crate) fn new(app: Arc<App>, remote: bool) -> Self {
        let router = router(&app);
        #[cfg(feature = "state-file")]
        let router = crate::saving::layer(router, &app);
        Self {
            router: TowerToHyperService::new(router),
            app,
            remote,
        }
    }

    /// Answers a request, and notes what it has changed, for the lists of the pages. Not layers of the router, which would each
    /// allocate a service and a future for every request.
    pub(crate) async fn answer(self, request: Request) -> Response {
        if let Err(reason) = guard::check(self.remote, &request) {
            return http::problem(StatusCode::FORBIDDEN, reason);
        }
        let is_action = !request.method().is_safe();
        let response = match self.router.call(request).await {
            Ok(response) => response,
            Err(never) => match never {},
        };
        self.app.note_changes();
        if is_action {
            // Such as a clock that was moved, or a fault that waits.
            self.app.context.changed();
        }
        response
    }
}

/// Joins the routes of the server and of the providers.
fn router(app: &Arc<App>) -> Router {
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
        .layer(DefaultBodyLimit::max(BODY_LIMIT))
        .merge(api)
        .fallback_service(any(unknown).with_state(Arc::clone(app)))
        .method_not_allowed_fallback(wrong_method)
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
