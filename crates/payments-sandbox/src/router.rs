//! Every path of the sandbox.

use std::sync::Arc;

use axum::Router;
use axum::body::Body;
use axum::extract::{Request, State};
use axum::http::StatusCode;
use axum::middleware::{Next, from_fn};
use axum::response::Response;
use axum::routing::{any, get};
use hyper::service::Service as _;
use hyper_util::service::TowerToHyperService;
use payments_server::{BodyProblem, Received};

use crate::app::App;
#[cfg(feature = "state-file")]
use crate::saving::{self, Reader};
use crate::shared::admin_request::refused;
use crate::shared::exchange;
use crate::shared::provider::Provider;
use crate::shared::requests::{RequestRecord, masked_path};
use crate::shared::{html, http};
use crate::{admin, guard};

/// The largest body of an admin call or a form of the pages.
const BODY_LIMIT: usize = 16 * 1024;

/// Every path, and what holds for all of them.
pub(crate) struct Site {
    app: Arc<App>,
    /// The beginnings of the paths of all APIs, the longest first.
    apis: Vec<(&'static str, Arc<dyn Provider>)>,
    /// Everything that is no call of an API.
    router: TowerToHyperService<Router>,
    /// Texts that the records never show.
    secrets: Arc<[String]>,
    /// Whether requests for other hosts are answered too.
    remote: bool,
    /// The origin of the public URL.
    origin: String,
}

impl Site {
    pub(crate) fn new(app: Arc<App>, remote: bool) -> Self {
        let providers = app.providers.iter();
        let paths =
            providers.flat_map(|known| known.api_paths().iter().map(move |path| (known, path)));
        let mut apis: Vec<_> = paths
            .map(|(known, path)| (*path, Arc::clone(known)))
            .collect();
        apis.sort_by_key(|(path, _)| std::cmp::Reverse(path.len()));
        Self {
            router: TowerToHyperService::new(router(&app)),
            secrets: app.credentials.secrets().map(str::to_owned).collect(),
            apis,
            origin: guard::origin_of(&app.context.base_url),
            app,
            remote,
        }
    }

    /// Answers a request, and notes what it has changed, for the lists of the pages.
    pub(crate) async fn answer(self: Arc<Self>, request: Received) -> Response {
        if let Err(reason) = guard::check(self.remote, &self.origin, &request.parts) {
            return http::problem(StatusCode::FORBIDDEN, reason);
        }
        let is_action = !request.parts.method.is_safe();
        let gateway = self.gateway(request.parts.uri.path());
        // Not by routes and layers, which would each allocate a service and a future for every call.
        let response = match gateway {
            Some(provider) => {
                let context = &self.app.context;
                let answered = exchange::answer(context, provider, &self.secrets, request).await;
                let (response, received) = answered;
                #[cfg(feature = "state-file")]
                let response = saving::before(response, Reader::Program, &self.app).await;
                exchange::recorded(context, received, response)
            }
            None => {
                #[cfg(feature = "state-file")]
                let reader = Reader::of(&request.parts);
                let response = self.page(request).await;
                #[cfg(feature = "state-file")]
                let response = saving::before(response, reader, &self.app).await;
                response
            }
        };
        self.app.note_changes();
        if is_action {
            // Such as a clock that was moved, or a fault that waits.
            self.app.context.changed();
        }
        response
    }

    /// The gateway whose API has this path.
    fn gateway(&self, path: &str) -> Option<&dyn Provider> {
        let is_below = |below: &str| {
            path.strip_prefix(below)
                .is_some_and(|call| !call.is_empty())
        };
        let mut apis = self.apis.iter();
        let (_, provider) = apis.find(|(below, _)| is_below(below))?;
        Some(provider.as_ref())
    }

    async fn page(&self, request: Received) -> Response {
        let mut parts = request.parts;
        let body = request.body.and_then(|body| match body.len() {
            ..=BODY_LIMIT => Ok(Body::from(body)),
            _ => Err(BodyProblem::TooLarge(BODY_LIMIT)),
        });
        let body = body.unwrap_or_else(|problem| {
            parts.extensions.insert(problem);
            Body::empty()
        });
        match self.router.call(Request::from_parts(parts, body)).await {
            Ok(response) => response,
            Err(never) => match never {},
        }
    }
}

/// The pages, and the controls of the sandbox and of the providers.
fn router(app: &Arc<App>) -> Router {
    let mut controls = Router::new();
    let mut pages = Router::new()
        .route("/", get(admin::front))
        .route("/favicon.ico", get(html::icon))
        .route(
            "/_sandbox/",
            get(admin::overview).fallback(admin::wrong_method),
        )
        .with_state(Arc::clone(app));
    for provider in &app.providers {
        let routes = Arc::clone(provider).routes();
        pages = pages.merge(routes.pages);
        controls = controls.merge(routes.controls);
    }
    pages
        .nest("/_sandbox", admin::router(Arc::clone(app), controls))
        .layer(from_fn(complete))
        .fallback_service(any(unknown).with_state(Arc::clone(app)))
        .method_not_allowed_fallback(wrong_method)
}

/// Answers a request whose body is too large or does not arrive.
async fn complete(request: Request, next: Next) -> Response {
    match request.extensions().get::<BodyProblem>() {
        Some(problem) => refused(request.headers(), problem.status(), &problem.to_string()),
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
        let mut record = RequestRecord::new(*gateway, now_ms, None, request.method(), path);
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
