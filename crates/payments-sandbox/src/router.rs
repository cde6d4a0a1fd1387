//! Every path of the sandbox.

use std::sync::Arc;

use axum::Router;
use axum::extract::{DefaultBodyLimit, Request, State};
use axum::http::{HeaderMap, StatusCode, Uri};
use axum::middleware::{Next, from_fn, from_fn_with_state};
use axum::response::Response;
use axum::routing::{any, get};
use payments_server::BodyProblem;

use crate::app::App;
use crate::shared::provider::Provider;
use crate::shared::requests::masked_path;
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
    for provider in &app.providers {
        let routes = Arc::clone(provider).routes();
        api = api.merge(routes.api);
        pages = pages.merge(routes.pages);
        controls = controls.merge(routes.controls);
    }
    pages
        .nest("/_sandbox", admin::router(Arc::clone(app), controls))
        .layer(from_fn(complete))
        .merge(api)
        .fallback_service(any(unknown).with_state(Arc::clone(app)))
        .method_not_allowed_fallback(wrong_method)
        .layer(DefaultBodyLimit::max(BODY_LIMIT))
        .layer(from_fn_with_state(remote, guard::check))
}

/// Answers a request whose body is too large or does not arrive.
async fn complete(request: Request, next: Next) -> Response {
    match request.extensions().get::<BodyProblem>() {
        Some(problem) => http::problem(problem.status(), &problem.to_string()),
        None => next.run(request).await,
    }
}

/// A path that neither a gateway nor the sandbox has. The usual cause is a wrong base URL.
async fn unknown(State(app): State<Arc<App>>, uri: Uri, headers: HeaderMap) -> Response {
    let path = uri.path();
    let calls = |provider: &Arc<dyn Provider>| {
        let base = provider.base_path();
        let calls = provider.calls().into_iter();
        let meant = calls
            .map(|call| format!("/{call}"))
            .find(|call| path.ends_with(call.as_str()));
        meant.map(|call| format!("{}{call}", base.trim_end_matches('/')))
    };
    let meant: Vec<String> = app.providers.iter().filter_map(calls).collect();
    let known: Vec<String> = app
        .providers
        .iter()
        .map(|provider| format!("{} ({})", provider.base_path(), provider.gateway().name()))
        .collect();
    let shown = masked_path(path);
    let mut sentence = format!("The sandbox has no path {shown}.");
    if !meant.is_empty() {
        sentence += &format!(" Is {} meant? Check the base URL.", meant.join(" or "));
    }
    sentence += &format!(
        " The gateways' calls are under {}; the front page is /, the overview /_sandbox.",
        known.join(", ")
    );
    if html::is_wanted(&headers) {
        html::notice(StatusCode::NOT_FOUND, "No page at this address", &sentence)
    } else {
        http::problem(StatusCode::NOT_FOUND, &sentence)
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
