//! The front page and the pages of the dashboard. Each provider adds its own sections.

mod delivery;
mod order;
mod overview;
mod request;
mod view;

use std::sync::Arc;

use askama::Template;
use axum::extract::State;
use axum::http::{StatusCode, Uri};
use axum::response::Response;

use crate::app::App;
use crate::shared::html;
use crate::shared::provider::Provider;

pub(super) use delivery::delivery;
pub(super) use order::{Refused, order};
pub(crate) use overview::overview;
pub(super) use request::request;

#[derive(Template)]
#[template(path = "front.html")]
struct Front<'a> {
    base_url: &'a str,
    sections: Vec<String>,
}

pub(crate) async fn front(State(app): State<Arc<App>>) -> Response {
    let sections = sections(&app, |provider| provider.front());
    let base_url = &app.context.base_url;
    html::page(StatusCode::OK, &Front { base_url, sections })
}

/// A section that cannot be written is left out.
fn sections(app: &App, of: fn(&dyn Provider) -> askama::Result<String>) -> Vec<String> {
    let providers = app.providers.iter();
    providers
        .filter_map(|provider| of(provider.as_ref()).ok())
        .collect()
}

/// Whether a browser asks for a page that is also JSON, unless its link asks for the JSON.
pub(super) fn is_wanted(headers: &axum::http::HeaderMap, uri: &Uri) -> bool {
    html::is_wanted(headers) && uri.query().is_none_or(|query| query != "format=json")
}
