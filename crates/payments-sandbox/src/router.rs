//! Every path of the sandbox.

use std::sync::Arc;

use axum::Router;
use axum::extract::{DefaultBodyLimit, Request};
use axum::http::StatusCode;
use axum::middleware::{Next, from_fn, from_fn_with_state};
use axum::response::Response;
use axum::routing::get;
use payments_server::BodyProblem;

use crate::app::App;
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

/// For the address of a form that was opened, or of a page that was posted to.
async fn wrong_method() -> Response {
    html::notice(
        StatusCode::METHOD_NOT_ALLOWED,
        "No page at this address",
        "The address belongs to a button, or to a page that is opened another way. To see a payment, open its link again.",
    )
}
